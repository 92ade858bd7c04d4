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
});

async function died(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    return error instanceof Crash || String(error).includes("died");
  }
}
