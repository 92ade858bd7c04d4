import { expect } from "chai";
import type { Memory } from "#functions/exclusion-processor/core/memory.js";
import type { Entry, RegionState } from "#functions/exclusion-processor/core/model.js";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { desired } from "./desired.js";
import { longUnused, planned } from "./planSupport.js";
import {
  appliesTo,
  baseBaselines,
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
} from "./support.js";

const names = (count: number, prefix = "p") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const others = (count: number) =>
  names(count, "other").map((name) => ({
    id: `pb-${name}`,
    name,
    operatingSystem: "UBUNTU",
    isOwned: false,
  }));

function overBudget(state: RegionState, ...manifests: Entry[][]) {
  const ranked = manifests.map((entries, index) => ({
    key: `exclusions/${index}.yaml`,
    entries,
    wasInForce: false,
    uploadedAt: index,
  }));
  return desired(ranked, state, record(), appliesTo, now, longUnused(state)).overBudget;
}

describe("the budget of rejected patches", () => {
  it("is 50 a baseline, those of the base baseline counted", () => {
    const state = region([node("i-1")], { baselines: baseBaselines({ rejectedPatches: names(20, "base") }) });
    expect(overBudget(state, [entry({ effect: rejects(...names(30)) })])).to.deep.equal([]);
    expect(overBudget(state, [entry({ effect: rejects(...names(31)) })])).to.deep.equal([
      {
        key: "exclusions/0.yaml",
        entryIds: ["openssl"],
        message:
          `${east}, AMAZON_LINUX_2023, i-1: 51 rejected patches, and a baseline takes 50. They come from the base ` +
          "baseline (20), entries openssl of this manifest. Merge names of these entries with a wildcard.",
      },
    ]);
  });

  it("counts each name once, and names of other systems not at all", () => {
    const state = region([node("i-1")], { baselines: baseBaselines({ rejectedPatches: names(20) }) });
    expect(overBudget(state, [entry({ effect: rejects(...names(50), "KB1") })])).to.deep.equal([]);
  });

  it("is shared by all manifests of a node; the later one is refused, and told of whom", () => {
    const state = region([node("i-1"), node("i-2")]);
    const first = entry({ id: "a", effect: rejects(...names(30, "a")) });
    const second = entry({ id: "b", effect: rejects(...names(21, "b")), selector: nodes("i-1", "i-2") });
    const found = overBudget(state, [first], [second]);
    expect(found.map(({ key }) => key)).to.deep.equal(["exclusions/1.yaml"]);
    expect(found[0]?.entryIds).to.deep.equal(["b"]);
    expect(found[0]?.message).to.contain("entries b of this manifest and a of exclusions/0.yaml");
  });

  it("takes a name of 100 characters, and none of 101", () => {
    const state = region([node("i-1")]);
    expect(overBudget(state, [entry({ effect: rejects("x".repeat(100)) })])).to.deep.equal([]);
    expect(overBudget(state, [entry({ effect: rejects("x".repeat(101)) })])[0]?.message).to.contain(
      "has 101 characters; a name has at most 100. Shorten it with a wildcard.",
    );
  });
});

describe("the budget of baselines", () => {
  it("is 50 a Region, those of other people counted", () => {
    expect(
      overBudget(region([node("i-1")], { baselines: [...baseBaselines(), ...others(46)] }), [entry()]),
    ).to.deep.equal([]);
    const full = region([node("i-1")], { baselines: [...baseBaselines(), ...others(47)] });
    expect(overBudget(full, [entry()])).to.deep.equal([
      {
        key: "exclusions/0.yaml",
        entryIds: ["openssl"],
        message:
          `${east}: 51 patch baselines would be needed, and a Region has room for 50; 50 baselines there are not of exclusions. ` +
          "Each different set of patches on a node takes one per operating system. Merge entries openssl: give them the " +
          "same patches, action and nodes, or fewer sets.",
      },
    ]);
  });

  it("is not touched by a cohort that has its baseline already", () => {
    const ids = ["i-1", "i-2"];
    const state = region(
      ids.map((id) => node(id)),
      { baselines: [...baseBaselines(), ...others(46)] },
    );
    const found = overBudget(state, [entry()], [entry({ id: "b", selector: nodes("i-2") })]);
    expect(found).to.deep.equal([]);
  });

  it("counts baselines that will only go when their nodes have moved", async () => {
    const world = new World([region([node("i-1")], { baselines: [...baseBaselines(), ...others(46)] })]);
    world.upload("pay", entry());
    await world.run();
    world.upload("pay", entry({ effect: rejects("kernel*") }));
    await world.run();
    expect(world.status("pay").verdict).to.equal("refused");
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
  });

  it("regards what nobody uses as room", () => {
    const idle = {
      id: "pb-idle",
      name: "patchplane-test-x-0123456789-UBUNTU",
      operatingSystem: "UBUNTU",
      isOwned: true,
    };
    const state = region([node("i-1")], { baselines: [...baseBaselines(), ...others(46), idle] });
    const ranked = [{ key: "k", entries: [entry()], wasInForce: false, uploadedAt: 0 }];
    const shortage = (memory?: Memory) => desired(ranked, state, record(), appliesTo, now, memory).overBudget;
    expect(shortage(longUnused(state))).to.deep.equal([]);
    expect(planned(state, [entry()])[0]?.kind).to.equal("deleteBaseline");
    // Where nobody has seen yet that it is not used.
    expect(shortage()[0]?.message).to.match(/1 baseline of exclusions that have ended may make room an hour/);
  });

  it("regards the baseline of a system as room that no node of its group has any more", () => {
    const { word } = rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY");
    const derived = (["AMAZON_LINUX_2023", "UBUNTU"] as const).map((system) => ({
      baseline: {
        id: `pb-${system}`,
        name: `patchplane-test-${word}-${system}`,
        operatingSystem: system,
        isOwned: true,
      },
      group: { group: `web.${word}`, operatingSystem: system, baselineId: `pb-${system}` },
    }));
    const tags = { PatchGroup: `web.${word}`, "patchplane:base-group": "web" };
    const state = region([tagged("i-1", tags), node("i-2")], {
      baselines: [...baseBaselines(), ...others(45), ...derived.map(({ baseline }) => baseline)],
      groups: derived.map(({ group }) => group),
    });
    const more = entry({ id: "b", selector: nodes("i-2"), effect: rejects("b") });
    expect(overBudget(state, [entry()], [more])).to.deep.equal([]);
  });
});

describe("a manifest that does not fit", () => {
  it("is the new one rather than a changed one, the later upload, or the later key", () => {
    const state = region([node("i-1"), node("i-2")], { baselines: [...baseBaselines(), ...others(46)] });
    const other = entry({ selector: nodes("i-2"), effect: rejects("b") });
    for (const [a, b, refused] of [
      [{ wasInForce: false, uploadedAt: 1 }, { wasInForce: true, uploadedAt: 2 }, "a"],
      [{ wasInForce: true, uploadedAt: 2 }, { wasInForce: true, uploadedAt: 1 }, "a"],
      [{ wasInForce: true, uploadedAt: 1 }, { wasInForce: false, uploadedAt: 1 }, "b"],
      [{ wasInForce: false, uploadedAt: 1 }, { wasInForce: false, uploadedAt: 1 }, "b"],
    ] as const) {
      const both = [
        { key: "b", entries: [other], ...b },
        { key: "a", entries: [entry()], ...a },
      ];
      const found = desired(both, state, record(), appliesTo, now).overBudget;
      expect(found.map(({ key }) => key)).to.deep.equal([refused]);
    }
  });

  const roomForOne = () =>
    new World([region([node("i-1"), node("i-2")], { baselines: [...baseBaselines(), ...others(46)] })]);

  it("is refused as a whole, and the older upload stays", async () => {
    const world = roomForOne();
    world.upload("b", entry({ selector: nodes("i-2"), effect: rejects("b") }));
    world.now += 1;
    world.upload(
      "a",
      entry({ id: "fits", effect: rejects("b") }),
      entry({ id: "not", effect: rejects("a") }),
    );
    await world.run();
    expect(world.status("b").verdict).to.equal("being applied");
    const { verdict, problems, entries } = world.status("a");
    expect(verdict).to.equal("refused");
    expect(problems.map((problem) => [problem.entry, problem.line])).to.deep.equal([["fits", 3]]);
    expect(entries).to.deep.equal([]);
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect((await world.run()).writes).to.equal(0);
  });

  it("keeps its place before a new one when it was in force", async () => {
    const world = roomForOne();
    world.now += 5;
    world.upload("z", entry());
    await world.run();
    world.now -= 5;
    world.upload("a", entry({ selector: nodes("i-2"), effect: rejects("b") }));
    world.now += 5;
    await world.run();
    expect([world.status("z").verdict, world.status("a").verdict]).to.deep.equal([
      "being applied",
      "refused",
    ]);
  });

  it("is admitted as soon as there is room", async () => {
    const world = roomForOne();
    world.upload("a", entry({ expiresAt: now + day }));
    world.upload("b", entry({ selector: nodes("i-2"), effect: rejects("b") }));
    await world.run();
    expect(world.status("b").verdict).to.equal("refused");
    world.now += day;
    // The node goes back, a settled read sees that nobody uses its baseline, and an hour later it makes room.
    await world.rest();
    expect(world.status("b").verdict).to.equal("refused");
    world.now += day / 24;
    await world.run();
    expect(world.status("b").verdict).to.equal("being applied");
    expect((await world.run()).writes).to.equal(0);
  });

  it("fits once a later one takes less", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("a", entry({ id: "a", effect: rejects(...names(30, "a")) }));
    world.upload("b", entry({ id: "b", effect: rejects(...names(10, "b")) }));
    await world.run();
    world.now += 1;
    world.upload("b", entry({ id: "b", effect: rejects(...names(30, "b")) }));
    world.now += 1;
    world.upload("a", entry({ id: "a", effect: rejects(...names(20, "a")) }));
    await world.run();
    expect([world.status("a").verdict, world.status("b").verdict]).to.deep.equal([
      "being applied",
      "being applied",
    ]);
  });

  it("is the later of two that were in force", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("b", entry({ id: "b", effect: rejects(...names(20, "b")) }));
    world.now += 1;
    world.upload("a", entry({ id: "a", effect: rejects(...names(20, "a")) }));
    await world.run();
    const before = world.marks("i-1");
    const base = world.region().baselines.get("pb-base-al");
    if (base?.content === undefined) throw new Error("no base baseline");
    const content = { ...base.content, rejectedPatches: names(11, "base") };
    world.region().baselines.set(base.id, { ...base, content });
    await world.run();
    expect([world.status("b").verdict, world.status("a").verdict]).to.deep.equal([
      "being applied",
      "refused",
    ]);
    expect(world.marks("i-1")).to.deep.equal(before);
    const [left] = world.status("b").entries[0]?.leftAlone ?? [];
    expect(left?.why).to.match(/^version v\d+ of exclusions\/a.yaml is in force and does not fit any more$/);
  });

  it("leaves nodes where they are when it was in force and no longer fits", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("a", entry({ effect: rejects(...names(40)), selector: nodes("i-1") }));
    await world.run();
    const before = world.marks("i-1");
    const base = world.region().baselines.get("pb-base-al");
    if (base?.content === undefined) throw new Error("no base baseline");
    const content = { ...base.content, rejectedPatches: names(11, "base") };
    world.region().baselines.set(base.id, { ...base, content });
    world.upload("b", entry({ selector: nodes("i-2") }));
    const { ok } = await world.run();
    expect(ok).to.equal(true);
    expect(world.marks("i-1")).to.deep.equal(before);
    expect(world.contentFor("i-1")?.rejectedPatches).to.have.lengthOf(40);
    const { verdict, message, entries, inForceVersionId, versionId, problems } = world.status("a");
    expect(problems).to.have.lengthOf(1);
    expect(verdict).to.equal("refused");
    expect(inForceVersionId).to.equal(versionId);
    expect(message[0]).to.match(
      /^Refused, and nodes stay where they are: version v\d+ of exclusions\/a.yaml is in force and/,
    );
    expect(entries[0]?.nodes.map(({ id, group }) => [id, group])).to.deep.equal([["i-1", before[0]]]);
    expect(world.status("b").verdict).to.equal("being applied");
    expect((await world.run()).writes).to.equal(0);
    world.now += 30 * day;
    await world.run();
    expect(world.marks("i-1"), "its end comes all the same").to.deep.equal(["web", undefined]);
  });
});
