import { quote } from "#shared/text/quotes.js";
import { readCronFields } from "./cronFields.js";
import { problem } from "./problem.js";
import type { AtSchedule, ParseResult, RateSchedule, RateUnit, Schedule } from "./types.js";

export type * from "./types.js";

const maxLength = 256;
const maxRate = 999_999;
const minuteMs = 60_000;
const unitMs: Readonly<Record<RateUnit, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 24 * 60 * minuteMs,
};
const kinds = ["cron", "rate", "at"] as const;
type Kind = (typeof kinds)[number];

function readUnit(text: string): RateUnit | undefined {
  const singular = text.endsWith("s") ? text.slice(0, -1) : text;
  return singular === "minute" || singular === "hour" || singular === "day" ? singular : undefined;
}

function readRate(text: string, body: string, problems: string[]): RateSchedule | undefined {
  const parts = body.split(" ");
  const [valueText = "", unitText = ""] = parts;
  if (parts.length !== 2) {
    const allowed = "a number, one space, and a unit";
    problems.push(problem("rate", quote(body), allowed, "write for example rate(7 days)"));
    return undefined;
  }
  const value = /^[1-9]\d{0,5}$/.test(valueText) ? Number(valueText) : undefined;
  const unit = readUnit(unitText);
  if (value === undefined) {
    const allowed = `a whole number from 1 to ${maxRate} without leading zeros`;
    problems.push(problem("rate value", quote(valueText), allowed, "write for example rate(7 days)"));
  }
  if (unit === undefined) {
    const allowed = "minute, minutes, hour, hours, day, days";
    problems.push(problem("rate unit", quote(unitText), allowed, "use one of these in lower case"));
  }
  if (value === undefined || unit === undefined) return undefined;
  const expected = value === 1 ? unit : `${unit}s`;
  if (unitText !== expected) {
    const allowed = "the singular after 1 and the plural after any other number";
    problems.push(problem("rate unit", quote(unitText), allowed, `write rate(${value} ${expected})`));
  }
  const periodMs = value * unitMs[unit];
  if (periodMs < 5 * minuteMs) {
    problems.push(
      problem("rate", quote(body), "5 minutes or more", "write rate(5 minutes) or a longer rate"),
    );
  }
  return { kind: "rate", text, value, unit, periodMs };
}

function readAt(text: string, body: string, problems: string[]): AtSchedule | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(body);
  if (match === null) {
    const mend = "write for example at(2030-07-07T15:55:00), the zone goes into the schedule time zone";
    problems.push(problem("at", quote(body), "yyyy-mm-ddThh:mm:ss without a zone", mend));
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  // Date.UTC would carry 30 February into March, so the written text must come back unchanged.
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(wallMs).toISOString().slice(0, 19) !== body) {
    const mend = "check the days of the month and that hours end at 23";
    problems.push(problem("at", quote(body), "a date and time that exist", mend));
  } else if (year < 1970 || year > 2199) {
    problems.push(problem("at year", String(year), "1970-2199", "use a year in that range"));
  }
  return { kind: "at", text, wallMs };
}

function kindOf(text: string, problems: string[]): Kind | undefined {
  const kind = kinds.find((name) => text.toLowerCase().startsWith(`${name}(`));
  const allowed = "cron(...), rate(...) or at(...)";
  if (kind === undefined) {
    problems.push(problem("schedule", quote(text), allowed, "write for example cron(0 4 ? * SUN *)"));
    return undefined;
  }
  if (!text.startsWith(kind)) {
    problems.push(problem("schedule", quote(text), allowed, `write ${kind} in lower case`));
  }
  if (!text.endsWith(")")) {
    problems.push(problem("schedule", quote(text), allowed, "end the expression with a closing parenthesis"));
  }
  return kind;
}

function read(text: string, problems: string[]): Schedule | undefined {
  const trimmed = text.trim();
  if (trimmed !== text) {
    const allowed = "an expression without white space around it";
    problems.push(problem("schedule", quote(text), allowed, "remove the white space at the ends"));
  }
  const kind = kindOf(trimmed, problems);
  if (kind === undefined) return undefined;
  const body = trimmed.slice(kind.length + 1, trimmed.endsWith(")") ? -1 : undefined);
  if (kind === "rate") return readRate(text, body, problems);
  if (kind === "at") return readAt(text, body, problems);
  const fields = readCronFields(body, problems);
  return fields === undefined ? undefined : { kind: "cron", text, ...fields };
}

/**
 * Reads a schedule expression of a Systems Manager maintenance window: `cron(0 4 ? * SUN *)`,
 * `cron(24 30 9 ? * * *)` with leading seconds, `rate(7 days)` or `at(2030-07-07T15:55:00)`.
 *
 * Never throws, whatever the text. All problems are listed, not only the first; each says where, what was got,
 * what is allowed and how to mend it. A text over 256 characters gets that one problem only.
 *
 * Our reading where AWS is silent or contradicts itself:
 * - `L`, `LW`, `15W`, `6L` and `5#3` must stand alone in their field; days before the last (`L-3`) are refused.
 * - `L` alone in day-of-week is Saturday, every week; `6L` and `FRIL` are the last Friday of the month.
 * - `31W` does not run in a shorter month, and `W` never leaves its month.
 * - Seconds are one number. One AWS page says that 0 is not supported there, another uses it: 0 is accepted.
 * - A date that never comes, such as 30 February, is accepted here and has no occurrence.
 *
 * @param text the expression, 1 to 256 characters
 * @returns the schedule, or a non-empty list of problems
 * @see AWS Systems Manager User Guide, "Reference: Cron and rate expressions for Systems Manager"; API
 *   reference of CreateMaintenanceWindow, `Schedule`.
 */
export function parseSchedule(text: string): ParseResult {
  if (text.length < 1 || text.length > maxLength) {
    const got = `${text.length} characters`;
    const mend = text.length === 0 ? "write for example cron(0 4 ? * SUN *)" : "shorten the expression";
    return { ok: false, problems: [problem("schedule", got, `1 to ${maxLength} characters`, mend)] };
  }
  const problems: string[] = [];
  const schedule = read(text, problems);
  return schedule === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, schedule };
}
