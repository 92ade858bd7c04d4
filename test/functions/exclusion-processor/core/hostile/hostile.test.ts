import { expect } from "chai";
import { size } from "#test/support/size.js";
import { drawPlot, type Plot } from "./plot.js";
import { type Outcome, Stage } from "./stage.js";

/** What somebody needs to see why a plot went wrong. */
function told({ seed, fleet, deeds, most }: Plot, problems: readonly string[]): string {
  return [
    `seed ${seed}, at most ${most} nodes at once`,
    ...problems.slice(0, 10),
    ...fleet.map(({ state: { id, tags, operatingSystem }, region }) =>
      JSON.stringify({ id, region, operatingSystem, tags }),
    ),
    ...deeds.map(({ at, ...deed }) => `${(at / 60_000).toFixed(1)} min: ${JSON.stringify(deed)}`),
  ].join("\n");
}

describe("while AWS is late, others write tags, and runs die and overlap", () => {
  it("no promise is broken that could be kept, everything heals, and what was broken is told", async () => {
    const outcomes: Outcome[] = [];
    for (let seed = 1; seed <= size(10, 600); seed++) {
      const plot = drawPlot(seed);
      const outcome = await new Stage(plot).play();
      if (outcome.problems.length > 0) expect.fail(told(plot, outcome.problems));
      outcomes.push(outcome);
    }
    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + of(one), 0);
    expect(sum(({ windows }) => windows)).to.equal(3 * outcomes.length);
    expect(
      sum(({ breaches }) => breaches),
      "what nobody could keep off nodes",
    ).to.be.above(0);
    const cancelled = sum((one) => one.cancelled);
    expect(cancelled, "windows that were cancelled").to.be.within(1, outcomes.length / 2);
  });
});
