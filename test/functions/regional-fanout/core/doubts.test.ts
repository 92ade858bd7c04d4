import { expect } from "chai";
import { doubtsOf } from "#functions/regional-fanout/core/doubts.js";
import { memoryKey, memoryText } from "#shared/contract/regionMemory.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import { pagesOf } from "#test/memory/regionalFanout/world.js";
import { putSealed } from "#test/memory/sealed.js";
import { arnOf, groups, invoke, nodeId, ohio, payload, worldOf } from "./support.js";

const node = nodeId(1);

describe("who vouches for an installation", () => {
  it("has no doubt about a held node in a group that people have named, as long as its tags are right", () => {
    const promised = { groups: new Map([[node, "web.hold"]]), written: new Set<string>(), isLost: false };
    const doubts = (tags: readonly string[], base: string | undefined) =>
      doubtsOf(
        promised,
        {
          groups: new Map([[node, ["theirs"]]]),
          tags: new Map([[node, { groups: tags, mark: "web.hold" }]]),
        },
        base,
      ).length;
    expect(doubts(["web.hold"], undefined)).to.equal(0);
    expect(doubts(["web"], undefined)).to.equal(1);
    expect(doubts(["web.hold"], "own")).to.equal(1);
  });

  it("asks for the tags of promised nodes alone where these are as written, however many members the groups have", async () => {
    const [moved, bucket] = ["web.x-0123456789", new MemoryBucket()];
    const world = worldOf({ [ohio]: { moved: [node] } });
    const things = { baselines: [], registrations: [] };
    const kept = { written: {}, promised: { [moved]: [node] }, made: things, gone: things, unused: {} };
    putSealed(bucket, memoryKey(ohio), memoryText({ version: 1, ...kept }));
    world.processor = { bucket, asked: () => undefined };
    const region = world.region(ohio);
    region.ownTags.set(node, { groups: [moved], mark: "web" });
    const pages = pagesOf(Array.from({ length: 5_000 }, (_, index) => arnOf(nodeId(index + 100), ohio)));
    let read = 0;
    region.groups.set("own", (...asked) => {
      if (world.automations.size === 0) read++;
      return pages(...asked);
    });
    const { verdict } = await invoke(world, { ...payload(groups("own", "moved")), Regions: [ohio] });
    expect([verdict, read]).to.deep.equal(["started", 1]);
  });
});
