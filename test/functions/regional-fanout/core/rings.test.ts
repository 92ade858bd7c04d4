import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { root } from "#test/support/program.js";
import { size } from "#test/support/size.js";
import { type History, histories } from "./ringHistory.js";
import { type Outcome, type Played, play } from "./ringPlay.js";

/** Why a ring should not have started, by what really became of nodes. */
function offence({ plans, played }: Outcome, history: History, one: Played): string | undefined {
  const index = plans.findIndex(({ ring }) => ring.name === one.ring);
  const limits = history.rings[index];
  const cycle = played.filter((other) => other.cycle === one.cycle);
  const before = cycle.find(({ ring }) => ring === plans[index]?.ring.after?.name);
  // Of rings before the last one those that do not answer any more are not asked again: what their records say counts.
  const earlier = plans.slice(0, index).map(({ ring }) => cycle.find((other) => other.ring === ring.name));
  const total = earlier.reduce((sum, other) => sum + (other?.failed ?? 0), before?.lost ?? 0);
  if (limits === undefined || before === undefined) return undefined;
  if (!before.hasStarted) return "the ring before did not start";
  const broken = before.failed + before.lost;
  if ((before.nodes - broken) * 100 < before.nodes * limits.minSuccess)
    return `${broken} of ${before.nodes} broke`;
  if (broken > (limits.maxFailed ?? Infinity)) return `${broken} broke`;
  return total > (history.maxFailedTotal ?? Infinity) ? `${total} of the cycle broke` : undefined;
}

/** Whether somebody has said something of an opening, or its window has not opened. */
function isOdd({ plans }: Outcome, { oddities }: History, one: Played, what: string): boolean {
  return oddities.some(
    (odd) => plans[odd.ring]?.ring.name === one.ring && odd.cycle === one.cycle && odd.what === what,
  );
}

describe("rings through the starting and the closing function, at random", () => {
  it("a bad patch stops where it shows, a good one reaches every ring in its cycle, and no death loses anything", async () => {
    let [struck, all, starts, holds] = [0, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const outcome = await play(history);
        for (const one of outcome.played) {
          const name = `${one.ring} in cycle ${one.cycle}`;
          const says = (what: string) => isOdd(outcome, history, one, what);
          const against = offence(outcome, history, one);
          const isLet = against === undefined || says("promote");
          // Neither started against a limit, nor held without one.
          expect(one.hasStarted, `${name}: ${against}`).to.equal(
            isLet && !says("pause") && !says("never opens"),
          );
          if (one.hasStarted) starts++;
          else holds++;
          const offered = outcome.offered[one.cycle] ?? [];
          expect(offered, `${name}: the first ring could have had`).to.include.members([...one.approved]);
          const isGood = history.patches.every(({ isBad }) => !isBad) && history.oddities.length === 0;
          if (!isGood) continue;
          // At the same hour of a zone without clock changes they are the same patches.
          if (history.timezone !== "America/New_York" && history.rings.every(({ hour }) => hour === 4))
            expect(one.approved, name).to.deep.equal(offered);
        }
        const opened = outcome.played.filter((one) => !isOdd(outcome, history, one, "never opens"));
        expect([...outcome.closed].sort()).to.deep.equal(opened.map(({ runId }) => runId).sort());
        struck += outcome.struck;
        all += outcome.all;
      }),
      { numRuns: size(10, 300), seed: 18 },
    );
    expect(struck).to.be.lessThan(all);
    if (size(0, 1) === 0) return;
    const figures = `${struck} of the ${all} nodes`;
    console.log(
      `      ${figures} got a bad patch; ${starts} openings of rings started, and ${holds} did not`,
    );
    expect(readFileSync(join(root, "docs/rings.md"), "utf8")).to.include(figures);
  });
});
