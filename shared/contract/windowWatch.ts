import * as z from "zod/mini";
import { stateFolder } from "./believed.js";

/** What the hourly function is told of the windows that it watches: their names, with commas between them. */
export const watchVariable = "WATCHED_WINDOWS";

/** Names of the windows that an environment tells a function to watch. */
export function watchedNames(variables: Readonly<Record<string, string | undefined>>): string[] {
  return (variables[watchVariable] ?? "").split(",").filter((name) => name !== "");
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
export type KeptWindows = z.infer<typeof kept>;
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
