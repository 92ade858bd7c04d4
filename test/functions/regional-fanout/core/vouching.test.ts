import { expect } from "chai";
import { stopStarts } from "#functions/regional-fanout/core/stopStarts.js";
import { memoryKey, memoryText } from "#shared/contract/regionMemory.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import { type MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import { putSealed } from "#test/memory/sealed.js";
import { east, groups, invoke, nodeId, ohio, openRecord, payload, runId } from "./support.js";
import { type Case, moved, node, nothing, worldWith } from "./vouchingSupport.js";

const minute = 60_000;

const lost: Case = { told: "in force", groups: ["own"], why: "it is in own" };
const cases: Readonly<Record<string, Case>> = {
  "is in its group": {},
  "is in its group of the old key": { tags: [moved] },
  "is in none of the run's groups": { groups: [], tags: ["web"] },
  "is in its group, and its mark is gone": { mark: undefined },
  "is in the base group, and its mark is gone": {
    groups: ["own", "moved"],
    mark: undefined,
    why: "it is in own, and an exclusion has moved it",
  },
  "was put back": { groups: ["own"], tags: ["web"], why: "it is in own, and" },
  "is in another group that was moved": {
    tags: ["web.x-9876543210"],
    why: `its patch group is web.x-9876543210, and not ${moved}`,
  },
  "has lost its patch group": { tags: [], why: `its patch group is not known, and not ${moved}` },
  "has both keys": { tags: [moved, "web"], why: `its patch group is ${moved}, web, and not` },
  "is held": { promised: "web.hold", tags: ["web.hold"], mark: "web.hold", groups: [] },
  "is held, and its mark says otherwise": {
    promised: "web.hold",
    tags: ["web.hold"],
    why: "it is held, and is in moved",
  },
  "was written a minute ago": {
    kept: { written: { [moved]: [node] }, wroteAt: -minute as never },
    why: "its tags were written just now",
  },
  "was written ten minutes ago": { kept: { written: { [moved]: [node] }, wroteAt: (-10 * minute) as never } },
  "is promised nothing": { kept: { promised: {} }, groups: ["own"], tags: ["web"] },
  "is of a Region of which nothing was ever kept": { kept: "gone", groups: ["own"], tags: ["web"] },
  "is told as being applied": { kept: "gone", told: "not yet", groups: ["own"], tags: ["web"] },
  "is told as in force, and what was kept is gone": {
    kept: "gone",
    told: "in force",
    why: "what the exclusion processor kept of it is lost",
  },
  "is told as in force, and what was kept is broken": { ...lost, kept: "broken" },
  "is told as in force, and what was kept is another's": { ...lost, kept: "forged" },
  "is told by somebody else as not in force": { kept: "gone", told: "forged", why: "has not left it so" },
  "is told in no words that are understood": { kept: "broken", told: "broken", why: "cannot be understood" },
};

const event = payload(groups("own", "moved"));
const startedIn = (world: MemoryWorld) => [
  ...new Set(
    openRecord(world).starts.flatMap(({ region, executionId }) =>
      executionId === undefined ? [] : [region],
    ),
  ),
];

describe("before an installation, a promised node", () => {
  for (const [title, one] of Object.entries(cases)) {
    it(`that ${title}: ${one.why === undefined ? "is vouched for" : "keeps its Region from being started"}`, async () => {
      const world = worldWith(one);
      const begun = world.now;
      const result = await invoke(world, event, undefined, begun + 8 * minute);
      const isUnknown = ["broken", "forged"].includes(one.told ?? "");
      const elsewhere = isUnknown ? [] : [east];
      expect(startedIn(world)).to.include.members(elsewhere);
      if (one.why === undefined) {
        expect(result.failed).to.eql([]);
        expect([world.now - begun < minute, world.again.size]).to.eql([true, 0]);
        return;
      }
      expect(startedIn(world)).to.eql(elsewhere);
      expect(result.failed.map(({ region }) => region)).to.include(ohio);
      expect(result.message)
        .to.contain(one.why)
        .and.contain("nobody can vouch for exclusions that are in force");
      if (!isUnknown) expect(result.message).to.contain(node);
      expect(openRecord(world).unvouched?.[0]?.region).to.equal(ohio);
      // Half a minute for each look, eight minutes at most.
      expect(world.now - begun).to.equal(8 * minute);
      expect([...world.again.values()]).to.eql([event]);
    });
  }
});

describe("who vouches for an installation", () => {
  const put = { groups: ["own"], tags: ["web"] };

  /** Puts the node right, as the processor does that is asked. */
  function mend(world: MemoryWorld): void {
    const source = world.region(ohio).groups.get("own");
    if (source === undefined) throw new Error("there is no group");
    world.region(ohio).groups.set("moved", source);
    world.region(ohio).groups.set("own", () => ({ arns: [], nextToken: undefined, queryErrors: [] }));
    world.region(ohio).ownTags.set(node, { groups: [moved], mark: "web" });
  }

  it("is asked once, and looked after each half a minute until the node is right", async () => {
    const world = worldWith(put);
    let asked = 0;
    const bucket = world.processor?.bucket ?? new MemoryBucket();
    world.processor = {
      bucket,
      asked: () => {
        asked++;
        mend(world);
      },
    };
    const begun = world.now;
    expect((await invoke(world, event, undefined, begun + 8 * minute)).verdict).to.equal("started");
    expect([asked, world.now - begun, startedIn(world)]).to.eql([1, minute / 2, [ohio, east]]);
    expect(openRecord(world)).to.not.have.property("unvouched");
  });

  it("starts nothing where the processor cannot be asked, and says so at once", async () => {
    const world = worldWith(put);
    const asked = () => {
      throw named("AccessDeniedException", "not allowed");
    };
    world.processor = { bucket: world.processor?.bucket ?? new MemoryBucket(), asked };
    const begun = world.now;
    const { message } = await invoke(world, event, undefined, begun + 8 * minute);
    expect(message).to.contain(
      "the exclusion processor could not be asked (AccessDeniedException: not allowed)",
    );
    expect([world.now, startedIn(world)]).to.eql([begun, [east]]);
  });

  it("is tried again by a call a quarter of an hour later, until nothing may begin any more", async () => {
    const world = worldWith(put);
    await invoke(world, event, undefined, world.now);
    const { ends, startUntil } = openRecord(world);
    // The stop is called up to three minutes before the cutoff, and ends what has sent its command by then.
    expect(Date.parse(ends?.stopAt ?? "") - Date.parse(startUntil)).to.equal(4 * minute);
    expect([...world.again.keys()]).to.eql([`${runId}-again-202609060815`]);
    world.now += 15 * minute;
    await invoke(world, event, undefined, world.now);
    expect([...world.again.keys()][1]).to.equal(`${runId}-again-202609060830`);
    world.now = Date.parse(startUntil) - 10 * minute;
    await invoke(world, event, undefined, world.now);
    expect(world.again.size).to.equal(2);
    mend(world);
    await invoke(world, event, undefined, world.now);
    expect(startedIn(world)).to.eql([ohio, east]);
  });

  it("is tried again four times an hour, however often Lambda tries each of the calls", async () => {
    const world = worldWith(put);
    const begun = world.now;
    for (const late of [0, 9, 18, 24, 33, 42, 44]) {
      world.now = begun + late * minute;
      await invoke(world, event, undefined, world.now);
    }
    const times = [...world.again.keys()].map((name) => name.slice(-4));
    expect(times).to.eql(["0815", "0830", "0845", "0900"]);
  });

  it("is asked for once more where a Region was decided on and could not be started, since more may be in force by now", async () => {
    const world = worldWith({ ...put, kept: { promised: {} } });
    world.startFaults.set(`${ohio} own`, named("ThrottlingException", "Rate exceeded"));
    await invoke(world, event, undefined, world.now);
    expect([startedIn(world), world.again.size]).to.eql([[east], 0]);
    world.startFaults.clear();
    world.now += 30 * minute;
    const memory = memoryText({ version: 1, ...nothing, promised: { [moved]: [node] } });
    putSealed(world.processor?.bucket, memoryKey(ohio), memory);
    const { failed } = await invoke(world, event, undefined, world.now);
    expect([startedIn(world), world.again.size]).to.eql([[east], 1]);
    expect(failed.map(({ error }) => error)).to.eql([
      `the automation was not started: nobody can vouch for exclusions that are in force: ${node}: it is in own, and an exclusion has moved it`,
    ]);
    mend(world);
    await invoke(world, event, undefined, world.now);
    expect(startedIn(world)).to.eql([ohio, east]);
    expect(openRecord(world)).to.not.have.property("unvouched");
  });

  it("starts nothing once somebody has stopped the run", async () => {
    const world = worldWith(put);
    await invoke(world, event, undefined, world.now);
    world.now += minute;
    const stopped = await stopStarts(runId, world.startPorts());
    expect(stopped.startUntil).to.equal(new Date(world.now).toISOString());
    mend(world);
    world.now += 14 * minute;
    await invoke(world, event, undefined, world.now);
    expect([startedIn(world), world.again.size]).to.eql([[east], 1]);
    expect(await stopStarts(nodeId(3), world.startPorts())).to.eql({ runId: nodeId(3) });
  });

  it("by right tags vouches for no group that is gone, which is found before the start", async () => {
    const world = worldWith({});
    world.region(ohio).groups.delete("own");
    const { failed } = await invoke(world, event, undefined, world.now);
    expect(failed.map(({ region, group }) => [region, group])).to.eql([[ohio, "own"]]);
    expect(failed[0]?.error).to.contain("the resource group own is gone");
    const begun = openRecord(world).starts.map(({ region, group }) => `${region} ${group}`);
    expect(begun).to.eql([`${ohio} moved`, `${east} own`]);
  });

  it("is not asked before a scan, nor where no exclusions are told", async () => {
    const scan = {
      ...(payload().Document as object),
      Parameters: {
        AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
        Operation: ["Scan"],
      },
    };
    const world = worldWith(put);
    expect((await invoke(world, { ...event, Document: scan })).verdict).to.equal("started");
    const without = worldWith(put);
    without.processor = undefined;
    expect((await invoke(without, event)).verdict).to.equal("started");
  });

  it("fails as a Region that cannot be read does, and is tried again", async () => {
    const world = worldWith({ mark: undefined });
    world.region(ohio).groups.set("moved", () => {
      throw named("ThrottlingException", "Rate exceeded");
    });
    const { message } = await invoke(world, event, undefined, world.now);
    expect(message).to.contain("the members of moved are not known: ThrottlingException");
    expect([startedIn(world), world.again.size]).to.eql([[east], 1]);
  });
});
