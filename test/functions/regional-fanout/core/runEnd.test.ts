import { expect } from "chai";
import { type EndPorts, endRun } from "#functions/regional-fanout/core/runEnd.js";
import type { Notice } from "#functions/shared/message.js";
import { endsOf, scheduleBefore } from "#functions/shared/windows/ends.js";
import { placeText } from "#shared/contract/closedRun.js";
import { openKey } from "#shared/contract/runKeys.js";
import { recordText } from "#shared/contract/runRecord.js";
import { type MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import { began, hour, minute, startedWorld } from "./closingSupport.js";
import {
  east,
  endless,
  failure,
  invoke,
  nodeId,
  ohio,
  openRecord,
  payload,
  runId,
  worldOf,
} from "./support.js";

const ids = Array.from({ length: 120 }, (_, index) => nodeId(index));
const members = { [east]: { "group-a": ids }, [ohio]: { "group-a": [nodeId(500)] } };
const commandIn = (region: string) => `command-${region}`;

/** A started run: in the east some nodes are done, some at it, and most have not begun. */
async function world(): Promise<MemoryWorld> {
  const made = await startedWorld(members);
  for (const region of [east, ohio])
    made.region(region).commands = [
      { id: commandIn(region), snapshotId: runId, status: "InProgress", groups: ["group-a"] },
      { id: "other", snapshotId: "another run", status: "InProgress", groups: ["group-a"] },
    ];
  const statuses = ["Success", "InProgress", "Pending", "Delayed", "Cancelling"];
  made.region(east).invocations = statuses.map((status, index) => ({
    commandId: commandIn(east),
    nodeId: nodeId(index),
    status,
    requestedAt: began,
  }));
  made.region(ohio).invocations = [
    { commandId: commandIn(ohio), nodeId: nodeId(500), status: "InProgress", requestedAt: began },
  ];
  return made;
}

interface Cancelled {
  readonly region: string;
  readonly command: string;
  readonly nodes: readonly string[];
}

function portsOf(of: MemoryWorld, strangers: readonly string[] = [], refusal = "InvalidInstanceId") {
  const calls: Cancelled[] = [];
  const completed: string[] = [];
  const told: Notice[] = [];
  const closing = of.closingPorts();
  const stops = (region: string) => ({
    ...closing.region(region),
    invocationPages: of.invocationPages(region),
    cancelOn: async (command: string, nodes: readonly string[]) => {
      if (nodes.some((node) => strangers.includes(node))) throw named(refusal, "no");
      calls.push({ region, command, nodes });
    },
    completeAutomation: async (id: string) => void completed.push(id),
    beginning: async () => [`found in ${region}`],
  });
  const ports: EndPorts = {
    runs: closing.runs,
    region: stops,
    other:
      ({ account }) =>
      (region) =>
        stops(placeText({ region, account })),
    notifier: { publish: async (notice) => void told.push(notice) },
  };
  return { ports, calls, completed, told };
}

describe("the end of a run", () => {
  it("cancels what has not begun, 50 nodes a call (CancelCommand), and leaves alone what is at work", async () => {
    const { ports, calls, completed } = portsOf(await world());
    const { regions } = await endRun(ports, { runId, at: "stop" }, began, endless());
    const begun = [0, 1, 4].map(nodeId);
    const waiting = ids.filter((id) => !begun.includes(id));
    expect(calls.map(({ nodes }) => nodes.length)).to.deep.equal([2, 50, 50, 15]);
    expect(calls.flatMap(({ nodes }) => nodes).sort()).to.deep.equal(waiting.sort());
    expect(new Set(calls.map(({ region, command }) => `${region} ${command}`))).to.deep.equal(
      new Set([`${east} ${commandIn(east)}`]),
    );
    expect(regions?.map(({ region, atWork, errors }) => [region, atWork, errors])).to.deep.equal([
      [ohio, [nodeId(500)], []],
      [east, [nodeId(1), nodeId(4)], []],
    ]);
    expect(completed).to.deep.equal([]);
  });

  // AWS documents InvalidInstanceId for nodes in a state that is not valid, and nothing of a node that is none of a command's.
  for (const [refusal, cancelled] of [
    ["InvalidInstanceId", 116],
    ["ValidationException", 116],
    [undefined, 117],
  ] as const) {
    it(`cancels all others where a node that is none of the command's is answered by ${refusal ?? "nothing"}`, async () => {
      const { ports, calls } = portsOf(await world(), refusal === undefined ? [] : [nodeId(77)], refusal);
      expect(
        (await endRun(ports, { runId, at: "stop" }, began, endless())).regions?.flatMap(
          ({ errors }) => errors,
        ),
      ).to.deep.equal([]);
      expect(calls.flatMap((one) => one.nodes)).to.have.lengthOf(cancelled);
    });
  }

  it("with an automation for each node lets none of them begin any more", async () => {
    const made = await startedWorld(members, payload({ ExecutionMode: "per-instance" }));
    const { ports, completed } = portsOf(made);
    await endRun(ports, { runId, at: "stop" }, began, endless());
    expect(completed).to.have.members(openRecord(made).starts.map(({ executionId }) => executionId));
  });

  it("with an automation for each node finds what was started and never noted, or whose answer was lost, and lets it begin no node", async () => {
    const made = await startedWorld(members, payload({ ExecutionMode: "per-instance" }));
    const { starts, ...record } = openRecord(made);
    const [inOhio, inEast] = starts.map(({ executionId: _, ...start }) => start);
    if (inOhio === undefined || inEast === undefined) throw new Error("two Regions are to be started");
    const unnoted = { ...record, starts: [inOhio, { ...inEast, error: "TimeoutError: no answer" }] };
    const { ports, completed } = portsOf(made);
    const runs = { ...ports.runs, read: async () => ({ text: recordText(unnoted), etag: "e" }) };
    await endRun({ ...ports, runs }, { runId, at: "stop" }, began, endless());
    expect(completed).to.have.members([`found in ${ohio}`, `found in ${east}`]);
  });

  it("fails where a Region cannot be read, so that it is tried again, once all others are stopped", async () => {
    const made = await world();
    made.region(ohio).fault = named("ThrottlingException", "Rate exceeded");
    const { ports, calls } = portsOf(made);
    expect(await failure(endRun(ports, { runId, at: "stop" }, began, endless()))).to.contain(
      `Run ${runId} is not stopped everywhere, and may go on after ${openRecord(made).ends?.stopAt}: ${ohio}: ThrottlingException`,
    );
    expect(calls).to.have.lengthOf(4);
  });

  it("names who is still at it after the end, and lets nobody begin any more", async () => {
    const { ports, calls, told } = portsOf(await world());
    await endRun(ports, { runId, at: "end" }, began, endless());
    expect(calls[0]).to.deep.equal({
      region: east,
      command: commandIn(east),
      nodes: [2, 3].map(nodeId),
    });
    expect(calls.flatMap(({ nodes }) => nodes)).to.have.lengthOf(117);
    expect(told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out: 3 nodes at work after the end",
    ]);
    expect(told[0]?.text).to.contain(`- ${east}: ${nodeId(1)}, ${nodeId(4)}`);
  });

  it("says so where its call comes after the cutoff, since nodes may have begun in between", async () => {
    const { ports, calls } = portsOf(await world());
    const { ends } = openRecord(await world());
    const cutoff = Date.parse(ends?.stopAt ?? "");
    await endRun(ports, { runId, at: "stop" }, cutoff, endless());
    expect(await failure(endRun(ports, { runId, at: "stop" }, cutoff + 1, endless()))).to.contain(
      `was to be by ${ends?.stopAt}: the call came at`,
    );
    expect(calls).to.not.be.empty;
    const over = await startedWorld(members);
    await endRun(portsOf(over).ports, { runId, at: "stop" }, cutoff + 1, endless());
    await endRun(ports, { runId, at: "end" }, cutoff + hour, endless());
  });

  it("does nothing for a run that is over, or was never begun", async () => {
    const { ports, calls, told } = portsOf(worldOf({}));
    expect((await endRun(ports, { runId, at: "stop" }, began, endless())).regions).to.equal(undefined);
    expect([calls, told]).to.deep.equal([[], []]);
  });
});

describe("the end of a run is arranged before anything is started:", () => {
  it("by two schedules, at the cutoff and at the end of the window that is open", async () => {
    const made = worldOf(members);
    made.window = { durationHours: 4, cutoffHours: 1, openedAt: began - 30 * minute };
    await invoke(made);
    const [stop, end] = [began + 2.5 * hour, began + 3.5 * hour].map((time) => new Date(time).toISOString());
    expect([...made.arranged]).to.deep.equal([
      [`${runId}-stop`, stop],
      [`${runId}-end`, end],
    ]);
    expect(openRecord(made).ends).to.deep.equal({ stopAt: stop, endAt: end });
    expect(made.bucket.keys()).to.deep.equal([openKey(runId)]);
  });

  it("an installation whose end cannot be arranged is not started; a scan is", async () => {
    for (const fault of ["window", "arrange"] as const) {
      const made = worldOf(members);
      const error = named("AccessDeniedException", "no");
      if (fault === "window") made.window = error;
      else made.arrangeFault = error;
      expect(await failure(invoke(made))).to.equal(
        "Error: Nothing was started, since its end cannot be arranged: AccessDeniedException: no",
      );
      expect([made.automations.size, made.bucket.keys()]).to.deep.equal([0, []]);
      const { Document } = payload() as { Document: { Parameters: object } };
      const scan = { ...Document, Parameters: { ...Document.Parameters, Operation: ["Scan"] } };
      expect((await invoke(made, payload({ Document: scan }))).verdict).to.equal("started");
    }
  });

  it("nothing is started with no time left", async () => {
    const made = worldOf(members);
    made.window = { durationHours: 4, cutoffHours: 1, openedAt: began - 3 * hour };
    expect(await failure(invoke(made))).to.contain("nothing may begin after 2026-09-06T08:00:00.000Z");
    expect(made.automations.size).to.equal(0);
  });

  it("of a start by hand a window's length from then on, or as it says itself", () => {
    const window = { durationHours: 5, cutoffHours: 1, openedAt: undefined };
    expect(endsOf(window, undefined, began)).to.deep.equal({
      stopAt: "2026-09-06T12:00:00.000Z",
      endAt: "2026-09-06T13:00:00.000Z",
    });
    expect(endsOf(window, began + 2 * hour, began)).to.deep.include({ endAt: "2026-09-06T10:00:00.000Z" });
    expect(endsOf(window, began + hour, began)).to.be.a("string");
    expect(scheduleBefore("2026-09-06T12:00:00.000Z")).to.equal("at(2026-09-06T11:58:00)");
  });
});
