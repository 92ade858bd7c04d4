import type { CreatePatchBaselineRequest, PatchFilterKey } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { account, errorCode, monday, rule, settled } from "#test/lab/support.js";

function baselines() {
  return account([]).region.baselines;
}

function refusal(input: Partial<CreatePatchBaselineRequest>): string {
  const Name = "a-baseline";
  return errorCode(() =>
    baselines().createPatchBaseline({ Name, OperatingSystem: "AMAZON_LINUX_2023", ...input }),
  );
}

function filtered(key: string, values: string[]) {
  return { PatchFilterGroup: { PatchFilters: [{ Key: key as PatchFilterKey, Values: values }] } };
}

function rules(...list: Parameters<typeof rule>[0][]): Partial<CreatePatchBaselineRequest> {
  return { ApprovalRules: { PatchRules: list.map(rule) } };
}

const many = (count: number, length = 8) =>
  Array.from({ length: count }, (_, index) => String(index).padEnd(length, "x"));

describe("patch baselines", () => {
  for (const [what, input, code] of [
    ["a name of three letters", { Name: "abc" }, "none"],
    ["a name of two letters", { Name: "ab" }, "ValidationException"],
    ["a name with a space", { Name: "a baseline" }, "ValidationException"],
    ["an unknown operating system", { OperatingSystem: "PLAN_9" as "UBUNTU" }, "ValidationException"],
    ["50 rejected patches", { RejectedPatches: many(50) }, "none"],
    ["51 rejected patches", { RejectedPatches: many(51) }, "ValidationException"],
    ["50 approved patches", { ApprovedPatches: many(50) }, "none"],
    ["51 approved patches", { ApprovedPatches: many(51) }, "ValidationException"],
    ["a rejected patch of 100 characters", { RejectedPatches: many(1, 100) }, "none"],
    ["a rejected patch of 101 characters", { RejectedPatches: many(1, 101) }, "ValidationException"],
    ["an empty rejected patch", { RejectedPatches: [""] }, "ValidationException"],
    ["10 rules", rules(...Array(10).fill({})), "none"],
    ["11 rules", rules(...Array(11).fill({})), "ValidationException"],
    ["360 days", rules({ ApproveAfterDays: 360 }), "none"],
    ["361 days", rules({ ApproveAfterDays: 361 }), "ValidationException"],
    ["a negative number of days", rules({ ApproveAfterDays: -1 }), "ValidationException"],
    ["a date", rules({ ApproveUntilDate: "2026-12-31" }), "none"],
    ["a date that does not exist", rules({ ApproveUntilDate: "2026-13-01" }), "ValidationException"],
    [
      "days and a date",
      rules({ ApproveUntilDate: "2026-12-31", ApproveAfterDays: 1 }),
      "ValidationException",
    ],
    [
      "4 filters",
      rules({ PatchFilterGroup: { PatchFilters: Array(4).fill({ Key: "PRODUCT", Values: ["*"] }) } }),
      "none",
    ],
    [
      "5 filters",
      rules({ PatchFilterGroup: { PatchFilters: Array(5).fill({ Key: "PRODUCT", Values: ["*"] }) } }),
      "ValidationException",
    ],
    ["20 values", rules(filtered("PRODUCT", Array(20).fill("*"))), "none"],
    ["21 values", rules(filtered("PRODUCT", many(21))), "ValidationException"],
    ["no values", rules(filtered("PRODUCT", [])), "ValidationException"],
    ["a value of 65 characters", rules(filtered("PRODUCT", many(1, 65))), "ValidationException"],
    ["another system's filter", rules(filtered("PRIORITY", ["*"])), "ValidationException"],
    [
      "another system's global filter",
      { GlobalFilters: { PatchFilters: [{ Key: "PRIORITY", Values: ["*"] }] } },
      "ValidationException",
    ],
    ["EnableNonSecurity on Windows", { ...rules({}), OperatingSystem: "WINDOWS" }, "ValidationException"],
    ["repositories of one's own, which the lab does not know", { Sources: [] }, "NotModelledError"],
  ] as [string, Partial<CreatePatchBaselineRequest>, string][]) {
    it(`${code === "none" ? "take" : "refuse"} ${what}`, () => {
      expect(refusal(input)).to.equal(code);
    });
  }

  it("ask for days or a date, except where there are no release dates", () => {
    const { ApproveAfterDays: _, ...bare } = rule();
    expect(refusal({ ApprovalRules: { PatchRules: [bare] } })).to.equal("ValidationException");
    expect(refusal({ OperatingSystem: "UBUNTU", ApprovalRules: { PatchRules: [bare] } })).to.equal("none");
  });

  it("come back as they were made, with their groups", () => {
    const made = baselines();
    const input = {
      Name: "a-baseline",
      OperatingSystem: "UBUNTU",
      ApprovalRules: { PatchRules: [rule()] },
      ApprovedPatches: ["bash"],
      RejectedPatches: ["curl"],
      RejectedPatchesAction: "BLOCK",
    } as const;
    const { BaselineId = "" } = made.createPatchBaseline({
      ...input,
      ApprovedPatches: ["bash"],
      RejectedPatches: ["curl"],
      ApprovalRules: { PatchRules: [rule()] },
    });
    expect(BaselineId).to.match(/^pb-[0-9a-f]{17}$/);
    made.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: "web / app" });
    expect(made.getPatchBaseline({ BaselineId })).to.deep.equal({
      ...input,
      BaselineId,
      ApprovedPatchesComplianceLevel: "UNSPECIFIED",
      ApprovedPatchesEnableNonSecurity: false,
      GlobalFilters: { PatchFilters: [] },
      PatchGroups: ["web / app"],
      Sources: [],
      CreatedDate: new Date(monday),
      ModifiedDate: new Date(monday),
    });
    expect(errorCode(() => made.getPatchBaseline({ BaselineId: "pb-0" }))).to.equal("DoesNotExistException");
  });

  it("are Windows' when nothing else is said", () => {
    const made = baselines();
    const { BaselineId = "" } = made.createPatchBaseline({ Name: "windows" });
    expect(made.getPatchBaseline({ BaselineId }).OperatingSystem).to.equal("WINDOWS");
    const found = made.getPatchBaselineForPatchGroup({ PatchGroup: "web" });
    expect(found.OperatingSystem).to.equal("WINDOWS");
    expect(made.getPatchBaseline({ BaselineId: found.BaselineId ?? "" }).Name).to.equal(
      "AWS-DefaultPatchBaseline",
    );
  });

  it("are 50 at most", () => {
    const made = baselines();
    for (let index = 0; index < 50; index++) made.createPatchBaseline({ Name: `baseline-${index}` });
    expect(errorCode(() => made.createPatchBaseline({ Name: "one-more" }))).to.equal(
      "ResourceLimitExceededException",
    );
  });
});

describe("patch groups", () => {
  function withTwo() {
    const { region, clock } = account([]);
    const made = region.baselines;
    const [first = "", second = "", ubuntu = ""] = (
      [
        ["first", "AMAZON_LINUX_2023"],
        ["second", "AMAZON_LINUX_2023"],
        ["ubuntu", "UBUNTU"],
      ] as const
    ).map(([Name, OperatingSystem]) => made.createPatchBaseline({ Name, OperatingSystem }).BaselineId);
    return { made, first, second, ubuntu, clock };
  }

  it("have one baseline per operating system", async () => {
    const { made, first, second, ubuntu, clock } = withTwo();
    made.registerPatchBaselineForPatchGroup({ BaselineId: first, PatchGroup: "web" });
    const again = (BaselineId: string) =>
      errorCode(() => made.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: "web" }));
    expect(again(second)).to.equal("AlreadyExistsException");
    expect(again(first)).to.equal("none");
    expect(again(ubuntu)).to.equal("none");
    await settled({ clock });
    const found = (OperatingSystem: "UBUNTU" | "AMAZON_LINUX_2023") =>
      made.getPatchBaselineForPatchGroup({ PatchGroup: "web", OperatingSystem }).BaselineId;
    expect(found("UBUNTU")).to.equal(ubuntu);
    expect(found("AMAZON_LINUX_2023")).to.equal(first);
  });

  it("fall back to the default without a word: for no group, an unknown one, another case, another system", () => {
    const { made, first } = withTwo();
    made.registerPatchBaselineForPatchGroup({ BaselineId: first, PatchGroup: "web" });
    expect(made.forGroup("AMAZON_LINUX_2023", "web")).to.include({ isDefault: false });
    for (const [system, name] of [
      ["AMAZON_LINUX_2023", undefined],
      ["AMAZON_LINUX_2023", "app"],
      ["AMAZON_LINUX_2023", "Web"],
      ["UBUNTU", "web"],
    ] as const) {
      const { baseline, isDefault } = made.forGroup(system, name);
      expect(isDefault, `${system} ${name}`).to.equal(true);
      expect(baseline.name).to.match(/^AWS-.*DefaultPatchBaseline$/);
    }
  });

  it("are 25 at most for one baseline, and the same one again does not count", () => {
    const { made, first } = withTwo();
    const register = (PatchGroup: string) =>
      errorCode(() => made.registerPatchBaselineForPatchGroup({ BaselineId: first, PatchGroup }));
    for (let index = 0; index < 25; index++) expect(register(`group-${index}`)).to.equal("none");
    expect(register("one-more")).to.equal("ResourceLimitExceededException");
    expect(register("group-3")).to.equal("none");
  });

  it("have names as tag values are, not empty", () => {
    const { made, first } = withTwo();
    const register = (PatchGroup: string) =>
      errorCode(() => made.registerPatchBaselineForPatchGroup({ BaselineId: first, PatchGroup }));
    for (const bad of ["", "a*b", "x".repeat(257)])
      expect(register(bad), bad).to.equal("ValidationException");
    expect(register("x".repeat(256))).to.equal("none");
    expect(
      errorCode(() => made.registerPatchBaselineForPatchGroup({ BaselineId: "pb-0", PatchGroup: "web" })),
    ).to.equal("DoesNotExistException");
  });

  it("are refused for a system that does not exist", () => {
    const OperatingSystem = "PLAN_9" as "UBUNTU";
    expect(
      errorCode(() => baselines().getPatchBaselineForPatchGroup({ PatchGroup: "web", OperatingSystem })),
    ).to.equal("ValidationException");
  });
});

describe("the baselines that AWS provides", () => {
  for (const system of operatingSystemNames) {
    it(`are there for ${system}, with an id of their own in every run`, () => {
      const { baseline } = baselines().forGroup(system, undefined);
      expect(baseline.operatingSystem).to.equal(system);
      expect(baseline.id).to.equal(baselines().forGroup(system, undefined).baseline.id);
      const days = baseline.approvalRules.map(({ ApproveAfterDays }) => ApproveAfterDays);
      const waits = !["DEBIAN", "MACOS", "RASPBIAN", "UBUNTU"].includes(system);
      expect(days).to.deep.equal(days.map(() => (waits ? 7 : undefined)));
    });
  }
});
