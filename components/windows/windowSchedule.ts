import type * as aws from "@pulumi/aws";
import { type ParseResult, parseSchedule } from "#schedule/expression.js";
import { scheduleMeant } from "#schedule/meant.js";
import { longestOffset, type SentOffset, sentOffset } from "#schedule/offset.js";
import { instantAt } from "#schedule/zone.js";
import { zoneAdvice } from "#schedule/zonesMeant.js";
import { dayOf, daysMeant } from "#shared/text/dates.js";
import { shown } from "#shared/text/quotes.js";
import { dayMs } from "#shared/text/time.js";
import type { Problem } from "../common/problems.js";

/** When a maintenance window opens and for how long. Plain: its parts are checked against each other at preview. */
export interface WindowSchedule {
  /**
   * SSM schedule expression of 1 to 256 characters: `cron(0 4 ? * SUN *)` with six fields of which day-of-month or
   * day-of-week is `?`, `rate(7 days)` of at least five minutes, or `at(2026-12-31T04:00:00)`.
   */
  expression: string;
  /** IANA zone in which cron and at are read, as `UTC` or `Area/City`. @default UTC */
  timezone?: string;
  /** Length of the window in hours, 1 to 24 (API: Duration). */
  durationHours: number;
  /**
   * Hours before the window's end after which nothing new is started on a node, 0 to `durationHours` - 1
   * (API: Cutoff; SSM refuses more). What runs then goes on.
   */
  cutoffHours: number;
  /**
   * Days to wait after a cron day, 1 to 6; the Tuesday of Patch Tuesday plus 5, say. After the first weekday of a month
   * (`TUE#1`) up to 27, the second 20, the third 13: SSM is then told the later weekday. Cron only. @default none
   */
  offsetDays?: number;
  /** First day, as YYYY-MM-DD in the window's zone, on which it may open (API: StartDate). @default at once */
  startDate?: string;
  /** Last day on which it may open (API: EndDate, the midnight after it). @default no end */
  endDate?: string;
  /** Whether it opens at all. @default true */
  enabled?: boolean;
}

/** The instants from which and before which a window opens, in milliseconds since the epoch. */
export function activeSpan({ timezone = "UTC", startDate, endDate }: WindowSchedule): {
  readonly start?: number;
  readonly end?: number;
} {
  const from = startDate === undefined ? undefined : dayOf(startDate);
  const to = endDate === undefined ? undefined : dayOf(endDate);
  return {
    ...(from === undefined ? {} : { start: instantAt(timezone, from) }),
    ...(to === undefined ? {} : { end: instantAt(timezone, to + dayMs) }),
  };
}

/** The schedule and its offset as SSM takes them. */
export function sentSchedule({ expression, offsetDays }: WindowSchedule): SentOffset {
  const parsed = parseSchedule(expression);
  return parsed.ok ? sentOffset(parsed.schedule, offsetDays) : { expression };
}

/** What the provider is told of a window's schedule. */
export function scheduleProperties(
  schedule: WindowSchedule,
): Pick<
  aws.ssm.MaintenanceWindowArgs,
  | ("schedule" | "scheduleTimezone" | "scheduleOffset")
  | ("startDate" | "endDate" | "duration" | "cutoff" | "enabled")
> & { schedule: string; duration: number; cutoff: number } {
  const { start, end } = activeSpan(schedule);
  const { expression, offsetDays } = sentSchedule(schedule);
  const text = (instant: number) => new Date(instant).toISOString().replace(".000Z", "Z");
  return {
    schedule: expression,
    scheduleTimezone: schedule.timezone ?? "UTC",
    ...(offsetDays === undefined ? {} : { scheduleOffset: offsetDays }),
    ...(start === undefined ? {} : { startDate: text(start) }),
    ...(end === undefined ? {} : { endDate: text(end) }),
    ...(schedule.enabled === false ? { enabled: false } : {}),
    duration: schedule.durationHours,
    cutoff: schedule.cutoffHours,
  };
}

/** Everything that is wrong with a window's schedule. */
export function scheduleProblems(path: string): (schedule: WindowSchedule) => Problem[] {
  return (schedule) => {
    const { expression, timezone, durationHours, cutoffHours, offsetDays } = schedule;
    const problems: Problem[] = [];
    const say = (property: string, reason: string, meant: Omit<Problem, "propertyPath" | "reason"> = {}) =>
      problems.push({ propertyPath: `${path}.${property}`, reason, ...meant });

    const parsed = parseSchedule(expression);
    if (!parsed.ok)
      for (const problem of parsed.problems) say("expression", problem, scheduleMeant(expression));
    const { reason: zone, ...zoneMeant } = (timezone === undefined ? undefined : zoneAdvice(timezone)) ?? {};
    if (zone !== undefined) say("timezone", zone, zoneMeant);

    const durationIsValid = isWhole(durationHours, 1, 24);
    if (!durationIsValid) {
      say("durationHours", `got ${shown(durationHours)}; allowed are whole hours from 1 to 24.`);
    }
    const latest = durationIsValid ? durationHours - 1 : 23;
    if (!isWhole(cutoffHours, 0, latest)) {
      say(
        "cutoffHours",
        `got ${shown(cutoffHours)}; allowed are whole hours from 0 to ${latest}, one less than the duration.`,
      );
    }
    const offset = offsetDays === undefined ? undefined : offsetReason(parsed, offsetDays);
    if (offset !== undefined) say("offsetDays", offset);
    return [...problems, ...dateProblems(path, schedule)];
  };
}

function offsetReason(parsed: ParseResult, offsetDays: number): string | undefined {
  // Of a schedule that cannot be read, any wait that some schedule takes may be right.
  const longest = parsed.ok ? longestOffset(parsed.schedule) : 27;
  if (isWhole(offsetDays, 1, longest)) {
    const isCron = !parsed.ok || parsed.schedule.kind === "cron";
    return isCron ? undefined : "goes with a cron expression only. Leave it out.";
  }
  const beyond =
    offsetDays <= longest
      ? ""
      : longest > 6
        ? " The weekday comes a fifth time in few months only, so SSM cannot be told a longer wait."
        : " SSM waits no longer, but behind the first, second or third weekday of a month, as in TUE#1.";
  return `got ${shown(offsetDays)}; allowed are whole days from 1 to ${longest} after this schedule.${beyond}`;
}

function dateProblems(path: string, schedule: WindowSchedule): Problem[] {
  const { startDate, endDate } = schedule;
  const wrong = (["startDate", "endDate"] as const).flatMap((property) => {
    const date = schedule[property];
    if (date === undefined || dayOf(date) !== undefined) return [];
    const reason = `got ${shown(date)}; allowed is a day that exists, as YYYY-MM-DD.`;
    return [{ propertyPath: `${path}.${property}`, reason, ...dayMeant(date) }];
  });
  if (wrong.length > 0 || startDate === undefined || endDate === undefined || startDate <= endDate)
    return wrong;
  const reason = `got ${shown(endDate)}, which is before the start date ${startDate}: the window would never open. Move one of them.`;
  return [{ propertyPath: `${path}.endDate`, reason }];
}

/** The day in another spelling; of one whose day and month may be the other way round, one of two. */
export function dayMeant(text: string): Pick<Problem, "instead" | "perhaps"> {
  const [day, other] = daysMeant(text);
  if (day === undefined) return {};
  return other === undefined ? { instead: day } : { perhaps: day };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
