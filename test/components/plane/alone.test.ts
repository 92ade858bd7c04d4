import { expect } from "chai";
import { PatchBaselines } from "#components/baselines/patchBaselines.js";
import { ExclusionProcessor } from "#components/exclusions/exclusionProcessor.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { refusals } from "../../support/arguments.js";
import { firstToGo } from "../../support/firstToGo.js";
import { expectUniqueUrns, type Recording, recordMocks, settle } from "../../support/mocks.js";

const targets = { patchGroups: ["web"] };

async function deploy(make: () => void): Promise<Recording> {
  const recording = await recordMocks();
  make();
  await settle();
  expectUniqueUrns(recording);
  return recording;
}

const kinds = (recording: Recording, parent: string) =>
  recording.resources
    .filter((one) => one.parent === parent && !one.type.startsWith("aws:"))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);

function recordOf(recording: Recording) {
  const read = parseDeploymentRecord(String(recording.only("s3.BucketObjectv2").props.content));
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.record;
}

describe("components by themselves", () => {
  before(() =>
    Promise.all([
      ...["exclusion-processor", "window-end", "regional-fanout"].map((name) => bundleFunction(name)),
      ...["closing", "stopping"].map((entry) => bundleFunction("regional-fanout", entry)),
    ]),
  );
  afterEach(settle);

  it("make the foundation that they lack, and the windows of the program's defaults", async () => {
    for (const [Window, schedule] of [
      [PatchScanWindow, ["cron(0 0 ? * * *)", 2, 1]],
      [PatchInstallWindow, ["cron(0 4 ? * SAT *)", 5, 1]],
    ] as const) {
      const recording = await deploy(() => new Window("nightly", { targets }));
      expect(kinds(recording, "nightly").sort()).to.deep.equal([
        "EncryptionKey nightly-encryption",
        "PatchLogs nightly-output",
        "PatchNotifications nightly-notifications",
      ]);
      const { props } = recording.only("ssm.MaintenanceWindow");
      expect([props.schedule, props.duration, props.cutoff]).to.deep.equal(schedule);
      expect([props.name, props.scheduleTimezone]).to.deep.equal(["nightly", "UTC"]);
    }
  });

  it("end installations without harm unless that is not wanted", async () => {
    const recording = await deploy(() => new PatchInstallWindow("nightly", { targets }));
    expect(recording.named("nightly-end-function").props.name).to.equal("SSM-nightly-end");
    const without = await deploy(
      () => new PatchInstallWindow("nightly", { targets, end: { enabled: false } }),
    );
    expect(without.all("lambda.Function")).to.deep.equal([]);
  });

  it("make a central window of a home, Regions and patch groups", async () => {
    const recording = await deploy(
      () =>
        new RegionalFanout("central", { region: "us-east-1", fanout: { regions: ["eu-west-3"] }, targets }),
    );
    expect(kinds(recording, "central")).to.have.length(3);
    expect(recording.all("lambda.Function")).to.have.length(3);
    expect(recording.only("ssm.MaintenanceWindow").props.schedule).to.equal("cron(0 4 ? * SUN *)");
  });

  it("make exclusions that work: with the record that the function reads, base baselines and those of held nodes", async () => {
    const args = { targets, operatingSystems: ["UBUNTU"], regions: ["us-east-1", "eu-west-3"] };
    const recording = await deploy(() => new ExclusionProcessor("exclusions", args));
    expect(kinds(recording, "exclusions").sort()).to.deep.equal([
      "EncryptionKey exclusions-encryption",
      "ExclusionRecord exclusions-record",
      "ExclusionRetirement exclusions-retired",
      "HoldBaselines exclusions-holds-eu-west-3",
      "HoldBaselines exclusions-holds-us-east-1",
      "PatchBaselines exclusions-baselines-eu-west-3",
      "PatchBaselines exclusions-baselines-us-east-1",
      "PatchNotifications exclusions-notifications",
    ]);
    expect(firstToGo(recording)).to.deep.equal(["exclusions-retired-processor"]);
    const { regions, stack, operatingSystems } = recordOf(recording);
    expect([stack, operatingSystems]).to.deep.equal(["patchplane/test/exclusions", ["UBUNTU"]]);
    expect(regions.map(({ name, baselines, holds }) => ({ name, baselines, holds }))).to.deep.equal(
      ["us-east-1", "eu-west-3"].map((name) => ({
        name,
        baselines: { UBUNTU: `pb-exclusions-baselines-${name}-UBUNTU` },
        holds: { UBUNTU: `pb-exclusions-holds-${name}-UBUNTU` },
      })),
    );
  });

  it("work on base baselines that are there already", async () => {
    const recording = await deploy(() => {
      const made = new PatchBaselines("own", {
        namePrefix: "own",
        patchGroups: ["web"],
        baselines: { UBUNTU: { approvalRules: [{ priority: ["*"] }] } },
      });
      const existing = [{ baselineIds: made.baselineIds, installWindowId: "mw-0123456789abcdef0" }];
      new ExclusionProcessor("exclusions", { targets, operatingSystems: ["UBUNTU"], existing });
    });
    expect(recording.all("ssm.PatchBaseline").map(({ name }) => name)).to.have.members([
      "own-UBUNTU",
      "exclusions-holds-UBUNTU",
    ]);
    expect(recordOf(recording).regions[0]).to.deep.include({
      baselines: { UBUNTU: "pb-own-UBUNTU" },
      installWindowId: "mw-0123456789abcdef0",
    });
  });

  it("refuse exclusions of Regions without baselines, of unknown systems and of strangers' rules", async () => {
    await recordMocks();
    const args = { targets, regions: ["us-east-1", "eu-west-3"] };
    const existing = [{ region: "us-east-1", baselineIds: { UBUNTU: "pb-1" } }];
    const of = async (more: Partial<ConstructorParameters<typeof ExclusionProcessor>[1]>) => {
      const all = { ...args, operatingSystems: ["UBUNTU"], ...more };
      const refused = await refusals(() => new ExclusionProcessor("exclusions", all));
      return refused.map(({ propertyPath }) => propertyPath);
    };
    expect(await of({ existing })).to.deep.equal(["existing"]);
    expect(await of({ operatingSystems: [] })).to.deep.equal(["operatingSystems"]);
    expect(await of({ baselines: { WINDOWS: { approvalRules: [] } } })).to.deep.equal(["baselines.WINDOWS"]);
    expect(await of({ baselines: { UBUNTU: { approvalRules: [] } } })).to.deep.equal([
      "baselines.UBUNTU.approvalRules",
    ]);
  });
});
