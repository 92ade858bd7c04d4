import { expect } from "chai";
import { desired } from "./desired.js";
import { appliesTo, baseBaselines, entry, node, now, record, region } from "./support.js";

describe("room for baselines", () => {
  it("is what the quota of AWS was raised to", () => {
    const others = Array.from({ length: 47 }, (_, index) => ({
      id: `pb-other${index}`,
      name: `other${index}`,
      operatingSystem: "UBUNTU",
      isOwned: false,
    }));
    const state = region([node("i-1")], { baselines: [...baseBaselines(), ...others] });
    for (const [maxBaselines, found] of [
      [50, 1],
      [51, 0],
    ] as const) {
      const one = { key: "a", entries: [entry()], wasInForce: false, uploadedAt: 0 };
      const { overBudget } = desired([one], state, record({ maxBaselines }), appliesTo, now);
      expect(overBudget).to.have.lengthOf(found);
    }
  });
});
