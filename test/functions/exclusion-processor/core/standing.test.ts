import { expect } from "chai";
import { standingsOf } from "#functions/exclusion-processor/core/standing.js";
import { record } from "./support.js";

const hash = "x-0123456789";
const standing = standingsOf(record(), new Set(["old"]));

/** The standing of a node of production with a patch group and a mark. */
function of(group?: string, mark?: string) {
  return standing({
    Environment: "prod",
    ...(group === undefined ? {} : { PatchGroup: group }),
    ...(mark === undefined ? {} : { "patchplane:base-group": mark }),
  });
}

describe("a node's standing", () => {
  for (const [group, mark, base, word, isStray] of [
    ["web", undefined, "web", undefined, false],
    ["web", "web.x-returned", "web", undefined, true],
    ["web", "app.x-returned", "web", undefined, true],
    [`web.${hash}`, "web", "web", hash, false],
    ["web.hold", "web.hold", "web", "hold", false],
  ] as const) {
    it(`is patched with ${group} and mark ${mark ?? "none"}`, () => {
      expect(of(group, mark)).to.deep.equal({ kind: "patched", base, word, isStray, isRetired: false });
    });
  }

  for (const [group, mark, isStray, word] of [
    ["old", undefined, false, undefined],
    ["old", "old.x-returned", true, undefined],
    [`old.${hash}`, "old", false, hash],
  ] as const) {
    it(`is retired with ${group} and mark ${mark ?? "none"}`, () => {
      expect(of(group, mark)).to.deep.equal({ kind: "patched", base: "old", word, isStray, isRetired: true });
    });
  }

  for (const [group, mark, why] of [
    [
      "web",
      "web",
      "PatchGroup is web, and patchplane:base-group is web: somebody else has changed one of the two",
    ],
    [
      "web",
      "web.hold",
      "PatchGroup is web, and patchplane:base-group is web.hold: somebody else has changed one of the two",
    ],
    [
      undefined,
      "web",
      "PatchGroup is gone, and patchplane:base-group is web: somebody else has changed one of the two",
    ],
    [
      "other",
      "app.hold",
      "PatchGroup is other, and patchplane:base-group is app.hold: somebody else has changed one of the two",
    ],
    [
      "web.hold",
      "web",
      "PatchGroup is web.hold, and patchplane:base-group is web: somebody else has changed one of the two",
    ],
    [
      `web.${hash}`,
      "app",
      `PatchGroup is web.${hash}, and patchplane:base-group is app: somebody else has changed one of the two`,
    ],
    [
      `web.${hash}`,
      "web.x-returned",
      `PatchGroup is web.${hash}, and patchplane:base-group is web.x-returned: somebody else has changed one of the two`,
    ],
    [`web.${hash}`, undefined, `PatchGroup is web.${hash}, but the tag patchplane:base-group is missing`],
  ] as const) {
    it(`is foreign with ${group ?? "no group"} and mark ${mark ?? "none"}`, () => {
      expect(of(group, mark)).to.deep.equal({ kind: "foreign", why });
    });
  }

  for (const [group, mark, why] of [
    [undefined, undefined, "has no tag PatchGroup"],
    ["other", undefined, "PatchGroup is other, which this stack does not patch"],
    [`other.${hash}`, "other", `PatchGroup is other.${hash}, which this stack does not patch`],
    ["webby", "webby.hold", "PatchGroup is webby, which this stack does not patch"],
  ] as const) {
    it(`is outside with ${group ?? "no group"} and mark ${mark ?? "none"}`, () => {
      expect(of(group, mark)).to.deep.equal({ kind: "outside", why });
    });
  }

  it("is outside without one of the target tags, whatever else it carries", () => {
    expect(standing({ PatchGroup: "web" })).to.deep.equal({
      kind: "outside",
      why: "lacks the tag Environment = prod or stage",
    });
    expect(
      standing({ PatchGroup: `web.${hash}`, Environment: "dev", "patchplane:base-group": "web" }),
    ).to.deep.equal({
      kind: "outside",
      why: "lacks the tag Environment = prod or stage; its tag patchplane:base-group stays as it is",
    });
  });

  it("is read from the tag that the stack uses", () => {
    const spaced = standingsOf(record({ patchGroupTagKey: "Patch Group", targetTags: {} }), new Set());
    expect(spaced({ "Patch Group": "web" }).kind).to.equal("patched");
    expect(spaced({ PatchGroup: "web" }).kind).to.equal("outside");
  });
});
