import { groupOf } from "#shared/contract/exclusionNames.js";
import type { StatusEntry } from "#shared/contract/manifestStatus.js";
import { rejecting } from "./placement.js";

/** An entry that people were told as in force on a node, and the base group of the node. */
export type ToldEntry = Pick<StatusEntry, "effect" | "patches" | "action" | "expires"> & {
  readonly from: string;
};

/** How the promise of a node has come to its end by itself. */
export interface Ending {
  /** When the last of its entries has ended, epoch milliseconds; missing while one goes on, or somebody has changed it. */
  readonly until?: number;
  /** What is left of the promise from when the first of several has ended. */
  readonly rest?: {
    /** Epoch milliseconds. */
    readonly since: number;
    readonly entries: readonly ToldEntry[];
    /** The patch group of nodes that have these alone, whether or not there is one. */
    readonly group: string;
  };
}

/** What has become of the promise that some entries make, of which one may have ended before another. Total. */
export function endingOf(entries: readonly ToldEntry[], now: number): Ending {
  const ends = entries.map(({ expires }) => Date.parse(expires));
  const last = Math.max(...ends);
  const until = entries.length > 0 && last <= now ? last : undefined;
  const since = Math.min(...ends);
  const left = entries.filter(({ expires }) => Date.parse(expires) >= (until ?? now + 1));
  const [first] = left;
  const isHeld = left.some(({ effect }) => effect === "hold");
  // Whatever else ends on a held node, it stays what it is.
  if (first === undefined || isHeld || since >= (until ?? now + 1))
    return until === undefined ? {} : { until };
  const patches = left.flatMap((one) => one.patches ?? []);
  const isBlocked = left.some(({ action }) => action === "BLOCK");
  const { word } = rejecting(patches, isBlocked ? "BLOCK" : "ALLOW_AS_DEPENDENCY");
  const rest = { since, entries: left, group: groupOf(first.from, word) };
  return { rest, ...(until === undefined ? {} : { until }) };
}
