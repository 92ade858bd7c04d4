import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { believedKey } from "#shared/contract/believed.js";
import { evidenceKey } from "#shared/contract/evidence.js";
import { statusKey } from "#shared/contract/exclusionNames.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { sealOf } from "#shared/contract/seal.js";
import { readsOf } from "./reads.js";
import {
  blocks,
  day,
  east,
  entry,
  keyOf,
  node,
  nodes,
  now,
  record,
  region,
  rejects,
  tagged,
  World,
  west,
} from "./support.js";

const { word } = rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY");
const sunday = Date.parse("2026-09-06T04:00:00Z");

const since = new Date(now).toISOString();

describe("a status", () => {
  it("says everything about an exclusion, and nothing that changes by itself", async () => {
    const world = new World([
      region([node("i-1")], { nextInstallAt: sunday }),
      region([node("i-2", { operatingSystem: "UBUNTU" })], { region: west }),
    ]);
    const version = world.upload("pay", entry({ ticket: "CHG-1", selector: nodes("i-1", "i-2", "i-3") }));
    await world.rest();
    expect(world.status("pay")).to.deep.equal({
      version: 1,
      key: "exclusions/pay.yaml",
      versionId: version,
      verdict: "in force",
      inForceVersionId: version,
      message: ["1 entry is in force, on 2 nodes."],
      problems: [],
      warnings: [],
      entries: [
        {
          id: "openssl",
          phase: "in force",
          effect: "reject",
          patches: ["openssl*"],
          action: "ALLOW_AS_DEPENDENCY",
          reason: "handshakes fail",
          owner: "payments@example.com",
          ticket: "CHG-1",
          expires: "2026-10-01T10:00:00.000Z",
          takesEffect: { [west]: "from the next installation", [east]: "2026-09-06T04:00:00.000Z" },
          nodes: [
            { id: "i-2", region: west, from: "web", group: `web.${word}`, operatingSystem: "UBUNTU" },
            {
              id: "i-1",
              region: east,
              from: "web",
              group: `web.${word}`,
              operatingSystem: "AMAZON_LINUX_2023",
            },
          ],
          baselines: [
            { region: west, name: `patchplane-test-${word}-UBUNTU` },
            { region: east, name: `patchplane-test-${word}-AMAZON_LINUX_2023` },
          ],
          unknownNodes: ["i-3"],
          leftAlone: [],
          failedNodes: [],
          notes: [],
        },
      ],
      failedRegions: [],
    });
    world.now += 3 * day;
    const evidence = [sealOf(evidenceKey), evidenceKey, sealOf(evidenceKey)];
    expect((await world.run()).ports.store.written).to.deep.equal([believedKey, ...evidence, believedKey]);
  });

  it("gives the time of a move once, and another one for another move", async () => {
    const world = new World([region([node("i-1"), node("i-2")], { nextInstallAt: sunday })]);
    const takesEffect = () => world.status("pay").entries[0]?.takesEffect[east];
    world.upload("pay", entry());
    await world.run();
    const state = world.region();
    state.nextInstallAt = sunday + 7 * day;
    expect((await world.run()).writes).to.equal(0);
    expect(takesEffect()).to.equal("2026-09-06T04:00:00.000Z");
    world.upload("other", entry({ id: "other", selector: nodes("i-2"), effect: rejects("kernel*") }));
    await world.run(undefined, (ports) => ({
      ...ports,
      region: (name, deployed) => ({
        ...readsOf(ports.region(name, deployed)),
        apply: () => Promise.reject(new Error("throttled")),
      }),
    }));
    expect(world.status("other").entries[0]?.takesEffect).to.deep.equal({});
    await world.run();
    expect(takesEffect()).to.equal("2026-09-06T04:00:00.000Z");
    expect(world.status("other").entries[0]?.takesEffect[east]).to.equal("2026-09-13T04:00:00.000Z");
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    expect(takesEffect()).to.equal("2026-09-13T04:00:00.000Z");
    state.nextInstallAt = sunday + 14 * day;
    world.upload("pay", entry());
    await world.run();
    // The node that stays has not moved again.
    expect(takesEffect()).to.equal("2026-09-13T04:00:00.000Z");
  });

  it("is in force, expiring seven days before its end, and expired at it", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    const phase = async (at: number) => {
      world.now = at;
      await world.run();
      return world.status("pay").entries[0]?.phase;
    };
    expect(await phase(now)).to.equal("being applied");
    expect(await phase(now + settleMs - 1)).to.equal("being applied");
    expect(await phase(now + settleMs)).to.equal("in force");
    expect(await phase(now + 23 * day - 1)).to.equal("in force");
    expect(await phase(now + 23 * day)).to.equal("expiring");
    expect(await phase(now + 30 * day - 1)).to.equal("expiring");
    expect(await phase(now + 30 * day)).to.equal("expired");
    const { entries, message, verdict } = world.status("pay");
    expect(entries[0]).to.deep.include({ nodes: [], baselines: [], takesEffect: {} });
    expect([verdict, ...message]).to.deep.equal(["ended", "Every entry has ended."]);
  });

  it("names what an entry does not reach, and why", async () => {
    const fleet = [
      node("i-1"),
      node("i-win", { operatingSystem: "WINDOWS" }),
      node("i-mac", { operatingSystem: "MACOS" }),
      tagged("i-odd", { PatchGroup: "theirs", "patchplane:base-group": "web" }),
      tagged("i-dev", { Environment: "dev" }),
      tagged("i-none", { PatchGroup: "theirs" }),
    ];
    const world = new World([region(fleet)]);
    world.upload("pay", entry({ selector: nodes(...fleet.map(({ id }) => id)) }));
    await world.run();
    const left = world.status("pay").entries[0]?.leftAlone;
    expect(left?.map(({ id, cause, why }) => [id, cause, why])).to.deep.equal([
      ["i-dev", "notUnderPatching", "lacks the tag Environment = prod or stage"],
      ["i-mac", "noBaseline", "the stack has no patch baseline here for MACOS"],
      ["i-none", "notUnderPatching", "PatchGroup is theirs, which this stack does not patch"],
      [
        "i-odd",
        "foreign",
        "PatchGroup is theirs, and patchplane:base-group is web: somebody else has changed one of the two",
      ],
      ["i-win", "noNameApplies", "no patch name is one of WINDOWS"],
    ]);
    expect(world.status("pay").entries[0]?.nodes.map(({ id }) => id)).to.deep.equal(["i-1"]);
  });

  it("does not reach a node whose base group the stack no longer has", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    world.deploy(record({ patchGroups: ["app"], regions: record().regions.slice(0, 1) }));
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect(world.status("pay").entries[0]?.leftAlone).to.deep.equal([
      {
        id: "i-1",
        region: east,
        cause: "notUnderPatching",
        why: "its base group web is not this stack's any more",
      },
    ]);
  });

  it("lists a hundred nodes that are left alone, and counts the others", async () => {
    const fleet = Array.from({ length: 130 }, (_, index) =>
      node(`i-${index}`, { operatingSystem: "WINDOWS" }),
    );
    const world = new World([region(fleet)]);
    world.upload("pay", entry({ selector: { kind: "tags", tags: { Environment: ["prod"] } } }));
    await world.run();
    const [found] = world.status("pay").entries;
    expect([found?.leftAlone.length, found?.leftAloneMore]).to.deep.equal([100, 30]);
  });

  it("tells which entry has brought a BLOCK that another did not ask for", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("a", entry({ id: "soft", selector: nodes("i-1", "i-2") }));
    world.upload("b", entry({ id: "hard", effect: blocks("kernel*") }));
    world.upload("c", entry({ id: "windows", effect: blocks("KB1"), selector: nodes("i-1", "i-2") }));
    await world.run();
    expect(world.status("a").entries[0]?.notes).to.deep.equal([
      `${east}: BLOCK instead of ALLOW_AS_DEPENDENCY on 1 node, because entry hard of exclusions/b.yaml asks for it.`,
    ]);
    expect(world.status("b").entries[0]?.notes).to.deep.equal([]);
    expect(world.contentFor("i-1")?.rejectedPatchesAction).to.equal("BLOCK");
    expect(world.contentFor("i-2")?.rejectedPatchesAction).to.equal("ALLOW_AS_DEPENDENCY");
  });

  it("says of an entry that does nothing for a node which another entry has moved", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("a", entry({ id: "linux" }), entry({ id: "windows", effect: rejects("KB1") }));
    await world.run();
    const [linux, windows] = world.status("a").entries;
    expect(linux?.nodes).to.have.lengthOf(1);
    expect(windows?.nodes).to.have.lengthOf(0);
    expect(windows?.leftAlone[0]).to.deep.include({
      cause: "noNameApplies",
      why: "no patch name is one of AMAZON_LINUX_2023",
    });
  });

  it("names nodes whose tags could not be written, and is right again when they could", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.region().stuck.add("i-1");
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    expect((await world.rest()).ok, "the others were moved").to.equal(true);
    expect(world.status("pay").message).to.include("1 entry is in force, on 1 node.");
    expect(world.status("pay").entries[0]?.failedNodes).to.deep.equal([
      { id: "i-1", region: east, error: "the tags are locked" },
    ]);
    world.region().stuck.clear();
    expect((await world.run()).ok).to.equal(true);
    expect(world.status("pay").entries[0]?.failedNodes).to.deep.equal([]);
  });

  it("keeps what it knew of a Region that is down", async () => {
    const world = new World([region([node("i-1")]), region([node("i-2")], { region: west })]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.rest();
    const before = world.status("pay").entries;
    const since = new Date(world.now).toISOString();
    world.region(west).isDown = true;
    await world.run();
    expect(world.status("pay").entries).to.deep.equal(before);
    expect(world.status("pay").message.at(-1)).to.match(/, but not all of it is done in eu-west-1\.$/);
    expect(world.status("pay").failedRegions).to.deep.equal([
      { region: west, error: "cannot be read (Error: eu-west-1 does not answer)", since },
    ]);
  });

  it("of a manifest that is gone waits for the Regions that have not been cleared", async () => {
    const world = new World([region([node("i-1")]), region([node("i-2")], { region: west })]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    world.delete("pay");
    world.region(west).isDown = true;
    world.region().stuck.add("i-1");
    await world.run();
    expect(world.status("pay").message[0]).to.contain("have not been cleared yet");
    expect(world.status("pay").failedRegions).to.deep.equal([
      { region: west, error: "cannot be read (Error: eu-west-1 does not answer)", since },
      { region: east, error: "the tags of i-1 could not be written" },
    ]);
    expect((await world.run()).statusWrites).to.equal(0);
    world.region(west).isDown = false;
    world.region().stuck.clear();
    await world.run();
    expect(world.status("pay").message).to.deep.equal([
      "Ended: the manifest is gone, and nothing of it is in force.",
    ]);
    const { ports, writes } = await world.run();
    expect(writes).to.equal(0);
    // The record, the listing, the verdicts with their seal, and what is known of two Regions with theirs.
    expect(ports.store.reads).to.equal(8);
  });

  it("shows a manifest's warnings", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    const warnings = [{ message: "kernel does not block a dependency", line: 4 }];
    const readManifest = () => ({ ok: true, entries: [entry()], warnings }) as const;
    await world.run(undefined, (ports) => ({ ...ports, readManifest }));
    expect(world.status("pay").warnings).to.deep.equal(warnings);
  });

  it("is made for an object that is no manifest, and for none that is a folder", async () => {
    const world = new World([region([node("i-1")])]);
    world.bucket.put("exclusions/folder/", "", now);
    world.uploadText("broken", "x");
    const readManifest = () => {
      throw new TypeError("no such thing");
    };
    const summary = await world.run(undefined, (ports) => ({ ...ports, readManifest }));
    expect(summary.ok).to.equal(true);
    expect(world.status("broken").problems).to.deep.equal([
      { message: "cannot be parsed (TypeError: no such thing)" },
    ]);
    expect(world.bucket.keys().filter((key) => key.startsWith("status/"))).to.deep.equal([
      statusKey(keyOf("broken")),
    ]);
  });
});
