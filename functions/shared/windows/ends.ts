import type { RunEnds } from "#shared/contract/runRecord.js";

/** What SSM tells of a maintenance window. */
export interface WindowState {
  readonly durationHours: number;
  /** Hours before its end from which on nothing is to begin. */
  readonly cutoffHours: number;
  /** When it opened, epoch milliseconds; undefined while it is not open. */
  readonly openedAt: number | undefined;
}

const minute = 60_000;
const hour = 60 * minute;
/** Milliseconds that a schedule is before the time that it is for: it may be called a minute later, and that call may be late too. */
const early = 2 * minute;
/**
 * Milliseconds that are to be left before the cutoff, or nothing is worth to be started: enough for the schedule, which is
 * of up to three minutes before, to lie ahead. AWS does not say what becomes of a schedule of the past.
 */
const least = 5 * minute;

/**
 * Milliseconds before the cutoff from which on nothing is started: the schedule calls up to three minutes before it, and finds what
 * has sent its command by then.
 */
export const startMargin = 4 * minute;

/**
 * When a run may begin nothing any more, and when it is to be over: those of its window; of a start by hand, a window's
 * length from now on, or what it says itself, with the window's cutoff.
 *
 * @param until epoch milliseconds, of a start by hand
 * @returns why there is no time left, as the end of a sentence
 */
export function endsOf(
  { durationHours, cutoffHours, openedAt }: WindowState,
  until: number | undefined,
  now: number,
): RunEnds | string {
  const end = until ?? (openedAt ?? now) + durationHours * hour;
  const stop = end - cutoffHours * hour;
  const ends = { stopAt: new Date(stop).toISOString(), endAt: new Date(end).toISOString() };
  return stop - now < least
    ? `nothing may begin after ${ends.stopAt}, ${cutoffHours} h before its end`
    : ends;
}

/**
 * The time of a one-off schedule, in UTC. Scheduler calls within the minute that it names (EventBridge Scheduler user guide,
 * schedule types: 60 seconds of precision), so that it is an earlier one.
 *
 * @param time ISO 8601
 */
export function scheduleBefore(time: string): string {
  const at = Math.floor(Date.parse(time) / minute) * minute - early;
  return `at(${new Date(at).toISOString().slice(0, 19)})`;
}
