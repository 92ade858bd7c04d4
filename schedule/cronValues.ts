import { quote } from "#shared/text/quotes.js";
import { problem } from "./problem.js";
import type { TimeField } from "./types.js";

/** What one cron field accepts. */
interface FieldSpec {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** The allowed values as a message shows them. */
  readonly allowed: string;
  /** Names for `min`, `min + 1`, ..., or empty. */
  readonly names: readonly string[];
  /** Whether a range may run past the end, as SAT-MON does. Years do not come round again. */
  readonly wraps: boolean;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function spec(label: string, min: number, max: number, allowed: string, names: readonly string[]): FieldSpec {
  return { label, min, max, allowed, names, wraps: max < 1970 };
}

export const secondsField = spec("seconds", 0, 59, "0-59", []);
export const minutesField = spec("minutes", 0, 59, "0-59 with , - * /", []);
export const hoursField = spec("hours", 0, 23, "0-23 with , - * /", []);
export const dayOfMonthField = spec("day-of-month", 1, 31, "1-31 with , - * / or one of ? L LW 15W", []);
export const monthsField = spec("month", 1, 12, "1-12 or JAN-DEC with , - * /", monthNames);
export const dayOfWeekField = spec(
  "day-of-week",
  1,
  7,
  "1-7 (1 is Sunday) or SUN-SAT with , - * / or one of ? L 6L 5#3",
  dayNames,
);
export const yearsField = spec("year", 1970, 2199, "1970-2199 with , - * /", []);

/** The problem of one field, with its allowed values filled in. */
export function fieldProblem(field: FieldSpec, got: string, mend: string): string {
  return problem(`${field.label} field`, quote(got), field.allowed, mend);
}

/** How to write a single value of the field, as the last part of a problem. */
export function valueAdvice(field: FieldSpec): string {
  const numbers = `use a number from ${field.min} to ${field.max}`;
  const first = field.names[0];
  return first === undefined ? numbers : `${numbers} or a name from ${first} to ${field.names.at(-1)}`;
}

/**
 * Reads one number or name.
 *
 * @returns the value inside the range of the field, or `undefined` for anything else, however long
 */
export function readValue(field: FieldSpec, text: string): number | undefined {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return field.min + named;
  // A bounded digit count keeps "1e3", "+5" and numbers beyond 2^53 out; "09" is written in the AWS examples.
  if (!/^\d{1,4}$/.test(text) || (field.max < 100 && text.length > 2)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

function fill(from: number, to: number, step: number, field: FieldSpec, into: Set<number>): void {
  const size = field.max - field.min + 1;
  const end = to < from ? to + size : to;
  for (let value = from; value <= end; value += step) into.add(value > field.max ? value - size : value);
}

function readItem(field: FieldSpec, item: string, into: Set<number>): string | undefined {
  const [base = "", stepText, ...moreSteps] = item.split("/");
  if (item === "") return fieldProblem(field, item, "remove the stray comma or write a value");
  if (moreSteps.length > 0) return fieldProblem(field, item, "write one step only, as in 1-10/2");
  const step = stepText === undefined ? 1 : /^\d{1,3}$/.test(stepText) ? Number(stepText) : 0;
  const maxStep = field.max - field.min + (field.min === 0 ? 0 : 1);
  if (step < 1 || step > maxStep) {
    return fieldProblem(field, item, `use a step from 1 to ${maxStep} after the slash`);
  }
  if (base === "*") {
    fill(field.min, field.max, step, field, into);
    return undefined;
  }
  if (base.includes("?")) {
    const daysOnly = "use * for every value, ? is for day-of-month or day-of-week";
    const isDay = field === dayOfMonthField || field === dayOfWeekField;
    return fieldProblem(field, item, isDay ? "let ? stand alone in its field" : daysOnly);
  }
  const [fromText = "", toText, ...moreEnds] = base.split("-");
  if (moreEnds.length > 0) return fieldProblem(field, item, "write one range with two ends, as in 1-5");
  const from = readValue(field, fromText);
  const to = toText === undefined ? from : readValue(field, toText);
  if (from === undefined || to === undefined) return fieldProblem(field, item, valueAdvice(field));
  if (to < from && !field.wraps) return fieldProblem(field, item, "put the smaller year first");
  const openStep = toText === undefined && stepText !== undefined;
  fill(from, openStep ? field.max : to, step, field, into);
  return undefined;
}

/**
 * Expands a list such as `1,5-10/2,0/15` to its values, and adds what is wrong to `problems`.
 *
 * `5/15` means from 5 to the end of the field by 15. A range whose end is smaller wraps, so `SAT-MON` is
 * SAT, SUN, MON; its step counts through the end of the field.
 *
 * @returns the values in ascending order; those of the faulty items are missing
 */
export function readValues(field: FieldSpec, text: string, problems: string[]): TimeField {
  const found = new Set<number>();
  for (const item of text.split(",")) {
    const wrong = readItem(field, item, found);
    if (wrong !== undefined) problems.push(wrong);
  }
  return { values: [...found].sort((a, b) => a - b), repeating: /[*/]/.test(text) };
}
