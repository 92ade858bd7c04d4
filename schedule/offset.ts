import type { Schedule } from "./types.js";

/** API reference of CreateMaintenanceWindow, `ScheduleOffset`. */
const mostDays = 6;
const weekDays = 7;
/** Every month has four of each weekday, and not every one a fifth. */
const surely = 4;

/** A schedule and its ScheduleOffset as SSM takes them. */
export interface SentOffset {
  readonly expression: string;
  /** Absent where the day of the schedule itself is the day. */
  readonly offsetDays?: number;
}

/**
 * The longest wait after a schedule's day that SSM can be told: 6 days, and behind the n-th weekday of a month as many weeks
 * more as there is surely such a weekday, since a week after the first Tuesday is the second.
 */
export function longestOffset(schedule: Schedule): number {
  if (schedule.kind !== "cron" || schedule.dayOfWeek.kind !== "nth") return mostDays;
  return Math.max(0, surely - schedule.dayOfWeek.nth) * weekDays + mostDays;
}

/** Says an offset beyond 6 days by a later weekday of the same month: `TUE#1` and 12 days are `TUE#2` and 5. */
export function sentOffset(schedule: Schedule, offsetDays: number | undefined): SentOffset {
  const { text: expression } = schedule;
  if (offsetDays === undefined) return { expression };
  if (offsetDays <= mostDays || offsetDays > longestOffset(schedule)) return { expression, offsetDays };
  const [weeks, days] = [Math.floor(offsetDays / weekDays), offsetDays % weekDays];
  const later = expression.replace(/#(\d)/, (_, nth: string) => `#${Number(nth) + weeks}`);
  return { expression: later, ...(days === 0 ? {} : { offsetDays: days }) };
}
