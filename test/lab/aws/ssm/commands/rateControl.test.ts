import { expect } from "chai";
import fc from "fast-check";
import { checkRateControl, concurrencyOf, errorLimitOf } from "#lab/aws/ssm/commands/rateControl.js";
import { errorCode } from "#test/lab/support.js";

describe("MaxConcurrency and MaxErrors", () => {
  for (const [concurrency, errors, code] of [
    ["1", "0", "none"],
    ["50", "50", "none"],
    ["1%", "0%", "none"],
    ["100%", "100%", "none"],
    ["9999999", "9999999", "none"],
    ["0", "0", "ValidationException"],
    ["0%", "0", "ValidationException"],
    ["01", "0", "ValidationException"],
    ["101%", "0", "ValidationException"],
    ["10 %", "0", "ValidationException"],
    ["", "0", "ValidationException"],
    ["-1", "0", "ValidationException"],
    ["1.5", "0", "ValidationException"],
    ["10000000", "0", "ValidationException"],
    ["1", "101%", "ValidationException"],
    ["1", "00", "ValidationException"],
    ["1", "ten", "ValidationException"],
  ] as const) {
    it(`${JSON.stringify(concurrency)} and ${JSON.stringify(errors)} give ${code}`, () => {
      expect(errorCode(() => checkRateControl(concurrency, errors))).to.equal(code);
    });
  }

  for (const [text, nodes, at] of [
    ["10", 100, 10],
    ["10", 3, 3],
    ["10%", 100, 10],
    ["10%", 19, 1],
    ["10%", 20, 2],
    ["10%", 9, 1],
    ["1%", 1, 1],
    ["100%", 7, 7],
    ["100%", 0, 1],
  ] as const) {
    it(`a concurrency of ${text} takes ${at} of ${nodes} nodes at once`, () => {
      expect(concurrencyOf(text, nodes)).to.equal(at);
    });
  }

  for (const [text, nodes, limit] of [
    ["0", 50, 0],
    ["3", 50, 3],
    ["10%", 50, 5],
    ["10%", 49, 4],
    ["0%", 50, 0],
    ["1%", 99, 0],
    ["100%", 50, 50],
  ] as const) {
    it(`a limit of ${text} puts up with ${limit} errors on ${nodes} nodes`, () => {
      expect(errorLimitOf(text, nodes)).to.equal(limit);
    });
  }

  it("always leave one node at a time, never more than there are, and no more errors than nodes by share", () => {
    const shares = fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`);
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 10_000 }), (share, nodes) => {
        expect(concurrencyOf(share, nodes)).to.be.within(1, nodes);
        expect(errorLimitOf(share, nodes)).to.be.within(0, nodes);
        expect(concurrencyOf(share, nodes + 100)).to.be.at.least(concurrencyOf(share, nodes));
      }),
    );
  });
});
