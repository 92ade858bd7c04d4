import { expect } from "chai";
import { baselineProblems } from "#components/baselines/baselineRules.js";
import { defaultBaselines } from "#components/baselines/defaultBaselines.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";

const delayless: readonly string[] = ["DEBIAN", "RASPBIAN", "UBUNTU"];

describe("default baselines", () => {
  // User guide, "Predefined baselines": AWS-CentOSDefaultPatchBaseline approves all updates 7 days after they become
  // available, including nonsecurity updates. CentOS's repositories carry no notices, so that filters match nothing.
  it("take every update of CENTOS after seven days, as AWS's own baseline does", () => {
    expect(defaultBaselines.CENTOS.approvalRules).to.deep.equal([
      { classification: ["*"], approveAfterDays: 7, complianceLevel: "MEDIUM", enableNonSecurity: true },
    ]);
  });

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
