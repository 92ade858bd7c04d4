import { expect } from "chai";
import {
  type ApprovalRule,
  type BaselineSettings,
  baselineProblems,
  patchFilters,
} from "#components/baselines/baselineRules.js";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { saidBy } from "../../support/problems.js";

const problemsOf = (system: OperatingSystem, settings: BaselineSettings) =>
  saidBy(baselineProblems("b", system, settings));
const ofRule = (system: OperatingSystem, rule: ApprovalRule) => problemsOf(system, { approvalRules: [rule] });
const ofRejected = (system: OperatingSystem, ...rejectedPatches: string[]) =>
  problemsOf(system, { approvalRules: [{ product: ["*"] }], rejectedPatches });
const delayless: readonly OperatingSystem[] = ["DEBIAN", "RASPBIAN", "UBUNTU"];
const withoutNonSecurity: readonly OperatingSystem[] = ["MACOS", "WINDOWS"];

describe("a baseline's rules", () => {
  it("knows the operating systems of the API", () => {
    expect(operatingSystemNames).to.deep.equal([
      ...["ALMA_LINUX", "AMAZON_LINUX", "AMAZON_LINUX_2", "AMAZON_LINUX_2022", "AMAZON_LINUX_2023", "CENTOS"],
      ...["DEBIAN", "MACOS", "ORACLE_LINUX", "RASPBIAN", "REDHAT_ENTERPRISE_LINUX", "ROCKY_LINUX", "SUSE"],
      ...["UBUNTU", "WINDOWS"],
    ]);
  });

  describe("filters", () => {
    const everything: ApprovalRule = {
      ...{ product: ["p"], productFamily: ["f"], patchSet: ["OS"], classification: ["c"], severity: ["s"] },
      priority: ["y"],
    };
    for (const [system, keys] of [
      ["ROCKY_LINUX", ["PRODUCT", "CLASSIFICATION", "SEVERITY"]],
      ["SUSE", ["PRODUCT", "CLASSIFICATION", "SEVERITY"]],
      ["AMAZON_LINUX_2", ["PRODUCT", "CLASSIFICATION", "SEVERITY"]],
      ["UBUNTU", ["PRODUCT", "PRIORITY"]],
      ["RASPBIAN", ["PRODUCT", "PRIORITY"]],
      ["MACOS", ["PRODUCT", "CLASSIFICATION"]],
      ["WINDOWS", ["PRODUCT", "PRODUCT_FAMILY", "PATCH_SET", "CLASSIFICATION", "MSRC_SEVERITY"]],
    ] as const) {
      it(`are ${keys.join(", ")} for ${system}`, () => {
        expect(patchFilters(system, everything).map(({ key }) => key)).to.deep.equal(keys);
      });
    }

    for (const [system, rule, path, reason] of [
      [
        "UBUNTU",
        { classification: ["Security"] },
        ".classification",
        "is not a filter of UBUNTU; its filters are product, priority.",
      ],
      [
        "AMAZON_LINUX_2023",
        { priority: ["Required"] },
        ".priority",
        "is not a filter of AMAZON_LINUX_2023; its filters are product, classification, severity.",
      ],
      ["UBUNTU", {}, "", 'names no filter; name at least one of product, priority. Use ["*"] for all.'],
      ["UBUNTU", { product: [] }, ".product", 'got 0 values; a filter takes 1 to 20. Use ["*"] for all.'],
      [
        "UBUNTU",
        { product: Array.from({ length: 21 }, (_, index) => `Ubuntu${10 + index}.04`) },
        ".product",
        'got 21 values; a filter takes 1 to 20. Use ["*"] for all.',
      ],
      ["UBUNTU", { product: [""] }, ".product[0]", 'got ""; a value has 1 to 64 characters.'],
      [
        "MACOS",
        { product: ["p".repeat(65)] },
        ".product[0]",
        `got "${"p".repeat(65)}"; a value has 1 to 64 characters.`,
      ],
      [
        "AMAZON_LINUX_2",
        { severity: ["Moderate"] },
        ".severity[0]",
        'got "Moderate", which matches no patch; allowed are *, Critical, Important, Medium, Low.',
      ],
      [
        "REDHAT_ENTERPRISE_LINUX",
        { severity: ["Medium"] },
        ".severity[0]",
        'got "Medium", which matches no patch; allowed are *, Critical, Important, Moderate, Low, None.',
      ],
      [
        "DEBIAN",
        { priority: ["required"] },
        ".priority[0]",
        'got "required", which matches no patch; did you mean Required?',
      ],
    ] satisfies [OperatingSystem, ApprovalRule, string, string][]) {
      it(`of ${system} refuse ${JSON.stringify(rule).slice(0, 60)}`, () => {
        expect(ofRule(system, rule)).to.deep.equal([{ propertyPath: `b.approvalRules[0]${path}`, reason }]);
      });
    }

    it("take 20 values, values of 64 characters and the star", () => {
      const product = Array.from({ length: 20 }, (_, index) => `p${index}`.padEnd(64, "x"));
      expect(ofRule("RASPBIAN", { product, priority: ["*"] })).to.deep.equal([]);
    });
  });

  describe("delays", () => {
    for (const system of operatingSystemNames) {
      const ignored = delayless.includes(system);
      it(`are ${ignored ? "refused" : "taken"} for ${system}`, () => {
        const product = ["*"];
        const reason = `AWS ignores approval delays for ${system}, so patches would be approved at once. Leave it out.`;
        const refused = (property: string) =>
          ignored ? [{ propertyPath: `b.approvalRules[0].${property}`, reason }] : [];
        expect(ofRule(system, { product, approveAfterDays: 0 })).to.deep.equal(refused("approveAfterDays"));
        expect(ofRule(system, { product, approveUntilDate: "2026-12-31" })).to.deep.equal(
          refused("approveUntilDate"),
        );
        expect(ofRule(system, { product })).to.deep.equal([]);
      });
    }

    for (const days of [-1, 361, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      it(`refuse ${days} days`, () => {
        expect(ofRule("SUSE", { product: ["*"], approveAfterDays: days })).to.deep.equal([
          {
            propertyPath: "b.approvalRules[0].approveAfterDays",
            reason: `got ${days}; allowed is a whole number of days from 0 to 360.`,
          },
        ]);
      });
    }

    for (const date of ["2026-02-30", "2026-13-01", "31.12.2026", "2026-1-1", "", "2026-12-31T00:00:00Z"]) {
      it(`refuse the date ${JSON.stringify(date)}`, () => {
        expect(ofRule("SUSE", { product: ["*"], approveUntilDate: date })).to.deep.equal([
          {
            propertyPath: "b.approvalRules[0].approveUntilDate",
            reason: `got ${JSON.stringify(date)}; allowed is a date as YYYY-MM-DD, such as 2026-12-31.`,
          },
        ]);
      });
    }

    it("take 360 days and the day that only leap years have", () => {
      expect(ofRule("SUSE", { product: ["*"], approveAfterDays: 360 })).to.deep.equal([]);
      expect(ofRule("SUSE", { product: ["*"], approveUntilDate: "2028-02-29" })).to.deep.equal([]);
    });

    it("exclude each other", () => {
      const both = { product: ["*"], approveAfterDays: 1, approveUntilDate: "2026-12-31" };
      expect(ofRule("SUSE", both)).to.deep.equal([
        {
          propertyPath: "b.approvalRules[0].approveUntilDate",
          reason: "excludes approveAfterDays. Keep one of the two.",
        },
      ]);
    });
  });

  for (const system of operatingSystemNames) {
    const linux = !withoutNonSecurity.includes(system);
    it(`${linux ? "takes" : "refuses"} enableNonSecurity for ${system}`, () => {
      const reason = `is for Linux only, not for ${system}. Leave it out and name classifications.`;
      expect(ofRule(system, { product: ["*"], enableNonSecurity: false })).to.deep.equal(
        linux ? [] : [{ propertyPath: "b.approvalRules[0].enableNonSecurity", reason }],
      );
    });
  }

  for (const count of [0, 1, 10, 11]) {
    it(`${count >= 1 && count <= 10 ? "takes" : "refuses"} ${count} rules`, () => {
      const approvalRules = Array.from({ length: count }, () => ({ product: ["*"] }));
      const reason = `got ${count} rules; a baseline takes 1 to 10. Merge rules with equal delays.`;
      expect(problemsOf("UBUNTU", { approvalRules })).to.deep.equal(
        count >= 1 && count <= 10 ? [] : [{ propertyPath: "b.approvalRules", reason }],
      );
    });
  }

  describe("rejected patches", () => {
    it("are judged by their names", () => {
      expect(ofRejected("WINDOWS", "KB5034439", "kb5034439")).to.deep.equal([
        {
          propertyPath: "b.rejectedPatches[1]",
          reason:
            'got "kb5034439"; allowed is a number of Windows as KB5034439 or MS17-010. Write "KB5034439".',
        },
      ]);
    });

    it("refuse the 51st name, and a name that is there twice", () => {
      const names = Array.from({ length: 50 }, (_, index) => `package-${index}`);
      expect(ofRejected("SUSE", ...names)).to.deep.equal([]);
      expect(ofRejected("SUSE", ...names, "package-7")).to.deep.equal([
        {
          propertyPath: "b.rejectedPatches",
          reason: "got 51 names; a baseline takes 50. Merge names with a wildcard.",
        },
        { propertyPath: "b.rejectedPatches[50]", reason: '"package-7" is there twice. Remove one of them.' },
      ]);
    });
  });
});
