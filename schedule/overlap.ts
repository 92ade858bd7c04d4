import { dayMs, hourMs } from "#shared/text/time.js";
import { nextOccurrence } from "./occurrences.js";
import { problem } from "./problem.js";
import type { Schedule } from "./types.js";

/** One maintenance window in a comparison of two. */
export interface OverlapSide {
  readonly schedule: Schedule;
  /** `UTC` or Area/City. */
  readonly timezone: string;
  /** ScheduleOffset, 1-6 days, cron only. */
  readonly offsetDays?: number;
  /** How long one execution may last, in hours, more than 0. AWS allows whole hours from 1 to 24. */
  readonly durationHours: number;
  /** StartDate, epoch milliseconds. */
  readonly start?: number;
  /** EndDate, epoch milliseconds. */
  readonly end?: number;
}

/** The starts of two executions that overlap, epoch milliseconds. */
export interface Overlap {
  readonly aStart: number;
  readonly bStart: number;
}

function durationOf(side: OverlapSide): number {
  const duration = side.durationHours * hourMs;
  if (Number.isFinite(duration) && duration > 0) return duration;
  const allowed = "more than 0 hours";
  throw new RangeError(problem("duration", String(side.durationHours), allowed, "use 1 to 24 hours"));
}

function runsOf(side: OverlapSide, from: number, to: number): (after: number) => number | undefined {
  const { schedule, durationHours: _, ...rest } = side;
  // A window that has run for long already has its shifted runs in the first days too, so a cron is taken as
  // created before them. A rate counts from its creation, and `from` is the only sensible one.
  const created = schedule.kind === "rate" ? from : from - 8 * dayMs;
  const options = { ...rest, created };
  return (after) => {
    const run = nextOccurrence(schedule, options, Math.max(after, from - 1));
    return run !== undefined && run < to ? run : undefined;
  };
}

/**
 * The executions of two maintenance windows that overlap, in their order.
 *
 * An execution lasts from its start up to, not including, its start plus the duration, so one that begins when
 * the other ends does not overlap. Only executions that start within the stretch are looked at. Of the first pair,
 * `aStart` is the earliest execution of `a` that overlaps any of `b`, and `bStart` the earliest of `b` that overlaps any
 * of `a`.
 *
 * Both sides skip ahead to each other, so memory is constant and a frequent window costs no more than the rarer
 * one of the two.
 *
 * A rate without a future start counts from `from` on both sides. Its real phase is the moment the service
 * creates the window, which nobody knows beforehand: an answer about such a rate is an indication, no promise.
 *
 * @param a one window
 * @param b the other window
 * @param from epoch milliseconds, inclusive
 * @param days length of the stretch in days of 24 hours
 * @returns the two starts of each pair; all pairs where neither window opens again while it is open
 * @throws RangeError for a bad zone, offset, duration, or a NaN
 */
export function* overlaps(
  a: OverlapSide,
  b: OverlapSide,
  from: number,
  days: number,
): Generator<Overlap, undefined> {
  const aDuration = durationOf(a);
  const bDuration = durationOf(b);
  const to = from + days * dayMs;
  // Compared with NaN nothing would come before the end, and a mistake would look like "no overlap".
  if (Number.isNaN(to)) {
    throw new RangeError(problem("stretch", `${from} and ${days} days`, "two numbers", "check the dates"));
  }
  const nextA = runsOf(a, from, to);
  const nextB = runsOf(b, from, to);
  let aStart = nextA(from - 1);
  let bStart = nextB(from - 1);
  while (aStart !== undefined && bStart !== undefined) {
    if (aStart + aDuration <= bStart) aStart = nextA(Math.max(aStart, bStart - aDuration));
    else if (bStart + bDuration <= aStart) bStart = nextB(Math.max(bStart, aStart - bDuration));
    else {
      yield { aStart, bStart };
      // The one that ends first meets no further execution of the other, unless that one opens again while it is open.
      if (aStart + aDuration <= bStart + bDuration) aStart = nextA(aStart);
      else bStart = nextB(bStart);
    }
  }
  return undefined;
}
