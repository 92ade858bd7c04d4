import { resolve } from "node:path";
import { expect } from "chai";
import type { DeployedResource } from "#lab/deploy/deploy.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { type PlacedSettings, stackSettings } from "#stacks/stackFiles.js";
import { account } from "../support.js";
import { deploy } from "./changesSupport.js";

const root = resolve(import.meta.dirname, "../../..");

async function deployed(
  stack: "dev" | "prod",
  change: (values: Record<string, string>) => void = () => undefined,
) {
  const settings = stackSettings(root, stack);
  const values: Record<string, string> = { ...settings.values };
  change(values);
  const world = account([]);
  const resources = await deploy(world.account, { ...settings, values });
  return { world, resources };
}

/** What a deployment is refused with. */
async function refusal(change: (settings: PlacedSettings) => PlacedSettings): Promise<Error> {
  try {
    await deploy(account([]).account, change(stackSettings(root, "dev")));
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the deployment went through");
}

function count(resources: readonly DeployedResource[], type: string): number {
  return resources.filter((resource) => resource.type === type).length;
}

describe("the program in the lab", () => {
  it("makes in dev two windows with two targets and their tasks each, a central one, a baseline per operating system and Region, and the functions", async () => {
    const { world, resources } = await deployed("dev");
    const { windows, baselines } = world.region;
    expect(windows.all.map(({ name }) => name).sort()).to.deep.equal([
      "patchplane-dev-fanout",
      "patchplane-dev-install",
      "patchplane-dev-scan",
    ]);
    for (const { name, targets, tasks } of windows.all) {
      const isFanout = name === "patchplane-dev-fanout";
      const isScan = name === "patchplane-dev-scan";
      expect(targets.size).to.equal(isFanout ? 0 : 2);
      expect([...tasks.values()].map(({ type, priority }) => `${type} ${priority}`).sort()).to.deep.equal([
        ...(isScan ? [] : ["LAMBDA 1"]),
        // It arranges its end as well.
        ...(isScan || isFanout ? [] : ["LAMBDA 1"]),
        ...(isFanout ? ["LAMBDA 2"] : ["RUN_COMMAND 2", "RUN_COMMAND 2"]),
      ]);
    }
    expect(world.region.lambda.all.map(({ name }) => name).sort()).to.deep.equal([
      "SSM-patchplane-dev-exclusions",
      "SSM-patchplane-dev-fanout",
      "SSM-patchplane-dev-install-end",
      "patchplane-dev-closing",
      "patchplane-dev-fanout-closing",
      "patchplane-dev-fanout-stopping",
    ]);
    for (const system of ["AMAZON_LINUX_2023", "UBUNTU"] as const) {
      expect(baselines.forGroup(system, "dev-servers").isDefault, system).to.equal(false);
    }
    expect(baselines.forGroup("WINDOWS", "dev-servers").isDefault).to.equal(true);
    expect(count(resources, "aws:ssm/maintenanceWindow:MaintenanceWindow")).to.equal(3);
    expect(count(resources, "aws:ssm/patchBaseline:PatchBaseline")).to.equal(2 * 2 * 3);
  });

  it("makes in prod three baselines for three groups, in New York's time, with what prod rejects", async () => {
    const { world } = await deployed("prod");
    const { windows, baselines } = world.region;
    for (const { occurrences } of windows.all) expect(occurrences.timezone).to.equal("America/New_York");
    for (const group of ["prod-web", "prod-app", "prod-data"]) {
      for (const system of ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"] as const) {
        expect(baselines.forGroup(system, group).isDefault, `${system} ${group}`).to.equal(false);
      }
    }
    expect(baselines.forGroup("WINDOWS", "prod-web").baseline).to.deep.include({
      rejectedPatches: ["KB5034439"],
      rejectedPatchesAction: "BLOCK",
    });
  });

  it("makes the same thing every time, and only the stacks that it is asked for", async () => {
    const ids = async () =>
      (await deployed("dev")).world.region.windows.all.map(({ id, name }) => `${name} ${id}`).sort();
    expect(await ids()).to.deep.equal(await ids());
    const { world } = await deployed("dev", (values) => {
      values["patchplane:stacks"] = '["scan"]';
    });
    expect(world.region.windows.all.map(({ name }) => name)).to.deep.equal(["patchplane-dev-scan"]);
  });

  it("refuses a bad configuration with the program's own words", async () => {
    const error = await refusal((settings) => ({
      ...settings,
      values: { ...settings.values, "patchplane:maxConcurrency": "none", "patchplane:typo": "1" },
    }));
    expect(error).to.be.instanceOf(CannotRun);
    expect(error.message).to.include("maxConcurrency").and.include("typo").and.include("pulumi config set");
  });

  it("fails with a service's own error when it refuses a resource, and works again after that", async () => {
    const full = account([]);
    for (let index = 0; index < 50; index++)
      full.region.baselines.createPatchBaseline({ Name: `baseline-${index}` });
    const error = await deploy(full.account, stackSettings(root, "dev")).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.name).to.equal("ResourceLimitExceededException");
    expect((await deployed("dev")).world.region.windows.all).to.have.length(3);
  });
});
