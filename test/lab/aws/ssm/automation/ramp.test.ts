import { expect } from "chai";
import fc from "fast-check";
import { Ramp } from "#lab/aws/ssm/automation/ramp.js";

/** Lets a ramp go, the child that has run longest ending first: how many begin each time that some do. */
function waves(count: number, concurrency: number, errorLimit = 0, fails: readonly number[] = []): number[] {
  const ramp = new Ramp(count, concurrency, errorLimit);
  const begun: number[] = [];
  const running: number[] = [];
  for (;;) {
    const now = ramp.begin();
    running.push(...now);
    if (now.length > 0) begun.push(now.length);
    const first = running.shift();
    if (first === undefined) break;
    ramp.ended(fails.includes(first));
  }
  expect(ramp.isOver).to.equal(true);
  return begun;
}

describe("the ramp of a rate control", () => {
  for (const [count, concurrency, expected] of [
    [0, 1, []],
    [1, 10, [1]],
    [3, 1, [1, 1, 1]],
    [2, 2, [1, 1]],
    [3, 2, [1, 2]],
    [5, 2, [1, 2, 1, 1]],
    [7, 4, [1, 2, 4]],
    [9, 4, [1, 2, 4, 1, 1]],
    [12, 10, [1, 2, 4, 5]],
    [15, 100, [1, 2, 4, 8]],
    [34, 34, [1, 2, 4, 8, 16, 3]],
  ] as [number, number, number[]][]) {
    it(`sends ${count}, ${concurrency} at once, as ${expected.join(", ") || "nothing"}`, () => {
      expect(waves(count, concurrency)).to.deep.equal(expected);
    });
  }

  for (const [limit, fails, expected] of [
    [0, [0], [1]],
    [0, [1], [1, 2]],
    [1, [0], [1, 2, 4, 3]],
    [1, [0, 1], [1, 2]],
    [2, [3, 4, 5], [1, 2, 4]],
    [3, [3, 4, 5], [1, 2, 4, 3]],
  ] as [number, number[], number[]][]) {
    it(`sends ${expected.join(", ")} of 10 when ${fails.join(", ")} fail and ${limit} may`, () => {
      expect(waves(10, 10, limit, fails)).to.deep.equal(expected);
    });
  }

  it("keeps its limits whatever ends when, and sends all unless too many fail", () => {
    const input = fc.record({
      count: fc.nat(60),
      concurrency: fc.integer({ min: 1, max: 60 }),
      errorLimit: fc.nat(60),
      ends: fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 60, maxLength: 60 }),
    });
    fc.assert(
      fc.property(input, ({ count, concurrency, errorLimit, ends }) => {
        const ramp = new Ramp(count, concurrency, errorLimit);
        const running: number[] = [];
        let [sent, errors, next] = [0, 0, 0];
        for (;;) {
          const before = running.length;
          for (const place of ramp.begin()) {
            expect(place).to.equal(sent++);
            running.push(place);
          }
          expect(running.length).to.be.at.most(concurrency);
          if (errors > errorLimit) expect(running.length).to.equal(before);
          expect(ramp.isOver).to.equal(running.length === 0);
          const [which = 0, isError = false] = ends[next++] ?? [];
          if (running.length === 0) break;
          running.splice(which % running.length, 1);
          if (isError) errors++;
          ramp.ended(isError);
        }
        expect(ramp.hasFailed).to.equal(errors > errorLimit);
        if (!ramp.hasFailed) expect(sent).to.equal(count);
      }),
    );
  });
});
