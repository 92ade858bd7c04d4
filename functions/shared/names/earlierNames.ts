import { type ClosedRecord, namedNodes, readClosedRecord } from "#shared/contract/closedRecords.js";
import { runKeys } from "#shared/contract/runKeys.js";
import type { WindowPatch } from "#shared/contract/windowRecord.js";
import { dayMs } from "#shared/text/time.js";
import { stableText } from "../errors.js";
import type { Log } from "../log.js";
import type { RunStore } from "../runStore.js";
import { untilAborted } from "../untilAborted.js";

/** Days before a run whose records are looked at: a window that opens once a quarter finds its own. */
const mostDays = 100;
/** Records that are read at most, but for the rest of a day. */
const mostRead = 12;

/** What the newest earlier record that names a node's open patches says of it. */
export interface EarlierNames {
  /** When at the earliest that was read, epoch milliseconds: a report that had ended by then is the one it tells of. */
  readonly readAt: number;
  /** Numbers of patches; missing where the node was away then. */
  readonly missing?: number;
  readonly failed?: number;
  readonly patches: readonly WindowPatch[];
}

/** By which word a node is known among those of all Regions. */
export function nodeKey(region: string, id: string): string {
  return `${region}|${id}`;
}

/**
 * What earlier records name of some nodes, of whichever of the stack's windows, the newest first. One that is broken is passed over.
 *
 * @param before when the run began, epoch milliseconds
 * @param wanted keys of nodes
 * @throws Error when the bucket does not answer
 */
export async function earlierNames(
  { runs, log }: { readonly runs: RunStore; readonly log: Log },
  before: number,
  wanted: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, EarlierNames>> {
  const sought = new Set(wanted);
  const found = new Map<string, EarlierNames>();
  if (sought.size === 0) return found;
  const read = <T>(work: () => Promise<T>) => untilAborted(signal, work);
  const keys = await read(async () => [
    ...(await runs.list(runKeys.windowsClosed)),
    ...(await runs.list(runKeys.closed)),
  ]);
  let count = 0;
  for (const [, ofDay] of byDay(keys, before)) {
    if (sought.size === 0 || count >= mostRead) break;
    const records: ClosedRecord[] = [];
    for (const key of ofDay) {
      count++;
      const text = (await read(() => runs.read(key)))?.text;
      try {
        if (text !== undefined) records.push(readClosedRecord(key, text));
      } catch (error) {
        log.error("an earlier record is passed over", { key, error: stableText(error) });
      }
    }
    // Within a day keys say nothing of the order.
    for (const record of records.sort((a, b) => startOf(b) - startOf(a)))
      if (startOf(record) < before) note(record, sought, found);
  }
  return found;
}

function note(record: ClosedRecord, sought: Set<string>, found: Map<string, EarlierNames>): void {
  // A run of the central window says when it was closed, and not when each Region was read.
  const readAt = record.kind === "window" ? Date.parse(record.run.endedAt) : startOf(record);
  for (const { region, id, ...told } of namedNodes(record)) {
    const key = nodeKey(region, id);
    if (sought.delete(key)) found.set(key, { readAt, ...told });
  }
}

function startOf({ run }: ClosedRecord): number {
  return Date.parse(run.startedAt);
}

/** Keys by their day, the newest first. */
function byDay(keys: readonly string[], before: number): [string, string[]][] {
  const dayText = (time: number) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "/");
  const [oldest, newest] = [dayText(before - mostDays * dayMs), dayText(before)];
  const days = new Map<string, string[]>();
  for (const key of keys) {
    const day = /\d{4}\/\d\d\/\d\d(?=\/[^/]+$)/.exec(key)?.[0];
    if (day === undefined || day < oldest || day > newest) continue;
    const known = days.get(day);
    if (known === undefined) days.set(day, [key]);
    else known.push(key);
  }
  return [...days].sort(([a], [b]) => (a < b ? 1 : -1));
}
