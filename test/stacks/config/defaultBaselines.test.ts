import { expect } from "chai";
import { baselineProblems } from "#components/baselines/baselineRules.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { defaultBaselines } from "#stacks/config/defaultBaselines.js";

const delayless: readonly string[] = ["DEBIAN", "RASPBIAN", "UBUNTU"];

describe("default baselines", () => {
  it("are there for every operating system", () => {
    expect(Object.keys(defaultBaselines).sort()).to.deep.equal([...operatingSystemNames]);
  });

  for (const system of operatingSystemNames) {
    const { approvalRules, rejectedPatches } = defaultBaselines[system];

    it(`are right for ${system}`, () => {
      expect(baselineProblems("b", system, defaultBaselines[system])).to.deep.equal([]);
      expect(rejectedPatches).to.equal(undefined);
    });

    it(`let a patch of ${system} age for days before it is installed, where AWS knows its age`, () => {
      const days = approvalRules.map(({ approveAfterDays }) => approveAfterDays);
      for (const delay of days) {
        if (delayless.includes(system)) expect(delay).to.equal(undefined);
        else expect(delay).to.be.within(3, 14);
      }
      expect(days).to.not.be.empty;
    });

    it(`say of ${system} how much a missing patch matters`, () => {
      const levels = approvalRules.map(({ complianceLevel }) => complianceLevel);
      expect(levels.every((level) => level === "HIGH" || level === "MEDIUM")).to.equal(true);
    });
  }
});
