import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import type { ReadyStep } from "#functions/exclusion-processor/core/steps.js";
import { readsOf } from "./reads.js";
import {
  baseBaselines,
  baseGroups,
  content,
  day,
  east,
  entry,
  node,
  nodes,
  now,
  record,
  region,
  rejects,
  tagged,
  World,
  west,
} from "./support.js";

const openssl = rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY").word;
const name = (word: string, system = "AMAZON_LINUX_2023") => `patchplane-test-${word}-${system}`;

describe("a run", () => {
  it("moves a node into a group and baseline of its own, and no other", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("pay", entry());
    const { ok, ports } = await world.run();
    expect(ok).to.equal(true);
    expect(world.marks("i-1")).to.deep.equal([`web.${openssl}`, "web"]);
    expect(world.marks("i-2")).to.deep.equal(["web", undefined]);
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
    expect(world.derivedNames()).to.deep.equal([name(openssl)]);
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal([
      "createBaseline",
      "registerGroup",
      "tagNodes",
    ]);
  });

  it("writes nothing when nothing has changed", async () => {
    const world = new World([region([node("i-1"), node("i-2")]), region([], { region: west })]);
    world.upload("pay", entry());
    await world.run();
    const { writes, ok } = await world.run();
    expect(ok).to.equal(true);
    expect(writes).to.equal(0);
  });

  it("brings everything back when the manifest is gone, and takes away what it had made a day later", async () => {
    const world = new World([region([node("i-1")])]);
    const before = world.region().state;
    world.upload("pay", entry());
    await world.run();
    world.delete("pay");
    await world.rest();
    expect(world.region().state.nodes).to.deep.equal(before.nodes);
    world.now += day - 1;
    expect((await world.run()).ports.steps).to.deep.equal([]);
    world.now += 1;
    await world.run();
    expect(world.region().state).to.deep.equal(before);
    expect(world.status("pay").verdict).to.equal("ended");
    expect((await world.run()).writes).to.equal(0);
  });

  it("ends an entry at its end and not before", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry({ expiresAt: now + day }));
    await world.run();
    world.now = now + day - 1;
    await world.run();
    expect(world.marks("i-1")).to.deep.equal([`web.${openssl}`, "web"]);
    world.now = now + day;
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
  });

  it("holds a node as a whole, whatever else is asked for it", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    world.upload("freeze", entry({ id: "freeze", effect: { kind: "hold" } }));
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web.hold", "web.hold"]);
    expect(world.marks("i-2")).to.deep.equal([`web.${openssl}`, "web"]);
    expect(world.derivedNames()).to.deep.equal([name(openssl)]);
    expect(world.status("pay").entries[0]?.notes).to.deep.equal([
      `${east}: 1 node held as a whole, because entry freeze of exclusions/freeze.yaml asks for it.`,
    ]);
  });

  it("holds by a write of tags alone, since the deployment has made a baseline that approves nothing", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("freeze", entry({ effect: { kind: "hold" } }));
    const { ports } = await world.run();
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal(["tagNodes"]);
    expect(world.contentFor("i-1")).to.deep.include({ rules: {}, rejectedPatches: [] });
  });

  it("lets go at once of a hold's baseline that an older version has made, and the node stays held", async () => {
    const held = tagged("i-1", { PatchGroup: "web.hold", "patchplane:base-group": "web.hold" });
    const own = { group: "web.hold", operatingSystem: "UBUNTU", baselineId: "pb-old" };
    const old = { id: "pb-old", name: name("hold", "UBUNTU"), operatingSystem: "UBUNTU", isOwned: true };
    const groups = baseGroups().filter(({ group }) => !group.endsWith(".hold"));
    const baselines = [...baseBaselines(), { ...old, content: content() }];
    const regions = record().regions.map(({ holds: _, ...region }) => region);
    const world = new World([region([held], { baselines, groups: [...groups, own] })], record({ regions }));
    world.upload("freeze", entry({ effect: { kind: "hold" } }));
    const { ports } = await world.run();
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal([
      ...["tagNodes", "deregisterGroup", "deleteBaseline"],
    ]);
    expect(world.region().groups).to.deep.equal(groups);
    expect(world.marks("i-1")).to.deep.equal(["web.hold", "web.hold"]);
  });

  it("keeps the last good version in force when a bad one comes", async () => {
    const world = new World([region([node("i-1")])]);
    const good = world.upload("pay", entry());
    await world.run();
    const bad = world.uploadText("pay", "nonsense");
    const { ok } = await world.run();
    expect(ok).to.equal(true);
    expect(world.marks("i-1")).to.deep.equal([`web.${openssl}`, "web"]);
    const status = world.status("pay");
    expect(status).to.include({ verdict: "refused", versionId: bad, inForceVersionId: good });
    expect(status.problems).to.deep.equal([
      { message: "got nonsense; allowed is a list", line: 1, column: 1 },
    ]);
    expect(world.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: exclusions refused: exclusions/pay.yaml",
    ]);
    expect((await world.run()).writes).to.equal(0);
  });

  it("does nothing without a deployment record or a complete listing", async () => {
    for (const denied of ["deployment.json", ""]) {
      const world = new World([region([node("i-1")])]);
      world.upload("pay", entry());
      await world.run();
      world.delete("pay");
      const summary = await world.runDenied(denied);
      expect(summary.ok, denied).to.equal(false);
      expect(summary.errors[0]).to.match(/cannot be (read|listed) \(Error: AccessDenied/);
      expect(summary.writes, denied).to.equal(0);
      expect(world.marks("i-1")).to.deep.equal([`web.${openssl}`, "web"]);
    }
  });

  it("goes on in other Regions when one is down, and says so", async () => {
    const world = new World([region([node("i-1")]), region([node("i-2")], { region: west })]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    world.region(west).isDown = true;
    const { ok, errors } = await world.run();
    expect(ok).to.equal(false);
    expect(errors).to.deep.equal([`${west}: cannot be read (Error: ${west} does not answer).`]);
    expect(world.marks("i-1")[1]).to.equal("web");
    const { failedRegions, entries } = world.status("pay");
    expect(failedRegions.map((failed) => failed.region)).to.deep.equal([west]);
    // Where it was not looked for, nobody can say that it is unknown.
    expect(entries[0]?.unknownNodes).to.deep.equal([]);
    expect((await world.run()).writes, "nothing new").to.equal(0);
    world.region(west).isDown = false;
    expect((await world.run()).ok).to.equal(true);
    expect(world.marks("i-2", west)[1]).to.equal("web");
    expect(world.status("pay").failedRegions).to.deep.equal([]);
  });

  it("stops in a Region at the first failure, and goes on there in the next run", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    const { ok, errors } = await world.run(undefined, (ports) => ({
      ...ports,
      region: (name, deployed) => {
        const access = ports.region(name, deployed);
        const apply = async (step: ReadyStep) => {
          if (step.kind === "registerGroup") throw new Error("throttled");
          return access.apply(step);
        };
        return { ...readsOf(access), apply };
      },
    }));
    expect([ok, errors]).to.deep.equal([false, [`${east}: registerGroup: Error: throttled.`]]);
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect(world.derivedNames()).to.deep.equal([name(openssl)]);
    expect(world.status("pay").entries[0]?.takesEffect).to.deep.equal({});
    const { ports } = await world.run();
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal(["registerGroup", "tagNodes"]);
    expect(world.status("pay").failedRegions).to.deep.equal([]);
  });

  it("does nothing in a Region whose base baselines are not those of the record", async () => {
    for (const spoil of [
      (id: string, world: World) => world.region().baselines.delete(id),
      (id: string, world: World) => {
        const base = world.region().baselines.get(id);
        if (base !== undefined) world.region().baselines.set(id, { ...base, operatingSystem: "DEBIAN" });
      },
    ]) {
      const world = new World([region([node("i-1")])]);
      world.upload("pay", entry());
      spoil("pb-base-ub", world);
      const { errors } = await world.run();
      expect(errors).to.deep.equal([
        `${east}: the base baseline pb-base-ub of UBUNTU is not there; run the deployment again.`,
      ]);
      expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    }
  });

  it("leaves group and baseline of a node whose tags cannot be written, and tries again", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    world.delete("pay");
    world.region().stuck.add("i-1");
    const { ok, regions } = await world.run();
    expect([ok, regions[0]?.failedNodes], "the others went back").to.deep.equal([true, 1]);
    expect(world.marks("i-1")).to.deep.equal([`web.${openssl}`, "web"]);
    expect(world.marks("i-2")).to.deep.equal(["web", undefined]);
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
    world.region().stuck.clear();
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect((await world.run()).writes).to.equal(0);
  });

  it("follows a base baseline that the deployment changes", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    const base = world.region().baselines.get("pb-base-al");
    if (base === undefined) throw new Error("no base baseline");
    const changed = { rules: { approvalRules: [] }, rejectedPatches: ["kernel"] };
    world.region().baselines.set(base.id, {
      ...base,
      content: { ...changed, rejectedPatchesAction: "BLOCK" },
    });
    const { ports } = await world.run();
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal(["updateBaseline"]);
    expect(world.contentFor("i-1")).to.deep.equal({
      rules: { approvalRules: [] },
      rejectedPatches: ["kernel", "openssl*"],
      rejectedPatchesAction: "BLOCK",
    });
  });

  it("moves a node between cohorts when an entry changes", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    world.upload("pay", entry({ effect: rejects("kernel*") }));
    await world.run();
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["kernel*"]);
    expect((await world.run()).writes).to.equal(0);
  });
});
