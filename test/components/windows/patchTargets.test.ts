import { expect } from "chai";
import {
  baseCriteria,
  type CompleteTargets,
  excludedCriteria,
  nodeConditions,
  targetsProblems,
} from "#components/windows/patchTargets.js";
import { groupOf, markOf, returnedMark } from "#shared/contract/exclusionNames.js";
import { saidBy } from "../../support/problems.js";

const good: CompleteTargets = {
  patchGroupTagKey: "PatchGroup",
  patchGroups: ["web", "app"],
  tags: { Tier: ["gold"], Environment: ["prod", "stage"] },
};
const problems = (changes: Partial<CompleteTargets>) =>
  saidBy(targetsProblems("targets")({ ...good, ...changes }));
const many = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

describe("targets", () => {
  it("selects the base groups' nodes that carry every further tag", () => {
    expect(baseCriteria(good)).to.deep.equal([
      { key: "tag:PatchGroup", values: ["web", "app"] },
      { key: "tag:Environment", values: ["prod", "stage"] },
      { key: "tag:Tier", values: ["gold"] },
    ]);
  });

  it("selects the nodes that an exclusion has moved, by the group they come from", () => {
    expect(excludedCriteria({ ...good, patchGroupTagKey: "Patch Group" }, "Install")).to.deep.equal([
      { key: "tag:patchplane:base-group", values: ["web", "app"] },
      { key: "tag:Environment", values: ["prod", "stage"] },
      { key: "tag:Tier", values: ["gold"] },
    ]);
  });

  it("selects held nodes for a scan and for no installation", () => {
    expect(excludedCriteria(good, "Scan")[0]).to.deep.equal({
      key: "tag:patchplane:base-group",
      values: ["web", "app", "web.hold", "app.hold"],
    });
  });

  for (const [operation, groups] of [
    ["Install", ["web", "web.x-*", "app", "app.x-*"]],
    ["Scan", ["web", "web.x-*", "web.hold", "app", "app.x-*", "app.hold"]],
  ] as const) {
    it(`narrows the role of a ${operation} to its groups, those that exclusions make of them, and the further tags`, () => {
      expect(nodeConditions({ ...good, patchGroupTagKey: "Patch Group" }, operation)).to.deep.equal({
        "ssm:resourceTag/Patch Group": groups,
        "ssm:resourceTag/Environment": ["prod", "stage"],
        "ssm:resourceTag/Tier": ["gold"],
      });
    });
  }

  it("leaves room in a name for every group that an exclusion makes of it", () => {
    const longest = "g".repeat(243);
    expect(problems({ patchGroups: [longest] })).to.deep.equal([]);
    const made = groupOf(longest, `x-${"0".repeat(10)}`);
    expect(made).to.have.lengthOf(256);
    for (const other of [groupOf(longest, "hold"), markOf(longest, "hold"), returnedMark(longest)])
      expect(other.length).to.be.lessThan(256);
  });

  for (const [title, changes] of [
    ["25 groups", { patchGroups: many(25, (index) => `group-${index}`) }],
    ["a group of 243 characters", { patchGroups: ["g".repeat(243)] }],
    ["every character that SSM knows", { patchGroups: ["ä1 _.:/=+-@"] }],
    ["names that only resemble an exclusion's", { patchGroups: ["x-1", "web.x", "hold", "web.hold.now"] }],
    ["no further tag", { tags: {} }],
    ["4 tags", { tags: Object.fromEntries(many(4, (index) => `Tag${index}`).map((key) => [key, ["v"]])) }],
    ["50 values", { tags: { Tier: many(50, (index) => `v${index}`) } }],
    ["an empty value", { tags: { Tier: [""] } }],
    ["the other key", { patchGroupTagKey: "Patch Group" }],
  ] satisfies [string, Partial<CompleteTargets>][]) {
    it(`takes ${title}`, () => {
      expect(problems(changes)).to.deep.equal([]);
    });
  }

  const text = "allowed are 1 to 243 letters, digits, spaces and _ . : / = + - @.";
  const derived = "names that end in .hold or .x-... belong to exclusions. Choose another name.";
  const tagKey = "is not a tag key; allowed are 1 to 128 letters, digits, spaces and _ . : / = - @ (no +).";
  for (const [title, changes, propertyPath, reason] of [
    [
      "no group",
      { patchGroups: [] },
      "patchGroups",
      "got 0 patch groups; allowed are 1 to 25 (patch groups per baseline).",
    ],
    [
      "26 groups",
      { patchGroups: many(26, (index) => `g${index}`) },
      "patchGroups",
      "got 26 patch groups; allowed are 1 to 25 (patch groups per baseline).",
    ],
    ["an empty group", { patchGroups: ["web", ""] }, "patchGroups[1]", `got ""; ${text}`],
    ["a blank group", { patchGroups: [" "] }, "patchGroups[0]", `got " "; ${text}`],
    [
      "a group with a blank at its end",
      { patchGroups: ["Web Servers "] },
      "patchGroups[0]",
      'got "Web Servers "; allowed is a name without blanks at its ends.',
    ],
    [
      "a tag's value with a blank at its start",
      { tags: { Tier: [" gold"] } },
      "tags.Tier",
      'got the value " gold"; allowed is one without blanks at its ends.',
    ],
    ["a wildcard", { patchGroups: ["web*"] }, "patchGroups[0]", `got "web*"; ${text}`],
    [
      "a group of 244 characters",
      { patchGroups: ["g".repeat(244)] },
      "patchGroups[0]",
      "got a name of 244 characters; allowed are 243, since an exclusion makes groups of it with 13 more, and SSM takes 256.",
    ],
    ["an emoji", { patchGroups: ["🐧"] }, "patchGroups[0]", `got "🐧"; ${text}`],
    [
      "a group twice",
      { patchGroups: ["a", "b", "a"] },
      "patchGroups[2]",
      '"a" is there twice. Remove one of them.',
    ],
    [
      "an exclusion's group",
      { patchGroups: ["web.x-1a2b"] },
      "patchGroups[0]",
      `got "web.x-1a2b"; ${derived}`,
    ],
    ["a held group", { patchGroups: ["web.hold"] }, "patchGroups[0]", `got "web.hold"; ${derived}`],
    [
      "another tag key",
      { patchGroupTagKey: "patchgroup" as CompleteTargets["patchGroupTagKey"] },
      "patchGroupTagKey",
      'got "patchgroup"; Patch Manager reads only PatchGroup or Patch Group.',
    ],
    [
      "5 tags",
      { tags: Object.fromEntries(many(5, (index) => `Tag${index}`).map((key) => [key, ["v"]])) },
      "tags",
      "got 5 tags; allowed are 4, since a window target takes 5 criteria with the patch group.",
    ],
    ["an empty key", { tags: { "": ["v"] } }, 'tags[""]', tagKey],
    ["a key with a plus", { tags: { "a+b": ["v"] } }, 'tags["a+b"]', tagKey],
    [
      "a key of 129 characters",
      { tags: { ["k".repeat(129)]: ["v"] } },
      `tags["${"k".repeat(80)}"...]`,
      tagKey,
    ],
    [
      "the group's own tag",
      { tags: { PatchGroup: ["v"] } },
      "tags.PatchGroup",
      "is the tag that targets are made of. Use patchGroups for it.",
    ],
    [
      "the exclusions' own tag",
      { tags: { "patchplane:base-group": ["v"] } },
      'tags["patchplane:base-group"]',
      "is the tag that targets are made of. Use patchGroups for it.",
    ],
    ["no value", { tags: { Tier: [] } }, "tags.Tier", "got 0 values; a tag takes 1 to 50."],
    [
      "51 values",
      { tags: { Tier: many(51, (index) => `v${index}`) } },
      "tags.Tier",
      "got 51 values; a tag takes 1 to 50.",
    ],
    [
      "a value with a wildcard",
      { tags: { Tier: ["gold*"] } },
      "tags.Tier",
      'got the value "gold*"; allowed are up to 256 letters, digits, spaces and _ . : / = + - @.',
    ],
  ] satisfies [string, Partial<CompleteTargets>, string, string][]) {
    it(`refuses ${title}`, () => {
      expect(problems(changes)).to.deep.equal([{ propertyPath: `targets.${propertyPath}`, reason }]);
    });
  }

  it("refuses names that are too long together for the policy of the window's role", () => {
    const fits = many(25, (index) => `${index}-`.padEnd(100, "g"));
    const tooLong = many(25, (index) => `${index}-`.padEnd(102, "g"));
    expect(problems({ patchGroups: fits, tags: {} })).to.deep.equal([]);
    expect(problems({ patchGroups: tooLong, tags: {} })).to.deep.equal([
      {
        propertyPath: "targets.patchGroups",
        reason:
          "takes 8132 characters with the tags as conditions of the window's role, where IAM leaves room for 8000. Use fewer or shorter names.",
      },
    ]);
  });
});
