import { expect } from "chai";
import fc from "fast-check";
import { type Overlap, type OverlapSide, overlaps } from "#schedule/overlap.js";
import { computed } from "#test/support/cpu.js";
import { size } from "#test/support/size.js";
import { occurrencesBetween } from "./support/between.js";
import { moments, scheduleOf, zones } from "./support/generate.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-01-01T00:00Z");

function side(text: string, durationHours: number, more: Partial<OverlapSide> = {}): OverlapSide {
  return { schedule: scheduleOf(text), timezone: "UTC", durationHours, ...more };
}

function starts(one: OverlapSide, from: number, days: number): number[] {
  const { schedule, durationHours: _, ...rest } = one;
  const created = schedule.kind === "rate" ? from : from - 8 * dayMs;
  return occurrencesBetween(schedule, { ...rest, created }, from, from + days * dayMs);
}

function firstOverlap(...given: Parameters<typeof overlaps>): Overlap | undefined {
  return overlaps(...given).next().value ?? undefined;
}

/** Compares each execution with each. */
function naive(a: OverlapSide, b: OverlapSide, from: number, days: number): Overlap[] {
  const found: Overlap[] = [];
  const bStarts = starts(b, from, days);
  for (const aStart of starts(a, from, days)) {
    for (const bStart of bStarts) {
      const isApart =
        aStart + a.durationHours * hourMs <= bStart || bStart + b.durationHours * hourMs <= aStart;
      if (!isApart) found.push({ aStart, bStart });
    }
  }
  return found;
}

describe("overlaps", () => {
  it("finds the first of several overlaps", () => {
    const scan = side("cron(0 2 ? * SUN *)", 3);
    const install = side("cron(0 4 ? * SUN#2 *)", 4);
    expect(firstOverlap(scan, install, start, 365)).to.deep.equal({
      aStart: Date.parse("2026-01-11T02:00Z"),
      bStart: Date.parse("2026-01-11T04:00Z"),
    });
    expect(firstOverlap(install, scan, start, 365)).to.deep.equal({
      aStart: Date.parse("2026-01-11T04:00Z"),
      bStart: Date.parse("2026-01-11T02:00Z"),
    });
  });

  it("does not count executions that only touch", () => {
    const scan = side("cron(0 2 ? * SUN *)", 2);
    const install = side("cron(0 4 ? * SUN *)", 4);
    expect(firstOverlap(scan, install, start, 365)).to.equal(undefined);
    expect(firstOverlap(install, scan, start, 365)).to.equal(undefined);
  });

  it("finds an execution that reaches into the next day", () => {
    const late = side("cron(0 22 ? * SAT *)", 6);
    const early = side("cron(30 3 ? * SUN *)", 1);
    expect(firstOverlap(late, early, start, 7)).to.deep.equal({
      aStart: Date.parse("2026-01-03T22:00Z"),
      bStart: Date.parse("2026-01-04T03:30Z"),
    });
  });

  it("finds an overlap that only a change of the clocks makes", () => {
    const local = side("cron(0 4 ? * SUN *)", 2, { timezone: "Europe/Berlin" });
    const utc = side("cron(0 1 ? * SUN *)", 2);
    expect(firstOverlap(local, utc, start, 365)).to.deep.equal({
      aStart: Date.parse("2026-03-29T02:00Z"),
      bStart: Date.parse("2026-03-29T01:00Z"),
    });
    expect(firstOverlap(local, utc, start, 80)).to.equal(undefined);
  });

  it("regards the schedule offset, from the first day on", () => {
    const shifted = side("cron(0 4 ? * TUE *)", 2, { offsetDays: 2 });
    const thursday = side("cron(0 5 ? * THU *)", 2);
    expect(firstOverlap(shifted, thursday, start, 7)).to.deep.equal({
      aStart: Date.parse("2026-01-01T04:00Z"),
      bStart: Date.parse("2026-01-01T05:00Z"),
    });
  });

  it("regards start and end", () => {
    const scan = side("cron(0 2 ? * SUN *)", 3, { end: Date.parse("2026-06-01T00:00Z") });
    const install = side("cron(0 4 ? * SUN *)", 4, { start: Date.parse("2026-06-01T00:00Z") });
    expect(firstOverlap(scan, install, start, 365)).to.equal(undefined);
  });

  it("leaves out executions that begin outside the stretch", () => {
    const scan = side("cron(0 23 31 12 ? *)", 6);
    const install = side("cron(0 1 1 1 ? *)", 6);
    expect(firstOverlap(scan, install, start, 364)).to.equal(undefined);
    expect(firstOverlap(scan, install, start, 366)).to.deep.equal({
      aStart: Date.parse("2026-12-31T23:00Z"),
      bStart: Date.parse("2027-01-01T01:00Z"),
    });
    expect(firstOverlap(install, install, start, 0)).to.equal(undefined);
  });

  it("is quick for the fastest schedules over a year", () => {
    const began = computed();
    const fast = side("rate(5 minutes)", 1);
    expect(firstOverlap(fast, side("cron(0 4 1 1 ? 2020)", 24), start, 365)).to.equal(undefined);
    expect(firstOverlap(fast, side("cron(0 4 31 12 ? *)", 1), start, 365)).to.deep.equal({
      aStart: Date.parse("2026-12-31T03:05Z"),
      bStart: Date.parse("2026-12-31T04:00Z"),
    });
    const night = side("cron(0/5 0-3 ? * * *)", 1, { timezone: "Europe/Berlin" });
    const noon = side("cron(0/5 11-13 ? * * *)", 1, { timezone: "Europe/Berlin" });
    expect(firstOverlap(night, noon, start, 365)).to.equal(undefined);
    expect(computed() - began).to.be.below(5000);
  });

  for (const durationHours of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses a duration of ${durationHours} hours`, () => {
      const good = side("rate(1 day)", 1);
      const message = `duration: got ${durationHours}; allowed is more than 0 hours; use 1 to 24 hours`;
      expect(() => firstOverlap(good, { ...good, durationHours }, start, 1)).to.throw(RangeError, message);
    });
  }

  it("refuses a bad zone and a stretch that is not a number", () => {
    const good = side("rate(1 day)", 1);
    expect(() => firstOverlap({ ...good, timezone: "EST" }, good, start, 1)).to.throw(RangeError, "EST");
    const stretch = /^stretch: got .*NaN.*; allowed is two numbers; check the dates$/;
    expect(() => firstOverlap(good, good, Number.NaN, 1)).to.throw(RangeError, stretch);
    expect(() => firstOverlap(good, good, start, Number.NaN)).to.throw(RangeError, stretch);
  });

  it("agrees with a comparison of each with each", () => {
    const hour = fc.integer({ min: 0, max: 23 });
    const minute = fc.constantFrom("0", "30", "15,45", "0/20");
    const dom = fc.constantFrom("*", "1", "15W", "L", "8-14");
    const cron = fc.oneof(
      fc.tuple(minute, hour, dom).map(([m, h, d]) => `cron(${m} ${h} ${d} * ? *)`),
      fc.tuple(minute, hour, fc.integer({ min: 1, max: 7 })).map(([m, h, d]) => `cron(${m} ${h} ? * ${d} *)`),
    );
    const text = fc.oneof(
      { weight: 4, arbitrary: cron },
      { weight: 1, arbitrary: fc.constantFrom("rate(7 hours)", "rate(3 days)", "at(2026-04-05T02:30:00)") },
    );
    const sides = fc
      .tuple(text, zones, fc.integer({ min: 1, max: 6 }), fc.option(fc.integer({ min: 1, max: 6 })))
      .map(([expression, timezone, duration, offset]) => {
        const isShifted = offset !== null && expression.startsWith("cron");
        return side(expression, duration, { timezone, ...(isShifted ? { offsetDays: offset } : {}) });
      });
    fc.assert(
      fc.property(sides, sides, moments, (a, b, from) => {
        const all = naive(a, b, from, 20);
        const found = [...overlaps(a, b, from, 20)];
        expect(found[0]).to.deep.equal(all[0]);
        // One that opens again while it is open meets others that are passed over.
        const isPlain = [a, b].every(({ schedule: { text } }) => !/[,/]/.test(text));
        if (isPlain) expect(found).to.deep.equal(all);
        else expect(all).to.deep.include.members(found);
      }),
      { numRuns: size(10, 200) },
    );
  });
});
