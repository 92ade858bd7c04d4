import { expect } from "chai";
import { patchFilters } from "#components/baselines/baselineRules.js";
import { predefinedBaseline } from "#lab/aws/ssm/baselines/predefinedBaselines.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { baselineOf, predefinedRules } from "#stacks/config/predefinedBaselines.js";
import { problemsWith, read } from "../../support/configuration.js";

describe("predefined: true", () => {
  for (const system of operatingSystemNames) {
    it(`gives ${system} the rules of AWS's own baseline`, () => {
      const sent = predefinedRules[system].map((rule) => ({
        filters: patchFilters(system, rule).map(({ key, values }) => [key, values]),
        days: rule.approveAfterDays ?? 0,
        nonSecurity: rule.enableNonSecurity ?? false,
      }));
      const own = predefinedBaseline(system).approvalRules.map((rule) => ({
        filters: (rule.PatchFilterGroup?.PatchFilters ?? []).map(({ Key, Values }) => [Key, Values]),
        days: rule.ApproveAfterDays ?? 0,
        nonSecurity: rule.EnableNonSecurity,
      }));
      expect(sent).to.deep.equal(own);
      expect(
        problemsWith({ operatingSystems: [system], baselines: { [system]: { predefined: true } } }),
      ).to.deep.equal([]);
    });
  }

  it("goes with lists, and not with rules", () => {
    const lists = { approvedPatches: ["curl*"], rejectedPatches: ["docker*"] };
    expect(read({ baselines: { UBUNTU: { predefined: true, ...lists } } }).baselines.UBUNTU).to.deep.equal({
      approvalRules: predefinedRules.UBUNTU,
      ...lists,
    });
    const rules = { approvalRules: [{ priority: ["*"] }] };
    const both = problemsWith({ baselines: { UBUNTU: { predefined: true, ...rules } } });
    expect(both.map(({ key }) => key)).to.deep.equal(["baselines.UBUNTU"]);
    expect(both[0]?.reason).to.match(/^has both approvalRules and predefined/);
    expect(problemsWith({ baselines: { UBUNTU: lists } })[0]?.reason).to.match(/^has neither/);
    expect(problemsWith({ baselines: { UBUNTU: { predefined: false } } })).to.have.length(1);
  });

  it("is no default", () => {
    expect(baselineOf("UBUNTU", undefined).approvalRules).to.not.deep.equal(predefinedRules.UBUNTU);
  });
});

describe("what a baseline may say beside its rules", () => {
  const windows = (settings: object) => ({
    operatingSystems: ["WINDOWS"],
    baselines: { WINDOWS: { predefined: true, ...settings } },
  });

  it("is what available security updates make of a node of WINDOWS", () => {
    const status = { availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT" };
    expect(read(windows(status)).baselines.WINDOWS).to.include(status);
    expect(problemsWith(windows({ availableSecurityUpdatesComplianceStatus: "no" }))).to.have.length(1);
    const elsewhere = problemsWith({ baselines: { UBUNTU: { predefined: true, ...status } } });
    expect(elsewhere.map(({ key, reason }) => `${key} ${reason}`)).to.deep.equal([
      "baselines.UBUNTU.availableSecurityUpdatesComplianceStatus is for WINDOWS only, not for UBUNTU. Leave it out.",
    ]);
  });

  it("is whether approved patches need a notice, on Linux", () => {
    const flag = { approvedPatches: ["curl*"], approvedPatchesEnableNonSecurity: true };
    const systems = { operatingSystems: ["AMAZON_LINUX_2023"] };
    const linux = { ...systems, baselines: { AMAZON_LINUX_2023: { predefined: true, ...flag } } };
    expect(read(linux).baselines.AMAZON_LINUX_2023).to.deep.include(flag);
    const found = problemsWith(windows({ approvedPatchesEnableNonSecurity: true }));
    expect(found.map(({ key, reason }) => `${key} ${reason}`)).to.deep.equal([
      "baselines.WINDOWS.approvedPatchesEnableNonSecurity is for Linux only, not for WINDOWS. Leave it out.",
    ]);
  });

  it("is a list of approved patches, by the rules of rejected ones", () => {
    expect(
      read(windows({ approvedPatches: ["KB5034439"] })).baselines.WINDOWS?.approvedPatches,
    ).to.deep.equal(["KB5034439"]);
    const wrong = problemsWith(windows({ approvedPatches: ["CVE-2026-1", "KB5034439", "KB5034439"] }));
    expect(wrong.map(({ key }) => key)).to.deep.equal([
      "baselines.WINDOWS.approvedPatches[0]",
      "baselines.WINDOWS.approvedPatches[2]",
    ]);
  });
});

for (const wrong of ["boundary", "arn:aws:iam::1:policy/x", "arn:aws:iam::111122223333:role/x"]) {
  it(`a permissions boundary may not be ${wrong}`, () => {
    expect(problemsWith({ permissionsBoundary: wrong }).map(({ key }) => key)).to.deep.equal([
      "permissionsBoundary",
    ]);
  });
}
