import * as z from "zod/mini";
import { reasonOf } from "../text/words.js";

/** ISO 8601. */
export const isoTime = z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value)), "is no time"));

/** What a stored text says, or everything that is wrong with it; `problems` is never empty. */
type Stored<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads JSON that another part has written. Total. */
export function readStored<T>(schema: z.ZodMiniType<T>, text: string): Stored<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [`is not JSON: ${reasonOf(error)}`] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "record"}: ${message}`,
  );
  return { ok: false, problems };
}

/**
 * Reads a record of a run, open or final.
 *
 * @param key where it was read, for the message
 * @throws Error that names every problem
 */
export function readRunText<T>(schema: z.ZodMiniType<T>, key: string, text: string): T {
  const read = readStored(schema, text);
  if (read.ok) return read.value;
  throw new Error(`${key} is no record of a run that this version can read: ${read.problems.join("; ")}`);
}
