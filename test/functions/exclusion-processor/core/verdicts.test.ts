import { expect } from "chai";
import { listingOf } from "#functions/exclusion-processor/core/gather.js";
import { readVerdicts } from "#functions/exclusion-processor/core/verdicts.js";
import { approvalKey, statusKey } from "#shared/contract/exclusionNames.js";
import { pack, parseVerdicts, sealKey, verdictsKey, verdictsText } from "#shared/contract/keptVerdicts.js";
import { digest } from "#shared/text/words.js";
import { entry, keyOf, node, nodes, record, region, World } from "./support.js";

const hold = (count: number) => entry({ effect: { kind: "hold" }, selector: nodes(...ids(count)) });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);

/** A stack of ten nodes, where two may move without an approval. */
function stack(): World {
  return new World([region(ids(10).map((id) => node(id)))], record({ maxChangedNodes: 2 }));
}

function heldNodes(world: World): number {
  return ids(10).filter((id) => world.marks(id)[0] === "web.hold").length;
}

describe("what the processor knows of manifests", () => {
  it("is not what people read: a forged status is no approval, and is put right", async () => {
    const world = stack();
    const version = world.upload("pay", hold(10));
    await world.run();
    const before = world.status("pay");
    expect(before.verdict).to.equal("held");
    const forged = JSON.stringify({ ...before, inForceVersionId: version, verdict: "being applied" });
    world.bucket.put(statusKey(keyOf("pay")), forged, world.now);
    await world.hour();
    expect([heldNodes(world), world.status("pay")]).to.deep.equal([0, before]);
  });

  // Each row: what somebody does to the bucket after a run that held a large manifest and applied a small one.
  const attacks: readonly (readonly [string, (world: World, earlier: string) => void, string])[] = [
    ["a forged one", (world) => world.spoil(forgedText(world)), "is not as the last run has left it"],
    ["one that is none", (world) => world.spoil("{"), "is not as the last run has left it"],
    ["an older one", (world, earlier) => world.spoil(earlier), "is not as the last run has left it"],
    ["none any more", (world) => world.spoil(), "is gone"],
    [
      "one without its seal",
      (world) => world.bucket.remove(sealKey, world.now),
      "is not as the last run has left it",
    ],
  ];
  for (const [what, attack, why] of attacks) {
    it(`is made anew from the manifests where there is ${what}, and people are told once`, async () => {
      const world = stack();
      world.upload("small", entry({ id: "small", effect: { kind: "hold" }, selector: nodes("i-9") }));
      await world.run();
      const earlier = world.bucket.text(verdictsKey) ?? "";
      world.upload("pay", hold(8));
      await world.run();
      world.told.length = 0;
      attack(world, earlier);
      await world.hour();
      expect(heldNodes(world)).to.equal(1);
      expect(world.status("pay")).to.include({ verdict: "held" }).and.not.have.property("inForceVersionId");
      expect(world.status("small").verdict).to.equal("being applied");
      const [notice] = world.told.filter(({ subject }) => subject.endsWith("was lost"));
      expect(notice?.text).to.contain(`${verdictsKey} ${why}.`);
      world.told.length = 0;
      expect((await world.run()).writes).to.equal(0);
      expect(world.told).to.deep.equal([]);
    });
  }

  it("is made anew after another version of patchplane has run, and nobody is blamed", async () => {
    const world = stack();
    world.upload("small", entry({ id: "small", effect: { kind: "hold" }, selector: nodes("i-9") }));
    await world.run();
    const older = `${JSON.stringify({ version: 1, manifests: {}, moved: [] })}\n`;
    world.spoil(older);
    const valid = [digest(older, 32)];
    world.bucket.put(sealKey, `${JSON.stringify({ version: 1, valid })}\n`, world.now);
    world.told.length = 0;
    await world.hour();
    const [notice] = world.told.filter(({ subject }) => subject.endsWith("was lost"));
    expect(notice?.text).to.match(/^state\/verdicts.json is of another version of patchplane, /);
    expect(notice?.text).not.to.contain("omebody else");
    expect(world.marks("i-9")[0]).to.equal("web.hold");
    expect((await world.run()).writes).to.equal(0);
  });

  it("is sealed wherever a run is cut off", async () => {
    for (let most = 0; ; most++) {
      const world = stack();
      world.upload("small", entry({ selector: nodes("i-9") }));
      await world.run();
      const old = world.upload("small", entry({ selector: nodes("i-8") }));
      world.bucket.put(approvalKey(keyOf("small")), old, world.now);
      const { ports, ok } = await world.run(most);
      const { store } = world.ports();
      const found = await readVerdicts(store, listingOf(await store.list("")));
      expect(found.kind, `after ${most} writes`).to.equal("known");
      await world.run();
      expect(world.told.filter(({ subject }) => subject.endsWith("was lost"))).to.deep.equal([]);
      if (ok && ports.fuse.writes < most) return;
    }
  });
});

/** Says that the version which waits is in force. */
function forgedText(world: World): string {
  const known = parseVerdicts(world.bucket.text(verdictsKey) ?? "");
  const status = known?.manifests.get(keyOf("pay"));
  if (known === undefined || status === undefined) throw new Error("nothing is known of pay");
  const inForceVersionId = status.versionId ?? "";
  const forged = { ...status, verdict: "being applied" as const, inForceVersionId };
  return verdictsText(
    new Map([...known.manifests, [keyOf("pay"), forged] as const].map(([key, one]) => [key, pack(one)])),
  )(known.moved);
}
