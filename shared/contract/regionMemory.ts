import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { part } from "./retired.js";
import { readStored, isoTime as time } from "./storedJson.js";

/**
 * Milliseconds after our last write of a tag from which on a read counts. The tagging index, Systems Manager's own view and
 * the node learn of a tag at different times, and AWS names no bound; ten minutes is beyond all that was ever told of them.
 */
export const settleMs = 600_000;

/** Milliseconds for which nobody must have used what an exclusion has made before it goes, and where a Region has no room left. */
export const unusedMs = 24 * 3_600_000;
export const shortUnusedMs = 3_600_000;

/**
 * The time around an opening of a window that installs in which no node moves for a changed intent: from so long before it that
 * what was written until then is settled, until its function has answered (Lambda: at most 15 minutes) and its commands are sent.
 */
export const quietBeforeMs = settleMs;
export const quietAfterMs = 1_200_000;

export const memoryFolder = `${stateFolder}regions/`;

/** Where the exclusion processor keeps what it knows of a Region from one run to the next. */
export function memoryKey(region: string): string {
  return `${memoryFolder}${region}.json`;
}

const text = z.string();
/** Patch group to ids of nodes. */
const byGroup = z.record(text, z.array(text));
const things = z.object({
  baselines: z.array(z.object({ id: text, name: text, operatingSystem: text })),
  registrations: z.array(z.object({ group: text, operatingSystem: text, baselineId: text })),
});

const schema = z.object({
  version: z.literal(1),
  /**
   * When the last write of ours there ended, at the latest: while a run is at work it is when that must have ended. Missing
   * when there was none.
   */
  wroteAt: z.optional(time),
  /** The nodes whose tags were written since the last settled read, by the patch group that was written last. */
  written: byGroup,
  /** The nodes on which entries are in force, by the patch group that keeps the promise. */
  promised: byGroup,
  /** What was made, and taken away, since the last settled read; lists may still miss the one and show the other. */
  made: things,
  gone: things,
  /** Since when a settled read has seen nobody use a registration (`operating system|group`) or a baseline (its id). */
  unused: z.record(text, time),
  /** The parts of the stack in which exclusions have something there; missing in what an older version has kept. */
  left: z.optional(z.array(part)),
});

/** What is known of a Region: the only word on which entries are in force there. */
export type RegionMemory = z.infer<typeof schema>;
export type Things = RegionMemory["made"];

/** The bytes of the object: the same for the same content, in whatever order it was found. */
export function memoryText(memory: RegionMemory): string {
  return `${JSON.stringify(schema.parse(memory))}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else, and then nothing is promised. */
export function parseMemory(written: string): RegionMemory | undefined {
  const read = readStored(schema, written);
  return read.ok ? read.value : undefined;
}

/** Patch group of each node, of a list of nodes by patch group. */
export function groupsOf(kept: RegionMemory["written"] = {}): Map<string, string> {
  return new Map(Object.entries(kept).flatMap(([group, ids]) => ids.map((id) => [id, group] as const)));
}
