import { expect } from "chai";
import type { Entry } from "#functions/exclusion-processor/core/model.js";
import { evidenceKey, parseEvidence } from "#shared/contract/evidence.js";
import { memoryKey } from "#shared/contract/regionMemory.js";
import { hourMs } from "#shared/text/time.js";
import { blocks, day, east, entry, node, nodes, region, rejects, World } from "./support.js";

/** A run of AWS-RunPatchBaseline with the base baseline. */
function install(id: string, startedAt: number) {
  return {
    id,
    operation: "Install",
    startedAt,
    endedAt: startedAt + 60_000,
    baselineId: "pb-base-al",
    snapshotId: "s",
  };
}

/** A world in which entries are in force on two nodes, and what is promised was written. */
async function promised() {
  const world = new World([region([node("i-1"), node("i-2")])]);
  world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
  await world.rest();
  const since = world.now;
  expect(world.status("pay").verdict).to.equal("in force");
  return { world, since };
}

const evidenceIn = (world: World) => parseEvidence(world.bucket.text(evidenceKey) ?? "")?.regions[east];
const kinds = ({ told }: World) => told.map(({ kind, about }) => `${kind} ${about}`);

describe("what nodes have installed", () => {
  it("is a breach although the exclusion has ended before it is looked at", async () => {
    const { world, since } = await promised();
    world.now += hourMs;
    world.region().reports = [install("i-1", since + 60_000)];
    world.delete("pay");
    await world.rest();
    expect(kinds(world)).to.eql([]);
    world.now += day;
    await world.hour();
    expect([kinds(world), evidenceIn(world)?.breaches.map(({ id }) => id)]).to.eql([
      ["exclusions-breach breach"],
      ["i-1"],
    ]);
    expect(world.told[0]?.text)
      .to.contain("- i-1 (us-east-1): installed with pb-base-al")
      .and.contain("snapshot s");
  });

  for (const [what, text] of [
    ["is gone", undefined],
    ["is none of ours", "{"],
    ["is empty", ""],
    // As it was before what has ended was kept in it.
    ["is somebody else's", '{"version":2,"due":"2026-12-01T00:00:00.000Z","regions":{}}\n'],
    ["is of the version before", '{"version":1,"due":"2026-09-01T00:00:00Z","regions":{}}\n'],
  ] as const) {
    it(`is looked at anew where what was known of it ${what}, and people are told once`, async () => {
      const { world, since } = await promised();
      expect((await world.hour()).why).to.equal(undefined);
      if (text === undefined) world.bucket.remove(evidenceKey, world.now);
      else world.bucket.put(evidenceKey, text, world.now);
      world.region().reports = [install("i-1", since - 1), install("i-2", since)];
      world.now += hourMs;
      const { ok, why } = await world.hour();
      expect([ok, why]).to.eql([true, "the bucket has changed"]);
      expect(kinds(world)).to.eql(["exclusions-lost evidence", "exclusions-breach breach"]);
      const [lost] = world.told;
      expect(lost?.text)
        .to.contain(`- us-east-1: 2 nodes, from ${new Date(since).toISOString()} on`)
        .and.contain("nobody can tell any more")
        .and.contain("An update of patchplane leaves it so once")
        .and.match(/before then:\n\n- i-1 \(us-east-1\)\n/);
      const kept = evidenceIn(world);
      expect(kept?.promised.map((list) => [list.since, list.ids])).to.eql([
        [new Date(since).toISOString(), ["i-1", "i-2"]],
      ]);
      expect(kept?.breaches.map(({ id }) => id)).to.eql(["i-2"]);
      world.now += hourMs;
      expect((await world.hour()).why).to.equal(undefined);
      expect(world.told).to.have.length(2);
    });
  }

  it("is not made anew as long as nobody could be told that it is lost", async () => {
    const { world } = await promised();
    world.bucket.put(evidenceKey, "{", world.now);
    const { errors } = await world.run(undefined, (ports) => ({
      ...ports,
      notifier: { publish: () => Promise.reject(new Error("no topic")) },
    }));
    expect(errors.join()).to.contain(`Nobody could be told that ${evidenceKey} is not as a run has left it`);
    expect(world.bucket.text(evidenceKey)).to.equal("{");
  });

  it("is left to the next run by a window's call that finds it lost, and is due then", async () => {
    const { world, since } = await promised();
    world.bucket.remove(evidenceKey, world.now);
    world.region().reports = [install("i-1", since)];
    await world.run(undefined, undefined, "window");
    expect([kinds(world), evidenceIn(world)?.breaches]).to.eql([["exclusions-lost evidence"], []]);
    world.now += hourMs;
    await world.hour();
    expect(kinds(world).slice(1)).to.eql(["exclusions-breach breach"]);
  });

  it("is held to what is written of a Region where older evidence was put back, and that is told", async () => {
    const { world, since } = await promised();
    const older = world.bucket.text(evidenceKey) ?? "";
    world.bucket.put(evidenceKey, older.replace(',"i-2"', ""), world.now);
    const written = world.bucket.history(memoryKey(east)).at(-1)?.lastModified;
    world.region().reports = [install("i-2", since)];
    world.now += day;
    await world.hour();
    expect([written, kinds(world)]).to.eql([since, ["exclusions-lost evidence", "exclusions-breach breach"]]);
  });

  it("is a breach up to the moment at which the entry ends, and none from then on, whenever the next run comes", async () => {
    const found = async (late: number) => {
      const world = new World([region([node("i-1")])]);
      const expiresAt = world.now + 5 * hourMs;
      world.upload("pay", entry({ selector: nodes("i-1"), expiresAt }));
      await world.rest();
      world.now = expiresAt + hourMs / 2;
      world.region().reports = [install("i-1", expiresAt + late)];
      await world.rest();
      world.now += day;
      await world.hour();
      return evidenceIn(world)?.breaches.length ?? 0;
    };
    expect([await found(-1), await found(0)]).to.eql([1, 0]);
  });

  it("is held to the entries that go on, from the moment at which another one of the node ends", async () => {
    /** i-1 has an entry that ends and one that goes on, which i-2 has alone; what i-1 has installed, and when. */
    const found = async (ends: Entry["effect"], late: number, baseline: "base" | "hold" | "that of i-2") => {
      const world = new World([region([node("i-1"), node("i-2")])]);
      const expiresAt = world.now + day + 5 * hourMs;
      world.upload("ends", entry({ id: "ends", selector: nodes("i-1"), effect: ends, expiresAt }));
      world.upload("stays", entry({ selector: nodes("i-1", "i-2"), effect: blocks("nginx*") }));
      await world.rest();
      const own = world.region().groups.find((one) => one.group === world.marks("i-2")[0])?.baselineId;
      const baselineId = baseline === "that of i-2" ? (own ?? "") : `pb-${baseline}-al`;
      world.now = expiresAt + hourMs / 2;
      world.region().reports = [{ ...install("i-1", expiresAt + late), baselineId }];
      await world.rest();
      world.now += day;
      await world.hour();
      return evidenceIn(world)?.breaches.length ?? 0;
    };
    const [before, after] = [-1, 60_000];
    for (const ends of [{ kind: "hold" }, blocks("openssl*")] as const) {
      expect(await found(ends, before, "that of i-2"), "before").to.equal(1);
      expect(await found(ends, after, "that of i-2"), "after").to.equal(0);
      expect(await found(ends, after, "hold"), "nothing is installed").to.equal(0);
      expect(await found(ends, after, "base"), "what goes on is not kept").to.equal(1);
    }
    expect(await found({ kind: "hold" }, before, "hold")).to.equal(1);
  });

  describe("with the baseline of other exclusions", () => {
    /** i-1 is installed with a baseline that i-2 has; then an entry makes that baseline, or another one, the right one. */
    async function installedAs(other: Entry["effect"], then: Entry["effect"] | undefined) {
      const world = new World([region([node("i-1"), node("i-2")])]);
      world.upload("pay", entry({ effect: blocks("openssl*") }));
      world.upload("other", entry({ selector: nodes("i-2"), effect: other }));
      await world.rest();
      const [group] = world.marks("i-2");
      const baselineId = world
        .region()
        .groups.find((one) => one.group === group && one.operatingSystem === "AMAZON_LINUX_2023")?.baselineId;
      world.now += hourMs;
      world.region().reports = [{ ...install("i-1", world.now), baselineId: baselineId ?? "" }];
      world.now += 5 * 60_000;
      if (then === undefined) world.delete("pay");
      else world.upload("pay", entry({ effect: then }));
      await world.rest();
      world.now += day;
      await world.hour();
      return evidenceIn(world)?.breaches.map(({ id }) => id);
    }
    const kernel = blocks("kernel*");
    const both = blocks("kernel*", "openssl*");

    it("is a breach although an entry of minutes later makes that the right one", async () => {
      expect(await installedAs(kernel, kernel)).to.eql(["i-1"]);
      expect(await installedAs(rejects("openssl*"), rejects("openssl*")), "less firmly").to.eql(["i-1"]);
      expect(await installedAs(kernel, undefined), "nothing asked any more").to.eql(["i-1"]);
    });

    it("is none where that keeps off all that was promised", async () => {
      expect(await installedAs(both, both)).to.eql([]);
      expect(await installedAs(both, kernel)).to.eql([]);
      expect(await installedAs(both, blocks("openssl*"))).to.eql([]);
      expect(await installedAs({ kind: "hold" }, undefined), "a hold's approves nothing").to.eql([]);
    });
  });
});
