import { dayMs, hourMs } from "#shared/text/time.js";
import type { CronSchedule, DayOfMonth, DayOfWeek } from "./types.js";

const lastYear = 2199;

/** Whether a day of the month is one that {@link nextUtc} knows; the library knows all. */
export function isPlain({ kind }: DayOfMonth): boolean {
  return kind === "any" || kind === "days" || kind === "last";
}

/**
 * The first time the cron fields match in UTC, strictly after an instant: there no clock ever changes, so a day is as good
 * as another, and the library's second look at each clock is spared.
 *
 * @param schedule a schedule from the parser, whose day of the month is plain
 * @param after epoch milliseconds, from 1969 on
 * @returns epoch milliseconds, or `undefined` if no later time matches up to the end of 2199
 */
export function nextUtc(schedule: CronSchedule, after: number): number | undefined {
  const { years, months } = schedule;
  let day = Math.floor(after / dayMs) * dayMs;
  for (;;) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    if (year > lastYear) return undefined;
    const month = date.getUTCMonth();
    if (!years.includes(year)) day = Date.UTC(year + 1, 0);
    else if (!months.includes(month + 1)) day = Date.UTC(year, month + 1);
    else {
      const found = isDayOf(schedule, date) ? timeOf(schedule, day, after) : undefined;
      if (found !== undefined) return found;
      day += dayMs;
    }
  }
}

function isDayOf({ dayOfMonth, dayOfWeek }: CronSchedule, date: Date): boolean {
  const day = date.getUTCDate();
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const isInMonth =
    dayOfMonth.kind === "days" ? dayOfMonth.days.includes(day) : dayOfMonth.kind === "any" || day === days;
  return isInMonth && isInWeek(dayOfWeek, date.getUTCDay() + 1, day, days);
}

/**
 * @param weekday 1 = Sunday
 * @param day of the month
 * @param days that the month has
 */
function isInWeek(wanted: DayOfWeek, weekday: number, day: number, days: number): boolean {
  switch (wanted.kind) {
    case "any":
      return true;
    case "days":
      return wanted.days.includes(weekday);
    case "last":
      return wanted.day === weekday && day > days - 7;
    case "nth":
      return wanted.day === weekday && Math.ceil(day / 7) === wanted.nth;
  }
}

/** The first time of a day that comes after an instant. */
function timeOf({ hours, minutes, second }: CronSchedule, day: number, after: number): number | undefined {
  for (const hour of hours.values) {
    // Not one of its times is late enough.
    if (day + (hour + 1) * hourMs <= after) continue;
    for (const minute of minutes.values) {
      const time = day + hour * hourMs + (minute * 60 + second) * 1000;
      if (time > after) return time;
    }
  }
  return undefined;
}
