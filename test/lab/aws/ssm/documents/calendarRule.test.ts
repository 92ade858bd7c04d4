import { expect } from "chai";
import fc from "fast-check";
import ICAL from "ical.js";
import { recurrenceDays } from "#lab/aws/ssm/documents/calendarRule.js";
import { at, day } from "#test/lab/support.js";
import { size } from "#test/support/size.js";

describe("the days of a recurrence", () => {
  const names = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
  const text = (time: number) => new Date(time).toISOString().slice(0, 10);

  /** As the library lists them, which is right where rules do not mix days of the month with those of the week. */
  function listed(rule: string, first: number, last: number): string[] {
    const start = ICAL.Time.fromDateString(text(first));
    const iterator = ICAL.Recur.fromString(rule).iterator(start);
    const found: string[] = [];
    for (let next = iterator.next(); next != null && next.toString() <= text(last); next = iterator.next())
      found.push(next.toString());
    return found;
  }

  const some = <T>(values: readonly T[], maxLength = 3) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
  const part = (name: string, values: fc.Arbitrary<readonly (string | number)[]>) =>
    fc.option(
      values.map((list) => `;${name}=${list}`),
      { nil: "" },
    );
  const ordinal = some(["1", "2", "-1", "3"], 1).chain(([n]) =>
    some(names, 2).map((list) => list.map((one) => `${n}${one}`)),
  );
  const rules = fc
    .oneof(
      fc.tuple(fc.constant("FREQ=DAILY"), part("BYDAY", some(names))),
      fc.tuple(
        fc.constant("FREQ=WEEKLY"),
        part("BYDAY", some(names)),
        part("WKST", some(["SU", "MO", "WE"], 1)),
      ),
      fc.tuple(
        fc.constant("FREQ=MONTHLY"),
        fc.oneof(part("BYDAY", ordinal), part("BYMONTHDAY", some([1, 15, 28, -1, -2]))),
      ),
      fc.tuple(
        fc.constant("FREQ=YEARLY;BYMONTH=3,11"),
        fc.oneof(part("BYDAY", ordinal), part("BYMONTHDAY", some([1, 15, 28]))),
      ),
    )
    .map((parts) => parts.join(""));

  it("are those that the library lists", () => {
    fc.assert(
      fc.property(
        rules,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 800 }),
        (rule, interval, offset) => {
          const whole = `${rule};INTERVAL=${interval}`;
          const first = at("2024-01-01T00:00:00Z") + offset * day;
          // A first day that exists in every month: the library moves others into the next month.
          fc.pre(new Date(first).getUTCDate() <= 28);
          const last = first + 4 * 365 * day;
          const days = [...recurrenceDays(ICAL.Recur.fromString(whole), first, last)].map(text);
          // It lists the first day even where the rule does not name it.
          const others = (list: string[]) => list.filter((one) => one !== text(first));
          expect(others(days), `${whole} from ${text(first)}`).to.deep.equal(
            others(listed(whole, first, last)),
          );
        },
      ),
      { numRuns: size(10, 300) },
    );
  });

  for (const [rule, first, ...wanted] of [
    ["FREQ=MONTHLY", "2026-01-31", "2026-01-31", "2026-03-31", "2026-05-31"],
    ["FREQ=MONTHLY;BYMONTHDAY=31,-1", "2026-02-01", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", "2026-02-13", "2026-03-13"],
    ["FREQ=MONTHLY;BYDAY=5SU", "2026-01-01", "2026-03-29", "2026-05-31"],
    [
      "FREQ=MONTHLY;INTERVAL=3;BYDAY=SA;BYSETPOS=1,-1",
      "2026-02-10",
      "2026-02-28",
      "2026-05-02",
      "2026-05-30",
    ],
    ["FREQ=YEARLY;BYDAY=20MO", "2026-01-01", "2026-05-18"],
    ["FREQ=YEARLY;BYDAY=-1FR;BYMONTH=3", "2026-01-01", "2026-03-27"],
    ["FREQ=YEARLY;BYMONTHDAY=1", "2026-03-05", "2026-04-01", "2026-05-01"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "2026-05-10", "2026-05-10", "2026-05-18", "2026-05-24"],
    [
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
      "2026-05-10",
      "2026-05-10",
      "2026-05-11",
      "2026-05-24",
      "2026-05-25",
    ],
    ["FREQ=DAILY;BYMONTH=5;BYMONTHDAY=-1,1", "2026-04-01", "2026-05-01", "2026-05-31"],
  ]) {
    it(`${rule} from ${first}`, () => {
      const days = recurrenceDays(
        ICAL.Recur.fromString(rule ?? ""),
        at(`${first}T00:00:00Z`),
        at("2026-05-31T00:00:00Z"),
      );
      expect([...days].map(text)).to.deep.equal(wanted);
    });
  }

  for (const rule of [
    "FREQ=DAILY;BYDAY=1MO",
    "FREQ=WEEKLY;BYWEEKNO=2",
    "FREQ=YEARLY;BYYEARDAY=5",
    "FREQ=MINUTELY",
  ]) {
    it(`refuse ${rule}`, () => {
      expect(() => [...recurrenceDays(ICAL.Recur.fromString(rule), 0, day)]).to.throw(Error);
    });
  }
});
