import { expect } from "chai";
import { misplacedObjects } from "#functions/exclusion-processor/core/misplaced.js";
import { entry, manifest, node, region, World } from "./support.js";

const mendOf = (...keys: string[]) => misplacedObjects(keys.map((key) => ({ key }))).map(({ mend }) => mend);

describe("objects that nothing looks at", () => {
  for (const [key, place] of [
    ["patch-exclusions.json", "exclusions/patch-exclusions.json"],
    ["web.yaml", "exclusions/web.yaml"],
    ["Exclusions/web.yaml", "exclusions/web.yaml"],
    ["exclusion/team/web.yaml", "exclusions/team/web.yaml"],
    ["/exclusions/web.yaml", "exclusions/web.yaml"],
    ["plan/web.yaml", "plans/web.yaml"],
    ["aprovals/exclusions/web.yaml", "approvals/exclusions/web.yaml"],
    ["somewhere/else/web.json", "exclusions/web.json"],
  ] as const) {
    it(`are told where they belong: ${key}`, () => {
      expect(mendOf(key)).to.deep.equal([`As a manifest it belongs to ${place}.`]);
    });
  }

  it("are told that they are no manifests where they are none", () => {
    expect(mendOf("notes.txt")).to.deep.equal([
      "It is no manifest: these are below exclusions/ and end in .yaml, .yml or .json.",
    ]);
  });

  it("are approvals of what is not there", () => {
    const approval = "approvals/exclusions/a.yaml";
    expect(mendOf(approval)).to.deep.equal(["It approves exclusions/a.yaml, and there is no such object."]);
    expect(mendOf(approval, "exclusions/a.yaml")).to.deep.equal([]);
  });

  for (const key of [
    "canary/paused.json",
    "canary/Pause.json",
    "pause.json",
    "Canary/pause.json",
    "canary/x/pause.json",
  ]) {
    it(`are words of a ring that the gate does not read: ${key}`, () => {
      expect(mendOf(`approvals/rings/${key}`)).to.deep.equal([
        "What is said of a ring is approvals/rings/RING/pause.json or promote.json, in small letters.",
      ]);
    });
  }

  it("are no words of a ring as the gate reads them", () => {
    expect(mendOf("approvals/rings/canary/pause.json", "approvals/rings/canary/promote.json")).to.deep.equal(
      [],
    );
  });

  it("are no folders, no records, and nothing that a run looks at or writes", () => {
    const keys = [
      "deployment.json",
      "exclusions/a.yaml",
      "plans/a.yaml",
      "status/x.json",
      "state/x.json",
      "x/",
    ];
    expect(mendOf(...keys)).to.deep.equal([]);
  });

  it("are told once each, and again when they come back", async () => {
    const world = new World([region([node("i-1")])]);
    world.bucket.put("web.yaml", manifest(entry()), world.now);
    await world.run();
    await world.run();
    world.bucket.put("notes.txt", "", world.now);
    await world.run();
    world.bucket.remove("web.yaml", world.now);
    await world.run();
    world.bucket.put("web.yaml", "", world.now);
    await world.run();
    expect(world.told.map(({ text }) => text.match(/^- .*/gm)?.join())).to.deep.equal([
      "- web.yaml: As a manifest it belongs to exclusions/web.yaml.",
      "- notes.txt: It is no manifest: these are below exclusions/ and end in .yaml, .yml or .json.",
      "- web.yaml: As a manifest it belongs to exclusions/web.yaml.",
    ]);
    expect((await world.run()).writes).to.equal(0);
  });
});
