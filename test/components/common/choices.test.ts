import { expect } from "chai";
import { ExclusionGate, PatchGroupTagKey } from "#components/common/choices.js";
import { exclusionGates } from "#shared/contract/exclusionGate.js";
import { patchGroupTagKeys } from "#shared/contract/exclusionNames.js";

describe("choices", () => {
  // Functions take theirs from the contract, so that their bundles hold no more than they need.
  it("are what functions read", () => {
    expect(Object.values(ExclusionGate)).to.deep.equal(exclusionGates);
    expect(Object.values(PatchGroupTagKey)).to.deep.equal(patchGroupTagKeys);
  });
});
