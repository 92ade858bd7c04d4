import { expect } from "chai";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { rateWarnings } from "#tools/fanout/rates.js";

const seed = { maxConcurrency: "10", maxErrors: "1", windowHours: 5 };
const group = (nodes: number) => [{ region: "us-east-1", group: "base", nodes }];

/** A run of two hours over so many nodes of one Region, of which some failed. */
function closed(members: number, failed: number): ClosedRun {
  const run = {
    runId: "r",
    end: "ended",
    startedAt: "2026-09-06T08:00:00Z",
    closedAt: "2026-09-06T10:00:00Z",
    request: { maxConcurrency: "10" },
    regions: [{ region: "us-east-1", counts: { members, failed } }],
  };
  return run as unknown as ClosedRun;
}

describe("the rates of a run", () => {
  it("are told where the seed's defaults cannot work", () => {
    expect(rateWarnings(seed, group(5_000), undefined)).to.eql([
      "base in us-east-1: 5000 nodes, 10 at once, are 500 turns: about 250 hours at 30 minutes each (assumed), and the window is 5 long. Raise fanoutMaxConcurrency, to 10% for example.",
      "base in us-east-1: 1 failed of 5000 nodes are allowed; one more and no other is begun. Raise fanoutMaxErrors, to 5% for example.",
    ]);
  });

  it("are told with the figures of the last run", () => {
    const [slow, few] = rateWarnings(seed, group(400), closed(40, 3));
    expect(slow).to.contain(
      "400 nodes, 10 at once, are 40 turns: about 20 hours at 30 minutes each (as in run r of ",
    );
    expect(few).to.contain("and 3 failed there in run r.");
    expect(rateWarnings(seed, group(400), closed(4_000, 1)), "18 seconds a turn").to.eql([]);
  });

  it("are not told of where they work", () => {
    expect(rateWarnings(seed, group(100), undefined)).to.eql([]);
    expect(
      rateWarnings({ maxConcurrency: "10%", maxErrors: "5%", windowHours: 5 }, group(170_000), undefined),
    ).to.eql([]);
    expect(
      rateWarnings({ maxConcurrency: "10%", maxErrors: "0", windowHours: 5 }, group(20), undefined),
    ).to.eql([]);
  });
});
