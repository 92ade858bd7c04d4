import { expect } from "chai";
import fc from "fast-check";
import { ShownNodes } from "#lab/aws/ssm/nodes/shownNodes.js";
import { account, node } from "#test/lab/support.js";
import { size } from "#test/support/size.js";

describe("nodes that SSM shows", () => {
  it("are at any time those of a walk over all", () => {
    const time = fc.integer({ min: 0, max: 6 });
    const state = fc.constantFrom("running" as const, "stopped" as const);
    const some = fc.record({ state, terminatedAt: time }, { requiredKeys: ["state"] });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), fc.array(time, { maxLength: 8 }), (specs, times) => {
        const { all } = account(specs.map((spec) => node(spec))).region.nodes;
        const shown = new ShownNodes(all);
        for (const now of times)
          expect(shown.at(now)).to.deep.equal(
            all.filter((one) => one.spec.state !== "stopped" && one.isThere(now)),
          );
      }),
      { numRuns: size(10, 1000) },
    );
  });
});
