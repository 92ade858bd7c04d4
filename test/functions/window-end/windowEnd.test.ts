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

type Statuses = Record<string, Record<string, string>>;

/** A window's run in memory: what the commands of its two targets are at, and what was asked of it. */
class Run {
  readonly arranged: [WindowEndEvent, string][] = [];
  readonly told: Notice[] = [];
  readonly cancelled: string[] = [];
  /** Every call that reads or cancels. */
  readonly calls: string[] = [];
  fault: Error | undefined;
  /** Names of errors by the node that AWS refuses. */
  readonly refused = new Map<string, string>();
  /** Called before a page is read, and after a cancellation. */
  onCall: () => void = () => undefined;
  /** Called once members are read, and after a cancellation or its refusal: what goes on until the next list is read. */
  onOther: () => void = () => undefined;

  /**
   * @param statuses by command, each of which is named as its target, and node
   * @param members of a target
   * @param unlisted nodes that a command was sent to, and that are not listed before it has come to them
   */
  constructor(
    readonly statuses: Statuses = {},
    private readonly members: Record<string, readonly string[]> = {},
    private readonly unlisted: readonly string[] = [],
  ) {}

  readonly ports: WindowEndPorts = {
    window: async () => {
      if (this.fault !== undefined) throw this.fault;
      return { durationHours: 5, cutoffHours: 1, openedAt: opened };
    },
    arrange: async (one, time) => void this.arranged.push([one, time]),
    commands: async () => Object.keys(this.statuses).map((id) => ({ id, targetId: `target ${id}` })),
    invocationPages: (commandId, _, status) => this.pages(commandId, status),
    members: async () => {
      this.onOther();
      return new Map(Object.entries(this.members).map(([id, nodes]) => [`target ${id}`, nodes] as const));
    },
    cancelOn: async (commandId, nodes) => {
      this.calls.push(`cancel ${nodes.length}`);
      if (this.fault !== undefined) throw this.fault;
      const all = this.statuses[commandId] ?? {};
      const isStrange = (node: string) => all[node] === undefined && !this.unlisted.includes(node);
      const refusal = nodes.map((node) => this.refused.get(node)).find((name) => name !== undefined);
      const name = refusal ?? (nodes.some(isStrange) ? "InvalidInstanceId" : undefined);
      if (name !== undefined) {
        this.onOther();
        throw Object.assign(new Error("no"), { name });
      }
      for (const node of nodes) {
        this.cancelled.push(`${commandId} ${node} ${all[node] ?? "unlisted"}`);
        all[node] = "Cancelled";
      }
      this.onCall();
      this.onOther();
    },
    notifier: { publish: async (notice) => void this.told.push(notice) },
  };

  private async *pages(commandId: string, only?: string): AsyncGenerator<Invocation[]> {
    const all = Object.entries(this.statuses[commandId] ?? {});
    const nodes = all.flatMap(([id, status]) => (only === undefined || status === only ? [id] : []));
    for (let from = 0; from === 0 || from < nodes.length; from += 50) {
      this.calls.push("page");
      this.onCall();
      yield nodes.slice(from, from + 50).map((nodeId): Invocation => {
        const status = this.statuses[commandId]?.[nodeId] ?? "";
        return { commandId, nodeId, status, requestedAt: opened };
      });
    }
  }
}

/** Statuses of so many nodes, of which the first are at it. */
const many = (name: string, count: number, atWork: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${name}-${index}`,
      index < atWork ? "InProgress" : "Pending",
    ]),
  );

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

  const statuses = (): Statuses => ({
    base: { a: "InProgress", b: "Pending", c: "Success" },
    excluded: { d: "Delayed" },
  });

  it("cancels those that wait, listed or not, and nobody who is at it", async () => {
    const members = { base: ["a", "b", "c", "late", "elsewhere"], excluded: ["d"] };
    const run = new Run(statuses(), members, ["late"]);
    const result = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal);
    expect(run.cancelled.sort()).to.deep.equal([
      "base b Pending",
      "base late unlisted",
      "excluded d Delayed",
    ]);
    expect(result).to.deep.include({ cancelled: ["b", "d", "late"], atWork: ["a"] });
    expect(run.told).to.deep.equal([]);
  });

  it("of two targets with 300 nodes each takes a call a page, whatever the other target's nodes are", async () => {
    const base = many("base", 300, 10);
    const excluded = many("excluded", 300, 10);
    const run = new Run({ base, excluded }, { base: Object.keys(base), excluded: Object.keys(excluded) });
    const result = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal);
    expect([result.cancelled.length, result.atWork.length]).to.deep.equal([580, 20]);
    expect(run.calls).to.have.lengthOf(2 * 2 * Math.ceil(300 / 50));
  });

  it("kills nobody who begins while it is at it", async () => {
    const base = many("base", 300, 1);
    const run = new Run({ base }, { base: [...Object.keys(base), "new-1", "new-2"] });
    // Before each page and after each cancellation a node is done, and another one begins.
    run.onCall = () => {
      const atWork = Object.keys(base).find((node) => base[node] === "InProgress");
      const next = Object.keys(base).findLast((node) => base[node] === "Pending");
      if (atWork !== undefined) base[atWork] = "Success";
      if (next !== undefined) base[next] = "InProgress";
    };
    await endWindow(run.ports, event("stop"), opened + 4 * hour, signal);
    expect(run.cancelled.filter((one) => !one.endsWith("Pending"))).to.deep.equal([]);
    expect(Object.values(base).filter((status) => status === "Pending")).to.deep.equal([]);
  });

  it("kills nobody whom the command comes to while it guesses at those that are not listed", async () => {
    const done = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`done-${index}`, "Success"]));
    const base: Record<string, string> = { ...done, first: "InProgress" };
    const unlisted = Object.keys(many("late", 120, 0));
    const run = new Run({ base }, { base: ["new-1", ...unlisted, "new-2"] }, unlisted);
    run.onOther = () => {
      const atWork = Object.keys(base).find((node) => base[node] === "InProgress");
      const next = unlisted.find((node) => base[node] === undefined);
      if (atWork !== undefined) base[atWork] = "Success";
      if (next !== undefined) base[next] = "InProgress";
    };
    const { cancelled, atWork } = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal);
    expect(run.cancelled.filter((one) => !one.endsWith("unlisted"))).to.deep.equal([]);
    expect(unlisted.filter((node) => base[node] === undefined)).to.deep.equal([]);
    expect(unlisted.filter((node) => !cancelled.includes(node) && !atWork.includes(node))).to.deep.equal([]);
    // The whole list twice, and one page with each of the guesses: 3, and those by halves for two strangers.
    expect(run.calls.length).to.be.at.most(2 * 7 + 2 * (3 + 2 * 12));
  });

  it("guesses no further where the list cannot be read again", async () => {
    const unlisted = Object.keys(many("late", 120, 0));
    const run = new Run({ base: { a: "InProgress" } }, { base: unlisted }, unlisted);
    run.onCall = () => {
      if (run.cancelled.length > 0 && run.calls.at(-1) === "page") throw new Error("Rate exceeded");
    };
    const failure = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal).catch(String);
    expect(failure).to.match(/: Error: Rate exceeded$/);
    expect(run.cancelled).to.have.lengthOf(50);
  });

  // API CancelCommand: InvalidInstanceId is also of a node that is terminated, or whose agent is away.
  for (const refusal of ["InvalidInstanceId", "ValidationException"])
    it(`cancels all others where a listed node is refused with ${refusal}, and tells of it`, async () => {
      const base = many("base", 120, 0);
      const run = new Run({ base });
      run.refused.set("base-60", refusal);
      const failure = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal).catch(String);
      expect(failure).to.contain(`not stopped on every node that waits: base-60: ${refusal}: no`);
      expect(run.cancelled).to.have.lengthOf(119);
      expect(run.calls.length).to.be.at.most(30);
    });

  it("names the error of any other refusal, once a call", async () => {
    const run = new Run({ base: many("base", 60, 0) });
    run.refused.set("base-0", "InvalidCommandId");
    const failure = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal).catch(String);
    expect(failure).to.match(/: InvalidCommandId: no$/);
    expect(run.cancelled).to.have.lengthOf(10);
  });

  it("guesses at nobody where the list cannot be read to its end: who is at it would be killed", async () => {
    const base = many("base", 120, 110);
    const run = new Run({ base }, { base: Object.keys(base) });
    run.onCall = () => {
      if (run.calls.length === 2) throw new Error("Rate exceeded");
    };
    const failure = await endWindow(run.ports, event("stop"), opened + 4 * hour, signal).catch(String);
    expect(failure).to.match(/: Error: Rate exceeded$/);
    expect(run.cancelled).to.deep.equal([]);
  });

  it("tells by name who is at it after the end, and lets nobody begin any more", async () => {
    const run = new Run(statuses(), { base: ["b"] });
    const result = await endWindow(run.ports, event("end"), opened + 5 * hour, signal);
    expect([run.cancelled, result.atWork]).to.deep.equal([["base b Pending", "excluded d Delayed"], ["a"]]);
    expect(run.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: install window: 1 node at work after the end",
    ]);
    expect(run.told[0]?.text).to.contain("\n- a\n");
    const over = new Run({ base: { c: "Success" } });
    await endWindow(over.ports, event("end"), opened + 5 * hour, signal);
    expect(over.told).to.deep.equal([]);
  });

  it("fails where a node that waits cannot be cancelled, so that it is tried again", async () => {
    const run = new Run(statuses());
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
