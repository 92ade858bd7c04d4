import { expect } from "chai";
import fc from "fast-check";
import { type CycleSide, followingOf } from "#schedule/cycles.js";
import type { CronSchedule } from "#schedule/types.js";
import { size } from "#test/support/size.js";
import { occurrencesBetween } from "./support/between.js";
import { scheduleOf } from "./support/generate.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const from = Date.parse("2026-01-15T12:00Z");

function side(text: string, offsetDays?: number, more: Partial<CycleSide> = {}): CycleSide {
  const schedule = scheduleOf(text) as CronSchedule;
  const offset = offsetDays === undefined ? {} : { offsetDays };
  return { schedule, timezone: "UTC", durationHours: 5, cutoffHours: 1, ...offset, ...more };
}

const patchTuesday = "cron(0 4 ? * TUE#2 *)";

describe("windows that follow each other", () => {
  for (const [what, before, window, soakHours, expected] of [
    [
      "some days after one day of a month",
      side(patchTuesday, 1),
      side(patchTuesday, 5),
      72,
      { days: 4, isConstant: true, longestHours: 96 },
    ],
    [
      "in the week after it",
      side(patchTuesday, 5),
      side("cron(0 4 ? * TUE#3 *)", 3),
      72,
      { days: 5, isConstant: true, longestHours: 120 },
    ],
    [
      "on days of the month and of the week, which are not always as many days apart",
      side("cron(0 4 1 * ? *)"),
      side("cron(0 4 ? * SAT#2 *)"),
      72,
      { days: 13, isConstant: false },
    ],
    [
      "over midnight, where the last nodes begin on the next day",
      side("cron(0 22 ? * MON *)"),
      side("cron(0 22 ? * THU *)"),
      48,
      { days: 4, isConstant: false },
    ],
    [
      "at a later hour: what comes out in between would be approved by the day",
      side("cron(0 4 ? * MON *)"),
      side("cron(0 20 ? * TUE *)"),
      0,
      { days: 2, isConstant: false },
    ],
    [
      "at the same hour, over changes of clocks",
      side("cron(0 4 ? * FRI *)", undefined, { timezone: "US/Eastern" }),
      side("cron(0 4 ? * MON *)", undefined, { timezone: "US/Eastern" }),
      48,
      { days: 3, isConstant: true },
    ],
    [
      "over midnight in UTC in one half of the year alone",
      side("cron(0 4 ? * MON *)", undefined, { timezone: "Australia/Sydney" }),
      side("cron(0 7 ? * THU *)", undefined, { timezone: "Australia/Sydney" }),
      48,
      { isConstant: false, days: 4 },
    ],
  ] as const) {
    it(`${what}`, () => {
      expect(followingOf(before, window, soakHours, from)).to.deep.include(expected);
    });
  }

  it("tell the first openings that are too soon, and by how much", () => {
    expect(followingOf(side(patchTuesday), side(patchTuesday, 3), 72, from)).to.deep.equal({
      kind: "too soon",
      before: Date.parse("2026-02-10T04:00Z"),
      opening: Date.parse("2026-02-13T04:00Z"),
      hours: 67,
    });
    expect(followingOf(side(patchTuesday), side(patchTuesday), 0, from)).to.include({
      kind: "too soon",
      hours: -5,
    });
  });

  it("tell an opening that follows none, and two that one follows", () => {
    expect(followingOf(side("cron(0 4 ? * TUE#2 *)"), side("cron(0 4 ? * SAT *)"), 24, from)).to.deep.equal({
      kind: "none before",
      earlier: Date.parse("2026-02-14T04:00Z"),
      opening: Date.parse("2026-02-21T04:00Z"),
    });
    expect(followingOf(side("cron(0 4 ? * TUE *)"), side("cron(0 4 ? * SAT#2 *)"), 24, from)).to.deep.include(
      {
        kind: "two before",
        before: [Date.parse("2026-02-17T04:00Z"), Date.parse("2026-02-24T04:00Z")],
      },
    );
  });

  it("tell a window that never opens, or not after the other", () => {
    expect(followingOf(side("cron(0 4 30 FEB ? *)"), side("cron(0 4 ? * SAT *)"), 0, from)).to.deep.equal({
      kind: "never",
    });
    expect(
      followingOf(side("cron(0 4 1 JUN ? 2026)"), side("cron(0 4 1 MAY ? 2026)"), 0, from),
    ).to.deep.equal({ kind: "never" });
  });

  it("an hour that clocks leave out counts: soaked in winter and not in spring", () => {
    const berlin = { timezone: "Europe/Berlin" };
    const before = side("cron(0 4 ? * SAT *)", undefined, { ...berlin, durationHours: 2 });
    const window = side("cron(0 4 ? * SUN *)", undefined, berlin);
    expect(followingOf(before, window, 21, from)).to.include({ days: 2 });
    const spring = { kind: "too soon", before: Date.parse("2026-03-28T03:00Z"), hours: 21 };
    expect(followingOf(before, window, 22, from)).to.deep.include(spring);
  });

  it("for any two schedules: every pair is soaked, no longer than told, and of an opening of its own", () => {
    const day = fc.constantFrom("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
    const weekly = fc.tuple(day, fc.nat({ max: 23 })).map(([name, hour]) => `cron(0 ${hour} ? * ${name} *)`);
    const monthly = fc
      .tuple(day, fc.integer({ min: 1, max: 4 }), fc.nat({ max: 23 }))
      .map(([name, nth, hour]) => `cron(0 ${hour} ? * ${name}#${nth} *)`);
    const drawn = fc
      .tuple(fc.oneof(weekly, monthly), fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }))
      .chain(([text, offset]) =>
        fc
          .record({
            timezone: fc.constantFrom("UTC", "US/Eastern", "Asia/Tokyo", "Europe/Berlin"),
            durationHours: fc.integer({ min: 2, max: 8 }),
          })
          .map((more) => side(text, offset, more)),
      );
    fc.assert(
      fc.property(drawn, drawn, fc.nat({ max: 100 }), (before, window, soakHours) => {
        const found = followingOf(before, window, soakHours, from);
        const openings = (one: CycleSide) => {
          const { schedule, durationHours: _, cutoffHours: __, ...rest } = one;
          return occurrencesBetween(
            schedule,
            { ...rest, created: from - 8 * dayMs },
            from,
            from + 731 * dayMs,
          );
        };
        const firsts = openings(before);
        const [, ...later] = openings(window).filter((opening) => opening >= (firsts[0] ?? Infinity));
        const first = openings(window).find((opening) => opening >= (firsts[0] ?? Infinity));
        let earlier = first ?? 0;
        const verdicts = later.map((opening) => {
          const own = firsts.filter((one) => one > earlier && one <= opening);
          earlier = opening;
          const [start] = own;
          if (own.length !== 1 || start === undefined) return undefined;
          const soaked = (opening - start) / hourMs - before.durationHours >= soakHours;
          const last = opening + (window.durationHours - window.cutoffHours) * hourMs - 1;
          return soaked ? Math.floor(last / dayMs) - Math.floor(start / dayMs) : undefined;
        });
        if ("kind" in found) return;
        expect(verdicts).to.not.include(undefined);
        expect(Math.max(found.days, ...verdicts.map(Number))).to.equal(found.days);
        // By the hour: what its last node gets came out before the last one of the window before began, but for a clock's hour.
        const lag =
          (window.durationHours - window.cutoffHours - before.durationHours + before.cutoffHours) * hourMs;
        const hours = later.map(
          (opening) => opening - Math.max(...firsts.filter((one) => one <= opening)) + lag,
        );
        expect(Math.max(...hours)).to.be.at.most(found.days * dayMs + hourMs);
      }),
      { numRuns: size(10, 300) },
    );
  });
});
