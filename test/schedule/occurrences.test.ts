import { expect } from "chai";
import fc from "fast-check";
import { nextOccurrence, offsetProblem } from "#schedule/occurrences.js";
import { computed } from "#test/support/cpu.js";
import { size } from "#test/support/size.js";
import { occurrencesBetween } from "./support/between.js";
import { cronText, moments, scheduleOf, zones } from "./support/generate.js";
import { iso, runsAfter } from "./support/runs.js";

const dayMs = 86_400_000;

function at(text: string): number {
  return Date.parse(text);
}

describe("nextOccurrence", () => {
  describe("start, end and creation", () => {
    const timezone = "America/Los_Angeles";

    it("runs a cron not before its start, an instant that the zone does not shift", () => {
      const start = at("2021-01-01T00:00:00-08:00");
      const runs = runsAfter("cron(0 09 ? * WED *)", { timezone, start, created: 0 }, 0, 2);
      expect(iso(runs)).to.deep.equal(["2021-01-06T17:00:00.000Z", "2021-01-13T17:00:00.000Z"]);
    });

    it("runs at the very start, but not at the very end", () => {
      const start = at("2026-01-04T04:00Z");
      const end = at("2026-01-18T04:00Z");
      const runs = runsAfter("cron(0 4 ? * SUN *)", { timezone: "UTC", start, end, created: 0 }, 0, 5);
      expect(iso(runs)).to.deep.equal(["2026-01-04T04:00:00.000Z", "2026-01-11T04:00:00.000Z"]);
    });

    it("runs not before its creation, but at that very moment", () => {
      const options = { timezone: "UTC", created: at("2026-01-04T04:00Z") };
      expect(runsAfter("cron(0 4 ? * SUN *)", options, 0, 1)).to.deep.equal([options.created]);
      const later = { timezone: "UTC", created: options.created + 1 };
      expect(iso(runsAfter("cron(0 4 ? * SUN *)", later, 0, 1))).to.deep.equal(["2026-01-11T04:00:00.000Z"]);
    });
  });

  // Wall clocks by the tz database: each row is a night in which a zone loses an hour at or before midnight, or a whole day.
  describe("at midnight of a night on which clocks are put forward", () => {
    for (const [timezone, expression, from, ...expected] of [
      // 23:00 is followed by 00:00 of the next date.
      ["America/Nuuk", "cron(30 23 * * ? *)", "2025-03-29T12:00Z", "2025-03-30T01:00Z", "2025-03-31T00:30Z"],
      [
        "America/Nuuk",
        "cron(30 23 ? * SAT *)",
        "2025-03-29T12:00Z",
        "2025-03-30T01:00Z",
        "2025-04-06T00:30Z",
      ],
      ["America/Nuuk", "cron(0 0 * * ? *)", "2025-03-29T12:00Z", "2025-03-30T01:00Z", "2025-03-31T01:00Z"],
      [
        "America/Nuuk",
        "cron(0,30 23 * * ? *)",
        "2025-03-29T12:00Z",
        "2025-03-30T01:00Z",
        "2025-03-31T00:00Z",
      ],
      // 23:59 is followed by 01:00.
      [
        "America/Asuncion",
        "cron(0 0 * * ? *)",
        "2024-10-05T12:00Z",
        "2024-10-06T04:00Z",
        "2024-10-07T03:00Z",
      ],
      ["America/Asuncion", "cron(30 0 ? * SUN *)", "2024-10-05T12:00Z", "2024-10-06T04:00Z"],
      ["America/Havana", "cron(0 0 * * ? *)", "2026-03-07T12:00Z", "2026-03-08T05:00Z", "2026-03-09T04:00Z"],
      ["Asia/Beirut", "cron(15 0 * * ? *)", "2026-03-28T12:00Z", "2026-03-28T22:00Z", "2026-03-29T21:15Z"],
      ["Africa/Cairo", "cron(0 0 ? * FRI *)", "2026-04-23T12:00Z", "2026-04-23T22:00Z", "2026-04-30T21:00Z"],
      [
        "America/Santiago",
        "cron(0 0 * * ? *)",
        "2026-09-05T12:00Z",
        "2026-09-06T04:00Z",
        "2026-09-07T03:00Z",
      ],
      // 29 December is followed by the 31st: what was due on the 30th is due as the 31st begins.
      ["Pacific/Apia", "cron(30 23 * * ? *)", "2011-12-30T00:00Z", "2011-12-30T09:30Z", "2011-12-30T10:00Z"],
      ["Pacific/Apia", "cron(0 4 ? * FRI *)", "2011-12-29T00:00Z", "2011-12-30T10:00Z", "2012-01-05T14:00Z"],
    ] as const) {
      it(`${expression} in ${timezone} has a run for each date`, () => {
        const runs = runsAfter(expression, { timezone, created: 0 }, at(from), expected.length);
        expect(iso(runs)).to.deep.equal(expected.map((text) => new Date(text).toISOString()));
      });
    }
  });

  describe("rate", () => {
    it("counts from a start in the future, as in the AWS example of a weekly window in Tokyo", () => {
      const options = {
        timezone: "Asia/Tokyo",
        start: at("2019-01-01T00:03:15+09:00"),
        end: at("2019-06-30T00:06:15+09:00"),
        created: at("2018-12-01T00:00Z"),
      };
      const runs = runsAfter("rate(7 days)", options, 0, 100);
      expect(runs).to.have.lengthOf(26);
      expect(runs[0]).to.equal(options.start);
      expect(runs.at(-1)).to.equal(at("2019-06-25T00:03:15+09:00"));
    });

    it("counts from its creation when the start has passed or there is none", () => {
      const created = at("2026-03-07T12:00Z");
      const expected = ["2026-03-08T12:00:00.000Z", "2026-03-09T12:00:00.000Z"];
      const timezone = "America/New_York";
      expect(iso(runsAfter("rate(1 day)", { timezone, created }, 0, 2))).to.deep.equal(expected);
      const late = { timezone, created, start: created - 1 };
      expect(iso(runsAfter("rate(1 day)", late, 0, 2))).to.deep.equal(expected);
      const same = { timezone, created, start: created };
      expect(iso(runsAfter("rate(1 day)", same, 0, 2))).to.deep.equal(expected);
    });

    it("gives the run after any moment, also long after the start", () => {
      const options = { timezone: "UTC", created: 0 };
      const after = at("2026-01-01T00:00Z");
      expect(nextOccurrence(scheduleOf("rate(5 minutes)"), options, after)).to.equal(after + 300_000);
      expect(nextOccurrence(scheduleOf("rate(5 minutes)"), options, after - 1)).to.equal(after);
      expect(nextOccurrence(scheduleOf("rate(999999 days)"), options, 8.64e15)).to.equal(undefined);
    });
  });

  describe("at", () => {
    const schedule = scheduleOf("at(2026-03-08T02:30:00)");

    it("runs once, in UTC or in the zone of the window", () => {
      expect(iso(runsAfter(schedule.text, { timezone: "UTC", created: 0 }, 0, 3))).to.deep.equal([
        "2026-03-08T02:30:00.000Z",
      ]);
      expect(iso(runsAfter(schedule.text, { timezone: "Asia/Kolkata", created: 0 }, 0, 3))).to.deep.equal([
        "2026-03-07T21:00:00.000Z",
      ]);
    });

    it("runs at the end of a gap, and at the first of two equal times", () => {
      const timezone = "America/New_York";
      expect(nextOccurrence(schedule, { timezone, created: 0 }, 0)).to.equal(at("2026-03-08T07:00Z"));
      const fold = scheduleOf("at(2026-11-01T01:30:00)");
      expect(nextOccurrence(fold, { timezone, created: 0 }, 0)).to.equal(at("2026-11-01T05:30Z"));
    });

    it("does not run when created too late, or outside start and end", () => {
      const run = at("2026-03-08T02:30Z");
      const timezone = "UTC";
      expect(nextOccurrence(schedule, { timezone, created: run + 1 }, 0)).to.equal(undefined);
      expect(nextOccurrence(schedule, { timezone, created: 0, start: run + 1 }, 0)).to.equal(undefined);
      expect(nextOccurrence(schedule, { timezone, created: 0, end: run }, 0)).to.equal(undefined);
      expect(nextOccurrence(schedule, { timezone, created: 0, start: run, end: run + 1 }, 0)).to.equal(run);
    });
  });

  describe("schedule offset", () => {
    const tuesday = "cron(30 23 ? * TUE#3 *)";

    it("runs so many days after the cron day", () => {
      const options = { timezone: "UTC", offsetDays: 2, created: at("2026-01-01T00:00Z") };
      expect(iso(runsAfter(tuesday, options, options.created, 2))).to.deep.equal([
        "2026-01-22T23:30:00.000Z",
        "2026-02-19T23:30:00.000Z",
      ]);
    });

    it("skips the period whose cron time has passed at creation", () => {
      const options = { timezone: "UTC", offsetDays: 2, created: at("2026-01-20T23:30Z") };
      expect(iso(runsAfter(tuesday, options, 0, 1))).to.deep.equal(["2026-01-22T23:30:00.000Z"]);
      const late = { ...options, created: options.created + 1 };
      expect(iso(runsAfter(tuesday, late, 0, 1))).to.deep.equal(["2026-02-19T23:30:00.000Z"]);
    });

    it("keeps the hour of the wall clock when the clocks change in between", () => {
      const options = { timezone: "America/New_York", offsetDays: 3, created: 0 };
      const runs = runsAfter("cron(0 4 ? 3,11 FRI *)", options, at("2026-03-05T00:00Z"), 1);
      expect(iso(runs)).to.deep.equal(["2026-03-09T08:00:00.000Z"]);
    });

    it("keeps the hour when the cron time itself falls into a gap", () => {
      const options = { timezone: "America/New_York", offsetDays: 1, created: 0 };
      const runs = runsAfter("cron(30 2 ? * SUN *)", options, at("2026-03-07T00:00Z"), 1);
      expect(iso(runs)).to.deep.equal(["2026-03-09T06:30:00.000Z"]);
    });

    it("runs at the end of a gap when the shifted time falls into it", () => {
      const options = { timezone: "America/New_York", offsetDays: 6, created: 0 };
      const runs = runsAfter("cron(15,30 2 ? * MON *)", options, at("2026-03-03T00:00Z"), 2);
      expect(iso(runs)).to.deep.equal(["2026-03-08T07:00:00.000Z", "2026-03-15T06:15:00.000Z"]);
    });

    it("starts by the run, not by the cron day", () => {
      const start = at("2026-01-21T00:00Z");
      const runs = runsAfter(tuesday, { timezone: "UTC", offsetDays: 2, start, created: 0 }, 0, 1);
      expect(iso(runs)).to.deep.equal(["2026-01-22T23:30:00.000Z"]);
    });

    for (const days of [0, 7, -1, 1.5, Number.NaN]) {
      it(`refuses an offset of ${days} days`, () => {
        const problem = `schedule offset: got ${days}; allowed is a whole number of days from 1 to 6, with a cron expression; remove or correct it`;
        expect(offsetProblem(scheduleOf(tuesday), days)).to.equal(problem);
        const options = { timezone: "UTC", offsetDays: days, created: 0 };
        expect(() => nextOccurrence(scheduleOf(tuesday), options, 0)).to.throw(RangeError, problem);
      });
    }

    it("refuses an offset with a rate or a single time", () => {
      expect(offsetProblem(scheduleOf("rate(1 day)"), 2)).to.include("got 2 with rate;");
      expect(offsetProblem(scheduleOf("at(2026-01-01T00:00:00)"), 2)).to.include("got 2 with at;");
      expect(offsetProblem(scheduleOf("rate(1 day)"), undefined)).to.equal(undefined);
    });
  });

  it("refuses a bad zone and moments that are not numbers", () => {
    const schedule = scheduleOf("cron(30 23 ? * TUE *)");
    const options = { timezone: "UTC", created: 0 };
    expect(() => nextOccurrence(schedule, { ...options, timezone: "EST" }, 0)).to.throw(RangeError, "EST");
    const notANumber = "instant: got NaN; allowed is epoch milliseconds; check how the date was read";
    for (const wrong of ["created", "start", "end"]) {
      const bad = { ...options, [wrong]: Number.NaN };
      expect(() => nextOccurrence(schedule, bad, 0)).to.throw(RangeError, notANumber);
    }
    expect(() => nextOccurrence(schedule, options, Number.NaN)).to.throw(RangeError, notANumber);
  });

  it("answers for moments without end, and quickly when nothing is left", () => {
    const began = computed();
    for (const text of ["cron(0 4 1 1 ? 2020)", "cron(0 4 30 2 ? *)", "cron(0 4 31 APR,JUN ? *)"]) {
      const created = at("2026-01-01T00:00Z");
      expect(nextOccurrence(scheduleOf(text), { timezone: "Europe/Berlin", created }, created)).to.equal(
        undefined,
      );
      const offset = { timezone: "Europe/Berlin", created, offsetDays: 6 };
      expect(nextOccurrence(scheduleOf(text), offset, created)).to.equal(undefined);
    }
    expect(computed() - began).to.be.below(2000);
    const always = scheduleOf("cron(0 4 * * ? *)");
    const options = { timezone: "UTC", created: Number.NEGATIVE_INFINITY };
    expect(nextOccurrence(always, options, Number.NEGATIVE_INFINITY)).to.equal(at("1970-01-01T04:00Z"));
    expect(nextOccurrence(always, options, Number.POSITIVE_INFINITY)).to.equal(undefined);
    expect(nextOccurrence(always, { ...options, offsetDays: 6 }, at("2200-01-05T04:00Z"))).to.equal(
      at("2200-01-06T04:00Z"),
    );
  });
});

describe("the runs of a window, one after the other", () => {
  it("are those of the fastest rate over a day", () => {
    const from = at("2026-01-01T00:00Z");
    const options = { timezone: "UTC", created: from };
    const runs = occurrencesBetween(scheduleOf("rate(5 minutes)"), options, from, from + dayMs);
    expect(runs).to.have.lengthOf(287);
    expect(runs[0]).to.equal(from + 300_000);
  });

  it("rise, and lie within start and end", () => {
    const texts = fc.oneof(
      cronText,
      fc.constantFrom("rate(90 minutes)", "rate(1 day)", "at(2026-03-08T02:30:00)"),
    );
    const day = fc.integer({ min: -5, max: 5 });
    const offsets = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
    fc.assert(
      fc.property(texts, zones, moments, day, day, offsets, (text, timezone, from, begin, finish, offset) => {
        const schedule = scheduleOf(text);
        const isShifted = schedule.kind === "cron" && offset !== undefined;
        const options = {
          timezone,
          created: from - 10 * dayMs,
          start: from + begin * dayMs,
          end: from + finish * dayMs,
          ...(isShifted ? { offsetDays: offset } : {}),
        };
        const to = from + 3 * dayMs;
        const runs = occurrencesBetween(schedule, options, from, to);
        for (const [index, run] of runs.entries()) {
          expect(run).to.be.above(runs[index - 1] ?? from - 1);
          expect(run).to.be.at.least(options.start);
          expect(run).to.be.below(options.end);
        }
      }),
      { numRuns: size(10, 200) },
    );
  });
});
