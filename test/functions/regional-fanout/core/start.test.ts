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
  it("starts one automation for each group, and tells started from patched", async () => {
    const world = worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)], b: [] } });
    const result = await invoke(world, payload(groups("a", "b")));
    const [first, second] = [...world.automations.values()].map(({ id }) => id);
    expect(result).to.deep.equal({
      runId,
      verdict: "started",
      started: [
        { group: "a", executionId: first, regions: [ohio, east] },
        { group: "b", executionId: second, regions: [east] },
      ],
      skipped: [{ region: ohio, group: "b", reason: "no members" }],
      failed: [],
      message: `Run ${runId} (Install): Started: a (${first}), b (${second}); started is not patched.`,
    });
    const [start] = openRecord(world).starts;
    expect(start?.request).to.deep.equal([...world.automations.values()][0]?.request);
  });

  it("writes its record before it starts anything", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    const ports = world.startPorts();
    let written: string | undefined;
    const startAutomation: typeof ports.startAutomation = (request, signal) => {
      written = world.bucket.text(openKey(runId));
      return ports.startAutomation(request, signal);
    };
    await startRun(payload(), context(), { ...ports, startAutomation });
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
    expect(result.started.map(({ group, regions }) => [group, regions])).to.deep.equal([
      ["a", [ohio, east]],
      ["b", [east]],
    ]);
    expect(result.failed).to.deep.equal([
      { region: ohio, group: "b", error: "TooManyRequestsException: Rate exceeded" },
    ]);
    expect(result.skipped).to.deep.equal([]);
    expect(result.message).to.contain(
      `failed in ${ohio}, b: TooManyRequestsException: Rate exceeded. Started: a (`,
    );
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

  it("starts nothing while a calendar is closed, and asks no Region", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    world.calendar = { state: "CLOSED", nextTransition: "2026-09-10T00:00:00Z" };
    const ports = world.startPorts();
    const result = await startRun(payload({ Calendars: ["freeze"] }), context(), ports);
    expect(result).to.deep.include({ verdict: "calendar closed", started: [], skipped: [], failed: [] });
    expect(result.message).to.contain("freeze is CLOSED until 2026-09-10T00:00:00Z; nothing was started");
    expect([...ports.calls.counts.keys()]).to.deep.equal(["read", "list", "calendarState", "create"]);
    // What was decided stays decided, also once the calendar is open.
    world.calendar = { state: "OPEN", nextTransition: undefined };
    expect((await invoke(world, payload({ Calendars: ["freeze"] }))).verdict).to.equal("calendar closed");
  });

  it("starts nothing when a calendar cannot be read, and leaves the decision to a retry", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    world.calendar = named("InvalidDocument", "no such calendar");
    const event = payload({ Calendars: ["freeze"] });
    expect(await failure(invoke(world, event))).to.equal(
      "Error: Nothing was started, since the state of freeze is not known: InvalidDocument: no such calendar",
    );
    expect([world.automations.size, world.bucket.keys()]).to.deep.equal([0, []]);
    world.calendar = { state: "OPEN", nextTransition: undefined };
    expect((await invoke(world, event)).verdict).to.equal("started");
  });

  it("counts the members' patches first, and goes on where it cannot", async () => {
    const world = worldOf({
      [east]: { a: [nodeId(1), nodeId(2)], b: [nodeId(2), nodeId(3)] },
      [ohio]: { a: [nodeId(4)] },
    });
    world.region(east).states.set(nodeId(1), state(nodeId(1), { missing: 2, failed: 1 }));
    world.region(east).states.set(nodeId(2), state(nodeId(2), { missing: 3, pendingReboot: 1 }));
    world.region(ohio).fault = named("AccessDeniedException", "no");
    expect((await invoke(world, payload(groups("a", "b")))).verdict).to.equal("started");
    expect(openRecord(world).before).to.deep.equal([
      { region: ohio, unknown: "AccessDeniedException: no" },
      { region: east, counts: { nodes: 3, reported: 2, missing: 5, failed: 1, pendingReboot: 1 } },
    ]);
  });

  it("reports a start that fails for each of its Regions, and starts the others", async () => {
    const world = worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)], b: [] } });
    world.startFaults.set("a", named("AutomationExecutionLimitExceededException", "too many"));
    const result = await invoke(world, payload(groups("a", "b")));
    const error = "the automation was not started: AutomationExecutionLimitExceededException: too many";
    expect(result.failed).to.deep.equal([
      { region: ohio, group: "a", error },
      { region: east, group: "a", error },
    ]);
    expect(result.started.map(({ group }) => group)).to.deep.equal(["b"]);
    // A retry tries it again, and nothing else.
    world.startFaults.clear();
    expect((await invoke(world, payload(groups("a", "b")))).verdict).to.equal("started");
    expect(world.automations.size).to.equal(2);
  });

  it("waits a second between two starts, since AWS takes one in a second (StartAutomationExecution's quota)", async () => {
    const ids = [nodeId(1)];
    const world = worldOf({ [east]: { a: ids, b: ids, c: ids }, [ohio]: { a: [], b: [], c: [] } });
    const ports = world.startPorts();
    const order: (string | number)[] = [];
    await startRun(payload(groups("a", "b", "c")), context(), {
      ...ports,
      startAutomation: (...asked) => {
        order.push("start");
        return ports.startAutomation(...asked);
      },
      pause: async (milliseconds) => void order.push(milliseconds),
    });
    expect(order).to.deep.equal(["start", 1_000, "start", 1_000, "start"]);
  });

  it("takes a token that was used otherwise for a failure", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    await invoke(world);
    world.bucket.objects.clear();
    const result = await invoke(world, payload({ MaxConcurrency: "20" }));
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
    expect(started[0]).to.deep.include({ regions: [], accounts: ["210987654321"] });
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
    expect(result.started.map(({ regions }) => regions)).to.deep.equal([[east]]);
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
    expect(result.started[0]?.regions).to.have.lengthOf(34);
    expect(Object.fromEntries(ports.calls.counts)).to.deep.equal({
      read: 1,
      groupPage: 34 * 100,
      patchStates: 34,
      create: 1,
      list: 4,
      startAutomation: 1,
      replace: 1,
    });
    expect(world.bucket.text(openKey(runId))?.length).to.be.within(3_000_000, 4_500_000);
  });
});
