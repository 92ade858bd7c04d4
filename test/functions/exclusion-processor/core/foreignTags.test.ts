import { expect } from "chai";
import { foreignTagsKey, parseForeignTags } from "#shared/contract/foreignTags.js";
import { word } from "./planSupport.js";
import { day, east, entry, node, nodes, region, World } from "./support.js";

const hour = day / 24;

/** A world in which openssl is excluded on i-1 and i-2. */
async function excluded(): Promise<World> {
  const world = new World([region([node("i-1"), node("i-2"), node("i-3")])]);
  world.upload("a", entry({ selector: nodes("i-1", "i-2") }));
  await world.rest();
  world.told.length = 0;
  return world;
}

/** Somebody else writes tags of a node; undefined takes one away. */
function write(world: World, id: string, changes: Readonly<Record<string, string | undefined>>): void {
  const found = world.region().nodes.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  const tags = Object.entries({ ...found.tags, ...changes });
  const kept = tags.filter((tag): tag is [string, string] => tag[1] !== undefined);
  world.region().nodes.set(id, { ...found, tags: Object.fromEntries(kept) });
}

function remembered(world: World) {
  return parseForeignTags(world.bucket.text(foreignTagsKey) ?? "")?.nodes ?? [];
}

describe("tags that somebody else writes", () => {
  it("a template puts the patch group back: the node is moved again, and its neighbours keep their baseline", async () => {
    const world = await excluded();
    write(world, "i-1", { PatchGroup: "web" });
    world.now += hour;
    const { ok } = await world.hour();
    expect(ok).to.equal(true);
    expect([world.marks("i-1"), world.marks("i-2")]).to.deep.equal([
      [`web.${word}`, "web"],
      [`web.${word}`, "web"],
    ]);
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
  });

  it("a template takes the mark: it is set again, and gone when the entry has ended", async () => {
    const world = await excluded();
    write(world, "i-1", { "patchplane:base-group": undefined });
    world.now += hour;
    await world.hour();
    expect(world.marks("i-1")).to.deep.equal([`web.${word}`, "web"]);
    write(world, "i-1", { "patchplane:base-group": undefined });
    world.delete("a");
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
  });

  it("people are told which node it is, whatever the manifests say, and again each day that it goes on", async () => {
    const world = await excluded();
    world.delete("a");
    await world.run();
    world.told.length = 0;
    for (let hours = 0; hours < 50; hours++) {
      write(world, "i-3", { "patchplane:base-group": "web" });
      world.now += hour;
      await world.hour();
    }
    expect(world.told.map(({ subject }) => subject)).to.deep.equal(
      new Array(3).fill("patchplane: exclusions: somebody else writes the tags of 1 node"),
    );
    const [first, second] = world.told.map(({ text }) => text);
    expect(first).to.contain(
      "- us-east-1 i-3: PatchGroup is web, and patchplane:base-group is web: somebody else has changed one of the two (once since 2026-09-01T11:10:00.000Z).",
    );
    expect(second).to.contain("(24 times since 2026-09-01T11:10:00.000Z)");
    expect(world.marks("i-3")).to.deep.equal(["web", undefined]);
    expect(remembered(world)).to.have.lengthOf(1);
    world.now += 25 * hour;
    await world.run();
    expect(remembered(world)).to.deep.equal([]);
  });

  it("a copy of a moved node without its mark is named and brought back, although nothing is in force", async () => {
    const at = { "before a window": "window", "within a day": "hour" } as const;
    for (const [when, occasion] of Object.entries(at)) {
      const world = new World([region([node("i-1")])]);
      await world.run();
      write(world, "i-1", { PatchGroup: "web.hold" });
      for (let hours = 0; hours < 24; hours++) {
        world.now += hour;
        await world.run(undefined, undefined, occasion);
      }
      expect(world.marks("i-1"), when).to.deep.equal(["web", undefined]);
      expect(remembered(world).map(({ id }) => id)).to.deep.equal(["i-1"]);
      expect(
        world.told.map(({ text }) => text.includes("us-east-1 i-1: PatchGroup is web.hold")),
      ).to.deep.equal([true]);
    }
  });

  it("nobody is told twice because the state was lost, but once", async () => {
    const world = await excluded();
    write(world, "i-1", { PatchGroup: "web" });
    await world.run();
    world.bucket.put(foreignTagsKey, "{", world.now);
    world.now += hour;
    write(world, "i-1", { PatchGroup: "web" });
    await world.run();
    expect(world.told).to.have.lengthOf(2);
    expect(remembered(world).map(({ id, times }) => [id, times])).to.deep.equal([["i-1", 1]]);
  });

  it("a Region that cannot be read keeps what is known of its nodes", async () => {
    const world = await excluded();
    write(world, "i-1", { PatchGroup: "web" });
    await world.run();
    world.region(east).isDown = true;
    world.now += hour;
    await world.run();
    expect(remembered(world).map(({ id, times }) => [id, times])).to.deep.equal([["i-1", 1]]);
  });
});
