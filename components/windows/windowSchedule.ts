import { parseSchedule } from "#schedule/expression.js";
import { zoneProblem } from "#schedule/zone.js";
import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

/** When a maintenance window opens and for how long. Plain: its parts are checked against each other at preview. */
export interface WindowSchedule {
  /**
   * SSM schedule expression of 1 to 256 characters: `cron(0 4 ? * SUN *)` with six fields of which day-of-month or
   * day-of-week is `?`, `rate(7 days)` of at least five minutes, or `at(2026-12-31T04:00:00)`.
   */
  readonly expression: string;
  /** IANA zone in which cron and at are read, as `UTC` or `Area/City`. @default UTC */
  readonly timezone?: string;
  /** Length of the window in hours, 1 to 24 (API: Duration). */
  readonly durationHours: number;
  /**
   * Hours before the window's end after which nothing new is started on a node, 0 to `durationHours` - 1
   * (API: Cutoff; SSM refuses more). What runs then goes on.
   */
  readonly cutoffHours: number;
  /** Days to wait after a cron day, 1 to 6; the Tuesday of Patch Tuesday plus 5, say. Cron only. @default none */
  readonly offsetDays?: number;
}

/** Everything that is wrong with a window's schedule. */
export function scheduleProblems(path: string): (schedule: WindowSchedule) => Problem[] {
  return ({ expression, timezone, durationHours, cutoffHours, offsetDays }) => {
    const problems: Problem[] = [];
    const say = (property: string, reason: string) =>
      problems.push({ propertyPath: `${path}.${property}`, reason });

    const parsed = parseSchedule(expression);
    if (!parsed.ok) for (const problem of parsed.problems) say("expression", problem);
    const zone = timezone === undefined ? undefined : zoneProblem(timezone);
    if (zone !== undefined) say("timezone", zone);

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
    if (offsetDays !== undefined) {
      if (!isWhole(offsetDays, 1, 6)) {
        say("offsetDays", `got ${shown(offsetDays)}; allowed are whole days from 1 to 6.`);
      } else if (parsed.ok && parsed.schedule.kind !== "cron") {
        say("offsetDays", "goes with a cron expression only. Leave it out.");
      }
    }
    return problems;
  };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
