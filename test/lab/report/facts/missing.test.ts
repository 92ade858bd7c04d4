import { expect } from "chai";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { heldWhy } from "#lab/report/facts/missing.js";

describe("what is told of a held node", () => {
  const scanned = (patchGroup: string, missing: number) => ({ patchGroup, missing });
  // Each row: its last scan, the last one in another group, what is told.
  for (const [state, stateBefore, why] of [
    [scanned("web", 0), undefined, "; the last scan before it found nothing missing"],
    [scanned("web.hold", 0), undefined, ", and not scanned before it"],
    [
      scanned("web.hold", 0),
      scanned("web", 3),
      ", whose baseline approves nothing; the last scan before it found 3 missing",
    ],
    [
      scanned("web.hold", 0),
      scanned("web", 0),
      ", whose baseline approves nothing; the last scan before it found nothing missing",
    ],
  ] as const) {
    it(`is ${JSON.stringify([state, stateBefore])}: ${why}`, () => {
      const node = { patchGroup: "web.hold", state, stateBefore } as unknown as LabNode;
      expect(heldWhy(node, [])).to.equal(`held by an exclusion${why}`);
    });
  }
});
