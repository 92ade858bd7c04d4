import { expect } from "chai";
import fc from "fast-check";
import { RegionFleet } from "#functions/exclusion-processor/core/fleet.js";
import type { Entry, NodeState, RegionState } from "#functions/exclusion-processor/core/model.js";
import { hold, type Placement, Placer, rejecting } from "#functions/exclusion-processor/core/placement.js";
import { size } from "#test/support/size.js";
import { appliesTo, baseGroups, blocks, entry, node, record, region, rejects } from "./support.js";

function place(
  effects: readonly Entry["effect"][],
  changes: Partial<NodeState> = {},
  state: Partial<RegionState> = {},
): Placement {
  const fleet = new RegionFleet(region([node("i-1", changes)], state), record());
  const found = fleet.nodes.get("i-1");
  if (found?.standing.kind !== "patched") throw new Error("the node is not under patching");
  const asks = effects.map((effect, index) => ({ key: "k", entry: entry({ id: `e${index}`, effect }) }));
  return new Placer(fleet, appliesTo).place(found.node, found.standing, asks);
}

/** The names and action of a placement's rule. */
function ruleOf(placement: Placement): unknown {
  return placement.kind === "moved" ? [...placement.rule.patches, placement.rule.action] : placement.kind;
}

const allow = "ALLOW_AS_DEPENDENCY";

describe("where a node belongs", () => {
  for (const [what, effects, system, expected] of [
    ["one entry", [rejects("openssl*")], "UBUNTU", ["openssl*", allow]],
    [
      "the union of entries, each name once",
      [rejects("b", "a"), rejects("c", "a")],
      "UBUNTU",
      ["a", "b", "c", allow],
    ],
    [
      "the names of its system alone",
      [rejects("KB1", "deb-x", "openssl*")],
      "AMAZON_LINUX_2023",
      ["openssl*", allow],
    ],
    ["BLOCK, if one entry asks for it", [rejects("a"), blocks("b")], "UBUNTU", ["a", "b", "BLOCK"]],
    ["no BLOCK of an entry that has no name for it", [rejects("a"), blocks("KB1")], "UBUNTU", ["a", allow]],
    ["the base group, if no name is for it", [rejects("KB1")], "UBUNTU", "base"],
    ["the base group, if nothing is asked", [], "UBUNTU", "base"],
    ["a hold, whatever else is asked", [rejects("a"), { kind: "hold" }, blocks("b")], "UBUNTU", [allow]],
  ] as const) {
    it(`follows ${what}`, () => {
      expect(ruleOf(place(effects, { operatingSystem: system }))).to.deep.equal(expected);
    });
  }

  it("tells why it is the base group", () => {
    expect(place([rejects("KB1")])).to.deep.equal({
      kind: "base",
      cause: "noNameApplies",
      why: "no patch name is one of AMAZON_LINUX_2023",
    });
    expect(place([rejects("a")], { operatingSystem: "MACOS" })).to.deep.equal({
      kind: "base",
      cause: "noBaseline",
      why: "the stack has no patch baseline here for MACOS",
    });
  });

  it("needs a baseline for its own system, and a hold for none that the stack does not know", () => {
    expect(place([rejects("a")])).to.deep.include({ systems: ["AMAZON_LINUX_2023"] });
    expect(place([{ kind: "hold" }], { operatingSystem: "MACOS" })).to.deep.include({ systems: [] });
  });

  it("does not depend on the order of entries, or of names in them", () => {
    const effects = fc.array(
      fc.tuple(fc.uniqueArray(fc.constantFrom("a", "b", "KB1", "deb-c"), { minLength: 1 }), fc.boolean()),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(effects, fc.constantFrom("UBUNTU", "WINDOWS", undefined), (list, system) => {
        const made = list.map(([names, isBlock]) => (isBlock ? blocks(...names) : rejects(...names)));
        const other = [...list]
          .reverse()
          .map(([names, isBlock]) => (isBlock ? blocks : rejects)(...[...names].reverse()));
        expect(place(made, { operatingSystem: system })).to.deep.equal(
          place(other, { operatingSystem: system }),
        );
      }),
      { numRuns: size(10, 200) },
    );
  });

  it("has a word that is the same everywhere and in every version", () => {
    expect(rejecting(["openssl*", "kernel*"], "BLOCK").word).to.equal("x-1f33b9e9eb");
    expect(rejecting(["kernel*", "openssl*", "kernel*"], "BLOCK").word).to.equal("x-1f33b9e9eb");
    expect(rejecting(["openssl*", "kernel*"], allow).word).to.not.equal("x-1f33b9e9eb");
    expect(rejecting(["openssl*,kernel*"], "BLOCK").word).to.not.equal("x-1f33b9e9eb");
    expect(hold.word).to.equal("hold");
  });

  it("stays what it is when somebody has taken its group for a baseline of his own", () => {
    const { word } = rejecting(["a"], allow);
    const groups = [
      ...baseGroups(),
      { group: `web.${word}`, operatingSystem: "AMAZON_LINUX_2023", baselineId: "pb-theirs" },
    ];
    expect(place([rejects("a")], {}, { groups })).to.deep.equal({
      kind: "stay",
      cause: "groupTaken",
      why: `its patch group web.${word} is registered to pb-theirs, a baseline that is not this stack's`,
    });
    expect(place([rejects("a")], { operatingSystem: "UBUNTU" }, { groups }).kind).to.equal("moved");
  });
});

describe("where a node of unknown operating system belongs", () => {
  const unknown = { operatingSystem: undefined };
  const all = ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"];

  it("keeps every name, and has a baseline for whatever it turns out to be", () => {
    const placement = place([rejects("KB1", "a")], unknown);
    expect(ruleOf(placement)).to.deep.equal(["KB1", "a", allow]);
    expect(placement).to.deep.include({ systems: all });
    // Linux names alone: a Windows node in that group still needs a baseline.
    expect(place([rejects("a")], unknown)).to.deep.include({ systems: all });
  });

  it("is the base group if no name is for any system of the stack", () => {
    const fleet = new RegionFleet(region([node("i-1", unknown)], { baselines: [] }), record());
    const found = fleet.nodes.get("i-1");
    if (found?.standing.kind !== "patched") throw new Error("the node is not under patching");
    const asks = [{ key: "k", entry: entry() }];
    expect(new Placer(fleet, appliesTo).place(found.node, found.standing, asks)).to.deep.equal({
      kind: "base",
      cause: "noBaseline",
      why: "the stack has no patch baseline here for any operating system",
    });
  });

  it("is the same wherever it is", () => {
    const tags = { PatchGroup: "web.hold", Environment: "prod", "patchplane:base-group": "web.hold" };
    for (const effects of [[rejects("KB1", "a")], [{ kind: "hold" }]] as const) {
      expect(place(effects, { ...unknown, tags })).to.deep.equal(place(effects, unknown));
    }
  });

  it("is the group of held nodes, for which nothing has to be made", () => {
    for (const operatingSystem of [undefined, "UBUNTU", "MACOS"])
      expect(place([{ kind: "hold" }], { operatingSystem })).to.deep.include({ kind: "moved", systems: [] });
  });
});
