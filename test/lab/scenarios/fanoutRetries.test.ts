import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { hour, minute } from "../support.js";
import { crashes } from "./crashes.js";
import { closingFunction, east, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

const regions = [east, ohio];

/** A final record without what differs from run to run: ids, times, and counts that a cut may have come before. */
function timeless({ runId, startedAt, closedAt, request, starts, regions: own, ...rest }: ClosedRun) {
  const { runId: _, ...asked } = request;
  return {
    ...rest,
    request: asked,
    starts: starts.map(({ executionId, ...start }) => ({ ...start, hasId: executionId !== undefined })),
    regions: own.map(({ before: _before, ...region }) => region),
  };
}

describe("a run that is disturbed", () => {
  let fuse: { readonly functionName: string; readonly calls: number } | undefined;
  /** Of each function the calls of its invocations. */
  const asked = new Map<string, string[][]>();
  /** What each function asks for in a run that nothing disturbs. */
  let calls: { readonly start: readonly string[]; readonly closing: readonly string[] };
  let lab: FanoutLab;
  /** What a run that nothing disturbs comes to. */
  let whole: ReturnType<typeof timeless>;
  before(async () => {
    lab = await FanoutLab.open({
      fleet: [server(east), server(ohio, { fails: ["openssl"] }), server(ohio, { state: "stopped" })],
      values: { stacks: '["central"]', fanoutOperation: "Scan" },
      faults: {
        ...noFaults,
        onCall: ({ operation, caller }) => {
          const name = caller.includes("closing-role") ? closingFunction : startFunction;
          if (caller.includes("role/central-")) asked.get(name)?.at(-1)?.push(operation);
          return undefined;
        },
        killAfter: ({ functionName }) => {
          asked.set(functionName, [...(asked.get(functionName) ?? []), []]);
          if (fuse?.functionName !== functionName) return undefined;
          const { calls } = fuse;
          fuse = undefined;
          return calls;
        },
      },
    });
    // The first run finds no patch states, so the second one is what the others must be like.
    await lab.start(lab.payload());
    await lab.advance(hour);
    asked.clear();
    await lab.start(lab.payload());
    await lab.advance(hour);
    const [[start = []] = [], [closing = []] = []] = [asked.get(startFunction), asked.get(closingFunction)];
    calls = { start, closing };
    const run = lab.closed.at(-1);
    if (run === undefined) throw new RangeError("no run is closed");
    whole = timeless(run);
  });
  after(() => lab.close());
  const closedOf = (id: string) => lab.closed.filter(({ runId }) => runId === id);

  it("after a call of the start, and is started again, starts nothing twice", async () => {
    for (const after of crashes(calls.start)) {
      const payload = lab.payload();
      const { TaskExecutionId: id } = payload;
      fuse = { functionName: startFunction, calls: after };
      const first = await lab.start(payload);
      expect(first.payload).to.include("signal: killed");
      const again = await lab.start(payload);
      expect(again.functionError, `after ${after} calls`).to.equal(undefined);
      // The automation may have ended before its id was noted: then the hourly look closes the run.
      await lab.advance(hour);
      const executed = lab.executed(id, regions);
      expect(executed, `after ${after} calls`).to.deep.equal({ automations: 2, commands: [1, 1] });
      expect(closedOf(id).map(timeless), `after ${after} calls`).to.deep.equal([whole]);
      expect(lab.open).to.deep.equal([]);
    }
    // Two groups in two Regions, counts in two, two automations; and what is read and written of the record.
    expect(calls.start).to.have.length.of.at.least(12);
  });

  // SSM calls a function of a window once, whatever becomes of it.
  it("after a call of the start, and is not started again, is closed as what it has come to", async () => {
    const kinds = new Set<string>();
    for (const after of crashes(calls.start)) {
      const payload = lab.payload();
      fuse = { functionName: startFunction, calls: after };
      expect((await lab.start(payload)).functionError).not.to.equal(undefined);
      // For an hour it might still be started.
      await lab.advance(2 * hour + 5 * minute);
      expect(lab.open).to.deep.equal([]);
      const [run] = closedOf(payload.TaskExecutionId);
      const kind = run === undefined ? "no record" : run.starts.map(({ status }) => status).join();
      kinds.add(kind);
      const { automations } = lab.executed(payload.TaskExecutionId, regions);
      const ofRecord = (run?.starts ?? []).filter(({ executionId }) => executionId !== undefined);
      // What was started is found again, also by who was not told its id.
      expect(ofRecord.length, `after ${after} calls`).to.equal(automations);
      if (run === undefined) continue;
      const { members, ...others } = run.totals;
      expect(others.patched + others.failed + others.notCovered, `after ${after} calls`).to.equal(members);
      // Every Region has its nodes told, or why nobody knows of them.
      const named = [...run.regions, ...run.failed].map(({ region }) => region);
      expect([...new Set(named)].sort(), `after ${after} calls`).to.deep.equal([...regions].sort());
      if (automations === 2) expect(run.totals, `after ${after} calls`).to.deep.equal(whole.totals);
    }
    expect([...kinds]).to.include.members(["no record", "", "Success,Success"]);
  });

  it("after a call of the closing function comes to the same final record, and is told", async () => {
    const told: number[] = [];
    // With the call that removes the open record everything is done.
    for (const after of crashes(calls.closing.slice(0, calls.closing.lastIndexOf("DeleteObject")))) {
      // As before the run that nothing disturbs: each earlier record is one more to read.
      for (const key of lab.keys("runs/closed/").slice(1)) lab.remove(lab.bucket, key);
      const payload = lab.payload();
      fuse = { functionName: closingFunction, calls: after };
      const before = { told: lab.told.length, invocations: lab.invocations(closingFunction).length };
      await lab.start(payload);
      await lab.advance(hour);
      const ends = lab.invocations(closingFunction).slice(before.invocations);
      expect(ends.map(({ status }) => status)).to.include("crash");
      expect(closedOf(payload.TaskExecutionId).map(timeless), `after ${after} calls`).to.deep.equal([whole]);
      expect(lab.open).to.deep.equal([]);
      told.push(lab.told.length - before.told);
    }
    expect(calls.closing).to.have.length.of.at.least(18);
    // Twice where it dies after the message and before the record is gone, never less than once.
    expect([...new Set(told)].sort()).to.deep.equal([1, 2]);
  });

  it("by a duplicate that comes after it is closed starts nothing", async () => {
    const payload = lab.payload();
    await lab.start(payload);
    await lab.advance(hour);
    const again = await lab.start(payload);
    expect(JSON.parse(again.payload)).to.deep.include({ verdict: "closed before", started: [] });
    expect(lab.executed(payload.TaskExecutionId, regions)).to.deep.equal({
      automations: 2,
      commands: [1, 1],
    });
    expect(lab.open).to.deep.equal([]);
  });

  it("by a second start at the same time is started once, and both say so", async () => {
    const payload = lab.payload();
    const ends = await lab.startTwice(payload);
    const results = ends.flatMap((end) =>
      end.status === "fulfilled" ? [JSON.parse(end.value.payload)] : [],
    );
    expect(results).to.have.length(2);
    expect(results[0]).to.deep.include({ verdict: "started", failed: [] });
    expect(results[1]).to.deep.equal(results[0]);
    await lab.advance(hour);
    const once = { automations: 2, commands: [1, 1] };
    expect(lab.executed(payload.TaskExecutionId, regions)).to.deep.equal(once);
    expect(closedOf(payload.TaskExecutionId).map(timeless)).to.deep.equal([whole]);
  });
});
