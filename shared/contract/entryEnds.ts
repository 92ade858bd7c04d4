import { hourMs, minuteMs } from "../text/time.js";
import { quietAfterMs, quietBeforeMs } from "./regionMemory.js";

/** Minute of each hour, in UTC, at which the exclusion processor runs whether or not anything has happened. */
export const hourlyMinute = 37;

/** Milliseconds by which such a run may be late. */
const lateMs = 5 * minuteMs;

/**
 * When an entry must have ended at the latest so that its nodes are back for an opening: at the last hourly run before it in
 * which nodes may move.
 *
 * @param from when the window opens, epoch milliseconds
 * @param others when others that install do, before which nodes stay where they are as well
 */
export function backBy(from: number, others: readonly number[] = []): number {
  const isQuiet = (run: number) =>
    [from, ...others].some((at) => at - quietBeforeMs < run + lateMs && run < at + quietAfterMs);
  const last = from - quietBeforeMs - lateMs;
  let run = Math.floor((last - hourlyMinute * minuteMs) / hourMs) * hourMs + hourlyMinute * minuteMs;
  // Windows that open all the time leave no run before them: then the one before this opening has to do.
  for (let tries = 0; isQuiet(run) && tries < 24; tries++) run -= hourMs;
  return run;
}

/**
 * What an entry's end just before an opening, or at it, comes to: its nodes do not move any more, and it goes on over its end.
 *
 * @param effect of the entry
 * @param back `backBy` of the opening
 * @returns what follows and how to mend it, as it is said behind what ends and what opens
 */
export function lateEndText(effect: "hold" | "reject", back: number): string {
  const still = effect === "hold" ? "nothing is installed on its nodes" : "its patches are kept off";
  const by = new Date(back).toISOString().replace(".000Z", "Z");
  return `that is too late for its nodes to be back, so that ${still} in that window either. To have them back, let it end by ${by}`;
}
