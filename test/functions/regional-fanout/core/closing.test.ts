import { expect } from "chai";
import { closingMetrics } from "#functions/regional-fanout/core/metrics.js";
import { closedKey } from "#shared/contract/runKeys.js";
import { type MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import { began, close, finalRecord, finish, hour, invocationOf, startedWorld } from "./closingSupport.js";
import { east, groups, invoke, nodeId, ohio, openRecord, payload, runId, state, worldOf } from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };
const executionIn = (world: MemoryWorld) => openRecord(world).starts[0]?.executionId ?? "";

describe("closing a run", () => {
  it("that patched every member writes the record, tells nobody, and removes the open one", async () => {
    const world = await startedWorld(members);
    finish(world);
    const { ok, closed, open } = await close(world);
    expect([ok, open, world.told]).to.deep.equal([true, [], []]);
    expect(world.bucket.keys()).to.deep.equal([closedKey(runId, began)]);
    const run = finalRecord(world);
    expect(closed).to.deep.equal([run]);
    expect(run).to.deep.include({ runId, end: "ended", failed: [], skipped: [] });
    expect(run.totals).to.deep.equal({ members: 3, patched: 3, failed: 0, notCovered: 0 });
    expect(run.regions.map(({ region, patched }) => [region, patched])).to.deep.equal([
      [ohio, [nodeId(3)]],
      [east, [nodeId(1), nodeId(2)]],
    ]);
    expect(run.regions[1]?.before).to.deep.equal({
      nodes: 2,
      reported: 0,
      missing: 0,
      failed: 0,
      pendingReboot: 0,
    });
    expect(run.regions[1]?.after).to.deep.equal({
      nodes: 2,
      reported: 2,
      missing: 0,
      failed: 0,
      pendingReboot: 0,
    });
    expect(closingMetrics(closed)).to.deep.equal({
      ClosedRuns: 1,
      FailedRegions: 0,
      PatchedNodes: 3,
      ScannedNodes: 0,
      FailedNodes: 0,
      NotCoveredNodes: 0,
      HollowRuns: 0,
    });
  });

  it("is told and counted once, although two closings find that it has ended", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.executions.set(executionIn(world), { status: "Failed", failureMessage: "no", locations: [] });
    const both = await Promise.all([close(world), close(world)]);
    expect(world.told).to.have.length(1);
    expect(both.map(({ closed }) => closed.length).sort()).to.deep.equal([0, 1]);
    expect(both.flatMap(({ errors }) => errors)).to.deep.equal([]);
    expect(world.bucket.keys()).to.deep.equal([closedKey(runId, began)]);
  });

  it("waits for its automations, and needs no event to find that they have ended", async () => {
    const world = await startedWorld(members);
    for (const status of [
      "Pending",
      "InProgress",
      "Waiting",
      "Cancelling",
      "RunbookInProgress",
      "NobodyKnows",
    ]) {
      world.executions.set(executionIn(world), { status, failureMessage: undefined, locations: [] });
      expect(await close(world), status).to.deep.include({ ok: true, closed: [], open: [runId] });
    }
    finish(world);
    expect((await close(world)).closed).to.have.lengthOf(1);
    expect(await close(world)).to.deep.equal({ ok: true, errors: [], closed: [], open: [] });
  });

  it("tells people which nodes were not patched, and why", async () => {
    const world = await startedWorld(members);
    finish(world);
    invocationOf(world, east, nodeId(2), "Failed");
    world.region(ohio).states.delete(nodeId(3));
    world.region(ohio).pings.set(nodeId(3), "ConnectionLost");
    invocationOf(world, ohio, nodeId(3), "DeliveryTimedOut");
    await close(world);
    expect(finalRecord(world).totals).to.deep.equal({ members: 3, patched: 1, failed: 1, notCovered: 1 });
    expect(world.told).to.deep.equal([
      {
        subject: "patchplane: fan-out Install: 1 node failed, 1 of 3 nodes not covered",
        text: [
          `Run ${runId} (Install) of window mw-0123456789abcdef0, 2026-09-06T08:00:00.000Z to 2026-09-06T08:40:00.000Z.`,
          "",
          "Started: 2 automations Success. Started is not patched.",
          "Patched: 1 of 3 nodes; 1 failed, 1 not covered.",
          "",
          `- us-east-2: offline: 1 node (${nodeId(3)}): its ping status is ConnectionLost`,
          `- us-east-1: failed: 1 node (${nodeId(2)}): its command is Failed; it reported 0 missing and 0 failed patches`,
          "",
          `All of it is in ${closedKey(runId, began)}.`,
          "",
        ].join("\n"),
        ...{ kind: "fanout-closed", about: runId, resources: [closedKey(runId, began)] },
        facts: {
          ...{ end: "ended", failed: "1", notCovered: "1" },
        },
      },
    ]);
  });

  it("says of a scan that it scanned", async () => {
    const Document = {
      Name: "Runbook",
      Version: "$DEFAULT",
      Parameters: {
        AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
        Operation: ["Scan"],
      },
    };
    const world = await startedWorld(
      { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: {} },
      payload({ Document }),
    );
    finish(world);
    for (const id of [nodeId(1), nodeId(2)])
      world.region(east).states.set(id, state(id, { operation: "Scan", missing: 9 }));
    invocationOf(world, east, nodeId(2), "TimedOut");
    const { closed } = await close(world);
    expect(world.told[0]?.text).to.contain(
      "Started is not scanned.\nScanned: 1 of 2 nodes; 1 failed, 0 not covered.",
    );
    expect(closingMetrics(closed)).to.include({ PatchedNodes: 0, ScannedNodes: 1, FailedNodes: 1 });
  });

  it("names Regions that failed before anything was started", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    world.region(ohio).groups.set("group-a", () => {
      throw named("AccessDeniedException", "not authorized");
    });
    await invoke(world);
    finish(world);
    const { closed } = await close(world);
    expect(closed[0]?.failed).to.deep.equal([
      { region: ohio, group: "group-a", error: "AccessDeniedException: not authorized" },
    ]);
    expect(world.told[0]?.subject).to.equal("patchplane: fan-out Install: 1 Region failed");
    expect(closingMetrics(closed)).to.include({ FailedRegions: 1, PatchedNodes: 1 });
  });

  for (const status of ["Failed", "Cancelled", "TimedOut", "CompletedWithFailure", "Rejected", "Exited"]) {
    it(`whose automation ended ${status} before any command names its Regions and members`, async () => {
      const world = await startedWorld(members);
      const failureMessage = "the execution role cannot be assumed";
      for (const id of world.executions.keys())
        world.executions.set(id, { status, failureMessage, locations: [] });
      const { closed } = await close(world);
      expect(closingMetrics(closed)).to.include({ HollowRuns: 1, FailedRegions: 2, PatchedNodes: 0 });
      const { failed, totals, regions } = finalRecord(world);
      const error = `its automation is ${status}: ${failureMessage}`;
      expect(failed).to.deep.equal([ohio, east].map((region) => ({ region, group: "group-a", error })));
      expect(totals).to.deep.equal({ members: 3, patched: 0, failed: 0, notCovered: 3 });
      expect(regions[1]?.notCovered).to.deep.equal([
        { reason: "command not sent", why: error, nodes: [nodeId(1), nodeId(2)] },
      ]);
      expect(world.told).to.have.lengthOf(1);
    });
  }

  it("tells the Region whose automation failed from the others", async () => {
    const world = await startedWorld(members);
    finish(world);
    const id = openRecord(world).starts.find(({ region }) => region === east)?.executionId ?? "";
    world.executions.set(id, { status: "Failed", failureMessage: "boom", locations: [] });
    await close(world);
    expect(finalRecord(world).failed).to.deep.equal([
      { region: east, group: "group-a", error: "its automation is Failed: boom" },
    ]);
    expect(finalRecord(world).starts.map(({ region, status }) => [region, status])).to.deep.equal([
      [ohio, "Success"],
      [east, "Failed"],
    ]);
  });

  it("of a hollow run tells people, and of a closed calendar does not", async () => {
    const hollow = await startedWorld({ [east]: { "group-a": [] }, [ohio]: {} });
    const { closed } = await close(hollow);
    expect(finalRecord(hollow).end).to.equal("hollow");
    expect(hollow.told[0]?.subject).to.equal("patchplane: fan-out Install: nothing to patch anywhere");
    expect(hollow.told[0]?.text)
      .to.contain("nothing was started")
      .and.contain("group-a: skipped, no such group in us-east-2");
    // The starting function has counted it.
    expect(closingMetrics(closed).HollowRuns).to.equal(0);
    const frozen = worldOf(members);
    frozen.calendar = { state: "CLOSED", nextTransition: undefined };
    await invoke(frozen, payload({ Calendars: ["freeze"] }));
    expect((await close(frozen)).closed[0]?.end).to.equal("calendar closed");
    expect(frozen.told).to.deep.equal([]);
  });

  it("looks at commands of this run alone, and at a node's last", async () => {
    const world = await startedWorld(members);
    finish(world);
    const region = world.region(east);
    region.commands = [
      ...region.commands,
      { id: "other", snapshotId: "x", status: "Failed", groups: ["group-a"] },
    ];
    const one = { nodeId: nodeId(1), status: "Failed" };
    region.invocations = [
      ...region.invocations,
      { ...one, commandId: "other", requestedAt: began + hour },
      { ...one, commandId: `command-${east}-group-a`, requestedAt: began },
    ];
    await close(world);
    expect(finalRecord(world).totals.patched).to.equal(3);
  });

  it("counts nodes that an exclusion has moved, of those that are patched", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.region(east).states.set(nodeId(1), state(nodeId(1), { patchGroup: "web.x-0123456789" }));
    await close(world);
    expect(finalRecord(world).regions.map(({ excluded }) => excluded)).to.deep.equal([0, 1]);
  });

  it("counts a member of two groups once", async () => {
    const world = await startedWorld(
      { [east]: { a: [nodeId(1)], b: [nodeId(1), nodeId(2)] }, [ohio]: {} },
      payload(groups("a", "b")),
    );
    finish(world);
    await close(world);
    expect(finalRecord(world).totals.members).to.equal(2);
  });
});
