import { expect } from "chai";
import type { RunSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { shortened } from "#functions/exclusion-processor/core/shortened.js";
import { summaryLine } from "#functions/exclusion-processor/log.js";

/** A run with so many errors, and so many nodes in each of some Regions whose tags somebody else writes. */
function run(errors: number, regions: number, foreign: number, text = "ü".repeat(900)): RunSummary {
  const nodes = Array.from({ length: foreign }, (_, index) => ({ id: `i-${index}`, why: text }));
  return {
    ok: false,
    errors: Array.from({ length: errors }, (_, index) => `${index} ${text}`),
    verdicts: {},
    regions: Array.from({ length: regions }, (_, index) => ({
      region: `r-${index}`,
      done: {},
      failedNodes: 0,
      foreign: nodes,
    })),
    messages: 0,
    statusWrites: 0,
  };
}

describe("the line that sums a run up", () => {
  for (const [errors, regions, foreign] of [
    [0, 1, 5_000],
    [10_000, 34, 1_000],
    [3, 34, 3],
  ] as const) {
    it(`is below 256 KiB with ${errors} errors and ${foreign} nodes in each of ${regions} Regions, and counts all`, () => {
      const summary = run(errors, regions, foreign);
      const line = summaryLine("f", summary, 0);
      expect(Buffer.byteLength(line)).to.be.below(256 * 1024);
      expect(JSON.parse(line)).to.include({ ForeignNodes: regions * foreign });
      const short = shortened(summary);
      expect(short.errors.length + (short.errorsMore ?? 0)).to.equal(errors);
      for (const region of short.regions)
        expect(region.foreign.length + (region.foreignMore ?? 0)).to.equal(foreign);
    });
  }

  it("is as it was where it is short", () => {
    const summary = run(2, 3, 2, "changed");
    expect(shortened(summary)).to.deep.equal(summary);
  });

  it("cuts a text that is long by itself", () => {
    expect(shortened(run(1, 0, 0, "x".repeat(2_000))).errors[0]).to.have.lengthOf(1_003);
  });
});
