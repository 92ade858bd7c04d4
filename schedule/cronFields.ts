import { quote } from "#shared/text/quotes.js";
import {
  dayOfMonthField,
  dayOfWeekField,
  fieldProblem,
  hoursField,
  minutesField,
  monthsField,
  readValue,
  readValues,
  secondsField,
  valueAdvice,
  yearsField,
} from "./cronValues.js";
import { problem } from "./problem.js";
import type { CronFields, DayOfMonth, DayOfWeek } from "./types.js";

const shortestMinutes = 5;
const fieldOrder = "minutes hours day-of-month month day-of-week year";

function dayOfMonth(text: string, problems: string[]): DayOfMonth {
  const upper = text.toUpperCase();
  if (upper === "?") return { kind: "any" };
  if (upper === "L") return { kind: "last" };
  if (upper === "LW") return { kind: "lastWeekday" };
  const refuse = (mend: string): DayOfMonth => {
    problems.push(fieldProblem(dayOfMonthField, text, mend));
    return { kind: "any" };
  };
  if (upper.includes("#")) return refuse("move the # to the day-of-week field, as in THU#3");
  if (upper.includes(",") && /[LW]/.test(upper)) return refuse("let L, LW and W stand alone in the field");
  if (upper.startsWith("L-"))
    return refuse("count from the first day instead, days before L are not supported");
  if (upper.includes("W")) {
    const day = upper.endsWith("W") ? readValue(dayOfMonthField, upper.slice(0, -1)) : undefined;
    if (day === undefined) return refuse("write one day from 1 to 31 before the W, as in 15W");
    return { kind: "nearestWeekday", day };
  }
  return { kind: "days", days: readValues(dayOfMonthField, text, problems).values };
}

function dayOfWeek(text: string, problems: string[]): DayOfWeek {
  const upper = text.toUpperCase();
  if (upper === "?") return { kind: "any" };
  // Alone, L is the last day of the week, not of the month.
  if (upper === "L") return { kind: "days", days: [7] };
  const refuse = (mend: string): DayOfWeek => {
    problems.push(fieldProblem(dayOfWeekField, text, mend));
    return { kind: "any" };
  };
  const special = upper.includes("#") || upper.endsWith("L") || /L[,/-]/.test(upper);
  if (special && /[,/]/.test(upper)) return refuse("let L and # stand alone in the field");
  if (upper.includes("#")) {
    const [dayText = "", nthText = ""] = upper.split("#", 2);
    const day = readValue(dayOfWeekField, dayText);
    if (day === undefined) return refuse(`${valueAdvice(dayOfWeekField)} before the #`);
    if (!/^[^#]+#[1-5]$/.test(upper)) return refuse("use a number from 1 to 5 after the #");
    return { kind: "nth", day, nth: Number(nthText) };
  }
  if (special) {
    const day = readValue(dayOfWeekField, upper.slice(0, -1));
    if (day === undefined) return refuse("write one day before the L, as in 6L or FRIL");
    return { kind: "last", day };
  }
  return { kind: "days", days: readValues(dayOfWeekField, text, problems).values };
}

function oneSecond(text: string | undefined, problems: string[]): number {
  if (text === undefined) return 0;
  const second = readValue(secondsField, text);
  if (second === undefined) {
    const mend =
      "use one number, as several would run more often than every 5 minutes, or leave the field out";
    problems.push(fieldProblem(secondsField, text, mend));
  }
  return second ?? 0;
}

/** The shortest distance in minutes between two runs of one day. */
function shortestDistance(minutes: readonly number[], hours: readonly number[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const [index, minute] of minutes.entries()) {
    const previous = minutes[index - 1];
    if (previous !== undefined) shortest = Math.min(shortest, minute - previous);
  }
  const hasNeighbours = hours.some((hour, index) => hours[index - 1] === hour - 1);
  const first = minutes[0];
  const last = minutes.at(-1);
  if (hasNeighbours && first !== undefined && last !== undefined) {
    shortest = Math.min(shortest, first + 60 - last);
  }
  return shortest;
}

function checkDays(dom: string, dow: string, problems: string[]): void {
  const allowed = "? in exactly one of the two";
  const where = "day-of-month and day-of-week";
  if (dom === "?" && dow === "?") {
    problems.push(problem(where, "? in both", allowed, "replace one ? by * to mean every day"));
  } else if (dom !== "?" && dow !== "?") {
    const mend = "replace the one that does not matter by ?";
    problems.push(problem(where, `${quote(dom)} and ${quote(dow)}`, allowed, mend));
  }
}

function countAdvice(count: number): string {
  if (count === 5) return "add the year as the last field, usually *";
  return count < 5 ? "add the missing fields" : "remove the fields that are too many";
}

/**
 * Reads what stands between `cron(` and `)`.
 *
 * Two runs of one day less than 5 minutes apart are refused, as AWS does not support them; the step over
 * midnight is not looked at, because the two days need not follow each other.
 *
 * @param body six fields, or seven with the seconds first, each separated by one space
 * @param problems receives every problem found; the result is only of use if none was added
 * @returns the fields, or `undefined` if their number is wrong
 */
export function readCronFields(body: string, problems: string[]): CronFields | undefined {
  const parts = body.trim().split(/\s+/);
  if (body !== parts.join(" ")) {
    const mend = "remove the other white space";
    problems.push(problem("cron fields", quote(body), "one space between two fields", mend));
  }
  const count = body.trim() === "" ? 0 : parts.length;
  if (count !== 6 && count !== 7) {
    const allowed = `6 fields (${fieldOrder}) or 7 with seconds first`;
    problems.push(
      problem("cron fields", `${count} field${count === 1 ? "" : "s"}`, allowed, countAdvice(count)),
    );
    return undefined;
  }
  const second = oneSecond(count === 7 ? parts.shift() : undefined, problems);
  const [minuteText = "", hourText = "", domText = "", monthText = "", dowText = "", yearText = ""] = parts;
  const minutes = readValues(minutesField, minuteText, problems);
  const hours = readValues(hoursField, hourText, problems);
  const dom = dayOfMonth(domText, problems);
  const months = readValues(monthsField, monthText, problems).values;
  const dow = dayOfWeek(dowText, problems);
  const years = readValues(yearsField, yearText, problems).values;
  checkDays(domText, dowText, problems);
  const shortest = shortestDistance(minutes.values, hours.values);
  if (shortest < shortestMinutes) {
    const got = `${quote(minuteText)}, runs ${shortest} min apart`;
    problems.push(problem("minutes field", got, "5 minutes or more", "use a wider step, such as 0/5"));
  }
  return { second, minutes, hours, dayOfMonth: dom, months, dayOfWeek: dow, years };
}
