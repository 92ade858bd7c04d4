import { expect } from "chai";
import fc from "fast-check";
import { deletions } from "#lab/deploy/deletions.js";
import { type ResourceChange, Stack } from "#lab/deploy/deploy.js";
import { countSteps, type Step } from "#lab/deploy/steps.js";
import { type PlacedSettings, stackSettings } from "#stacks/stackFiles.js";
import { project } from "#test/support/configuration.js";
import { root } from "#test/support/program.js";
import { acceptedConfiguration } from "#test/support/randomConfiguration.js";
import { size } from "#test/support/size.js";
import { account } from "../support.js";
import { bounding, none, others, passed, standing } from "./changesSupport.js";

const groupsOf = ({ values }: PlacedSettings): string[] => JSON.parse(values[`${project}:patchGroups`] ?? "");
const systemsOf = ({ values }: PlacedSettings): string[] =>
  JSON.parse(values[`${project}:operatingSystems`] ?? "");
const regionsOf = ({ values }: PlacedSettings): string[] =>
  JSON.parse(values[`${project}:fanoutRegions`] ?? "");

const told = (steps: readonly Step[]) => steps.map(({ operation, name }) => `${operation} ${name}`);

// What plans of the genuine provider said: "updated" are those in place.
describe("a second configuration over the first", () => {
  // Of dev it is asked where a configuration is refused.
  it("changes nothing of prod when it is the same", async () => {
    const { stack, settings } = await standing("prod");
    expect((await passed(stack.deploy(settings))).steps).to.deep.equal([]);
  });

  it("changes as the provider plans it", async () => {
    const { stack, settings } = await standing("dev");
    const change = async (values: Readonly<Record<string, unknown>>) =>
      countSteps((await passed(stack.deploy(others(settings, values)))).steps);
    const groups = groupsOf(settings);
    // The processor is asked whether what goes may go, by a call that is made anew.
    const again = { replaced: 1 };
    const more = { patchGroups: [...groups, "another"] };
    expect(await change(more)).to.deep.equal({ ...none, ...again, updated: 14, created: 12 });
    expect(await change(more)).to.deep.equal(none);
    const renamed = { patchGroups: [...groups, "renamed"] };
    expect(await change(renamed)).to.deep.equal({ ...none, ...again, updated: 14, created: 12, deleted: 12 });
    const [system = ""] = systemsOf(settings);
    expect(await change({ ...renamed, operatingSystems: [system] })).to.deep.equal({
      ...{ ...none, ...again },
      updated: 1,
      deleted: 18,
    });
    expect(await change(renamed)).to.deep.equal({ ...none, ...again, updated: 1, created: 18 });
    const swapped = { fanoutRegions: [...regionsOf(settings).slice(1), "ca-central-1"] };
    const { created, replaced, deleted } = await change({ ...renamed, ...swapped });
    expect([created, replaced]).to.deep.equal([deleted, again.replaced]);
    // The bucket of runs stays; its policy no longer names the central window's functions.
    const { updated, deleted: gone, kept } = await change({ ...renamed, stacks: ["scan", "install"] });
    expect([updated, kept]).to.deep.equal([4, 0]);
    expect(await change({ ...renamed, ...swapped })).to.deep.equal({
      ...{ ...none, ...again },
      ...{ updated: 4, created: gone },
    });
  });

  it("replaces for a renamed environment what is named after it, and in place of what it is made of", async () => {
    const { stack, settings } = await standing("dev");
    const { steps } = await passed(stack.deploy(others(settings, { environment: "other" })));
    const { replaced, updated, ...rest } = countSteps(steps);
    expect(rest).to.deep.equal({ created: 0, deleted: 0, kept: 0 });
    expect(updated).to.be.above(2 * replaced);
    const types = steps.filter(({ operation }) => operation === "replace").map(({ type }) => type);
    expect([...new Set(types)].map((type) => type.replace(/^.*:/, "")).sort()).to.deep.equal([
      "CompositeAlarm",
      "Document",
      "Function",
      "FunctionEventInvokeConfig",
      "Group",
      "Invocation",
      "LogGroup",
      "Permission",
      "Role",
      "RolePolicy",
      "ScheduleGroup",
    ]);
    const order = told(steps);
    const comesBefore = (one: string, other: string) => {
      expect(order, one).to.include(one);
      expect(order, other).to.include(other);
      expect(order.indexOf(one), `${one}, ${other}`).to.be.below(order.indexOf(other));
    };
    // A task never names a target that is gone.
    expect(order.filter((one) => /-(base|excluded)-target$/.test(one))).to.deep.equal([]);
    // A function that goes takes what was made of it along; its name is free then.
    comesBefore("discard exclusions-retries", "discard exclusions-function");
    comesBefore("discard exclusions-function", "replace exclusions-function");
    comesBefore("replace exclusions-function", "replace exclusions-retries");
    // What only AWS has named, and the composite alarms, are made before the old ones go.
    comesBefore("replace scan-hollow-alarm", "discard scan-hollow-alarm");
    expect(await passed(stack.deploy(others(settings, { environment: "other" })))).to.deep.include({
      steps: [],
    });
  });

  it("leaves runbooks as a first deployment makes them, also when a duration goes back to a former one", async () => {
    const { stack, settings, account: owner } = await standing("dev");
    const contents = () =>
      regionsOf(settings).map((region) => {
        const { documents } = owner.region(region);
        return documents
          .listDocuments({})
          .DocumentIdentifiers?.filter(({ DocumentType }) => DocumentType === "Automation")
          .map(({ Name }) => documents.getDocument({ Name }).Content);
      });
    const first = contents();
    expect(first.flat()).to.have.lengthOf(regionsOf(settings).length);
    for (const fanoutDurationHours of [4, 5])
      await passed(stack.deploy(others(settings, { fanoutDurationHours })));
    expect(contents()).to.deep.equal(first);
  });

  it("moves to another Region and leaves the buckets of the old one, full or not", async () => {
    const { stack, settings, account: owner } = await standing("dev");
    const moved = others(settings, {}, "ca-central-1");
    const { steps } = await passed(stack.deploy(moved));
    expect(countSteps(steps)).to.include({ created: 0, deleted: 0, kept: 21 });
    expect((await passed(stack.deploy(moved))).steps).to.deep.equal([]);
    expect(owner.region("us-east-1").windows.all).to.deep.equal([]);
    expect(owner.region("ca-central-1").windows.all).to.have.length(3);
    expect((owner.s3.listBuckets({}).Buckets ?? []).map(({ Name }) => Name).sort()).to.deep.equal([
      ...["exclusions-bucket", "exclusions-bucket-2", "logs-bucket", "logs-bucket-2"],
      ...["runs-bucket", "runs-bucket-2"],
    ]);
  });

  it("deletes at the very end, and nothing before what depends on it", async () => {
    const { stack, settings } = await standing("dev");
    const { steps } = await passed(
      stack.deploy(
        // The bucket of exclusions is what stays.
        others(settings, { stacks: ["scan", "install"], patchGroups: ["renamed"], ownsBaselines: false }),
      ),
    );
    const first = steps.findIndex(({ operation }) => operation === "delete");
    const ends = steps.slice(first);
    expect(new Set(ends.map(({ operation }) => operation))).to.deep.equal(new Set(["delete", "retain"]));
    const names = ends.map(({ name }) => name);
    for (const [one, other] of [
      ["exclusions-retries", "exclusions-function"],
      ["baselines-UBUNTU-dev-servers", "baselines-UBUNTU"],
      // What is asked before anything goes.
      ["retired-processor", "overdue-alarm"],
    ] as const)
      expect(names.indexOf(one), `${one}, ${other}`).to.be.within(0, names.indexOf(other) - 1);
    // ScheduleDeletes of Pulumi's engine: at the same time what is as far from what depends on nothing.
    const graph = new Map([
      ["a", []],
      ["component", ["a"]],
      ["b", ["component"]],
      ["c", ["a"]],
      ["kept", []],
    ]);
    const left = ["a", "b", "c"].map((urn) => ({ urn }));
    const order = deletions(left, graph, (urn) => urn === "component");
    expect(order.map((together) => together.map(({ urn }) => urn))).to.eql([["b"], ["c"], ["a"]]);
  });
});

describe("a deployment that is refused half-way", () => {
  const broken: ResourceChange = (_type, name, inputs) =>
    name === "scan-window" ? { ...inputs, cutoff: 23 } : inputs;

  it("stops at the first resource, with its cause, deletes nothing, and goes on from there the next time", async () => {
    const { stack, settings } = await standing("dev");
    const changed = others(settings, { patchGroups: ["renamed"], environment: "other" });
    const { failure, steps } = await stack.deploy(changed, broken);
    expect(failure).to.deep.include({
      operation: "update",
      type: "aws:ssm/maintenanceWindow:MaintenanceWindow",
      name: "scan-window",
    });
    expect(failure?.cause.message).to.include("Cuttoff was 23");
    expect(told(steps).filter((step) => step.startsWith("delete"))).to.deep.equal([]);
    const { steps: rest } = await passed(stack.deploy(changed));
    const all = countSteps([...steps, ...rest]);
    expect([all.created, all.deleted]).to.deep.equal([12, 12]);
    expect((await passed(stack.deploy(changed))).steps).to.deep.equal([]);
  });

  it("goes on from a first one too, and can be taken away as it is", async () => {
    const world = account([]);
    const stack = new Stack(world.account);
    const settings = stackSettings(root, "dev");
    const { failure, steps } = await stack.deploy(settings, broken);
    expect(failure).to.include({ operation: "create", name: "scan-window" });
    const { created } = countSteps(steps);
    const { steps: rest } = await passed(stack.deploy(settings));
    const { deleted, kept } = countSteps((await passed(stack.destroy())).steps);
    expect(countSteps(rest)).to.deep.equal({ ...none, created: deleted + kept - created });
    expect((await stack.deploy(settings, broken)).failure?.name).to.equal("scan-window");
    await passed(stack.destroy());
    expect(world.region.windows.all).to.deep.equal([]);
  });

  // AWS's quota: 25 patch groups to a baseline (Systems Manager endpoints and quotas).
  it("stays stuck where old and new patch groups are more than a baseline takes, until it is done in two steps", async () => {
    const { stack, settings } = await standing("dev");
    const groups = (prefix: string) => Array.from({ length: 25 }, (_, index) => `${prefix}${index}`);
    // The central window takes fewer.
    const withGroups = (patchGroups: readonly string[]) =>
      stack.deploy(others(settings, { stacks: ["scan", "install"], patchGroups }));
    const straight = () => withGroups(groups("b"));
    await passed(withGroups(groups("a").slice(0, 12)));
    for (const _ of [1, 2]) {
      const { failure } = await straight();
      expect(failure?.type).to.equal("aws:ssm/patchGroup:PatchGroup");
      expect(failure?.cause.name).to.equal("ResourceLimitExceededException");
    }
    await passed(withGroups(groups("a").slice(0, 1)));
    // The one that is left goes last: there is room for 24 beside it.
    await passed(withGroups(groups("b").slice(0, 24)));
    await passed(straight());
  });

  // API reference of RegisterPatchBaselineForPatchGroup, AlreadyExistsException.
  it("ends where an older version's processor has registered a group of held nodes, and goes on once that is gone", async () => {
    const world = account([]);
    const { baselines, lambda } = world.region;
    const settings = stackSettings(root, "dev");
    const old = { Name: "patchplane-dev-hold-UBUNTU", OperatingSystem: "UBUNTU" } as const;
    const { BaselineId = "" } = baselines.createPatchBaseline(old);
    const held = { BaselineId, PatchGroup: `${groupsOf(settings)[0]}.hold` };
    baselines.registerPatchBaselineForPatchGroup(held);
    const stack = new Stack(world.account);
    const { failure } = await stack.deploy(settings);
    expect([failure?.name, failure?.cause.name]).to.eql([
      `holds-UBUNTU-${held.PatchGroup}`,
      "AlreadyExistsException",
    ]);
    // It is the function's new version that lets it go.
    expect(lambda.all.map(({ name }) => name)).to.include("SSM-patchplane-dev-exclusions");
    baselines.deregisterPatchBaselineForPatchGroup(held);
    await passed(stack.deploy(settings));
  });

  it("changes nothing for a configuration that the program refuses", async () => {
    const { stack, settings } = await standing("dev");
    const refusal = await stack.deploy(others(settings, { typo: 1 })).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refusal?.message).to.include("typo");
    expect((await passed(stack.deploy(settings))).steps).to.deep.equal([]);
  });
});

describe("what the provider would send for a change", () => {
  it("is taken by the API's models for any two configurations that are accepted, one over the other", async function () {
    // What AWS refuses by its own rules, and not for the shape of a request.
    const refused = ["AlreadyExistsException", "ResourceLimitExceededException"];
    let stack = new Stack(bounding());
    let requests = 0;
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(acceptedConfiguration, async ({ homeRegion, values }) => {
        const settings = { project, stack: "random", values, secretKeys: [], homeRegion };
        const { steps, failure } = await stack.deploy(settings);
        requests += steps.flatMap((step) => step.requests).length;
        if (failure === undefined) return;
        expect(refused, `${failure.type} ${failure.name}: ${failure.cause.message}`).to.include(
          failure.cause.name,
        );
        failures++;
        await passed(stack.destroy());
        stack = new Stack(bounding());
      }),
      { numRuns: size(3, 200) },
    );
    if (this.test !== undefined) this.test.title += ` (${requests} requests, ${failures} refused)`;
  });
});
