import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { hour, minute } from "../support.js";
import { closingFunction, east, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

const regions = [east, ohio];

/** A final record without what differs from run to run: ids and times. */
function timeless({ runId, startedAt, closedAt, request, starts, regions: own, ...rest }: ClosedRun) {
  const { runId: _, ...asked } = request;
  return {
    ...rest,
    request: asked,
    starts: starts.map(({ executionId, ...start }) => ({ ...start, hasId: executionId !== undefined })),
    regions: own,
  };
}

describe("a run that is disturbed", () => {
  let fuse: { readonly functionName: string; readonly calls: number } | undefined;
  let lab: FanoutLab;
  /** What a run that nothing disturbs comes to. */
  let whole: ReturnType<typeof timeless>;
  before(async () => {
    lab = await FanoutLab.open({
      fleet: [server(east), server(ohio, { fails: ["openssl"] }), server(ohio, { state: "stopped" })],
      values: { stacks: '["central"]', fanoutOperation: "Scan" },
      faults: {
        ...noFaults,
        killAfter: ({ functionName }) => {
          if (fuse?.functionName !== functionName) return undefined;
          const { calls } = fuse;
          fuse = undefined;
          return calls;
        },
      },
    });
    // The first run finds no patch states, so the second one is what the others must be like.
    for (const _ of [1, 2]) await lab.start(lab.payload());
    await lab.advance(5 * minute);
    const run = lab.closed.at(-1);
    if (run === undefined) throw new RangeError("no run is closed");
    whole = timeless(run);
  });
  after(() => lab.close());
  const closedOf = (id: string) => lab.closed.filter(({ runId }) => runId === id);

  it("after each call of the start, and is started again, starts nothing twice", async () => {
    let calls = 0;
    for (let isCrash = true; isCrash; calls++) {
      const payload = lab.payload();
      const { TaskExecutionId: id } = payload;
      fuse = { functionName: startFunction, calls };
      const first = await lab.start(payload);
      isCrash = first.functionError !== undefined;
      expect(first.payload.includes("signal: killed")).to.equal(isCrash);
      const again = await lab.start(payload);
      expect(again.functionError, `after ${calls} calls`).to.equal(undefined);
      // The automation may have ended before its id was noted: then the hourly look closes the run.
      await lab.advance(hour);
      const executed = lab.executed(id, regions);
      expect(executed, `after ${calls} calls`).to.deep.equal({ automations: 1, commands: [1, 1] });
      expect(closedOf(id).map(timeless), `after ${calls} calls`).to.deep.equal([whole]);
      expect(lab.open).to.deep.equal([]);
    }
    // Two groups in two Regions, counts in two, one automation; and what is read and written of the record.
    expect(calls).to.be.at.least(12);
  }).timeout(120_000);

  // SSM calls a function of a window once, whatever becomes of it.
  it("after each call of the start, and is not started again, is closed as what it has come to", async () => {
    const kinds = new Set<string>();
    let calls = 0;
    for (let isCrash = true; isCrash; calls++) {
      const payload = lab.payload();
      fuse = { functionName: startFunction, calls };
      isCrash = (await lab.start(payload)).functionError !== undefined;
      // For an hour it might still be started.
      await lab.advance(2 * hour + 5 * minute);
      expect(lab.open).to.deep.equal([]);
      const [run] = closedOf(payload.TaskExecutionId);
      const kind = run === undefined ? "no record" : (run.starts[0]?.status ?? "no start");
      kinds.add(kind);
      const { automations } = lab.executed(payload.TaskExecutionId, regions);
      const isStarted = kind === "unknown" || kind === "Success";
      expect(automations, `after ${calls} calls`).to.equal(isStarted ? 1 : 0);
      if (run === undefined) continue;
      const nothing = { members: 3, patched: 0, failed: 0, notCovered: 3 };
      expect(run.totals, `after ${calls} calls`).to.deep.equal(isStarted ? whole.totals : nothing);
    }
    expect([...kinds]).to.deep.equal(["no record", "not started", "unknown", "Success"]);
  }).timeout(120_000);

  it("after each call of the closing function comes to the same final record, and is told", async () => {
    let calls = 0;
    const told: number[] = [];
    for (let isCrash = true; isCrash; calls++) {
      const payload = lab.payload();
      fuse = { functionName: closingFunction, calls };
      const before = { told: lab.told.length, invocations: lab.invocations(closingFunction).length };
      await lab.start(payload);
      await lab.advance(5 * minute);
      const ends = lab.invocations(closingFunction).slice(before.invocations);
      isCrash = ends.some(({ status }) => status === "crash");
      expect(closedOf(payload.TaskExecutionId).map(timeless), `after ${calls} calls`).to.deep.equal([whole]);
      expect(lab.open).to.deep.equal([]);
      told.push(lab.told.length - before.told);
    }
    expect(calls).to.be.at.least(18);
    // Twice where it dies after the message and before the record is gone, never less than once.
    expect(told.filter((times) => times !== 1)).to.deep.equal([2]);
  }).timeout(120_000);

  it("by a duplicate that comes after it is closed starts nothing", async () => {
    const payload = lab.payload();
    await lab.start(payload);
    await lab.advance(5 * minute);
    const again = await lab.start(payload);
    expect(JSON.parse(again.payload)).to.deep.include({ verdict: "closed before", started: [] });
    expect(lab.executed(payload.TaskExecutionId, regions)).to.deep.equal({
      automations: 1,
      commands: [1, 1],
    });
    expect(lab.open).to.deep.equal([]);
  });

  it("by a duplicate at the same time starts once, since there is one at a time", async () => {
    const payload = lab.payload();
    const ends = await lab.startTwice(payload);
    expect(ends.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    await lab.advance(5 * minute);
    expect(lab.executed(payload.TaskExecutionId, regions)).to.deep.equal({
      automations: 1,
      commands: [1, 1],
    });
    expect(closedOf(payload.TaskExecutionId).map(timeless)).to.deep.equal([whole]);
  });
});

describe("two starts of a run at once, without the limit of one at a time", () => {
  it("start it once, and both say so", async () => {
    const lab = await FanoutLab.open({
      fleet: [server(east), server(ohio)],
      values: { stacks: '["central"]' },
      change: (_type, name, inputs) =>
        name === "central-start-function" ? { ...inputs, reservedConcurrentExecutions: -1 } : inputs,
    });
    try {
      const payload = lab.payload();
      const ends = await lab.startTwice(payload);
      const results = ends.flatMap((end) =>
        end.status === "fulfilled" ? [JSON.parse(end.value.payload)] : [],
      );
      expect(results).to.have.length(2);
      expect(results[0]).to.deep.include({ verdict: "started", failed: [] });
      expect(results[1]).to.deep.equal(results[0]);
      // Both have asked for it, with the same token.
      expect(lab.lab.endpoint.api.counts.calls.get("ssm:StartAutomationExecution")).to.equal(2);
      await lab.advance(5 * minute);
      const once = { automations: 1, commands: [1, 1] };
      expect(lab.executed(payload.TaskExecutionId, regions)).to.deep.equal(once);
      expect(lab.run.totals).to.deep.equal({ members: 2, patched: 2, failed: 0, notCovered: 0 });
    } finally {
      await lab.close();
    }
  });
});
