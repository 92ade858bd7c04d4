import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { standingsOf } from "#functions/exclusion-processor/core/standing.js";
import { targetsOf } from "#test/memory/exclusionProcessor/safe.js";
import { derived, registration, word } from "./planSupport.js";
import { baseBaselines, baseGroups, entry, node, record, region, World } from "./support.js";

const key = "patchplane:base-group";
const other = rejecting(["curl*"], "ALLOW_AS_DEPENDENCY").word;
const absent = undefined;

type Tag = string | undefined;
type Pair = readonly [group: Tag, mark: Tag];

/** A node of production with a patch group and a mark. */
function tags([group, mark]: Pair, more: Readonly<Record<string, string>> = { Environment: "prod" }) {
  return {
    ...more,
    ...(group === undefined ? {} : { PatchGroup: group }),
    ...(mark === undefined ? {} : { [key]: mark }),
  };
}

/** A Region with one node, in which the stack has made groups of web for openssl, for curl and for holds. */
function world(nodeTags: Readonly<Record<string, string>>, isAsked: boolean): World {
  const made = [word, other, "hold" as const];
  const baselines = made.map((one, index) =>
    derived({ id: `pb-${index + 1}`, name: `patchplane-test-${one}-AMAZON_LINUX_2023` }),
  );
  const groups = made.map((one, index) => ({ ...registration(`pb-${index + 1}`), group: `web.${one}` }));
  const state = region([node("i-1", { tags: nodeTags })], {
    baselines: [...baseBaselines(), ...baselines],
    groups: [...baseGroups(), ...groups],
  });
  const made1 = new World([state]);
  if (isAsked) made1.upload("a", entry());
  else made1.upload("a", entry({ selector: { kind: "nodes", ids: ["i-9"] } }));
  return made1;
}

const groups = [absent, "other", "web", `web.${word}`, `web.${other}`, "web.hold", "app"];
const marks = [absent, "web", "web.hold", "web.x-returned", `web.${word}`, "app", "app.hold", "zzz"];

/** Marks by which windows of the stack, or its own runs, know a node. */
const ours = new Set(["web", "web.hold", "web.x-returned", `web.${word}`, "app", "app.hold"]);

/** What a node's two tags come to, by the plain meaning of the words: the patch group is the word that counts. */
function expected([group, mark]: Pair, isAsked: boolean): Pair {
  const base = group?.replace(/\..*/, "");
  if (group === absent || (base !== "web" && base !== "app")) {
    // Somebody has taken it away: windows must not find it by a mark of ours.
    return [group, mark !== absent && ours.has(mark) && mark !== "web.x-returned" ? absent : mark];
  }
  if (isAsked) return [`${base}.${word}`, base];
  return [base, group === base && mark === "zzz" ? mark : absent];
}

/** Whether somebody else must have had a hand in such tags. */
function isForeign([group, mark]: Pair): boolean {
  const isReturned = mark === "web.x-returned";
  if (group === absent || group === "other") return mark !== absent && ours.has(mark) && !isReturned;
  if (group === "web" || group === "app") return mark !== absent && ours.has(mark) && !isReturned;
  return mark !== (group === "web.hold" ? "web.hold" : "web");
}

const steps = ({ ports }: Awaited<ReturnType<World["run"]>>) => ports.steps.map(({ step }) => step.kind);

describe("the decision about a node's two tags", () => {
  for (const isAsked of [true, false]) {
    for (const group of groups) {
      for (const mark of marks) {
        const cell: Pair = [group, mark];
        it(`${isAsked ? "asked for" : "not asked for"}, ${group ?? "no group"}, ${mark ?? "no mark"}`, async () => {
          const one = world(tags(cell), isAsked);
          const ran = await one.run();
          expect(one.marks("i-1")).to.deep.equal(expected(cell, isAsked));
          expect(ran.regions[0]?.foreign.map(({ id }) => id)).to.deep.equal(isForeign(cell) ? ["i-1"] : []);
          const { base, scanExcluded, installExcluded } = targetsOf(one.tags("i-1"), record());
          const isPatched = group !== absent && group !== "other";
          expect([base, scanExcluded].filter(Boolean)).to.have.lengthOf(isPatched ? 1 : 0);
          expect([base, installExcluded].filter(Boolean)).to.have.lengthOf(isPatched ? 1 : 0);
          expect(steps(await one.run()), "a second run").to.deep.equal([]);
          expect((await one.run()).writes, "a third run").to.equal(0);
        });

        it(`out of scope, ${isAsked ? "asked for" : "not asked for"}, ${group ?? "no group"}, ${mark ?? "no mark"}`, async () => {
          const one = world(tags(cell, { Environment: "dev" }), isAsked);
          await one.run();
          // Only what this stack has made, and not what another one has made of its own base group, is brought back.
          const isMade = group?.startsWith("web.") === true;
          expect(one.marks("i-1")).to.deep.equal(isMade ? ["web", absent] : cell);
          expect(steps(await one.run()), "a second run").to.deep.equal([]);
          expect((await one.run()).writes, "a third run").to.equal(0);
        });
      }
    }
  }

  it("leaves alone what another stack has made of the same base group", async () => {
    const nodeTags = tags([`web.${word}`, "web"], { Environment: "dev" });
    const one = new World([region([node("i-1", { tags: nodeTags })])]);
    one.upload("a", entry());
    await one.run();
    expect(one.tags("i-1")).to.deep.equal(nodeTags);
  });

  it("moves a node with both keys, and promises nothing", async () => {
    const one = world(tags(["web", absent], { Environment: "prod", "Patch Group": "legacy" }), true);
    await one.run();
    expect(one.marks("i-1")).to.deep.equal([`web.${word}`, "web"]);
    const why = "also carries Patch Group = legacy, and AWS does not say which of the two keys counts";
    expect(one.status("a").message).to.deep.equal([
      "1 entry is being applied: in force on 0 of 1 node so far.",
      `Not sure on i-1: ${why}.`,
    ]);
    expect(one.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: exclusions applied with trouble: exclusions/a.yaml",
    ]);
  });

  it("promises a hold of a node with both keys: no window that installs selects it", async () => {
    const one = world(tags(["web", absent], { Environment: "prod", "Patch Group": "legacy" }), false);
    one.upload("a", entry({ effect: { kind: "hold" } }));
    await one.rest();
    expect(one.status("a").message).to.deep.equal(["1 entry is in force, on 1 node."]);
  });
});

describe("a node's standing", () => {
  const standing = standingsOf(record(), new Set([`old.${word}`, `web.${word}`]));

  for (const [name, nodeTags, why] of [
    ["no group", tags([absent, absent]), "has no tag PatchGroup"],
    [
      "somebody else's group",
      tags(["other", absent]),
      "PatchGroup is other, which this stack does not patch",
    ],
    [
      "another target tag",
      tags(["web", absent], { Environment: "dev" }),
      "lacks the tag Environment = prod or stage",
    ],
    ["no target tag", tags(["web", "web"], {}), "lacks the tag Environment = prod or stage"],
  ] as const) {
    it(`is outside with ${name}, and says why`, () => {
      expect(standing(nodeTags)).to.deep.equal({ kind: "outside", why });
    });
  }

  it("is foreign with our mark in somebody else's group, and says why", () => {
    const why =
      "PatchGroup is other, and patchplane:base-group is web: somebody else has changed one of the two";
    expect(standing(tags(["other", "web"]))).to.deep.equal({ kind: "foreign", why });
  });

  it("says what somebody has made of it", () => {
    expect(standing(tags([`web.${word}`, absent]))).to.deep.include({
      isMarked: false,
      drift: `PatchGroup is web.${word}, and patchplane:base-group is gone: somebody else has taken it`,
    });
  });

  it("leaves a base group that the stack no longer has, or whose target tags it has lost", () => {
    expect(standing(tags([`old.${word}`, "old"]))).to.deep.include({
      base: "old",
      leaves: "its base group old is not this stack's any more",
    });
    expect(standing(tags([`web.${word}`, "web"], {}))).to.deep.include({
      leaves: "lacks the tag Environment = prod or stage",
    });
  });

  it("is read from the tag that the stack uses", () => {
    const spaced = standingsOf(record({ patchGroupTagKey: "Patch Group", targetTags: {} }), new Set());
    expect(spaced({ "Patch Group": "web" }).kind).to.equal("patched");
    expect(spaced({ PatchGroup: "web" }).kind).to.equal("outside");
    expect(spaced({ PatchGroup: "web", "Patch Group": "web" })).to.have.property("doubt");
  });
});
