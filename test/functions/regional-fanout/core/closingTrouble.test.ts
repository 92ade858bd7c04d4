import { expect } from "chai";
import { closeRuns } from "#functions/regional-fanout/core/closing.js";
import { closedKey, openKey } from "#shared/contract/runKeys.js";
import { Fuse } from "#test/memory/fuse.js";
import { named, pagesOf } from "#test/memory/regionalFanout/world.js";
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
import {
  arnOf,
  east,
  failure,
  invoke,
  nodeId,
  ohio,
  openRecord,
  payload,
  runId,
  state,
  worldOf,
} from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };

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
    for (const id of world.executions.keys())
      world.executions.set(id, { status: "InProgress", failureMessage: undefined, locations: [] });
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
  const untilCreated = ["read", "list", "list", "window", "arrange", "arrange", "create"].length;

  it("before anything was decided waits until nobody may start it, and says so", async () => {
    const world = await diedAfter(untilCreated);
    expect(world.automations.size).to.equal(0);
    world.now = began + 65 * minute - 1;
    expect((await close(world)).open).to.deep.equal([runId]);
    world.now = began + 65 * minute;
    await close(world);
    const { end, starts, failed, totals } = finalRecord(world);
    const error = "the function ended before the Region had told what is in the group";
    expect([end, starts]).to.deep.equal(["ended", []]);
    expect(failed).to.deep.equal([ohio, east].map((region) => ({ region, group: "group-a", error })));
    expect(totals).to.deep.include({ members: 0 });
    expect(world.told[0]?.subject).to.contain("2 Regions failed");
  });

  it("after any number of calls tells each Region as what became of it, and each node once", async () => {
    const fuse = new Fuse();
    await invoke(worldOf(members), payload(), fuse);
    for (let calls = untilCreated; calls < fuse.writes; calls++) {
      const world = await diedAfter(calls);
      const started = [...world.automations.values()].map(({ region }) => region);
      for (const { region, id } of world.automations.values()) {
        world.executions.set(id, { status: "Success", failureMessage: undefined, locations: [] });
        const nodes = members[region === east ? east : ohio]["group-a"];
        const command = {
          id: `command ${region}`,
          snapshotId: runId,
          status: "Success",
          groups: ["group-a"],
        };
        world.region(region).commands = [command];
        world.region(region).invocations = nodes.map((nodeId) => ({
          commandId: command.id,
          nodeId,
          status: "Success",
          requestedAt: began,
        }));
        for (const node of nodes) {
          world.region(region).states.set(node, state(node));
          world.region(region).pings.set(node, "Online");
        }
      }
      world.now = began + 70 * minute;
      expect((await close(world)).ok, `${calls} calls`).to.equal(true);
      const run = finalRecord(world);
      const patched = run.regions.flatMap(({ region, counts }) => (counts.patched > 0 ? [region] : []));
      expect(patched.sort(), `${calls} calls`).to.deep.equal(started.sort());
      const failed = run.failed.map(({ region }) => region);
      expect([...patched, ...failed].sort(), `${calls} calls`).to.deep.equal([east, ohio].sort());
      expect(run.totals.members, `${calls} calls`).to.equal(
        run.totals.patched + run.totals.failed + run.totals.notCovered,
      );
    }
  });

  it("and whose automations cannot be found waits for its commands", async () => {
    const world = await startedWorld(members);
    finish(world);
    const record = openRecord(world);
    const starts = record.starts.map(({ executionId: _, ...one }) => one);
    world.bucket.put(openKey(runId), JSON.stringify({ ...record, starts }));
    world.automations.clear();
    world.now = began + 70 * minute;
    const ended = world.region(east).commands;
    world.region(east).commands = ended.map((command) => ({ ...command, status: "InProgress" }));
    expect((await close(world)).open).to.deep.equal([runId]);
    world.region(east).commands = ended;
    await close(world);
    const run = finalRecord(world);
    expect(run.starts[0]).to.deep.include({ status: "unknown" });
    expect(run.starts[0]?.error).to.contain("its commands were found");
    expect(run.totals).to.deep.include({ members: 3, patched: 3 });
    expect(world.told).to.have.lengthOf(1);
  });

  it("before it had listed all members lists them", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => nodeId(index));
    const many = { [east]: { "group-a": ids }, [ohio]: {} };
    const world = await startedWorld(many);
    const record = openRecord(world);
    const filter = record.filter.map((one) =>
      one.outcome === "members" ? { ...one, ids: one.ids.slice(0, 50), isPartial: true } : one,
    );
    finish(world);
    world.bucket.put(openKey(runId), JSON.stringify({ ...record, filter }));
    world.region(east).groups.set("group-a", () => {
      throw named("ThrottlingException", "Rate exceeded");
    });
    expect((await close(world)).errors.join()).to.contain(
      `members of group-a in ${east}: ThrottlingException: Rate exceeded`,
    );
    world.region(east).groups.set("group-a", pagesOf(ids.map((id) => arnOf(id, east))));
    await close(world);
    expect(finalRecord(world).totals).to.deep.include({ members: 120, patched: 120 });
  });
});
