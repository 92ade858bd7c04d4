import { expect } from "chai";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { openKey } from "#shared/contract/runKeys.js";
import { named, pagesOf } from "#test/memory/regionalFanout/world.js";
import {
  arnOf,
  context,
  east,
  failure,
  groups,
  invoke,
  nodeId,
  ohio,
  openRecord,
  payload,
  runId,
  state,
  worldOf,
} from "./support.js";

const throttled = () => {
  throw named("TooManyRequestsException", "Rate exceeded");
};

describe("a run", () => {
  it("starts one automation for each group in each Region, and tells started from patched", async () => {
    const world = worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)], b: [] } });
    const result = await invoke(world, payload(groups("a", "b")));
    const idOf = (region: string, group: string) =>
      [...world.automations.values()].find(
        (one) => one.region === region && one.request.Parameters.ResourceGroup?.[0] === group,
      )?.id;
    expect(result).to.deep.equal({
      runId,
      verdict: "started",
      started: [
        { region: ohio, group: "a", executionId: idOf(ohio, "a") },
        { region: east, group: "a", executionId: idOf(east, "a") },
        { region: east, group: "b", executionId: idOf(east, "b") },
      ],
      skipped: [{ region: ohio, group: "b", reason: "no members" }],
      failed: [],
      message: `Run ${runId} (Install): Started: 3 automations in ${ohio}, ${east}; started is not patched.`,
    });
    for (const { request } of openRecord(world).starts)
      expect(world.automations.get(request.ClientToken)?.request).to.deep.equal(request);
  });

  it("writes what it has decided for a Region before it starts anything there", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    const ports = world.startPorts();
    let written: string | undefined;
    const region: typeof ports.region = (name) => ({
      ...ports.region(name),
      startAutomation: (request, signal) => {
        written = world.bucket.text(openKey(runId));
        return ports.region(name).startAutomation(request, signal);
      },
    });
    await startRun(payload(), context(), { ...ports, region });
    const record = JSON.parse(written ?? "{}");
    expect(record.filter).to.deep.equal([
      { region: ohio, group: "group-a", outcome: "skipped", reason: "no such group" },
      { region: east, group: "group-a", outcome: "members", ids: [nodeId(1)] },
    ]);
    expect(record.starts[0].executionId).to.equal(undefined);
    expect(openRecord(world).starts[0]?.executionId).to.be.a("string");
  });

  it("goes on where one Region fails, and fails as a whole", async () => {
    const world = worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)] } });
    world.region(ohio).groups.set("b", throttled);
    const result = await invoke(world, payload(groups("a", "b")));
    expect(result.verdict).to.equal("failed");
    expect(result.started.map(({ region, group }) => [region, group])).to.deep.equal([
      [ohio, "a"],
      [east, "a"],
      [east, "b"],
    ]);
    expect(result.failed).to.deep.equal([
      { region: ohio, group: "b", error: "TooManyRequestsException: Rate exceeded" },
    ]);
    expect(result.skipped).to.deep.equal([]);
    expect(result.message).to.contain(
      `failed in ${ohio}, b: TooManyRequestsException: Rate exceeded. Started: 3 automations in ${ohio}, ${east};`,
    );
  });

  it("fails where a group is gone that the stack makes, and skips where a user's own is not", async () => {
    const world = worldOf({ [east]: { own: [nodeId(1)], users: [nodeId(2)] }, [ohio]: {} });
    const result = await invoke(world, payload(groups("own", "users")));
    expect(result.started.map(({ region, group }) => [region, group])).to.deep.equal([
      [east, "own"],
      [east, "users"],
    ]);
    expect(result.skipped).to.deep.equal([{ region: ohio, group: "users", reason: "no such group" }]);
    expect(result.failed.map(({ region, error }) => [region, error])).to.deep.equal([
      [
        ohio,
        "the resource group own is gone. The stack makes it in each Region of fanoutRegions; `pulumi up --refresh` makes it again where it was deleted",
      ],
    ]);
  });

  it("is hollow when every Region is skipped, and says so", async () => {
    const result = await invoke(worldOf({ [east]: { "group-a": [] }, [ohio]: {} }));
    expect(result).to.deep.include({ verdict: "hollow", started: [], failed: [] });
    expect(result.skipped.map(({ reason }) => reason)).to.deep.equal(["no such group", "no members"]);
    expect(result.message).to.contain(
      "no Region of us-east-2, us-east-1 has a node in group-a; nothing was started",
    );
  });

  it("that found nothing in one Region and failed in the other is not hollow", async () => {
    const world = worldOf({ [east]: { "group-a": [] } });
    world.region(ohio).groups.set("group-a", throttled);
    expect((await invoke(world)).verdict).to.equal("failed");
  });

  it("counts the members' patches as of the start, and goes on where it cannot", async () => {
    const world = worldOf({
      [east]: { a: [nodeId(1), nodeId(2)], b: [nodeId(2), nodeId(3)] },
      [ohio]: { a: [nodeId(4)] },
    });
    const older = { snapshotId: "another run" };
    for (const [index, counts] of [
      [1, { missing: 2, failed: 1 }],
      [2, { missing: 3, pendingReboot: 1 }],
    ] as const)
      world.region(east).states.set(nodeId(index), state(nodeId(index), { ...older, ...counts }));
    // Reported already, of this run: what it was before is not known any more.
    world.region(east).states.set(nodeId(3), state(nodeId(3), { missing: 7 }));
    world.region(ohio).fault = named("AccessDeniedException", "no");
    expect((await invoke(world, payload(groups("a", "b")))).verdict).to.equal("started");
    expect(openRecord(world).before).to.deep.equal([
      { region: ohio, unknown: "AccessDeniedException: no" },
      { region: east, counts: { nodes: 3, reported: 2, missing: 5, failed: 1, pendingReboot: 1 } },
    ]);
  });

  it("reports a start that fails, and starts the others", async () => {
    const world = worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)], b: [] } });
    world.startFaults.set("a", named("AutomationExecutionLimitExceededException", "too many"));
    const result = await invoke(world, payload(groups("a", "b")));
    const error = "the automation was not started: AutomationExecutionLimitExceededException: too many";
    expect(result.failed).to.deep.equal([
      { region: ohio, group: "a", error },
      { region: east, group: "a", error },
    ]);
    expect(result.started.map(({ region, group }) => [region, group])).to.deep.equal([[east, "b"]]);
    // A retry tries it again, and nothing else.
    world.startFaults.clear();
    expect((await invoke(world, payload(groups("a", "b")))).verdict).to.equal("started");
    expect(world.automations.size).to.equal(3);
  });

  it("waits a second between two starts of a Region, since AWS takes one in a second (StartAutomationExecution's quota)", async () => {
    const ids = [nodeId(1)];
    const world = worldOf({ [east]: { a: ids, b: ids, c: ids }, [ohio]: { a: [], b: [], c: [] } });
    const ports = world.startPorts();
    const order: (string | number)[] = [];
    await startRun(payload(groups("a", "b", "c")), context(), {
      ...ports,
      region: (name) => ({
        ...ports.region(name),
        startAutomation: (...asked) => {
          order.push("start");
          return ports.region(name).startAutomation(...asked);
        },
      }),
      pause: async (milliseconds) => void order.push(milliseconds),
    });
    expect(order).to.deep.equal(["start", 1_000, "start", 1_000, "start"]);
  });

  it("finds what it has started before when AWS takes its token no more, and does not start it again", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    const { started } = await invoke(world);
    world.bucket.objects.clear();
    expect((await invoke(world)).started).to.deep.equal(started);
    expect(world.automations.size).to.equal(1);
  });

  it("takes a token that was used otherwise for a failure", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    world.startFaults.set("group-a", named("IdempotentParameterMismatch", "x"));
    const result = await invoke(world);
    expect(result.verdict).to.equal("failed");
    expect(result.failed[0]?.error).to.contain("IdempotentParameterMismatch");
  });

  it("starts nothing an hour after it began, whatever retries it", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    world.startFaults.set("group-a", named("InternalServerError", "x"));
    await invoke(world);
    world.startFaults.clear();
    world.now += 60 * 60_000;
    const result = await invoke(world);
    expect(result.failed[0]?.error).to.contain("was to be started by 2026-09-06T09:00:00.000Z");
    expect(world.automations.size).to.equal(0);
  });

  it("names further accounts with what was started, and with what was not", async () => {
    const event = payload({ Accounts: ["210987654321"] });
    const world = worldOf({ [east]: { "group-a": [] }, [ohio]: {} });
    const { verdict, started } = await invoke(world, event);
    expect(verdict).to.equal("started");
    expect(started.map(({ region, accounts }) => [region, accounts])).to.deep.equal([
      [ohio, ["210987654321"]],
      [east, ["210987654321"]],
    ]);
    const other = worldOf({ [east]: { "group-a": [] }, [ohio]: {} });
    other.startFaults.set("group-a", named("InternalServerError", "x"));
    const { failed } = await invoke(other, event);
    expect(failed.map(({ region, accounts }) => [region, accounts])).to.deep.equal([
      [ohio, ["210987654321"]],
      [east, ["210987654321"]],
    ]);
  });

  it("starts nothing for a payload that is wrong", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    const ports = world.startPorts();
    expect(await failure(startRun(payload({ Regions: [] }), context(), ports))).to.contain("PayloadError");
    expect(ports.calls.counts.size).to.equal(0);
  });

  it("refuses another payload with an id that is taken", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    await invoke(world);
    expect(await failure(invoke(world, payload({ MaxErrors: "5" })))).to.contain(
      "belongs to a run with another payload",
    );
    expect(world.automations.size).to.equal(1);
  });

  it("ends what is open at each deadline, and starts what it can", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    const [filter, starts] = [new AbortController(), new AbortController()];
    world.region(ohio).groups.set("group-a", () => {
      setImmediate(() => filter.abort());
      return new Promise(() => undefined);
    });
    const signals = { filter: filter.signal, counts: filter.signal };
    const result = await startRun(payload(), context(signals), world.startPorts());
    const late = "there was no answer in the time that the function has for it";
    expect(result.failed).to.deep.equal([{ region: ohio, group: "group-a", error: late }]);
    expect(result.started.map(({ region }) => region)).to.deep.equal([east]);
    expect(openRecord(world).before).to.deep.equal([{ region: east, unknown: late }]);
    starts.abort();
    const other = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    const none = await startRun(payload(), context({ starts: starts.signal }), other.startPorts());
    expect(none.failed[0]?.error).to.equal(`the automation was not started: ${late}`);
    expect(other.automations.size).to.equal(0);
  });

  it("asks pages and Regions, not nodes, and holds 34 Regions of 5,000 nodes", async () => {
    const regions = Array.from(
      { length: 34 },
      (_, index) => `xx-east${"abcdefghijklmnopqrstuvwxyzabcdefgh"[index]}${index > 25 ? "z" : ""}-1`,
    );
    const ids = Array.from({ length: 5000 }, (_, index) => nodeId(index));
    const world = worldOf({});
    for (const region of regions)
      world.region(region).groups.set("group-a", pagesOf(ids.map((id) => arnOf(id, region))));
    const ports = world.startPorts();
    const result = await startRun(payload({ Regions: regions }), context(), ports);
    expect(result.started).to.have.lengthOf(34);
    const { replace = 0, ...counts } = Object.fromEntries(ports.calls.counts);
    expect(counts).to.deep.equal({
      read: 1,
      // One page is enough to start; the members are listed afterwards.
      groupPage: 34 + 34 * 100,
      patchStates: 34,
      create: 1,
      list: 4,
      window: 1,
      arrange: 2,
      startAutomation: 34,
    });
    // What comes while a write is under way goes with the next.
    expect(replace).to.be.below(20);
    expect(
      openRecord(world).filter.every((one) => one.outcome === "members" && one.ids.length === 5000),
    ).to.equal(true);
    expect(world.bucket.text(openKey(runId))?.length).to.be.within(3_000_000, 4_500_000);
  });
});
