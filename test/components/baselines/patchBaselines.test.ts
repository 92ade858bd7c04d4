import { expect } from "chai";
import type { BaselineSettings } from "#components/baselines/baselineRules.js";
import { PatchBaselines, type PatchBaselinesArgs } from "#components/baselines/patchBaselines.js";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { refusals } from "../../support/arguments.js";
import { promiseOf, recordMocks, settle } from "../../support/mocks.js";

const args: PatchBaselinesArgs = {
  namePrefix: "fleet",
  patchGroups: ["web", "app"],
  baselines: {
    UBUNTU: { approvalRules: [{ priority: ["Required"] }] },
    AMAZON_LINUX_2023: {
      approvalRules: [
        {
          severity: ["Critical"],
          classification: ["Security"],
          product: ["*"],
          approveAfterDays: 0,
          complianceLevel: "CRITICAL",
          enableNonSecurity: false,
        },
        { classification: ["*"], approveUntilDate: "2026-12-31" },
      ],
      rejectedPatches: ["openssl*", "kernel*"],
      rejectedPatchesAction: "BLOCK",
    },
  },
  tags: { Owner: "ops" },
};

describe("PatchBaselines", () => {
  afterEach(settle);

  it("makes a baseline per operating system, registered to every patch group, and nothing else", async () => {
    const recording = await recordMocks();
    const baselines = new PatchBaselines("b", args);
    await settle();
    expect(recording.list()).to.deep.equal([
      "PatchBaselines b",
      "ssm.PatchBaseline b-AMAZON_LINUX_2023 < b",
      "ssm.PatchBaseline b-UBUNTU < b",
      "ssm.PatchGroup b-AMAZON_LINUX_2023-app < b",
      "ssm.PatchGroup b-AMAZON_LINUX_2023-web < b",
      "ssm.PatchGroup b-UBUNTU-app < b",
      "ssm.PatchGroup b-UBUNTU-web < b",
    ]);
    expect(await promiseOf(baselines.baselineIds)).to.deep.equal({
      AMAZON_LINUX_2023: "pb-b-AMAZON_LINUX_2023",
      UBUNTU: "pb-b-UBUNTU",
    });
    expect(recording.outputs.get(recording.named("b").urn)).to.deep.equal({
      baselineIds: { AMAZON_LINUX_2023: "pb-b-AMAZON_LINUX_2023", UBUNTU: "pb-b-UBUNTU" },
    });
  });

  it("says all that a baseline's settings say, and no more", async () => {
    const recording = await recordMocks();
    new PatchBaselines("b", args);
    await settle();
    expect(recording.named("b-AMAZON_LINUX_2023").props).to.deep.equal({
      name: "fleet-AMAZON_LINUX_2023",
      description: "patchplane: base patch baseline for AMAZON_LINUX_2023",
      operatingSystem: "AMAZON_LINUX_2023",
      approvalRules: [
        {
          patchFilters: [
            { key: "PRODUCT", values: ["*"] },
            { key: "CLASSIFICATION", values: ["Security"] },
            { key: "SEVERITY", values: ["Critical"] },
          ],
          approveAfterDays: 0,
          complianceLevel: "CRITICAL",
          enableNonSecurity: false,
        },
        { patchFilters: [{ key: "CLASSIFICATION", values: ["*"] }], approveUntilDate: "2026-12-31" },
      ],
      rejectedPatches: ["kernel*", "openssl*"],
      rejectedPatchesAction: "BLOCK",
      tags: { Owner: "ops" },
    });
    expect(recording.named("b-UBUNTU").props).to.deep.equal({
      name: "fleet-UBUNTU",
      description: "patchplane: base patch baseline for UBUNTU",
      operatingSystem: "UBUNTU",
      approvalRules: [{ patchFilters: [{ key: "PRIORITY", values: ["Required"] }] }],
      rejectedPatches: [],
      rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
      tags: { Owner: "ops" },
    });
  });

  it("hands on filters of all patches and further repositories, and refuses those that SSM would not take", async () => {
    const recording = await recordMocks();
    const rules = { approvalRules: [{ classification: ["*"] }] };
    const source = {
      name: "ours",
      products: ["*"],
      configuration: "[ours]\nname=ours\nbaseurl=https://example.com",
    };
    const good = { ...rules, globalFilters: { severity: ["Critical"], product: ["*"] }, sources: [source] };
    new PatchBaselines("b", { ...args, baselines: { AMAZON_LINUX_2023: good } });
    await settle();
    expect(recording.only("ssm.PatchBaseline").props).to.deep.include({
      globalFilters: [
        { key: "PRODUCT", values: ["*"] },
        { key: "SEVERITY", values: ["Critical"] },
      ],
      sources: [source],
    });
    const wrong = { name: "x", products: [], configuration: "" };
    const baselines = {
      AMAZON_LINUX_2023: { ...rules, globalFilters: {}, sources: [wrong] },
      WINDOWS: { ...rules, sources: [source] },
    };
    const refused = await refusals(() => new PatchBaselines("b", { ...args, baselines }));
    expect(refused.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      "baselines.AMAZON_LINUX_2023.globalFilters",
      "baselines.AMAZON_LINUX_2023.sources[0].name",
      "baselines.AMAZON_LINUX_2023.sources[0].products",
      "baselines.AMAZON_LINUX_2023.sources[0].configuration",
      "baselines.WINDOWS.sources",
    ]);
  });

  it("hands on what else a baseline says", async () => {
    const recording = await recordMocks();
    const settings = {
      approvalRules: [{ classification: ["*"] }],
      approvedPatches: ["KB5034440", "KB5034439"],
      availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
    } satisfies BaselineSettings;
    new PatchBaselines("b", { ...args, baselines: { WINDOWS: settings } });
    await settle();
    expect(recording.named("b-WINDOWS").props).to.deep.include({
      approvedPatches: ["KB5034439", "KB5034440"],
      availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
    });
  });

  it("hands on that approved patches need no notice", async () => {
    const recording = await recordMocks();
    const settings = { approvalRules: [{ priority: ["*"] }], approvedPatchesEnableNonSecurity: true };
    new PatchBaselines("b", { ...args, baselines: { UBUNTU: settings } });
    await settle();
    expect(recording.named("b-UBUNTU").props).to.deep.include({ approvedPatchesEnableNonSecurity: true });
  });

  it("deletes a registration before it is replaced, since a group takes one baseline of a system", async () => {
    const recording = await recordMocks();
    new PatchBaselines("b", args);
    await settle();
    const groups = recording.all("ssm.PatchGroup");
    expect(groups.every(({ deleteBeforeReplace }) => deleteBeforeReplace)).to.equal(true);
    expect(groups.map(({ props }) => `${props.patchGroup} ${props.baselineId}`).sort()).to.deep.equal([
      "app pb-b-AMAZON_LINUX_2023",
      "app pb-b-UBUNTU",
      "web pb-b-AMAZON_LINUX_2023",
      "web pb-b-UBUNTU",
    ]);
  });

  it("refuses everything that is wrong at once and makes nothing", async () => {
    const recording = await recordMocks();
    const wrong = {
      region: "here",
      namePrefix: "my fleet",
      patchGroups: [],
      baselines: {
        UBUNTU: { approvalRules: [] },
        BEOS: { approvalRules: [] },
      } as PatchBaselinesArgs["baselines"],
    };
    expect(await refusals(() => new PatchBaselines("b", wrong))).to.deep.equal([
      {
        propertyPath: "region",
        reason: 'got "here"; allowed is a Region such as eu-central-1. Leave it out for the provider\'s own.',
      },
      {
        propertyPath: "patchGroups",
        reason: "got 0 patch groups; allowed are 1 to 25 (patch groups per baseline).",
      },
      {
        propertyPath: "baselines.UBUNTU.approvalRules",
        reason: "got 0 rules; a baseline takes 1 to 10. Merge rules with equal delays.",
      },
      {
        propertyPath: "baselines.BEOS",
        reason: `"BEOS" is not an operating system of SSM; allowed are ${operatingSystemNames.join(", ")}.`,
      },
      {
        propertyPath: "namePrefix",
        reason: 'got "my fleet"; allowed are 1 to 100 characters of a-z A-Z 0-9 _ - and a dot.',
      },
    ]);
    await settle();
    expect(recording.all("ssm.PatchBaseline")).to.deep.equal([]);
  });

  it("refuses to make no baseline at all", async () => {
    await recordMocks();
    expect(await refusals(() => new PatchBaselines("b", { ...args, baselines: {} }))).to.deep.equal([
      { propertyPath: "baselines", reason: "is empty; name at least one operating system." },
    ]);
  });

  it("has names that SSM takes for the longest system and prefix", async () => {
    const recording = await recordMocks();
    const baselines: { [system in OperatingSystem]?: BaselineSettings } = {};
    for (const system of operatingSystemNames) baselines[system] = { approvalRules: [{ product: ["*"] }] };
    new PatchBaselines("b", { namePrefix: "p".repeat(100), patchGroups: ["web"], baselines });
    await settle();
    const names = recording.all("ssm.PatchBaseline").map(({ props }) => String(props.name));
    expect(names).to.have.lengthOf(operatingSystemNames.length);
    for (const name of names) expect(name).to.match(/^[a-zA-Z0-9_\-.]{3,128}$/);
  });
});
