import { expect } from "chai";
import fc from "fast-check";
import { nextMatch } from "#schedule/croner.js";
import { parseSchedule } from "#schedule/expression.js";

const expressions = [
  "cron(0 0 0 ? * * *)",
  "cron(0 4 ? * SAT *)",
  "cron(30 23 ? * MON-FRI *)",
  "cron(0/15 0/6 ? * * *)",
  "cron(5,59 1-3,22 ? * SUN,WED *)",
  "cron(0 2 1 * ? *)",
  "cron(0 2 29,31 * ? *)",
  "cron(0 2 29 2 ? *)",
  "cron(0 2 30 2 ? *)",
  "cron(0 2 L * ? *)",
  "cron(59 23 L 2,12 ? *)",
  "cron(0 2 LW * ? *)",
  "cron(0 2 15W * ? *)",
  "cron(0 2 31W * ? *)",
  "cron(0 2 ? * 3#2 *)",
  "cron(0 2 ? * 1#5 *)",
  "cron(0 2 ? * 6L *)",
  "cron(45 0 0 ? JAN,JUL * 2026-2030/2)",
  "cron(0 12 ? 11 TUE#1 2000,2199)",
  "cron(0 0 1 1 ? 1970)",
];

/** The clock of this zone is UTC's, and the cron library does its work. */
const judge = "Etc/UTC";

const instant = fc.oneof(
  fc.integer({ min: Date.UTC(1969, 11, 25), max: Date.UTC(2200, 0, 14) }),
  // On, just before and just after whole minutes, hours and days.
  fc
    .record({
      day: fc.integer({ min: -5, max: 84_005 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.constantFrom(0, 15, 59),
      off: fc.constantFrom(-1, 0, 1, 500),
    })
    .map(({ day, hour, minute, off }) => ((day * 24 + hour) * 60 + minute) * 60_000 + off),
);

describe("the next time in UTC", () => {
  for (const text of expressions) {
    it(`is what the cron library says: ${text}`, () => {
      const parsed = parseSchedule(text);
      if (!parsed.ok) throw new Error(parsed.problems.join(" "));
      const { schedule } = parsed;
      if (schedule.kind !== "cron") throw new Error("no cron");
      fc.assert(
        fc.property(instant, (from) => {
          let after = from;
          for (let count = 0; count < 5; count++) {
            const next = nextMatch(schedule, "UTC", after);
            expect(next, new Date(after).toISOString()).to.equal(nextMatch(schedule, judge, after));
            if (next === undefined) return;
            after = next;
          }
        }),
      );
    });
  }
});
