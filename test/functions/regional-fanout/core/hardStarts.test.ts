import { expect } from "chai";
import { regionCounts } from "#functions/regional-fanout/core/result.js";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { stopStarts } from "#functions/regional-fanout/core/stopStarts.js";
import { endsOf, scheduleBefore } from "#functions/shared/windows/ends.js";
import { openKey } from "#shared/contract/runKeys.js";
import { named } from "#test/memory/regionalFanout/world.js";
import { context, east, invoke, nodeId, ohio, payload, runId, worldOf } from "./support.js";

const letters = "abcdefghijklmnopqrstuvwxyz";
const many = Array.from({ length: 34 }, (_, index) => `xx-${letters[index % 26]}${index < 26 ? "" : "z"}-1`);

describe("a start under hardship", () => {
  it("that is throttled for good in three of 34 Regions starts the others, tells the three, and later only these", async () => {
    const full = many.filter((_, index) => index % 5 > 0);
    const world = worldOf(
      Object.fromEntries(
        many.map((name, index) => [name, { "group-a": full.includes(name) ? [nodeId(index)] : [] }]),
      ),
    );
    const hard = full.slice(3, 6);
    for (const name of hard)
      world.startFaults.set(`${name} group-a`, named("ThrottlingException", "Rate exceeded"));
    const event = payload({ Regions: many });
    const first = await invoke(world, event);
    expect(regionCounts(first)).to.deep.equal({ failed: 3, started: 24, skipped: 7 });
    expect(first.failed.map(({ region, error }) => [region, error])).to.deep.equal(
      hard.map((name) => [name, "the automation was not started: ThrottlingException: Rate exceeded"]),
    );
    expect(first.verdict).to.equal("failed");
    const begun = new Set(world.automations.keys());
    world.startFaults.clear();
    const second = await invoke(world, event);
    expect(regionCounts(second)).to.deep.equal({ failed: 0, started: 27, skipped: 7 });
    const added = [...world.automations].flatMap(([token, { region }]) => (begun.has(token) ? [] : [region]));
    expect(added.sort()).to.deep.equal([...hard].sort());
  });

  it("by two windows that open in the same minute is two runs, each of which starts each Region once", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: { "group-a": [nodeId(2)] } });
    const other = "0b5f1c1e-8a7d-4c3b-9e2f-aabbccddeeff";
    const events = [payload(), payload({ WindowId: "mw-0fedcba9876543210", TaskExecutionId: other })];
    // Each of them is delivered twice.
    const results = await Promise.all([...events, ...events].map((event) => invoke(world, event)));
    expect(results.map(({ runId: id, verdict, failed }) => [id, verdict, failed])).to.deep.equal(
      [runId, other, runId, other].map((id) => [id, "started", []]),
    );
    const started = [...world.automations.values()].map(
      ({ region, request }) => `${request.Parameters.SnapshotId} ${region}`,
    );
    expect(started.sort()).to.deep.equal(
      [runId, other].flatMap((id) => [`${id} ${east}`, `${id} ${ohio}`]).sort(),
    );
    expect(world.bucket.keys()).to.deep.equal([openKey(runId), openKey(other)].sort());
    expect(world.arranged.size).to.equal(4);
  });

  it("that is tried again at the moment when somebody stops the run starts nothing more", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: { "group-a": [nodeId(2)] } });
    world.startFaults.set(`${ohio} group-a`, named("ThrottlingException", "Rate exceeded"));
    await invoke(world);
    world.startFaults.clear();
    const ports = world.startPorts();
    const { list } = ports.runs;
    // The last thing that a retry asks before it looks at Regions.
    const stopped = async (prefix: string) => {
      const found = await list.call(ports.runs, prefix);
      await stopStarts(runId, world.startPorts());
      return found;
    };
    const runs = Object.assign(Object.create(ports.runs), { list: stopped });
    const { failed } = await startRun(payload(), context(), { ...ports, runs });
    expect(failed.map(({ region }) => region)).to.deep.equal([ohio]);
    expect([...world.automations.values()].map(({ region }) => region)).to.deep.equal([east]);
  });

  // In the night to 25 October 2026 clocks go back in Berlin, on 29 March forward.
  for (const openedAt of ["2026-10-25T00:30:00Z", "2026-03-29T00:30:00Z"])
    it(`has its hours on the night of ${openedAt} too, whose local clocks jump while it is open`, () => {
      const opened = Date.parse(openedAt);
      const ends = endsOf({ durationHours: 5, cutoffHours: 1, openedAt: opened }, undefined, opened + 60_000);
      if (typeof ends === "string") throw new RangeError(ends);
      expect(Date.parse(ends.stopAt) - opened).to.equal(4 * 3_600_000);
      // Scheduler takes it for UTC where no zone is named.
      expect(scheduleBefore(ends.endAt)).to.equal(
        `at(${new Date(opened + 5 * 3_600_000 - 120_000).toISOString().slice(0, 19)})`,
      );
    });
});
