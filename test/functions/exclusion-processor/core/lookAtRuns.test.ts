import { expect } from "chai";
import { evidenceKey, parseEvidence } from "#shared/contract/evidence.js";
import { memoryKey } from "#shared/contract/regionMemory.js";
import { hourMs } from "#shared/text/time.js";
import { day, east, entry, node, nodes, region, World } from "./support.js";

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

  it("is held to what is written of a Region where older evidence was put back", async () => {
    const { world, since } = await promised();
    const older = world.bucket.text(evidenceKey) ?? "";
    world.bucket.put(evidenceKey, older.replace(',"i-2"', ""), world.now);
    const written = world.bucket.history(memoryKey(east)).at(-1)?.lastModified;
    world.region().reports = [install("i-2", since)];
    world.now += day;
    await world.hour();
    expect([written, kinds(world)]).to.eql([since, ["exclusions-breach breach"]]);
  });
});
