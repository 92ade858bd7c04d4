import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { derived, excluded, inGroup, lines, name, planned, registration, word } from "./planSupport.js";
import {
  baseBaselines,
  baseGroups,
  content,
  entry,
  node,
  nodes,
  region,
  rejects,
  systems,
  tagged,
} from "./support.js";

describe("a plan", () => {
  it("has no step when all is as it should be", () => {
    expect(planned(excluded(), [entry()])).to.deep.equal([]);
    expect(planned(region([node("i-1")]))).to.deep.equal([]);
  });

  it("makes baselines, then registrations, then moves, with a reason each", () => {
    const state = region([
      node("i-1"),
      node("i-2", { operatingSystem: "UBUNTU" }),
      tagged("i-3", { PatchGroup: "app" }),
    ]);
    const steps = planned(state, [entry({ selector: nodes("i-1", "i-2", "i-3") })]);
    expect(lines(steps)).to.deep.equal([
      `create ${name}: openssl* ALLOW_AS_DEPENDENCY`,
      `create patchplane-test-${word}-UBUNTU: openssl* ALLOW_AS_DEPENDENCY`,
      `register app.${word} AMAZON_LINUX_2023 ${name}`,
      `register web.${word} AMAZON_LINUX_2023 ${name}`,
      `register web.${word} UBUNTU patchplane-test-${word}-UBUNTU`,
      `tag i-3<app app.${word},app`,
      `tag i-1<web,i-2<web web.${word},web`,
    ]);
    expect(steps.map(({ why }) => why)).to.deep.equal([
      `app.${word}, web.${word} needs a baseline for AMAZON_LINUX_2023`,
      `web.${word} needs a baseline for UBUNTU`,
      `nodes of app.${word} are patched by ${name}`,
      `nodes of web.${word} are patched by ${name}`,
      `nodes of web.${word} are patched by patchplane-test-${word}-UBUNTU`,
      `exclusions put these nodes into app.${word}`,
      `exclusions put these nodes into web.${word}`,
    ]);
  });

  it("tags twenty nodes a call at most", () => {
    const ids = Array.from({ length: 45 }, (_, index) => `i-${100 + index}`);
    const steps = planned(region(ids.map((id) => node(id))), [entry({ selector: nodes(...ids) })]);
    const calls = steps.flatMap((step) => (step.kind === "tagNodes" ? [step.nodes.length] : []));
    expect(calls).to.deep.equal([20, 20, 5]);
  });

  it("brings back with the mark that no target selects, then takes it, and tidies up a day later", () => {
    expect(lines(planned(excluded()))).to.deep.equal([
      `tag i-1<web.${word} web,web.x-returned`,
      "untag i-1 patchplane:base-group",
    ]);
    expect(lines(planned(excluded({ nodes: [node("i-1")] })))).to.deep.equal([
      `deregister web.${word} AMAZON_LINUX_2023 pb-1`,
      "delete pb-1",
    ]);
  });

  it("takes a mark that a crash has left", () => {
    const state = region([tagged("i-1", { "patchplane:base-group": "web.x-returned" })]);
    expect(lines(planned(state))).to.deep.equal(["untag i-1 patchplane:base-group"]);
    expect(lines(planned(state, [entry()]).slice(-1))).to.deep.equal([`tag i-1<web web.${word},web`]);
  });

  it("moves held nodes with a mark of their own, and from there into a cohort in one call", () => {
    const held = tagged("i-1", { PatchGroup: "web.hold", "patchplane:base-group": "web.hold" });
    const steps = lines(planned(region([held]), [entry()]));
    expect(steps.slice(-1)).to.deep.equal([`tag i-1<web.hold web.${word},web`]);
    const into = lines(planned(excluded(), [entry({ effect: { kind: "hold" } })]));
    expect(into).to.deep.equal([`tag i-1<web.${word} web.hold,web.hold`]);
  });

  for (const [what, changes, why] of [
    [
      "other rules",
      { content: content({ rules: { approvalRules: [] }, rejectedPatches: ["openssl*"] }) },
      `the rules of ${name} are not those of its base baseline`,
    ],
    [
      "fewer names",
      { content: content() },
      `the rejected patches of ${name} are not those of its cohort and its base baseline`,
    ],
    [
      "more names",
      { content: content({ rejectedPatches: ["openssl*", "x"] }) },
      `the rejected patches of ${name} are not those of its cohort and its base baseline`,
    ],
    [
      "another action",
      { content: content({ rejectedPatches: ["openssl*"], rejectedPatchesAction: "BLOCK" }) },
      `the action of ${name} is not ALLOW_AS_DEPENDENCY`,
    ],
    [
      "another prefix",
      { name: `patchplane-old-${word}-AMAZON_LINUX_2023` },
      `patchplane-old-${word}-AMAZON_LINUX_2023 is to be called ${name}`,
    ],
  ] as const) {
    it(`updates a baseline in place that has ${what}`, () => {
      const baselines = [...baseBaselines(), derived(changes)];
      const steps = planned(excluded({ baselines }), [entry()]);
      expect(lines(steps)).to.deep.equal([`update pb-1 ${name}: openssl*`]);
      expect(steps[0]?.why).to.equal(why);
    });
  }

  it("leaves a baseline alone that was just made, and that no list shows yet", () => {
    const { content: _, ...bare } = derived();
    const steps = planned(excluded({ baselines: [...baseBaselines(), bare] }), [entry()]);
    expect(steps).to.deep.equal([]);
  });

  it("regards neither the order of names nor that of keys", () => {
    const base = baseBaselines({ rules: { a: 1, b: 2 }, rejectedPatches: ["x", "a"] });
    const same = content({ rules: { b: 2, a: 1 }, rejectedPatches: ["x", "openssl*", "a"] });
    const baselines = [...base, derived({ content: same })];
    expect(planned(excluded({ baselines }), [entry()])).to.deep.equal([]);
  });

  it("keeps the base baseline's own rejected patches and its BLOCK", () => {
    const baselines = baseBaselines({ rejectedPatches: ["kernel"], rejectedPatchesAction: "BLOCK" });
    const steps = lines(planned(region([node("i-1")], { baselines }), [entry()]));
    expect(steps[0]).to.equal(`create ${name}: kernel,openssl* BLOCK`);
  });

  it("puts a group right that somebody has registered to another cohort's baseline", () => {
    const other = rejecting(["kernel*"], "ALLOW_AS_DEPENDENCY").word;
    const wrong = derived({
      id: "pb-2",
      name: `patchplane-test-${other}-AMAZON_LINUX_2023`,
      content: content({ rejectedPatches: ["kernel*"] }),
    });
    const state = excluded({
      baselines: [...baseBaselines(), derived(), wrong],
      groups: [...baseGroups(), registration("pb-2")],
    });
    expect(lines(planned(state, [entry()]))).to.deep.equal([
      `deregister web.${word} AMAZON_LINUX_2023 pb-2`,
      `register web.${word} AMAZON_LINUX_2023 pb-1`,
      "delete pb-2",
    ]);
  });

  it("brings nodes of a base group back that the stack no longer has", () => {
    const state = excluded({
      nodes: [inGroup("i-1", "old")],
      groups: [...baseGroups(), registration("pb-1", "old")],
    });
    expect(lines(planned(state, [entry()]))).to.deep.equal([
      `tag i-1<old.${word} old,old.x-returned`,
      "untag i-1 patchplane:base-group",
    ]);
  });

  it("leaves a node of another stack alone, though its tags look like ours", () => {
    expect(planned(region([inGroup("i-1", "theirs")]), [entry()])).to.deep.equal([]);
  });

  it("gives a node of unknown operating system a baseline for each that the stack has", () => {
    const steps = planned(region([node("i-1", { operatingSystem: undefined })]), [
      entry({ effect: rejects("openssl*") }),
    ]);
    const made = steps.flatMap((step) => (step.kind === "createBaseline" ? [step] : []));
    expect(made.map(({ operatingSystem }) => operatingSystem)).to.deep.equal([...systems]);
    expect(made.map((step) => step.content.rejectedPatches)).to.deep.equal([["openssl*"], ["openssl*"], []]);
  });
});
