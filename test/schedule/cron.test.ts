import { expect } from "chai";
import fc from "fast-check";
import { nextOccurrence } from "#schedule/occurrences.js";
import { size } from "#test/support/size.js";
import { cronTable } from "./support/cronTable.js";
import { cronText, moments, scheduleOf, zones } from "./support/generate.js";
import { oracleInstant, oracleRuns } from "./support/oracle.js";
import { iso, runsAfter } from "./support/runs.js";

const dayMs = 86_400_000;
const nineYears = 366 * 9;

describe("cron occurrences", () => {
  describe("written instants, which the second opinion confirms", () => {
    for (const row of cronTable) {
      const [text = "", timezone = "", after = "", list = ""] = row.split(" | ");
      const expected = list === "never" ? [] : list.split(" ").map((instant) => Date.parse(instant));
      it(`${text} in ${timezone} after ${after}`, () => {
        const from = Date.parse(after);
        const count = Math.max(expected.length, 1);
        expect(iso(oracleRuns(text, timezone, from, count, nineYears))).to.deep.equal(iso(expected));
        expect(iso(runsAfter(text, { timezone, created: 0 }, from, count))).to.deep.equal(iso(expected));
      });
    }
  });

  it("come after the moment asked for and agree with the second opinion", () => {
    fc.assert(
      fc.property(cronText, zones, moments, (text, timezone, after) => {
        const horizon = after + 60 * dayMs;
        const isNear = (run: number | undefined) => run !== undefined && run < horizon;
        const run = nextOccurrence(scheduleOf(text), { timezone, created: 0 }, after);
        const [expected] = oracleRuns(text, timezone, after, 1, 62);
        if (run !== undefined) expect(run).to.be.above(after);
        expect(isNear(run) ? run : undefined).to.equal(isNear(expected) ? expected : undefined);
      }),
      { numRuns: size(10, 300) },
    );
  });

  it("with a schedule offset agree with the second opinion", () => {
    const offsets = fc.integer({ min: 1, max: 6 });
    const ages = fc.integer({ min: -2 * 1440, max: 8 * 1440 });
    fc.assert(
      fc.property(cronText, zones, moments, offsets, ages, (text, timezone, after, offsetDays, age) => {
        const created = after - age * 60_000;
        const options = { timezone, offsetDays, created };
        // In UTC the second opinion gives wall times. All that fall near are taken, as no order is assumed.
        const walls = oracleRuns(text, "UTC", after - 10 * dayMs, 3000, 15);
        const expected = walls
          .filter((wall) => oracleInstant(timezone, wall) >= created)
          .map((wall) => oracleInstant(timezone, wall + offsetDays * dayMs))
          .filter((run) => run > after && run < after + 4 * dayMs);
        const run = nextOccurrence(scheduleOf(text), options, after);
        const isNear = run !== undefined && run < after + 4 * dayMs;
        expect(isNear ? [run] : []).to.deep.equal(expected.length > 0 ? [Math.min(...expected)] : []);
      }),
      { numRuns: size(10, 60) },
    );
  });
});
