import { expect } from "chai";
import { goingRefusal } from "#functions/exclusion-processor/core/going.js";
import { leavingRefusal } from "#functions/exclusion-processor/core/leaving.js";
import { believedKey } from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { memoryKey, parseMemory, settleMs } from "#shared/contract/regionMemory.js";
import { goingInput, parseGoing, parseStaying, partsOf, stayingInput } from "#shared/contract/retired.js";
import { sealOf } from "#shared/contract/seal.js";
import { putSealed } from "#test/memory/sealed.js";
import { entry, node, nodes, record, region, World, west } from "./support.js";

const hour = 3_600_000;
const partsIn = ({ regions, ...rest }: DeploymentRecord) =>
  partsOf({ ...rest, regions: regions.map(({ name }) => name) });
const still = async (): Promise<void> => undefined;

/** A node of web in the west that entries have moved, beside others; and what becomes of a deployment without some part. */
async function moved() {
  const app = { tags: { PatchGroup: "app", Environment: "prod" }, operatingSystem: "UBUNTU" };
  const world = new World([region([node("i-1"), node("i-2", app)], { region: west }), region([node("i-3")])]);
  world.upload("pay", entry({ selector: nodes("i-1") }));
  await world.rest();
  const asked = (without: string) =>
    leavingRefusal(
      world.ports().store,
      partsIn(record()).filter(({ name }) => name !== without),
      still,
    );
  return { world, asked };
}

describe("a part that leaves a stack and was not retired", () => {
  it("may go where exclusions have nothing of it, and is refused with what to do while they have", async () => {
    const { world, asked } = await moved();
    const refused = [west, "web", "AMAZON_LINUX_2023"];
    for (const name of ["", "us-east-1", "app", "UBUNTU"])
      expect(await asked(name), name).to.equal(undefined);
    for (const name of refused)
      expect(await asked(name)).to.match(
        new RegExp(`${name} cannot leave yet: .*something.*Put it into retired`),
      );
    world.delete("pay");
    await world.run();
    for (const name of refused) expect(await asked(name), name).to.contain("cannot leave yet");
    world.now += settleMs;
    await world.run();
    // Its baselines are left for a day, and could not be deleted in a Region that is gone.
    for (const name of refused.slice(1)) expect(await asked(name), name).to.equal(undefined);
    expect(await asked(west)).to.contain("cannot leave yet");
    world.now += 25 * hour;
    for (const _ of [1, 2]) {
      await world.run();
      world.now += settleMs;
    }
    expect(await asked(west)).to.equal(undefined);
  });

  it("is refused where what was kept is none of a run's, until the next run; and goes by what an older version has kept", async () => {
    const { world, asked } = await moved();
    const key = memoryKey(west);
    const kept = world.bucket.text(key) ?? "";
    world.bucket.put(key, "{}", world.now);
    expect(await asked("app")).to.match(/is not as a run has left it.*deploy again then/);
    await world.run();
    await world.run();
    expect(await asked("app")).to.equal(undefined);
    const { left, ...older } = parseMemory(kept) ?? {};
    expect(left).to.have.lengthOf(3);
    putSealed(world.bucket, key, `${JSON.stringify(older)}\n`);
    expect(await asked("app")).to.equal(undefined);
    // An older version does not tell of operating systems: it may be any.
    for (const name of [west, "web", "UBUNTU"]) expect(await asked(name)).to.contain("cannot leave yet");
    const unused = { ...older, promised: {}, written: {}, unused: { "pb-1": "2026-09-01T00:00:00.000Z" } };
    putSealed(world.bucket, key, `${JSON.stringify(unused)}\n`);
    expect(await asked(west), "baselines alone").to.contain("cannot leave yet");
    // Of a Region that has nothing, too.
    const east = memoryKey("us-east-1");
    world.bucket.put(sealOf(east), "x", world.now);
    world.bucket.put(east, "x", world.now);
    expect(await asked("us-east-1")).to.contain("is not as a run has left it");
    await world.run();
    expect(await asked("us-east-1")).to.equal(undefined);
  });

  it("is refused where what was kept is gone with its seal, as long as people were told of nodes there", async () => {
    const { world, asked } = await moved();
    for (const key of [memoryKey(west), sealOf(memoryKey(west))]) world.bucket.remove(key, world.now);
    for (const name of [west, "web", "app"]) expect(await asked(name)).to.match(/is gone.*deploy again then/);
    expect(await asked("us-east-1"), "never anything there").to.equal(undefined);
    world.spoil();
    expect(await asked("us-east-1"), "nobody knows").to.match(/verdicts.json is gone.*deploy again then/);
    await world.run();
    await world.run();
    expect(await asked(west)).to.contain("cannot leave yet");
    expect(await asked("us-east-1")).to.equal(undefined);
  });

  it("is refused where all that was kept is gone, verdicts and letters too, until a run has looked", async () => {
    const { world, asked } = await moved();
    const own = world.bucket.keys().filter((key) => /^(state|status)\//.test(key));
    for (const key of own.filter((one) => one !== believedKey)) world.bucket.remove(key, world.now);
    expect(await asked(west), "the last belief knows of it").to.match(/is gone.*deploy again then/);
    world.bucket.remove(believedKey, world.now);
    for (const name of [west, "us-east-1", "web"])
      expect(await asked(name)).to.match(/no run has left what it knows.*deploy again then/);
    await world.run();
    expect(await asked("us-east-1")).to.equal(undefined);
    expect(await asked(west)).to.contain("cannot leave yet");
  });

  it("is kept as soon as a node of it has been moved, wherever the run dies", async () => {
    for (let writes = 1; ; writes++) {
      const world = new World([region([node("i-1")], { region: west })]);
      world.upload("pay", entry({ selector: nodes("i-1") }));
      const isDead = await world.run(writes).then(
        ({ ok }) => !ok,
        () => true,
      );
      const parts = partsIn(record()).filter(({ name }) => name !== "web");
      const refusal = await leavingRefusal(world.ports().store, parts, still);
      if (world.marks("i-1", west)[0] !== "web")
        expect(refusal, `${writes} writes`).to.contain("web cannot leave");
      if (!isDead) break;
    }
  });

  it("is not asked about by the first deployment, whose rights may come late, and never against a broken record", async () => {
    const world = new World([region([node("i-1")])]);
    const { store } = world.ports();
    let denials = 3;
    const late = {
      ...{ list: (prefix: string) => store.list(prefix) },
      read: async (key: string) => {
        if (denials-- > 0) throw Object.assign(new Error("no"), { name: "AccessDenied" });
        return key === keys.record ? undefined : store.read(key);
      },
    };
    expect(await leavingRefusal(late, [], still)).to.equal(undefined);
    denials = 99;
    expect(await leavingRefusal(late, [], still).catch(String)).to.contain("no");
    world.bucket.put(keys.record, "{}", world.now);
    expect(await leavingRefusal(store, [], still).catch(String)).to.contain("nobody can tell what leaves");
  });

  it("is told from other events", () => {
    expect(parseGoing({ ...JSON.parse(goingInput), tf: { action: "delete" } })).to.equal(true);
    expect(parseGoing({ ...JSON.parse(goingInput), tf: { action: "create" } })).to.equal(false);
    expect(parseGoing(JSON.parse(goingInput))).to.equal(undefined);
    const parts = partsIn(record());
    expect(parseStaying(JSON.parse(stayingInput(parts)))).to.deep.equal(parts);
    expect(parseStaying({ Records: [] })).to.equal(undefined);
  });
});

describe("the processor, before it goes with its stack", () => {
  const going = (world: World) => goingRefusal(world.ports(), world.now);

  it("is refused as long as Regions show a node of exclusions, or nobody can tell, whatever was kept", async () => {
    const { world } = await moved();
    const nodes = /cannot go yet: exclusions have nodes: eu-west-1: i-1\. .*delete every manifest/;
    expect(await going(world)).to.match(nodes);
    world.bucket.put(memoryKey(west), "{}", world.now);
    expect(await going(world)).to.match(/eu-west-1: i-1\. eu-west-1 is not known: .*within the hour/);
    await world.run();
    world.delete("pay");
    world.region(west).isDown = true;
    expect(await going(world)).to.match(/cannot go yet: eu-west-1 could not be read/);
    world.region(west).isDown = false;
    await world.run();
    expect(await going(world)).to.match(/cannot go yet: eu-west-1 is not settled/);
    world.now += settleMs;
    await world.run();
    expect(await going(world)).to.equal(undefined);
    // A copy of an excluded node, of which nothing is kept.
    world
      .region(west)
      .nodes.set("i-9", node("i-9", { tags: { PatchGroup: "web.hold", Environment: "prod" } }));
    expect(await going(world)).to.match(/exclusions have nodes: eu-west-1: i-9/);
    world.region(west).nodes.delete("i-9");
    for (const key of world.bucket.keys().filter((one) => /^(state|status)\//.test(one)))
      world.bucket.remove(key, world.now);
    expect(await going(world)).to.contain("no run has left what it knows");
    world.bucket.remove(keys.record, world.now);
    expect(await going(world)).to.contain("deployment.json is gone or not valid");
  });
});
