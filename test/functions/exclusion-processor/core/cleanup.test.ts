import { expect } from "chai";
import { remaining } from "#functions/exclusion-processor/core/steps.js";
import { type RegionMemory, settleMs } from "#shared/contract/regionMemory.js";
import {
  derived,
  excluded,
  inGroup,
  lines,
  longUnused,
  name,
  planned,
  planOf,
  registration,
  word,
} from "./planSupport.js";
import { baseBaselines, baseGroups, entry, node, nodes, now, record, region } from "./support.js";

describe("tidying up", () => {
  it("never touches a baseline without the mark, whatever its name, nor a base baseline", () => {
    const baselines = [...baseBaselines(), derived({ isOwned: false })];
    expect(planned(region([node("i-2")], { baselines }))).to.deep.equal([]);
    expect(lines(planned(region([node("i-1")], { baselines }), [entry()]))[0]).to.match(/^create /);
    // The base baseline of a stack whose environment is "hold" has the name of a derived one.
    const odd = baseBaselines().map((base) => ({
      ...base,
      isOwned: true,
      name: `patchplane-hold-${base.operatingSystem}`,
    }));
    expect(planned(region([node("i-1")], { baselines: odd }))).to.deep.equal([]);
    expect(planned(region([node("i-1")], { baselines: odd, groups: [] }))).to.deep.equal([]);
    const owned = derived({ name: "patchplane-test-of-mine" });
    expect(planned(region([], { baselines: [...baseBaselines(), owned] }))).to.deep.equal([]);
  });

  it("keeps group and baseline as long as a node is in them that it may not move", () => {
    const taken = registration("pb-1");
    const theirs = derived({ id: "pb-9", isOwned: false });
    const groups = [...baseGroups(), { ...taken, baselineId: "pb-9" }];
    const baselines = [...baseBaselines(), derived(), theirs];
    // Without a target tag, in a group that this stack has not made, it is another stack's.
    const outside = node("i-1", { tags: { PatchGroup: `web.${word}`, "patchplane:base-group": "web" } });
    expect(lines(planned(excluded({ nodes: [outside], baselines, groups })))).to.deep.equal(["delete pb-1"]);
    expect(lines(planned(excluded({ nodes: [node("i-2")] })))).to.have.lengthOf(2);
  });

  it("never deletes a baseline while a group is registered that is not one of ours", () => {
    const groups = [
      ...baseGroups(),
      registration(),
      { group: "theirs", operatingSystem: "AMAZON_LINUX_2023", baselineId: "pb-1" },
    ];
    expect(lines(planned(excluded({ nodes: [node("i-2")], groups })))).to.deep.equal([
      `deregister web.${word} AMAZON_LINUX_2023 pb-1`,
    ]);
  });

  it("drops the baseline of one operating system alone when its last node has gone", () => {
    const ubuntu = derived({
      id: "pb-2",
      name: `patchplane-test-${word}-UBUNTU`,
      operatingSystem: "UBUNTU",
    });
    const baselines = [...baseBaselines(), derived(), ubuntu];
    const groups = [...baseGroups(), registration(), { ...registration("pb-2"), operatingSystem: "UBUNTU" }];
    expect(lines(planned(excluded({ baselines, groups }), [entry()]))).to.deep.equal([
      `deregister web.${word} UBUNTU pb-2`,
      "delete pb-2",
    ]);
    const silent = inGroup("i-2", "web", { operatingSystem: undefined });
    const both = [entry({ selector: nodes("i-1", "i-2") })];
    expect(planned(excluded({ nodes: [inGroup("i-1"), silent], baselines, groups }), both).length).to.equal(
      2,
    );
  });

  it("keeps twins that are both in use, and drops one that is not", () => {
    const twin = derived({ id: "pb-2" });
    const both = {
      nodes: [inGroup("i-1"), inGroup("i-2", "app")],
      baselines: [...baseBaselines(), derived(), twin],
      groups: [...baseGroups(), registration("pb-2"), registration("pb-1", "app")],
    };
    const entries = [entry({ selector: nodes("i-1", "i-2") })];
    expect(planned(excluded(both), entries)).to.deep.equal([]);
    const one = { ...both, nodes: [inGroup("i-1")], groups: [...baseGroups(), registration("pb-2")] };
    expect(lines(planned(excluded(one), entries))).to.deep.equal(["delete pb-1"]);
    const none = { ...both, nodes: [node("i-1")], groups: baseGroups() };
    expect(lines(planned(excluded(none), [entry()]))).to.deep.equal([
      `register web.${word} AMAZON_LINUX_2023 pb-1`,
      `tag i-1<web web.${word},web`,
      "delete pb-2",
    ]);
  });

  it("sees by a settled read alone that nobody uses something", () => {
    const state = excluded({ nodes: [node("i-2")] });
    const seen = (changes: Partial<RegionMemory>) => [
      ...planOf(state, [], record(), longUnused(state, { unused: {}, ...changes })).unused.keys(),
    ];
    expect(seen({})).to.deep.equal([`AMAZON_LINUX_2023|web.${word}`, "pb-1"]);
    expect(seen({ wroteAt: new Date(now - 1000).toISOString() })).to.deep.equal([]);
  });

  it("takes nothing away by a read that is not settled, however long nobody has used it", () => {
    const state = excluded({ nodes: [node("i-2")] });
    const stepsAfter = (ago: number) => {
      const memory = longUnused(state, { wroteAt: new Date(now - ago).toISOString() });
      return lines(planned(state, [], record(), memory));
    };
    expect(stepsAfter(settleMs - 1)).to.deep.equal([]);
    expect(stepsAfter(settleMs)).to.deep.equal([
      `deregister web.${word} AMAZON_LINUX_2023 pb-1`,
      "delete pb-1",
    ]);
  });

  it("makes room first where the Region is full", () => {
    const idle = derived({ id: "pb-9", name: `patchplane-test-x-9999999999-AMAZON_LINUX_2023` });
    const others = Array.from({ length: 46 }, (_, index) => ({
      id: `pb-other-${index}`,
      name: `other-${index}`,
      operatingSystem: "UBUNTU",
      isOwned: false,
    }));
    const full = region([node("i-1")], { baselines: [...baseBaselines(), idle, ...others] });
    expect(lines(planned(full, [entry()])).slice(0, 2)).to.deep.equal([
      "delete pb-9",
      `create ${name}: openssl* ALLOW_AS_DEPENDENCY`,
    ]);
    const roomy = region([node("i-1")], { baselines: [...baseBaselines(), idle] });
    expect(lines(planned(roomy, [entry()])).at(-1)).to.equal("delete pb-9");
  });
});

describe("what is left of a plan when tags could not be written", () => {
  const stuck = new Set(["i-1"]);
  const left = () => planned(excluded()).map((step) => remaining(step, stuck));

  it("is nothing of that node, its mark among it", () => {
    expect(left()).to.deep.equal([undefined, undefined]);
  });

  it("is everything about other nodes", () => {
    const state = excluded({
      nodes: [inGroup("i-1"), inGroup("i-2")],
      baselines: [...baseBaselines(), derived(), derived({ id: "pb-9", name: name.replace(word, "hold") })],
    });
    const steps = planned(state).flatMap((step) => remaining(step, stuck) ?? []);
    expect(lines(steps)).to.deep.equal([
      `tag i-2<web.${word} web,web.x-returned`,
      "untag i-2 patchplane:base-group",
      "delete pb-9",
    ]);
  });

  it("is everything when there is no such node", () => {
    const steps = planned(excluded());
    expect(steps.map((step) => remaining(step, new Set()))).to.deep.equal(steps);
  });
});
