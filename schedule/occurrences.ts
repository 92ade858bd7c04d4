import { dayMs } from "#shared/text/time.js";
import { nextMatch } from "./croner.js";
import { problem } from "./problem.js";
import type { CronSchedule, RateSchedule, Schedule } from "./types.js";
import { instantAt, wallAt, zoneProblem } from "./zone.js";

const maxOffsetDays = 6;
const earliest = Date.UTC(1969, 11, 25);
const latest = Date.UTC(2200, 0, 15);
const maxDateMs = 8.64e15;

/** What a maintenance window sets beside its schedule. All instants are epoch milliseconds. */
export interface OccurrenceOptions {
  /** `UTC` or Area/City, as `zoneProblem` accepts it. The service reads the schedule in UTC by default. */
  readonly timezone: string;
  /** ScheduleOffset: 1-6 days between the cron time and the run; cron only. */
  readonly offsetDays?: number;
  /** StartDate, an absolute instant that the zone does not shift. No run before it. */
  readonly start?: number;
  /** EndDate, an absolute instant that the zone does not shift. No run at or after it. */
  readonly end?: number;
  /** When the window is created. No run before it. */
  readonly created: number;
}

/**
 * Checks a ScheduleOffset against the schedule it belongs to.
 *
 * @param schedule a schedule from the parser
 * @param offsetDays days; `undefined` means no offset
 * @returns `undefined` if all is well, otherwise what is wrong and how to mend it; never throws
 * @see API reference of CreateMaintenanceWindow, `ScheduleOffset`: 1 to 6, cron only.
 */
export function offsetProblem(schedule: Schedule, offsetDays: number | undefined): string | undefined {
  if (offsetDays === undefined) return undefined;
  const allowed = "a whole number of days from 1 to 6, with a cron expression";
  if (schedule.kind !== "cron") {
    return problem("schedule offset", `${offsetDays} with ${schedule.kind}`, allowed, "remove the offset");
  }
  const good = Number.isInteger(offsetDays) && offsetDays >= 1 && offsetDays <= maxOffsetDays;
  return good ? undefined : problem("schedule offset", String(offsetDays), allowed, "remove or correct it");
}

function check(schedule: Schedule, options: OccurrenceOptions, instant: number): void {
  const wrong = zoneProblem(options.timezone) ?? offsetProblem(schedule, options.offsetDays);
  if (wrong !== undefined) throw new RangeError(wrong);
  const given = [instant, options.created, options.start ?? 0, options.end ?? 0];
  if (given.some(Number.isNaN)) {
    const allowed = "epoch milliseconds";
    throw new RangeError(problem("instant", "NaN", allowed, "check how the date was read"));
  }
}

/** By the cron library, which drops a skipped time when the gap ends on another date. */
function nextCron(schedule: CronSchedule, zone: string, after: number): number | undefined {
  if (after >= latest) return undefined;
  return nextMatch(schedule, zone, Math.max(after, earliest));
}

function nextShifted(schedule: CronSchedule, options: OccurrenceOptions, days: number, after: number) {
  if (after >= latest) return undefined;
  const { timezone, created } = options;
  const shift = days * dayMs;
  // The days are added on the wall clock, so the base times are taken from a clock without any change (UTC)
  // and turned into instants of the zone only afterwards.
  const wallOf = (instant: number) => wallAt(timezone, Math.max(instant, earliest));
  // One day before the creation is far enough, as no zone change moves a clock by more.
  let base = nextCron(schedule, "UTC", Math.max(wallOf(after) - shift, wallOf(created) - dayMs));
  while (base !== undefined) {
    const run = instantAt(timezone, base + shift);
    if (run > after && instantAt(timezone, base) >= created) return run;
    base = nextCron(schedule, "UTC", base);
  }
  return undefined;
}

function nextRate(schedule: RateSchedule, options: OccurrenceOptions, after: number): number {
  const { start, created } = options;
  const first = start !== undefined && start > created ? start : created + schedule.periodMs;
  if (after < first) return first;
  return first + (Math.floor((after - first) / schedule.periodMs) + 1) * schedule.periodMs;
}

function next(schedule: Schedule, options: OccurrenceOptions, after: number): number | undefined {
  const floor = Math.max(after, (options.start ?? Number.NEGATIVE_INFINITY) - 1, options.created - 1);
  switch (schedule.kind) {
    case "rate":
      return nextRate(schedule, options, after);
    case "at": {
      const run = instantAt(options.timezone, schedule.wallMs);
      return run > floor ? run : undefined;
    }
    case "cron": {
      const isRepeating = schedule.minutes.repeating || schedule.hours.repeating;
      return options.offsetDays === undefined && (isRepeating || options.timezone === "UTC")
        ? nextCron(schedule, options.timezone, floor)
        : nextShifted(schedule, options, options.offsetDays ?? 0, floor);
    }
  }
}

function nextInRange(schedule: Schedule, options: OccurrenceOptions, after: number): number | undefined {
  const run = next(schedule, options, after);
  const end = Math.min(options.end ?? Number.POSITIVE_INFINITY, maxDateMs);
  return run !== undefined && run < end ? run : undefined;
}

/**
 * The first run of a maintenance window strictly after an instant.
 *
 * Daylight saving, which AWS does not document; this is our reading:
 * - A cron job at fixed times (no `*` and no `/` in its minutes and hours) whose time is skipped in spring runs
 *   at the first instant after the gap, so 02:30 becomes 03:00, and 23:30 the next day's 00:00: it is the run of the
 *   skipped date; several skipped times become one run. A time
 *   that comes twice in autumn runs the first time only.
 * - A repeating cron job (`*` or `/` in minutes or hours) follows the wall clock: it does not run for skipped
 *   times and runs both times for repeated ones.
 * - An `at` time is treated like a fixed time. A `rate` is not touched: its day is 24 hours.
 *
 * Other rules:
 * - ScheduleOffset adds days to the cron time on the wall clock of the zone, so the hour stays the same when the
 *   clocks change in between; each shifted time gives one run, treated like a fixed time. A cron time before
 *   `created` has no run, even if its shifted time still lies ahead (documented by AWS).
 * - A rate whose start lies after `created` runs first at the start itself and then each period; otherwise a past
 *   start counts as now (both documented by AWS) and the first run is one period after `created` (our reading).
 * - Start and end bound the runs, not the cron times they were shifted from.
 *
 * @param schedule a schedule from the parser
 * @param options zone, offset, start, end and creation of the window
 * @param after epoch milliseconds; may be infinite
 * @returns epoch milliseconds, or `undefined` if the window does not run any more
 * @throws RangeError if the zone or the offset is bad, or an instant is NaN
 * @see AWS Systems Manager User Guide, "Maintenance window scheduling and active period options"; API reference
 *   of CreateMaintenanceWindow.
 */
export function nextOccurrence(
  schedule: Schedule,
  options: OccurrenceOptions,
  after: number,
): number | undefined {
  check(schedule, options, after);
  return nextInRange(schedule, options, after);
}
