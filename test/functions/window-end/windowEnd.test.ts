import { expect } from "chai";
import type { Invocation } from "#functions/shared/commands/invocations.js";
import type { Notice } from "#functions/shared/message.js";
import { endWindow, type WindowEndPorts } from "#functions/window-end/core/windowEnd.js";
import { parseWindowEndEvent, type WindowEndEvent, windowEndSchedule } from "#shared/contract/windowEnd.js";

const hour = 3_600_000;
const opened = Date.parse("2026-10-10T04:00:00Z");
const windowId = "mw-0123456789abcdef0";
const executionId = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";
const event = (at: WindowEndEvent["at"]): WindowEndEvent => ({ windowId, executionId, at });
const { signal } = new AbortController();

/** A window's run in memory: what its two commands are at, and what was asked of it. */
class Run {
  readonly arranged: [WindowEndEvent, string][] = [];
  readonly told: Notice[] = [];
  readonly cancelled: string[] = [];
  statuses: Record<string, Record<string, string>> = {};
  members: readonly string[] = [];
  fault: Error | undefined;

  readonly ports: WindowEndPorts = {
    window: async () => {
      if (this.fault !== undefined) throw this.fault;
      return { durationHours: 5, cutoffHours: 1, openedAt: opened };
    },
    arrange: async (one, time) => void this.arranged.push([one, time]),
    commands: async () => Object.keys(this.statuses),
    invocations: async (commandId) =>
      Object.entries(this.statuses[commandId] ?? {}).map(
        ([nodeId, status]): Invocation => ({ commandId, nodeId, status, requestedAt: opened }),
      ),
    members: async () => this.members,
    cancelOn: async (commandId, nodes) => {
      if (this.fault !== undefined) throw this.fault;
      const strange = nodes.filter(
        (node) => this.statuses[commandId]?.[node] === undefined && node !== "late",
      );
      if (strange.length > 0) throw Object.assign(new Error(strange.join()), { name: "InvalidInstanceId" });
      this.cancelled.push(...nodes.map((node) => `${commandId} ${node}`));
    },
    notifier: { publish: async (notice) => void this.told.push(notice) },
  };
}

describe("the end of an install window", () => {
  it("is arranged at the cutoff and at the end, as the window has them", async () => {
    const run = new Run();
    await endWindow(run.ports, event("begin"), opened + 20_000, signal);
    expect(run.arranged).to.deep.equal([
      [event("stop"), "2026-10-10T08:00:00.000Z"],
      [event("end"), "2026-10-10T09:00:00.000Z"],
    ]);
    expect(run.arranged.map(([one]) => windowEndSchedule(one).length)).to.deep.equal([41, 40]);
  });

  it("is a failure of the call where it cannot be arranged, or nothing may begin any more", async () => {
    const run = new Run();
    const message = (now: number) =>
      endWindow(run.ports, event("begin"), now, signal).then(String, (error: Error) => error.message);
    expect(await message(opened + 4 * hour)).to.equal(
      `The end of ${windowId} is not arranged: nothing may begin after 2026-10-10T08:00:00.000Z, 1 h before its end`,
    );
    run.fault = new Error("Rate exceeded");
    expect(await message(opened)).to.equal("Rate exceeded");
    expect(run.arranged).to.deep.equal([]);
  });

  const statuses = { base: { a: "InProgress", b: "Pending", c: "Success" }, excluded: { d: "Delayed" } };

  it("cancels those that wait, listed or not, and nobody who is at it", async () => {
    const run = new Run();
    run.statuses = statuses;
    run.members = ["a", "b", "c", "late", "elsewhere"];
    const result = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal);
    expect(run.cancelled.sort()).to.deep.equal(["base b", "base late", "excluded d", "excluded late"]);
    expect(result).to.deep.include({ cancelled: ["b", "d", "late"], atWork: ["a"] });
    expect(run.told).to.deep.equal([]);
  });

  it("tells by name who is at it after the end, and cancels nobody", async () => {
    const run = new Run();
    run.statuses = statuses;
    run.members = ["b"];
    const result = await endWindow(run.ports, event("end"), opened + 5 * hour, signal);
    expect([run.cancelled, result.atWork]).to.deep.equal([[], ["a"]]);
    expect(run.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: install window: 1 node at work after the end",
    ]);
    expect(run.told[0]?.text).to.contain("\n- a\n");
    run.statuses = { base: { c: "Success" } };
    await endWindow(run.ports, event("end"), opened + 5 * hour, signal);
    expect(run.told).to.have.length(1);
  });

  it("fails where a node that waits cannot be cancelled, so that it is tried again", async () => {
    const run = new Run();
    run.statuses = statuses;
    run.fault = new Error("Rate exceeded");
    const failure = await endWindow(run.ports, event("stop"), opened, signal).catch((error: Error) => error);
    expect(String(failure)).to.equal(
      `Error: Execution ${executionId} of window ${windowId} is not stopped on every node that waits: Error: Rate exceeded, Error: Rate exceeded`,
    );
  });

  it("is asked for by an event that names window and execution, and by no other", () => {
    expect(parseWindowEndEvent(event("stop"))).to.deep.equal(event("stop"));
    for (const wrong of [
      null,
      {},
      { ...event("stop"), at: "kill" },
      { ...event("stop"), windowId: "{{WINDOW_ID}}" },
    ])
      expect(() => parseWindowEndEvent(wrong)).to.throw();
  });
});
