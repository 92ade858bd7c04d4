import { expect } from "chai";
import { parseRingEntryKey, type RingRule, readRingEntry } from "#shared/contract/rings.js";
import { openKey } from "#shared/contract/runKeys.js";
import { Crash, Fuse } from "#test/memory/fuse.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import type { MemoryWorld } from "#test/memory/regionalFanout/world.js";
import { began, close, finish, hour, minute } from "./closingSupport.js";
import {
  east,
  failure,
  groups,
  invoke,
  nodeId,
  openRecord,
  payload,
  runId,
  state,
  worldOf,
} from "./support.js";

const execution = "0b5f1c1e-8a7d-4c3b-9e2f-665544332211";
const canary = { Name: "canary", Alarms: [] };

function ringWorld(): MemoryWorld {
  const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
  world.processor = { bucket: new MemoryBucket(), asked: () => undefined };
  return world;
}

function entriesOf({ bucket }: MemoryWorld) {
  return [...bucket.keys()].flatMap((key) =>
    parseRingEntryKey(key) === undefined ? [] : [readRingEntry(key, bucket.text(key) ?? "")],
  );
}

const event = (Ring: RingRule | Record<string, unknown>, changes: object = {}) =>
  payload({ Ring, Regions: [east], ...groups("group-a"), ...changes });

describe("the look at what the start of a ring depends on", () => {
  it("takes a run for its window's only where the window has filled its execution in", async () => {
    for (const [Ring, byWindow] of [
      [{ ...canary, WindowExecutionId: execution }, true],
      [canary, false],
    ] as const) {
      const world = ringWorld();
      await invoke(world, event(Ring));
      expect(entriesOf(world).map((one) => one.byWindow)).to.deep.equal([byWindow]);
    }
  });

  it("refuses the name of the execution that nobody has filled in", async () => {
    const Ring = { ...canary, WindowExecutionId: "{{WINDOW_EXECUTION_ID}}" };
    expect(await failure(invoke(ringWorld(), event(Ring)))).to.contain(
      'Ring.WindowExecutionId: got "{{WINDOW_EXECUTION_ID}}"; allowed is the id of a maintenance window\'s execution, a UUID. The window puts the id in; who calls the function by hand leaves it out.',
    );
  });

  it("holds a ring whose alarm is not there, and one whose alarm is in ALARM", async () => {
    const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors";
    for (const [alarm, why] of [
      [undefined, [`there is no alarm ${arn}`]],
      ["ALARM", [`alarm ${arn} is in ALARM`]],
      ["INSUFFICIENT_DATA", []],
      ["OK", []],
    ] as const) {
      const world = ringWorld();
      if (alarm !== undefined) world.alarms.set(arn, alarm);
      await invoke(world, event({ ...canary, Alarms: [arn] }));
      const { ring, starts } = openRecord(world, runId);
      expect([ring?.why, starts.length]).to.deep.equal([why, why.length === 0 ? 1 : 0]);
    }
  });

  it("counts what failed in a run whose first call died before its record, and which a later one made", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1), nodeId(2)] } });
    world.processor = { bucket: new MemoryBucket(), asked: () => undefined };
    const first = event({ ...canary, WindowExecutionId: execution });
    for (let most = 1; entriesOf(world).length === 0; most++)
      expect(await died(invoke(world, first, new Fuse(most)))).to.equal(true);
    expect(world.bucket.text(openKey(runId))).to.equal(undefined);
    world.now += minute;
    await invoke(world, first);
    finish(world);
    world.region(east).states.set(nodeId(2), state(nodeId(2), { failed: 1 }));
    await close(world);
    world.now = began + 100 * hour;
    const After = { Name: "canary", SoakHours: 72, WithinHours: 102, MinSuccess: 1 };
    const early = { Name: "early", After, MaxFailedTotal: 0, Alarms: [], WindowExecutionId: execution };
    const second = "0b5f1c1e-8a7d-4c3b-9e2f-000000000002";
    await invoke(world, event(early, { TaskExecutionId: second }));
    expect(openRecord(world, second).ring?.why).to.deep.equal(["1 node of this cycle failed, and 0 may"]);
  });

  it("knows the cycle by arithmetic where the ring before tells none, and hands it on: the failures of all its rings count", async () => {
    const world = ringWorld();
    const cycle = new Date(began).toISOString();
    await invoke(world, event({ ...canary, WindowExecutionId: execution }));
    finish(world);
    world.region(east).states.set(nodeId(1), state(nodeId(1), { failed: 1 }));
    await close(world);
    // The window of early has not opened; one of the cycle before, too long ago, stands for nothing.
    const After = { Name: "early", SoakHours: 1, WithinHours: 50, CycleHours: 102, MinSuccess: 1 };
    const broad = { Name: "broad", After, MaxFailedTotal: 0, Alarms: [], WindowExecutionId: execution };
    const runOf = async (hours: number, id: string, Ring: RingRule) => {
      world.now = began + hours * hour;
      await invoke(world, event(Ring, { TaskExecutionId: `0b5f1c1e-8a7d-4c3b-9e2f-00000000000${id}` }));
      const { ring } = openRecord(world, `0b5f1c1e-8a7d-4c3b-9e2f-00000000000${id}`);
      return [ring?.cycle, ring?.why.at(-1)];
    };
    const failed = "1 node of this cycle failed, and 0 may";
    expect(await runOf(100, "2", broad)).to.deep.equal([cycle, failed]);
    const late = { ...broad, Name: "late" };
    expect((await runOf(110, "3", late))[0]).to.equal(new Date(world.now).toISOString());
  });
});

async function died(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    return error instanceof Crash || String(error).includes("died");
  }
}
