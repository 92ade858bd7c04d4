import { expect } from "chai";
import { promisedIn } from "#functions/exclusion-processor/core/promises.js";
import { evidenceKey, parseEvidence } from "#shared/contract/evidence.js";
import { memoryKey, memoryText, settleMs } from "#shared/contract/regionMemory.js";
import { sealOf } from "#shared/contract/seal.js";
import { word } from "./planSupport.js";
import { dev, excluded, memoryOf, minute, said } from "./settleSupport.js";
import { baseGroups, day, east, entry, node, nodes, type World } from "./support.js";

const group = `web.${word}`;
const promised = { [group]: ["i-1"] };
const things = { baselines: [], registrations: [] };
const nothing = { version: 1, written: {}, promised: {}, made: things, gone: things, unused: {} } as const;

/** A Region in which openssl is told as excluded on i-1. */
async function told(): Promise<World> {
  const world = dev();
  world.upload("a", entry());
  await world.rest();
  expect(said(world)[0]).to.equal("in force");
  world.told.length = 0;
  return world;
}

/** Why a window's call cannot vouch for nodes. */
async function doubts(world: World): Promise<string[]> {
  const { regions } = await world.run(undefined, undefined, "window");
  return (regions[0]?.doubts ?? []).map(({ id, why }) => `${id}: ${why}`);
}

function retag(world: World, tags: Record<string, string>): void {
  world.region().nodes.set("i-1", node("i-1", { tags: { Environment: "prod", ...tags } }));
}

/** Makes the version in force one that nobody can read, and a newer one that is not valid. */
async function unreadable(world: World): Promise<void> {
  await world.believe("a", { inForceVersionId: "gone" });
  world.uploadText("a", "{");
}

describe("what people were told as in force", () => {
  for (const [what, spoil] of [
    ["gone", (world: World) => world.bucket.remove(memoryKey(east), world.now)],
    ["broken", (world: World) => world.bucket.put(memoryKey(east), '{"version":1,"promised":{}}', world.now)],
    ["somebody else's", (world: World) => world.bucket.put(memoryKey(east), memoryText(nothing), world.now)],
    [
      "an older one of its own",
      (world: World) => {
        const [older] = world.bucket.history(memoryKey(east));
        world.bucket.put(memoryKey(east), older?.text ?? "", world.now);
      },
    ],
    ["without its seal", (world: World) => world.bucket.remove(sealOf(memoryKey(east)), world.now)],
  ] as const) {
    it(`stays so where what was kept of its Region is ${what}: told, written again, and in doubt until that is seen`, async () => {
      const world = await told();
      spoil(world);
      const found = await promisedIn(world.ports().store, east);
      expect(found).to.deep.equal({ kind: "known", promised: new Map([["i-1", group]]) });
      const { ports, regions } = await world.run();
      expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal(["tagNodes"]);
      expect(regions[0]?.doubts?.map(({ why }) => why)).to.match(/^what was known of its tags was lost/);
      expect(said(world)[0]).to.equal("in force");
      expect(memoryOf(world)).to.deep.include({ promised, written: promised });
      expect(world.told.map(({ subject }) => subject)).to.deep.equal([
        "patchplane: exclusions: what the processor kept of Regions was lost",
      ]);
      expect(world.told[0]?.text).to.contain(`- ${memoryKey(east)}: 1 node`);
      world.now += settleMs - 1;
      expect(await doubts(world)).to.match(/put right just now/);
      world.now += 1;
      expect(await doubts(world)).to.deep.equal([]);
      expect([memoryOf(world).promised, world.told.length]).to.deep.equal([promised, 1]);
    });

    it(`is known to nobody where the verdicts are lost too, and what was kept is ${what}: nobody vouches`, async () => {
      const world = await told();
      spoil(world);
      world.spoil();
      const found = await promisedIn(world.ports().store, east);
      expect(found).to.deep.include({ kind: "lost" });
      const { regions } = await world.run(undefined, undefined, "window");
      expect(regions[0]?.lost).to.equal(
        "What was promised in us-east-1 is not known, and state/verdicts.json is gone.",
      );
    });
  }

  it("stays so where its manifest cannot be read any more: the node is put back, until a version says otherwise", async () => {
    const world = await told();
    await unreadable(world);
    retag(world, { PatchGroup: "web" });
    expect(await doubts(world)).to.deep.equal([`i-1: it is in the patch group web instead of ${group}`]);
    expect([world.marks("i-1"), memoryOf(world).promised]).to.deep.equal([excluded, promised]);
    expect(await doubts(world)).to.match(/put right just now/);
    world.now += settleMs;
    expect(await doubts(world)).to.deep.equal([]);
    expect(memoryOf(world).promised).to.deep.equal(promised);
    world.upload("a", entry({ selector: nodes("i-2") }));
    await world.run();
    expect([world.marks("i-1")[0], memoryOf(world).promised]).to.deep.equal(["web", {}]);
  });

  it("stays so, and in doubt, where its manifest cannot be read and its group has lost its baseline", async () => {
    const world = await told();
    await unreadable(world);
    world.region().groups = baseGroups();
    expect(await doubts(world)).to.deep.equal([
      `i-1: its patch group ${group} has not the baseline that it needs`,
    ]);
    retag(world, { PatchGroup: "web" });
    world.now += settleMs;
    for (let turn = 1; turn <= 2; turn++) {
      expect(await doubts(world)).to.deep.equal([`i-1: it is in the patch group web instead of ${group}`]);
      expect(memoryOf(world).promised).to.deep.equal(promised);
    }
  });

  it("stays so on a node of two minds, as long as an entry is about it", async () => {
    const world = await told();
    retag(world, { PatchGroup: "theirs", "patchplane:base-group": "web" });
    world.region().stuck.add("i-1");
    for (let turn = 1; turn <= 3; turn++) {
      expect(await doubts(world), `run ${turn}`).to.match(/^i-1: PatchGroup is theirs, and/);
      expect(memoryOf(world).promised).to.deep.equal(promised);
      world.now += minute;
    }
    world.delete("a");
    expect(await doubts(world)).to.deep.equal([]);
    expect(memoryOf(world).promised).to.deep.equal({});
  });

  it("ends on a node that somebody has taken once AWS is sure to know that no window finds it", async () => {
    const world = await told();
    retag(world, { PatchGroup: "theirs", "patchplane:base-group": "web" });
    expect(await doubts(world)).to.match(/^i-1: PatchGroup is theirs, and/);
    expect(world.marks("i-1")).to.deep.equal(["theirs", undefined]);
    expect(await doubts(world)).to.match(/^i-1: .*which AWS may not know yet/);
    expect(memoryOf(world).promised).to.deep.equal(promised);
    world.now += settleMs;
    expect(await doubts(world)).to.deep.equal([]);
    expect(memoryOf(world).promised).to.deep.equal({});
  });

  it("is in doubt, and proved by nothing, where its group is registered to somebody else's baseline", async () => {
    const world = await told();
    const { groups, baselines } = world.region();
    const foreign = { id: "pb-theirs", name: "theirs", operatingSystem: "AMAZON_LINUX_2023", isOwned: false };
    baselines.set(foreign.id, foreign);
    const taken = groups.map((one) => (one.group === group ? { ...one, baselineId: foreign.id } : one));
    world.region().groups = taken;
    const why = `its patch group ${group} is registered to pb-theirs, a baseline that is not this stack's`;
    expect(await doubts(world)).to.deep.equal([`i-1: ${why}`]);
    expect(memoryOf(world).promised).to.deep.equal(promised);
    world.now += day;
    const at = world.now - 60 * minute;
    world.region().reports = [
      {
        ...{ id: "i-1", operation: "Install", baselineId: foreign.id, snapshotId: undefined },
        ...{ startedAt: at, endedAt: at + minute },
      },
    ];
    await world.run();
    const kept = parseEvidence(world.bucket.text(evidenceKey) ?? "")?.regions[east];
    expect([kept?.proved, kept?.breaches.map(({ id }) => id)]).to.deep.equal([[], ["i-1"]]);
    expect(world.told.map(({ subject }) => subject)).to.include(
      "patchplane: exclusions: 1 node installed against them",
    );
    retag(world, { PatchGroup: "web" });
    for (let turn = 1; turn <= 2; turn++)
      expect(await doubts(world)).to.match(/^i-1: it is in the patch group web/);
  });
});
