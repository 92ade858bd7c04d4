import { expect } from "chai";
import { closeRuns } from "#functions/regional-fanout/core/closing.js";
import { closedKey, openKey } from "#shared/contract/runKeys.js";
import { Fuse } from "#test/memory/fuse.js";
import { type MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import {
  began,
  close,
  finalRecord,
  finalText,
  finish,
  hour,
  invocationOf,
  minute,
  startedWorld,
} from "./closingSupport.js";
import { east, failure, invoke, nodeId, ohio, openRecord, payload, runId, worldOf } from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };
const executionIn = (world: MemoryWorld) => openRecord(world).starts[0]?.executionId ?? "";

describe("closing that is disturbed", () => {
  const ready = async () => {
    const world = await startedWorld(members);
    finish(world);
    invocationOf(world, east, nodeId(2), "Failed");
    return world;
  };

  it("comes to the same record after a death at any call, and tells people at least once", async () => {
    const undisturbed = await ready();
    const fuse = new Fuse();
    await close(undisturbed, fuse);
    expect(fuse.writes).to.be.greaterThan(12);
    for (let calls = 0; calls < fuse.writes; calls++) {
      const world = await ready();
      const died = await close(world, new Fuse(calls)).then(({ errors }) => errors.join(), String);
      expect(died, `${calls} calls`).to.contain("died");
      // Whatever is read later must not change a record that is written.
      if (finalText(world) !== "") world.region(east).states.clear();
      const { ok } = await close(world);
      expect(ok, `${calls} calls`).to.equal(true);
      expect(finalText(world), `${calls} calls`).to.equal(finalText(undisturbed));
      expect(world.bucket.keys()).to.deep.equal(undisturbed.bucket.keys());
      expect(world.told.length, `${calls} calls`).to.be.within(1, 2);
      expect(world.told.at(-1)).to.deep.equal(undisturbed.told[0]);
    }
  });

  it("by a duplicate at the same time comes to one record", async () => {
    const undisturbed = await ready();
    await close(undisturbed);
    const world = await ready();
    const results = await Promise.all([close(world), close(world), close(world)]);
    expect(results.map(({ ok }) => ok)).to.deep.equal([true, true, true]);
    expect(finalText(world)).to.equal(finalText(undisturbed));
    expect(world.bucket.keys()).to.deep.equal([closedKey(runId, began)]);
  });

  it("leaves a run open whose Region cannot be read, closes the others, and fails", async () => {
    const world = await ready();
    const other = "22222222-2222-4222-8222-222222222222";
    await invoke(world, payload({ TaskExecutionId: other, Regions: ["eu-west-1"] }));
    world.region(ohio).fault = named("ThrottlingException", "Rate exceeded");
    const { ok, errors, closed } = await close(world);
    expect([ok, errors]).to.deep.equal([
      false,
      [`${openKey(runId)} is not closed: ${ohio}: ThrottlingException: Rate exceeded.`],
    ]);
    expect(closed.map((run) => run.runId)).to.deep.equal([other]);
    world.region(ohio).fault = undefined;
    expect((await close(world)).closed).to.have.lengthOf(1);
  });

  it("leaves a record that it cannot read, and says so", async () => {
    const world = await ready();
    world.bucket.put("runs/open/broken.json", "{");
    const { ok, errors, closed } = await close(world);
    expect([ok, closed.length]).to.deep.equal([false, 1]);
    expect(errors[0]).to.contain(
      "runs/open/broken.json is no record of a run that this version can read: is not JSON",
    );
  });

  it("gives up a day after the run began, with what is known", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.executions.set(executionIn(world), {
      status: "InProgress",
      failureMessage: undefined,
      locations: [],
    });
    world.region(ohio).fault = named("AccessDeniedException", "no");
    world.now = began + 24 * hour - 1;
    expect((await close(world)).open).to.deep.equal([runId]);
    world.now = began + 24 * hour;
    expect((await close(world)).ok).to.equal(true);
    const run = finalRecord(world);
    expect(run.end).to.equal("given up");
    expect(run.totals).to.deep.equal({ members: 3, patched: 2, failed: 0, notCovered: 1 });
    expect(run.regions[0]?.notCovered).to.deep.equal([
      { reason: "unknown", why: "AccessDeniedException: no", nodes: [nodeId(3)] },
    ]);
    expect(run.failed.map(({ region, error }) => `${region}: ${error}`)).to.deep.equal([
      `${ohio}: its automation is InProgress`,
      `${east}: its automation is InProgress`,
      `${ohio}: what became of it could not be read: AccessDeniedException: no`,
    ]);
    expect(world.told[0]?.subject).to.contain("given up");
  });

  it("stops at the deadline and leaves the run", async () => {
    const world = await ready();
    const controller = new AbortController();
    controller.abort();
    const { errors } = await closeRuns(world.closingPorts(), world.now, controller.signal);
    expect(errors.join()).to.contain("there was no answer in the time");
    expect(world.bucket.keys()).to.deep.equal([openKey(runId)]);
  });
});

describe("closing a run whose start died", () => {
  /** The function ends after a number of calls, and nobody calls it again. */
  const diedAfter = async (calls: number) => {
    const world = worldOf(members);
    expect(await failure(invoke(world, payload(), new Fuse(calls)))).to.contain("died");
    return world;
  };
  const untilCreated = ["read", "list", "list", "page", "page", "states", "states", "create"].length;

  it("before anything was started waits until nobody may start it, and says so", async () => {
    const world = await diedAfter(untilCreated);
    expect(world.automations.size).to.equal(0);
    world.now = began + 65 * minute - 1;
    expect((await close(world)).open).to.deep.equal([runId]);
    world.now = began + 65 * minute;
    await close(world);
    const { starts, failed, totals } = finalRecord(world);
    const error = "the function ended before it was started";
    expect(starts.map(({ status }) => status)).to.deep.equal(["not started"]);
    expect(failed).to.deep.equal(
      [ohio, east].map((region) => ({
        region,
        group: "group-a",
        error: `the automation was not started: ${error}`,
      })),
    );
    expect(totals).to.deep.include({ members: 3, notCovered: 3 });
    expect(world.told[0]?.text).to.contain("Started: group-a (not started).");
  });

  it("after the start and before it was noted finds its commands, and waits for them", async () => {
    const world = await diedAfter(untilCreated + ["list", "list", "start"].length);
    expect(world.automations.size).to.equal(1);
    finish(world);
    world.now = began + 70 * minute;
    const running = world.region(east).commands.map((command) => ({ ...command, status: "InProgress" }));
    const ended = world.region(east).commands;
    world.region(east).commands = running;
    expect((await close(world)).open).to.deep.equal([runId]);
    world.region(east).commands = ended;
    await close(world);
    const { starts, totals } = finalRecord(world);
    expect(starts[0]).to.deep.include({ status: "unknown" });
    expect(starts[0]?.error).to.contain("its commands were found");
    expect(totals).to.deep.include({ members: 3, patched: 3 });
    expect(world.told).to.have.lengthOf(1);
  });
});
