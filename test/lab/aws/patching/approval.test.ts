import type { PatchRule } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { type Baseline, type Decision, decide } from "#lab/aws/patching/approval.js";
import type { Patch } from "#lab/fleet/model.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { at, baseline, catalog, day } from "../../support.js";

const released = "2026-05-01";
const later = at("2027-01-01");

/** What a baseline with one rule says of one patch. */
function decision(
  rule: PatchRule,
  spec: Partial<Omit<Patch, "released" | "requires">> = {},
  {
    now = later,
    operatingSystem = "AMAZON_LINUX_2023",
    ...changes
  }: Partial<Baseline> & { now?: number; operatingSystem?: OperatingSystem } = {},
): Decision {
  const offered = catalog({ openssl: [{ ...spec, released }] }, operatingSystem);
  const patch = offered.packages[0]?.patches[0];
  if (patch === undefined) throw new RangeError("the catalog is empty");
  return decide(baseline({ approvalRules: [rule], operatingSystem, ...changes }), offered, patch, now);
}

function filters(...list: [string, string[]][]): PatchRule {
  return {
    PatchFilterGroup: {
      PatchFilters: list.map(([Key, Values]) => ({ Key: Key as "CLASSIFICATION", Values })),
    },
    ApproveAfterDays: 0,
  };
}

const all = filters(["CLASSIFICATION", ["*"]]);

describe("approval rules", () => {
  for (const days of [0, 1, 7, 360]) {
    it(`approve ${days} days after the release and not a moment earlier`, () => {
      const from = at(released) + days * day;
      const rule = { ...all, ApproveAfterDays: days };
      expect(decision(rule, {}, { now: from - 1 }).verdict).to.equal("not approved");
      expect(decision(rule, {}, { now: from }).verdict).to.equal("approved");
    });
  }

  it("say until when a patch waits", () => {
    const { reason } = decision({ ...all, ApproveAfterDays: 7 }, {}, { now: at("2026-05-02") });
    expect(reason).to.equal("waits for approval until 2026-05-08");
  });

  for (const [until, verdict] of [
    ["2026-04-30", "not approved"],
    ["2026-05-01", "approved"],
    ["2026-05-02", "approved"],
  ] as const) {
    it(`with ApproveUntilDate ${until} leave a patch of ${released} ${verdict}`, () => {
      const { ApproveAfterDays: _, ...rule } = all;
      expect(decision({ ...rule, ApproveUntilDate: until }).verdict).to.equal(verdict);
    });
  }

  for (const operatingSystem of ["UBUNTU", "DEBIAN"] as const) {
    it(`do not wait on ${operatingSystem}, whose repositories carry no release dates`, () => {
      const rule = { ...filters(["PRIORITY", ["Standard"]]), ApproveAfterDays: 30 };
      const patch = { priority: "Standard", advisory: "USN-1", classification: undefined };
      expect(decision(rule, patch, { operatingSystem, now: at(released) }).verdict).to.equal("approved");
    });
  }

  it("take a patch that fits every filter, with one of the values each", () => {
    const rule = filters(["CLASSIFICATION", ["Bugfix", "Security"]], ["SEVERITY", ["Critical"]]);
    expect(decision(rule, { severity: "Critical" }).verdict).to.equal("approved");
    expect(decision(rule, { severity: "Important" }).verdict).to.equal("not approved");
    expect(decision(rule, { severity: "Critical", classification: "Enhancement" }).verdict).to.equal(
      "not approved",
    );
    expect(decision(rule, { severity: undefined }).verdict).to.equal("not approved");
  });

  it("ask for what the catalog says of the whole system as well", () => {
    for (const [key, value, verdict] of [
      ["PRODUCT", "Product", "approved"],
      ["PRODUCT", "Other", "not approved"],
      ["PRODUCT_FAMILY", "Windows", "approved"],
      ["PRODUCT_FAMILY", "Office", "not approved"],
      ["PATCH_SET", "OS", "approved"],
      ["PATCH_SET", "APPLICATION", "not approved"],
      ["MSRC_SEVERITY", "Important", "approved"],
      ["MSRC_SEVERITY", "Low", "not approved"],
      ["CVE_ID", "CVE-2026-1", "not approved"],
    ] as const) {
      const found = decision(filters([key, [value]]), {}, { operatingSystem: "WINDOWS" });
      expect(found.verdict, `${key} ${value}`).to.equal(verdict);
    }
  });

  it("leave what is no security update to EnableNonSecurity, on Linux", () => {
    const plain = { classification: undefined };
    const rule = filters(["PRODUCT", ["*"]]);
    expect(decision(rule, plain).reason).to.equal("not a security update, and the rule takes only those");
    expect(decision({ ...rule, EnableNonSecurity: true }, plain).verdict).to.equal("approved");
    expect(decision(rule, plain, { operatingSystem: "WINDOWS" }).verdict).to.equal("approved");
  });

  it("take a notice with dnf only if it has a severity, as AWS's program does (has_metadata)", () => {
    const rule = filters(["CLASSIFICATION", ["Bugfix"]]);
    const partial = { classification: "Bugfix", severity: undefined };
    expect(decision(rule, partial).verdict).to.equal("not approved");
    expect(decision({ ...rule, EnableNonSecurity: true }, partial).verdict).to.equal("approved");
    expect(decision(rule, { ...partial, severity: "None" }).verdict).to.equal("approved");
    expect(decision(rule, partial, { operatingSystem: "AMAZON_LINUX_2" }).verdict).to.equal("approved");
  });

  it("know no delay with dnf where there is no notice, whose date is 1970 to AWS's program", () => {
    const rule = { ...filters(["PRODUCT", ["*"]]), EnableNonSecurity: true, ApproveAfterDays: 30 };
    const options = { now: at(released) };
    const plain = { classification: undefined, severity: undefined };
    expect(decision(rule, plain, options).verdict).to.equal("approved");
    expect(decision(rule, { ...plain, classification: "Bugfix" }, options).verdict).to.equal("not approved");
    const yum = { ...options, operatingSystem: "AMAZON_LINUX_2" } as const;
    expect(decision(rule, plain, yum).verdict).to.equal("not approved");
    const { ApproveAfterDays: _, ...undated } = rule;
    expect(decision({ ...undated, ApproveUntilDate: "2026-01-01" }, plain).verdict).to.equal("approved");
  });

  it("compare with dnf and zypper in any case", () => {
    const rule = filters(["CLASSIFICATION", ["security"]]);
    for (const [operatingSystem, verdict] of [
      ["AMAZON_LINUX_2023", "approved"],
      ["SUSE", "approved"],
      ["AMAZON_LINUX_2", "not approved"],
      ["WINDOWS", "not approved"],
    ] as const) {
      expect(decision(rule, {}, { operatingSystem }).verdict, operatingSystem).to.equal(verdict);
    }
  });

  it("take the security pocket of Ubuntu, which is what has a notice", () => {
    const rule = filters(["PRODUCT", ["*"]]);
    const options = { operatingSystem: "UBUNTU" } as const;
    expect(decision(rule, { advisory: "USN-1" }, options).verdict).to.equal("approved");
    expect(decision(rule, {}, options).verdict).to.equal("not approved");
  });

  it("give the level of the first rule that approves", () => {
    const critical = { ...filters(["SEVERITY", ["Critical"]]), ComplianceLevel: "CRITICAL" } as const;
    const rest = { ...all, ComplianceLevel: "LOW" } as const;
    const approvalRules = [critical, rest];
    expect(decision(all, { severity: "Critical" }, { approvalRules })).to.include({ level: "CRITICAL" });
    expect(decision(all, { severity: "Low" }, { approvalRules })).to.include({ level: "LOW" });
    expect(decision(all)).to.include({ level: "UNSPECIFIED" });
  });

  it("approve nothing where there is none", () => {
    expect(decision(all, {}, { approvalRules: [] }).reason).to.equal("no approval rule matches");
  });

  it("come after global filters", () => {
    const globalFilters = [{ Key: "CLASSIFICATION" as const, Values: ["Bugfix"] }];
    expect(decision(all, {}, { globalFilters }).reason).to.equal("left out by a global filter");
    expect(decision(all, { classification: "Bugfix" }, { globalFilters }).verdict).to.equal("approved");
  });
});

describe("approved and rejected lists", () => {
  it("approve at once, with a level of their own, what no rule takes yet", () => {
    const lists = {
      approvalRules: [],
      approvedPatches: ["openssl*"],
      approvedPatchesComplianceLevel: "HIGH",
    };
    expect(decision(all, {}, { ...lists, now: at(released) })).to.deep.equal({
      verdict: "approved",
      reason: "on the approved list of test-baseline",
      level: "HIGH",
    });
  });

  it("approve an RPM by its CVE", () => {
    const lists = { approvalRules: [], approvedPatches: ["CVE-2026-1"] };
    expect(decision(all, { cves: ["CVE-2026-1"] }, lists).verdict).to.equal("approved");
    expect(decision(all, { cves: ["CVE-2026-2"] }, lists).verdict).to.equal("not approved");
  });

  it("approve what has no notice on neither dnf nor yum, but for ApprovedPatchesEnableNonSecurity", () => {
    const lists = { approvalRules: [], approvedPatches: ["openssl"] };
    const plain = { classification: undefined, severity: undefined };
    for (const [operatingSystem, verdict] of [
      ["AMAZON_LINUX_2023", "not approved"],
      ["AMAZON_LINUX_2", "not approved"],
      ["UBUNTU", "approved"],
    ] as const) {
      expect(decision(all, plain, { ...lists, operatingSystem }).verdict, operatingSystem).to.equal(verdict);
      const flagged = { ...lists, operatingSystem, approvesNonSecurity: true };
      expect(decision(all, plain, flagged).verdict, operatingSystem).to.equal("approved");
    }
  });

  it("reject what is on both", () => {
    const lists = { approvedPatches: ["openssl"], rejectedPatches: ["openssl"] };
    expect(decision(all, {}, lists).verdict).to.equal("rejected");
  });

  it("block dependents only with BLOCK, and on dnf only by the full name", () => {
    for (const [rejectedPatchesAction, entry, blocksDependents] of [
      ["BLOCK", "openssl*", true],
      ["BLOCK", "openssl", false],
      ["ALLOW_AS_DEPENDENCY", "openssl*", false],
    ] as const) {
      const found = decision(all, {}, { rejectedPatches: [entry], rejectedPatchesAction });
      expect(found, `${rejectedPatchesAction} ${entry}`).to.include({
        verdict: "rejected",
        blocksDependents,
      });
    }
  });

  it("never let time take an approval back", () => {
    const days = fc.integer({ min: 0, max: 360 });
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        (wait, first, more) => {
          const rule = { ...all, ApproveAfterDays: wait };
          const verdict = (after: number) => decision(rule, {}, { now: at(released) + after * day }).verdict;
          fc.pre(verdict(first) === "approved");
          expect(verdict(first + more)).to.equal("approved");
        },
      ),
    );
  });
});
