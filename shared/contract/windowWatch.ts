import * as z from "zod/mini";
import { stateFolder } from "./believed.js";

/** What the hourly function is told of the windows that it watches: see {@link watchedText}. */
export const watchVariable = "WATCHED_WINDOWS";

/** A window that is to open. */
export interface WatchedWindow {
  /** The window's name. */
  readonly name: string;
  /** Whether its configuration has an end date, so that it is right that some day there is no next time. */
  readonly mayEnd: boolean;
}

// AWS's pattern for names of windows has no colon and no comma.
const endMark = ":ends";

/** Watched windows as a function's environment names them. */
export function watchedText(windows: readonly WatchedWindow[]): string {
  return windows.map(({ name, mayEnd }) => (mayEnd ? `${name}${endMark}` : name)).join(",");
}

/** The windows that an environment tells a function to watch. */
export function watchedWindows(variables: Readonly<Record<string, string | undefined>>): WatchedWindow[] {
  const texts = (variables[watchVariable] ?? "").split(",").filter((text) => text !== "");
  return texts.map((text) => {
    const mayEnd = text.endsWith(endMark);
    return { name: mayEnd ? text.slice(0, -endMark.length) : text, mayEnd };
  });
}

/** What it keeps of them, in its bucket. */
export const watchKey = `${stateFolder}windows.json`;

const text = z.string();

const kept = z.object({
  version: z.literal(1),
  windows: z.array(
    z.union([
      /** A window that is to open: `due` is the time that AWS gave for it, as AWS wrote it. */
      z.object({ name: text, id: text, schedule: text, due: text }),
      /** One that will not open as things are, and when that was first seen. Without an id there is none of that name. */
      z.object({ name: text, id: z.optional(text), since: text }),
    ]),
  ),
});

/** What is known of the windows since the hour before. */
type KeptWindows = z.infer<typeof kept>;
export type KeptWindow = KeptWindows["windows"][number];

/** The bytes of the object: the same for the same windows. */
export function keptText(windows: readonly KeptWindow[]): string {
  return `${JSON.stringify({ version: 1, windows })}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else, another version among it. */
export function parseKept(written: string): readonly KeptWindow[] | undefined {
  try {
    return kept.safeParse(JSON.parse(written)).data?.windows;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
