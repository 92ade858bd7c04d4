import { expect } from "chai";
import type { RegionState } from "#functions/exclusion-processor/core/model.js";
import { hold, type Rule, rejecting } from "#functions/exclusion-processor/core/placement.js";
import { derived, excluded, inGroup, word } from "#test/functions/exclusion-processor/core/planSupport.js";
import {
  appliesTo,
  baseBaselines,
  baseGroups,
  content,
  node,
  record,
  region,
  tagged,
} from "#test/functions/exclusion-processor/core/support.js";
import { targetsOf, violations } from "#test/memory/exclusionProcessor/safe.js";

const rule = rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY");
const rules = new Map<Rule["word"], Rule>([
  [rule.word, rule],
  ["hold", hold],
]);
const unsafe = (state: RegionState) => violations({ state, record: record(), rules, appliesTo });
const base = baseBaselines({ rejectedPatches: ["bad"] });
const full = content({ rejectedPatches: ["bad", "openssl*"] });

describe("the targets of a node", () => {
  for (const [group, mark, environment, expected] of [
    ["web", undefined, "prod", [true, false, false]],
    ["web", "web.x-returned", "prod", [true, false, false]],
    [`web.${word}`, "web", "prod", [false, true, true]],
    ["web.hold", "web.hold", "prod", [false, true, false]],
    ["web", "web", "prod", [true, true, true]],
    [`web.${word}`, undefined, "prod", [false, false, false]],
    [`web.${word}`, "web", "dev", [false, false, false]],
    ["web", undefined, "dev", [false, false, false]],
    ["other", "other", "prod", [false, false, false]],
  ] as const) {
    it(`with ${group}, ${mark ?? "no mark"} and ${environment} are ${expected}`, () => {
      const tags = {
        PatchGroup: group,
        Environment: environment,
        ...(mark === undefined ? {} : { "patchplane:base-group": mark }),
      };
      const { base: isBase, scanExcluded, installExcluded } = targetsOf(tags, record());
      expect([isBase, scanExcluded, installExcluded]).to.deep.equal(expected);
    });
  }
});

describe("safety", () => {
  it("is found in a Region that is as it should be", () => {
    expect(unsafe(excluded())).to.deep.equal([]);
    expect(unsafe(region([node("i-1"), node("i-2", { tags: {} })]))).to.deep.equal([]);
    const held = tagged("i-1", { PatchGroup: "web.hold", "patchplane:base-group": "web.hold" });
    expect(unsafe(region([held]))).to.deep.equal([]);
    const groups = baseGroups().filter(({ group }) => group !== "web.hold");
    expect(unsafe(region([held], { groups }))).to.deep.equal([
      "us-east-1 i-1: web.hold has no baseline for held nodes of AMAZON_LINUX_2023",
    ]);
  });

  for (const [what, changes, expected] of [
    ["without a registration", { groups: baseGroups() }, "has no baseline of ours for AMAZON_LINUX_2023"],
    [
      "registered to somebody's baseline",
      { baselines: [...base, derived({ isOwned: false, content: full })] },
      "no baseline of ours",
    ],
    [
      "without the cohort's names",
      { baselines: [...base, derived({ content: content({ rejectedPatches: ["bad"] }) })] },
      "does not reject openssl*",
    ],
    ["without the base's names", { baselines: [...base, derived()] }, "does not reject bad"],
    [
      "without the base's BLOCK",
      { baselines: [...baseBaselines({ rejectedPatchesAction: "BLOCK" }), derived()] },
      "does not BLOCK",
    ],
    [
      "under the wrong hash",
      { nodes: [tagged("i-1", { PatchGroup: "web.x-0123456789", "patchplane:base-group": "web" })] },
      "no rule has that hash",
    ],
    [
      "for another operating system",
      { nodes: [inGroup("i-1", "web", { operatingSystem: "UBUNTU" })] },
      "no baseline of ours for UBUNTU",
    ],
    [
      "with a mark alone",
      { nodes: [tagged("i-1", { PatchGroup: "other", "patchplane:base-group": "web" })] },
      "somebody else has changed",
    ],
    ["with a group alone", { nodes: [tagged("i-1", { PatchGroup: `web.${word}` })] }, "is in no scan target"],
    [
      "in both targets",
      { nodes: [tagged("i-1", { "patchplane:base-group": "web" })] },
      "is in both scan targets",
    ],
  ] as const) {
    it(`is not found with a node ${what}`, () => {
      const state = excluded({ baselines: [...base, derived({ content: full })], ...changes });
      const found = unsafe(state).join();
      expect(found).to.contain(expected);
    });
  }

  it("is not asked for nodes that others answer for", () => {
    const state = excluded({ nodes: [tagged("i-1", { "patchplane:base-group": "web" })] });
    const except = new Set(["i-1"]);
    expect(violations({ state, record: record(), rules, appliesTo, except })).to.deep.equal([]);
  });

  it("asks all baselines of a node whose operating system nobody knows", () => {
    const unknown = inGroup("i-1", "web", { operatingSystem: undefined });
    expect(unsafe(excluded({ nodes: [unknown] }))).to.deep.equal([]);
    expect(unsafe(excluded({ nodes: [unknown], groups: baseGroups() }))).to.have.lengthOf(1);
    const poor = [...baseBaselines(), derived({ content: content() })];
    expect(unsafe(excluded({ nodes: [unknown], baselines: poor }))).to.have.lengthOf(1);
  });
});
