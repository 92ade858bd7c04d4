import { expect } from "chai";
import fc from "fast-check";
import { nextOccurrence } from "#schedule/occurrences.js";
import { longestOffset, sentOffset } from "#schedule/offset.js";
import { size } from "#test/support/size.js";
import { scheduleOf } from "./support/generate.js";

const dayMs = 86_400_000;
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const from = Date.UTC(2026, 0, 1);

/** The n-th weekday of each month of ten years, by the calendar alone, and a number of days later. */
function datesBy(weekday: number, nth: number, days: number): number[] {
  return Array.from({ length: 120 }, (_, month) => {
    const first = new Date(Date.UTC(2026, month, 1)).getUTCDay();
    const day = 1 + ((weekday - first + 7) % 7) + 7 * (nth - 1) + days;
    return Date.UTC(2026, month, day, 4);
  });
}

describe("an offset in SSM's own words", () => {
  for (const [written, days, sent] of [
    ["cron(0 4 ? * TUE#1 *)", 12, { expression: "cron(0 4 ? * TUE#2 *)", offsetDays: 5 }],
    ["cron(0 4 ? * TUE#1 *)", 7, { expression: "cron(0 4 ? * TUE#2 *)" }],
    ["cron(0 4 ? * TUE#1 *)", 27, { expression: "cron(0 4 ? * TUE#4 *)", offsetDays: 6 }],
    ["cron(0 0 4 ? JAN,APR 3#2 *)", 8, { expression: "cron(0 0 4 ? JAN,APR 3#3 *)", offsetDays: 1 }],
    ["cron(0 4 ? * TUE#2 *)", 5, { expression: "cron(0 4 ? * TUE#2 *)", offsetDays: 5 }],
    ["cron(0 4 ? * TUE#2 *)", undefined, { expression: "cron(0 4 ? * TUE#2 *)" }],
    ["cron(0 4 ? * TUE#3 *)", 14, { expression: "cron(0 4 ? * TUE#3 *)", offsetDays: 14 }],
    ["cron(0 4 ? * TUE *)", 12, { expression: "cron(0 4 ? * TUE *)", offsetDays: 12 }],
  ] as const) {
    it(`is ${JSON.stringify(sent)} for ${written} and ${days} days`, () =>
      expect(sentOffset(scheduleOf(written), days)).to.deep.equal(sent));
  }

  it("opens on the dates that were written, for ten years", () => {
    const asked = fc.record({
      weekday: fc.nat({ max: 6 }),
      nth: fc.integer({ min: 1, max: 4 }),
      share: fc.nat(),
    });
    fc.assert(
      fc.property(asked, ({ weekday, nth, share }) => {
        const schedule = scheduleOf(`cron(0 4 ? * ${weekdays[weekday]}#${nth} *)`);
        const days = 1 + (share % longestOffset(schedule));
        const { expression, ...offset } = sentOffset(schedule, days);
        const options = { timezone: "UTC", created: from - 40 * dayMs, ...offset };
        const due = datesBy(weekday, nth, days);
        let at = (due[0] ?? 0) - 1;
        for (const date of due) {
          at = nextOccurrence(scheduleOf(expression), options, at) ?? Number.NaN;
          expect(at, `${schedule.text} and ${days} days`).to.equal(date);
        }
      }),
      { numRuns: size(10, 500) },
    );
  });
});
