import { expect } from "chai";
import fc from "fast-check";
import { Rates } from "#lab/endpoint/rates.js";

const start = "ssm:StartAutomationExecution";
const home = "us-east-1";
type Call = readonly [operation: string, region: string, at: number];

/** Rates that are given, calls, and which of them may go on. */
const table: Readonly<
  Record<string, readonly [given: Record<string, number>, calls: Call[], taken: boolean[]]>
> = {
  "one start a second": [
    {},
    [0, 0, 999, 1000, 1000, 2000].map((at) => [start, home, at]),
    [true, false, false, true, false, true],
  ],
  "no more than a second's worth is saved": [
    {},
    [0, 60_000, 60_000, 60_999, 61_000].map((at) => [start, home, at]),
    [true, true, false, false, true],
  ],
  "a refused call does not put off the next": [
    {},
    [0, 500, 700, 999, 1000].map((at) => [start, home, at]),
    [true, false, false, false, true],
  ],
  "three a second": [
    {},
    [0, 0, 0, 0, 333, 334, 334, 667].map((at) => ["ssm:GetAutomationExecution", home, at]),
    [true, true, true, false, false, true, false, true],
  ],
  "one stop a second": [
    {},
    [0, 0, 1000].map((at) => ["ssm:StopAutomationExecution", home, at]),
    [true, false, true],
  ],
  "Regions apart": [
    {},
    [
      [start, home, 0],
      [start, "eu-west-1", 0],
      [start, home, 0],
      [start, "eu-west-1", 0],
    ],
    [true, true, false, false],
  ],
  "operations apart": [
    {},
    [
      [start, home, 0],
      ["ssm:StopAutomationExecution", home, 0],
      [start, home, 0],
    ],
    [true, true, false],
  ],
  "no limit where none is documented": [
    {},
    Array.from({ length: 100 }, () => ["ssm:SendCommand", home, 0]),
    Array.from({ length: 100 }, () => true),
  ],
  "a limit that is given": [
    { "ssm:SendCommand": 2 },
    [0, 0, 0, 499, 500, 500].map((at) => ["ssm:SendCommand", home, at]),
    [true, true, false, false, true, false],
  ],
  "a limit that is given for a documented one": [
    { [start]: 2 },
    [0, 0, 0].map((at) => [start, home, at]),
    [true, true, false],
  ],
  "less than one a second": [
    { "ssm:SendCommand": 0.5 },
    [0, 0, 1999, 2000].map((at) => ["ssm:SendCommand", home, at]),
    [true, false, false, true],
  ],
};

describe("rates of the API", () => {
  for (const [what, [given, calls, taken]] of Object.entries(table)) {
    it(what, () => {
      const rates = new Rates(given);
      expect(calls.map(([operation, region, at]) => rates.take(operation, region, at))).to.eql(taken);
    });
  }

  it("refuse a rate that lets nothing through", () => {
    for (const rate of [0, -1, Number.NaN])
      expect(() => new Rates({ "ssm:SendCommand": rate })).to.throw(RangeError, "ssm:SendCommand");
  });

  it("never let more through than the bucket and the time give, and as much as they give", () => {
    const calls = fc.array(fc.nat({ max: 2000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), calls, (rate, gaps) => {
        const rates = new Rates({ a: rate });
        let now = 0;
        const taken = gaps.map((gap) => {
          now += gap;
          return { at: now, passed: rates.take("a", home, now) };
        });
        const passed = taken.filter((one) => one.passed);
        passed.forEach((first, from) => {
          passed.slice(from).forEach((last, count) => {
            const most = rate + ((last.at - first.at) * rate) / 1000;
            expect(count + 1).to.be.at.most(most);
          });
        });
        // Whoever calls no more often than the rate is never refused.
        const steady = new Rates({ a: rate });
        const gap = Math.ceil(1000 / rate);
        gaps.forEach((_, index) => {
          expect(steady.take("a", home, index * gap)).to.equal(true);
        });
      }),
    );
  });
});
