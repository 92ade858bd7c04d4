import { expect } from "chai";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { east, record } from "../../functions/exclusion-processor/core/support.js";

function problems(changes: Record<string, unknown>): readonly string[] {
  const result = parseDeploymentRecord(JSON.stringify({ ...record(), ...changes }));
  return result.ok ? [] : result.problems;
}

describe("a deployment record", () => {
  it("is read as it was written", () => {
    expect(parseDeploymentRecord(JSON.stringify(record()))).to.deep.equal({ ok: true, record: record() });
  });

  it("may say more than is known here", () => {
    expect(problems({ further: 1 })).to.deep.equal([]);
  });

  for (const [what, changes, expected] of [
    ["another version", { version: 2 }, "version: is not 1"],
    ["no groups", { patchGroups: [] }, "patchGroups: is empty"],
    [
      "more groups than a baseline takes",
      { patchGroups: Array.from({ length: 26 }, (_, index) => `g${index}`) },
      "patchGroups: has more than 25 groups",
    ],
    [
      "a group that leaves no room for a hash",
      { patchGroups: ["g".repeat(244)] },
      "patchGroups.0: is too long for groups that exclusions make of it",
    ],
    [
      "a group that an exclusion could make",
      { patchGroups: ["web.hold"] },
      "patchGroups.0: is the name of a group that exclusions make",
    ],
    [
      "another tag",
      { patchGroupTagKey: "patchgroup" },
      "patchGroupTagKey: is not a tag that Patch Manager reads",
    ],
    [
      "a prefix that leaves no room for baselines' names",
      { namePrefix: "p".repeat(98) },
      "namePrefix: has 98 characters; names of baselines leave room for 97",
    ],
    [
      "a zone that is none",
      { timezone: "EST" },
      "timezone: is not UTC or an IANA name such as America/New_York",
    ],
    [
      "a Region twice",
      {
        regions: [
          { name: east, baselines: {} },
          { name: east, baselines: {} },
        ],
      },
      "regions: names a Region twice",
    ],
    ["a limit that is no number", { maxChangedNodes: "many" }, "maxChangedNodes: should be a whole number"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(problems(changes)).to.deep.equal([expected]);
    });
  }

  it("is refused when it is not JSON, or nothing at all", () => {
    for (const text of ["", "{", "[]", "null", '"x"']) {
      const result = parseDeploymentRecord(text);
      expect(result.ok, text).to.equal(false);
    }
  });

  it("takes names up to the limits", () => {
    expect(problems({ namePrefix: "p".repeat(97), patchGroups: ["g".repeat(243)] })).to.deep.equal([]);
  });
});
