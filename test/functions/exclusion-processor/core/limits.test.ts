import { expect } from "chai";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import { parsePlanReport } from "#shared/contract/planReport.js";
import { day, entry, keyOf, node, nodes, record, region, tagged, World } from "./support.js";

const hour = 3_600_000;
const hold = { kind: "hold" } as const;
const app = { kind: "tags", tags: { App: ["pay"] } } as const;
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `i-${from + index}`);
const fleet = (count: number) => region(ids(count).map((id) => node(id)));
const moved = (world: World) =>
  [...world.region().nodes.values()].filter(({ tags }) => tags.PatchGroup !== "web").length;
const verdicts = (world: World, ...names: string[]) => names.map((name) => world.status(name).verdict);

describe("what all manifests together may move in a day", () => {
  it("is what one may: 25 manifests of 40 nodes each do not move a thousand", async () => {
    const world = new World([fleet(1000)], record({ maxChangedNodes: 50 }));
    for (let one = 0; one < 25; one++)
      world.upload(`m${one}`, entry({ selector: nodes(...ids(40, one * 40)) }));
    await world.run();
    expect(moved(world)).to.equal(40);
    expect(world.status("m1").message[0]).to.equal(
      "Held: it would move 40 nodes, with all others of the last 24 hours 80, and 50 may move without an approval.",
    );
    expect((await world.run()).writes).to.equal(0);
    world.now += day - hour;
    await world.run();
    expect(moved(world), "within the day").to.equal(40);
    world.now += hour;
    await world.run();
    expect(moved(world), "after it").to.equal(80);
  });

  it("counts each node once, so that a mistake can be undone", async () => {
    const world = new World([fleet(100)], record({ maxChangedNodes: 50 }));
    for (const count of [40, 10, 40]) {
      world.upload("a", entry({ selector: nodes(...ids(count)) }));
      await world.run();
      world.now += hour;
      await world.run();
      expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["in force", count]);
    }
  });

  it("leaves out what was approved, what has ended and what was deleted", async () => {
    const world = new World([fleet(300)], record({ maxChangedNodes: 50 }));
    const large = world.upload("large", entry({ selector: nodes(...ids(100)) }));
    world.bucket.put(approvalKey(keyOf("large")), large, world.now);
    await world.run();
    world.delete("large");
    world.upload("a", entry({ selector: nodes(...ids(50, 100)) }));
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["being applied", 50]);
    world.upload("b", entry({ selector: nodes("i-200") }));
    await world.run();
    expect(verdicts(world, "b")).to.deep.equal(["held"]);
  });
});

describe("how much of a fleet may be held at once", () => {
  // Each row: nodes of the fleet, the share, nodes of an entry, the verdict.
  for (const [size, maxHeldPercent, count, verdict] of [
    [1, undefined, 1, "being applied"],
    [4, undefined, 1, "being applied"],
    [4, undefined, 2, "held"],
    [10, undefined, 2, "being applied"],
    [10, undefined, 3, "held"],
    [10, 100, 10, "being applied"],
    [10, 1, 1, "being applied"],
    [10, 1, 2, "held"],
  ] as const) {
    it(`is ${maxHeldPercent ?? 20} %, and one node at least: ${count} of ${size} are ${verdict}`, async () => {
      const { maxHeldPercent: _, ...rest } = record();
      const world = new World(
        [fleet(size)],
        maxHeldPercent === undefined ? rest : { ...rest, maxHeldPercent },
      );
      world.upload("a", entry({ effect: hold, selector: nodes(...ids(count)) }));
      await world.run();
      expect(verdicts(world, "a")).to.deep.equal([verdict]);
    });
  }

  it("is of all manifests together, and is no limit of rejected patches", async () => {
    const world = new World([fleet(10)], record({ maxHeldPercent: 20 }));
    world.upload("a", entry({ effect: hold, selector: nodes("i-0") }));
    await world.run();
    world.upload("b", entry({ effect: hold, selector: nodes("i-1", "i-2") }));
    world.upload("c", entry({ selector: nodes(...ids(7, 3)) }));
    world.bucket.put("plans/d.yaml", world.bucket.text(keyOf("b")) ?? "", world.now);
    await world.run();
    expect(verdicts(world, "a", "b", "c")).to.deep.equal(["being applied", "held", "being applied"]);
    expect(world.status("b").message[0]).to.equal(
      "Held: 3 of 10 nodes would be held at once, and 2 may be without an approval.",
    );
    const plan = parsePlanReport(world.bucket.text("status/plans/d.yaml.json") ?? "");
    expect(plan?.verdict).to.equal("would be held");
  });
});

describe("tags of a version in force", () => {
  /** Two of twenty nodes have the tag that an entry looks for, and three may move. */
  async function admitted(effect = entry().effect): Promise<World> {
    const own = ids(20).map((id, index) => tagged(id, { App: index < 2 ? "pay" : "other" }));
    const world = new World([region(own)], record({ maxChangedNodes: 3, maxHeldPercent: 20 }));
    world.upload("a", entry({ effect, selector: app }));
    await world.run();
    // What was moved then is none of what moves within 24 hours.
    world.now += day;
    return world;
  }
  /** From now on so many nodes have it. */
  function grow(world: World, count: number): void {
    for (const [index, id] of ids(20).entries()) {
      const tags = { ...world.tags(id), App: index < count ? "pay" : "other" };
      world.region().nodes.set(id, { ...node(id), tags });
    }
  }

  it("may find some nodes more", async () => {
    const world = await admitted();
    grow(world, 5);
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["being applied", 5]);
    grow(world, 6);
    await world.run();
    expect([...verdicts(world, "a"), moved(world)], "since it was admitted").to.deep.equal(["held", 5]);
  });

  it("count what they find among all that moves within 24 hours", async () => {
    const world = await admitted();
    grow(world, 4);
    await world.run();
    world.upload("b", entry({ selector: nodes("i-10", "i-11") }));
    await world.run();
    expect([...verdicts(world, "a", "b"), moved(world)]).to.deep.equal(["being applied", "held", 4]);
    expect(world.status("b").message[0]).to.contain("with all others of the last 24 hours 4, and 3 may move");
    world.now += day;
    grow(world, 5);
    await world.run();
    expect([...verdicts(world, "b"), moved(world)], "one by tags, and two of b").to.deep.equal([
      "being applied",
      7,
    ]);
  });

  it("are held where others have moved as many within 24 hours", async () => {
    const world = await admitted();
    world.upload("b", entry({ selector: nodes("i-10", "i-11") }));
    await world.run();
    grow(world, 4);
    await world.run();
    expect([...verdicts(world, "a", "b"), moved(world)]).to.deep.equal(["held", "being applied", 4]);
  });

  it("are counted again: many more nodes wait for an approval, and the others stay excluded", async () => {
    const world = await admitted();
    const { versionId = "" } = world.status("a");
    grow(world, 12);
    await world.run();
    expect(moved(world)).to.equal(2);
    expect(world.status("a")).to.include({ verdict: "held", inForceVersionId: versionId });
    expect(world.status("a").message.slice(0, 3)).to.deep.equal([
      "Held: its tags find 10 nodes more than when it was admitted, and it would move 10 nodes, and 3 may move without an approval.",
      "It is in force on the nodes that it had before.",
      `To release it, put an object approvals/exclusions/a.yaml with the text ${versionId} into the bucket.`,
    ]);
    expect((await world.run()).writes).to.equal(0);
    world.bucket.put(approvalKey(keyOf("a")), versionId, world.now);
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["being applied", 12]);
  });

  it("are counted against what may be held, too", async () => {
    const world = await admitted(hold);
    grow(world, 5);
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["held", 2]);
    grow(world, 4);
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["being applied", 4]);
  });

  it("find no node more because another entry holds one that their patches are not for", async () => {
    const own = [tagged("i-1", { App: "pay" }, { operatingSystem: "WINDOWS" }), node("i-2")];
    const world = new World([region(own)], record({ maxChangedNodes: 0 }));
    world.upload("a", entry({ selector: app }));
    await world.run();
    const held = world.upload("b", entry({ selector: nodes("i-1"), effect: hold }));
    world.bucket.put(approvalKey(keyOf("b")), held, world.now);
    await world.rest();
    expect([...verdicts(world, "a", "b"), moved(world)]).to.deep.equal(["being applied", "in force", 1]);
    expect(world.status("a").entries[0]?.leftAlone.map(({ cause }) => cause)).to.deep.equal([
      "noNameApplies",
    ]);
  });

  it("may find others in the place of those that are gone, as many as there are", async () => {
    const world = await admitted();
    for (const id of ids(2)) world.region().nodes.delete(id);
    for (const id of ids(5, 2)) world.region().nodes.set(id, tagged(id, { App: "pay" }));
    await world.run();
    expect([...verdicts(world, "a"), moved(world)]).to.deep.equal(["being applied", 5]);
  });
});
