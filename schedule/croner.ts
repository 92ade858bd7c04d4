import { Cron } from "croner";
import type { CronSchedule, DayOfMonth, DayOfWeek, TimeField } from "./types.js";
import { isPlain, nextUtc } from "./utc.js";

const firstYear = 1970;
const lastYear = 2199;

const jobs = new WeakMap<CronSchedule, Map<string, Cron>>();

function timeText(field: TimeField, repeats: boolean): string {
  const [first, ...rest] = field.values;
  // The library tells a repeating job from one at fixed times by the step in its text, and the values here are
  // already expanded. A step over a single value keeps the mark without changing the values.
  return repeats ? [`${first}-${first}/1`, ...rest].join(",") : field.values.join(",");
}

function dayOfMonthText(day: DayOfMonth): string {
  switch (day.kind) {
    case "any":
      return "*";
    case "days":
      return day.days.join(",");
    case "last":
      return "L";
    case "lastWeekday":
      return "LW";
    case "nearestWeekday":
      return `${day.day}W`;
  }
}

/** AWS counts the days of the week from 1 = Sunday, the library from 0 = Sunday. */
function dayOfWeekText(day: DayOfWeek): string {
  switch (day.kind) {
    case "any":
      return "*";
    case "days":
      return day.days.map((value) => value - 1).join(",");
    case "last":
      return `${day.day - 1}#L`;
    case "nth":
      return `${day.day - 1}#${day.nth}`;
  }
}

function yearText(years: readonly number[]): string {
  const all = years.length === lastYear - firstYear + 1;
  return all ? `${firstYear}-${lastYear}` : years.join(",");
}

/**
 * The pattern of a schedule in the dialect of the cron library: seven fields, seconds first and year last.
 *
 * @param schedule a schedule from the parser
 */
function cronerPattern(schedule: CronSchedule): string {
  const repeats = schedule.minutes.repeating || schedule.hours.repeating;
  return [
    schedule.second,
    timeText(schedule.minutes, repeats),
    timeText(schedule.hours, repeats),
    dayOfMonthText(schedule.dayOfMonth),
    schedule.months.join(","),
    dayOfWeekText(schedule.dayOfWeek),
    yearText(schedule.years),
  ].join(" ");
}

/**
 * The first time the cron fields match in a zone, strictly after an instant.
 *
 * @param schedule a schedule from the parser
 * @param zone an IANA zone, already checked
 * @param after epoch milliseconds
 * @returns epoch milliseconds, or `undefined` if no later time matches up to the end of 2199
 */
export function nextMatch(schedule: CronSchedule, zone: string, after: number): number | undefined {
  if (zone === "UTC" && isPlain(schedule.dayOfMonth)) return nextUtc(schedule, after);
  const zones = jobs.get(schedule) ?? new Map<string, Cron>();
  jobs.set(schedule, zones);
  const known = zones.get(zone);
  const options = { timezone: zone, paused: true, domAndDow: true, mode: "7-part" } as const;
  const job = known ?? new Cron(cronerPattern(schedule), { ...options, fixedTimeRule: "no-wildcard" });
  if (known === undefined) zones.set(zone, job);
  return job.nextRun(new Date(after))?.getTime();
}
