import { expect } from "chai";
import { memoryKey, settleMs } from "#shared/contract/regionMemory.js";
import { word } from "./planSupport.js";
import { readsOf } from "./reads.js";
import { dev, excluded, memoryOf, minute, said, seen, showing } from "./settleSupport.js";
import { east, entry, node, nodes, rejects } from "./support.js";

const web = { PatchGroup: "web", Environment: "prod" };

describe("a tagging index that is late", () => {
  it("costs no baseline: an upload, a wrong one half a minute later, and the first one again", async () => {
    const world = dev();
    world.upload("a", entry());
    await world.run();
    const then = seen(world);
    world.now += minute;
    world.upload("a", entry({ effect: rejects("curl*") }));
    await world.run();
    world.now += minute / 2;
    world.upload("a", entry());
    await world.run(undefined, showing(then));
    expect(world.marks("i-1"), "what the index has shown all the time").to.deep.equal(excluded);
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
    expect(said(world)[0]).to.equal("being applied");
  });

  it("keeps nothing from being applied: an upload, its deletion, and the same upload five seconds later", async () => {
    const world = dev();
    world.upload("a", entry());
    await world.run();
    const then = seen(world);
    world.now += minute;
    world.delete("a");
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    world.now += 5000;
    world.upload("a", entry());
    await world.run(undefined, showing(then));
    expect(world.marks("i-1")).to.deep.equal(excluded);
    expect(said(world)[0]).to.equal("being applied");
  });

  it("keeps nothing from ending: an upload, and its deletion that finds the index as it was before", async () => {
    const world = dev();
    const then = seen(world);
    world.upload("a", entry());
    await world.run();
    world.now += minute;
    world.delete("a");
    await world.run(undefined, showing(then));
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
  });

  it("is written again where it shows the base group, and not where it shows what was written", async () => {
    const world = dev();
    const then = seen(world);
    world.upload("a", entry());
    await world.run();
    world.now += minute;
    expect((await world.run()).ports.steps).to.deep.equal([]);
    const again = await world.run(undefined, showing(then));
    expect(again.ports.steps.map(({ step }) => step.kind)).to.deep.equal(["tagNodes"]);
    expect(memoryOf(world).wroteAt).to.equal(new Date(world.now).toISOString());
  });

  it("has somebody else's word, which stands: another group, and another base", async () => {
    for (const group of ["theirs", "app"]) {
      const world = dev();
      world.upload("a", entry());
      await world.run();
      world.now += minute;
      const theirs = node("i-1", { tags: { ...web, PatchGroup: group } });
      world.region().nodes.set("i-1", theirs);
      await world.run();
      expect(world.marks("i-1")).to.deep.equal(group === "app" ? [`app.${word}`, "app"] : [group, undefined]);
    }
  });

  it("is no drift: what it shows of us is not counted as somebody else's", async () => {
    const world = dev();
    world.upload("a", entry());
    await world.run();
    const then = seen(world).map((one) =>
      one.id === "i-1" ? { ...one, tags: { ...one.tags, "patchplane:base-group": "web.hold" } } : one,
    );
    world.now += minute;
    const { regions } = await world.run(undefined, showing(then));
    expect(regions[0]?.foreign).to.deep.equal([]);
  });
});

describe("an entry", () => {
  it("is in force only once a read has shown it that began ten minutes after the last write", async () => {
    const world = dev();
    world.upload("a", entry());
    await world.run();
    const applying = [
      "being applied",
      "1 entry is being applied: in force on 0 of 1 node so far.",
      "Not yet on i-1: written, and not sure to be seen everywhere yet.",
    ];
    expect(said(world)).to.deep.equal(applying);
    world.now += settleMs - 1;
    expect((await world.run()).statusWrites).to.equal(0);
    expect(said(world)).to.deep.equal(applying);
    world.now += 1;
    await world.run();
    expect(said(world)).to.deep.equal(["in force", "1 entry is in force, on 1 node."]);
    expect(memoryOf(world)).to.deep.include({ written: {}, promised: { [`web.${word}`]: ["i-1"] } });
    expect((await world.run()).writes).to.equal(0);
  });

  it("is not in force where a settled read shows something else: that is written, and waited for anew", async () => {
    const world = dev();
    const then = seen(world);
    world.upload("a", entry());
    await world.run();
    world.now += settleMs;
    world.region().nodes.set("i-1", then[0] ?? node("i-1"));
    await world.run();
    expect(said(world)[0]).to.equal("being applied");
    expect(world.marks("i-1")).to.deep.equal(excluded);
    world.now += settleMs;
    await world.run();
    expect(said(world)[0]).to.equal("in force");
  });

  it("stays in force while another one is applied in its Region, and where a node of it is put back", async () => {
    const world = dev("i-1", "i-2");
    world.upload("a", entry());
    await world.rest();
    world.upload("b", entry({ selector: nodes("i-2"), effect: rejects("curl*") }));
    await world.run();
    expect([said(world, "a")[0], said(world, "b")[0]]).to.deep.equal(["in force", "being applied"]);
    world.now += minute;
    world.region().nodes.set("i-1", node("i-1"));
    const { regions } = await world.run();
    expect(said(world, "a")[0]).to.equal("in force");
    expect([regions[0]?.unsure, world.marks("i-1")]).to.deep.equal([1, excluded]);
  });

  it("that is changed is being applied again, and counts nodes that it has been on", async () => {
    const world = dev("i-1", "i-2");
    world.upload("a", entry());
    await world.rest();
    world.upload("a", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    expect(said(world).slice(0, 2)).to.deep.equal([
      "being applied",
      "1 entry is being applied: in force on 1 of 2 nodes so far.",
    ]);
  });

  it("of which AWS has only a node that is gone knows no node", async () => {
    const world = dev("i-1");
    const then = seen(world);
    world.region().nodes.delete("i-1");
    world.upload("a", entry());
    const { ok, regions } = await world.run(undefined, showing(then));
    expect([ok, regions[0]?.failedNodes]).to.deep.equal([true, 0]);
    expect(memoryOf(world).written).to.deep.equal({});
    expect(world.status("a").entries[0]).to.deep.include({ nodes: [], unknownNodes: ["i-1"] });
    expect(said(world)).to.deep.equal([
      "being applied",
      "1 entry is being applied: so far there is no node to put in force on.",
    ]);
  });
});

describe("what is kept of a Region", () => {
  it("is kept before the first tag is written, so that a crash loses nothing", async () => {
    const total = (await crashed()).allWrites;
    for (let most = 1; most < total; most++) {
      const { world } = await crashed(most);
      const isWritten = world.marks("i-1")[1] !== undefined;
      const kept = world.bucket.text(memoryKey(east));
      if (isWritten)
        expect(memoryOf(world).written, `after ${most}`).to.deep.equal({ [`web.${word}`]: ["i-1"] });
      else if (kept === undefined) continue;
      // Whatever a read shows then, the next run writes it again where it is not as it should be.
      world.now += minute;
      await world.run(undefined, showing([node("i-1"), node("i-2")]));
      expect(world.marks("i-1")).to.deep.equal(excluded);
      expect(said(world)[0]).to.equal("being applied");
    }
  });

  async function crashed(most?: number) {
    const world = dev();
    world.upload("a", entry());
    const { allWrites } = await world.run(most);
    return { world, allWrites };
  }

  it("is nothing, and nothing is written, where exclusions have left nothing", async () => {
    const world = dev();
    expect((await world.run()).ports.store.written).to.not.include(memoryKey(east));
  });

  it("has what was made, which lists may miss: nothing is made twice, nor taken away", async () => {
    const world = dev();
    const { baselines, groups } = world.region().state;
    world.upload("a", entry());
    await world.run();
    world.now += 5000;
    const { ports } = await world.run(undefined, (all) => ({
      ...all,
      region: (name, deployed) => {
        const access = all.region(name, deployed);
        return {
          ...readsOf(access),
          read: async (keys) => ({ ...(await access.read(keys)), baselines, groups }),
          apply: (step) => access.apply(step),
        };
      },
    }));
    // What it says cannot be read either, and is what it was made with.
    expect(ports.steps.map(({ step }) => step.kind)).to.deep.equal([]);
    expect(world.derivedNames()).to.have.lengthOf(1);
  });
});
