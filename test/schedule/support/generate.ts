import fc from "fast-check";
import { parseSchedule, type Schedule } from "#schedule/expression.js";

const dayNames = ["SUN", "mon", "TUE", "WED", "THU", "FRI", "sat"];
const monthNames = ["JAN", "FEB", "mar", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function int(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min, max }).map(String);
}

function range(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(value, value).map((ends) => ends.join("-"));
}

/** A value, a list, a range or a step of the given values, never closer than the values themselves. */
function field(value: fc.Arbitrary<string>, maxStep: number): fc.Arbitrary<string> {
  const stepped = fc.tuple(fc.oneof(fc.constant("*"), value, range(value)), int(1, maxStep));
  const item = fc.oneof(
    value,
    range(value),
    stepped.map((parts) => parts.join("/")),
  );
  const list = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
  return fc.oneof(value, fc.constant("*"), list);
}

// Multiples of five are at least five minutes apart whatever is combined.
const five = fc.integer({ min: 0, max: 11 }).map((value) => String(value * 5));
const minutes = fc.oneof(
  five,
  fc.array(five, { minLength: 1, maxLength: 3 }).map((items) => items.join(",")),
  fc.tuple(five, fc.constantFrom("15", "20", "30")).map((parts) => parts.join("/")),
  fc.constantFrom("*/5", "0/10", "*/30", "50-10/10"),
);
const day = fc.oneof(int(1, 7), fc.constantFrom(...dayNames));
const month = fc.oneof(int(1, 12), fc.constantFrom(...monthNames));
const monthDay = fc.oneof(
  { weight: 3, arbitrary: field(int(1, 31), 15) },
  { weight: 1, arbitrary: fc.constantFrom("L", "LW", "l", "lw") },
  { weight: 1, arbitrary: int(1, 31).map((value) => `${value}W`) },
);
const weekDay = fc.oneof(
  { weight: 3, arbitrary: field(day, 7) },
  { weight: 1, arbitrary: day.map((value) => `${value}L`) },
  { weight: 1, arbitrary: fc.tuple(day, int(1, 5)).map((parts) => parts.join("#")) },
  { weight: 1, arbitrary: fc.constant("L") },
);
const days = fc.oneof(
  monthDay.map((dom) => [dom, "?"] as const),
  weekDay.map((dow) => ["?", dow] as const),
);
const years = fc.oneof(
  { weight: 4, arbitrary: fc.constant("*") },
  { weight: 1, arbitrary: fc.constantFrom("2026-2029", "2025/2", "2026,2027,2028") },
);
const hours = fc.oneof({ weight: 2, arbitrary: int(0, 4) }, { weight: 2, arbitrary: field(int(0, 23), 12) });
const months = fc.oneof(
  { weight: 3, arbitrary: fc.constant("*") },
  { weight: 1, arbitrary: field(month, 6) },
);
const head = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constant("24 ") },
);

/** Any cron expression that Systems Manager accepts, with many night hours, where clocks change. */
export const cronText: fc.Arbitrary<string> = fc
  .tuple(head, minutes, hours, days, months, years)
  .map(([second, minute, hour, [dom, dow], monthText, year]) => {
    return `cron(${second}${minute} ${hour} ${dom} ${monthText} ${dow} ${year})`;
  });

/** Zones with each kind of clock change that is in use. */
export const zones: fc.Arbitrary<string> = fc.constantFrom(
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Cairo",
  "America/Santiago",
  "America/Nuuk",
);

/** Moments of 2026, half of them within two days of a clock change of one of the zones. */
export const moments: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
  fc
    .tuple(
      fc.constantFrom(
        "03-08",
        "11-01",
        "03-28",
        "03-29",
        "10-25",
        "04-05",
        "10-04",
        "04-24",
        "10-30",
        "09-06",
      ),
      fc.integer({ min: -48 * 60, max: 48 * 60 }),
    )
    .map(([date, minute]) => Date.parse(`2026-${date}T00:00:00Z`) + minute * 60_000),
);

/** The schedule of a text that must be good. */
export function scheduleOf(text: string): Schedule {
  const result = parseSchedule(text);
  if (!result.ok) throw new Error(`${text}: ${result.problems.join(" | ")}`);
  return result.schedule;
}
