import { expect } from "chai";
import { closeWindows } from "#functions/window-end/core/closeWindows.js";
import { closingMetrics } from "#functions/window-end/core/closingMetrics.js";
import { runKeys, windowClosedKey, windowOpenKey } from "#shared/contract/runKeys.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { Crash, Fuse } from "../../memory/fuse.js";
import { began, ended, installId, never, now, recordIn, run, scanId, statesOf, world } from "./support.js";

const key = windowClosedKey("e-1", began);

describe("closing an execution of a window", () => {
  it("writes each node that belongs to it in one state, and tells people once", async () => {
    const made = world();
    const { closed, errors, open } = await closeWindows(made.ports(), now, never);
    expect({ errors, open, closed: closed.length }).to.deep.equal({ errors: [], open: [], closed: 1 });
    const record = recordIn(made);
    expect(statesOf(record)).to.deep.equal({
      "i-1": "patched",
      "i-2": "excluded",
      "i-3": "failed",
      "i-4": "not connected",
      "i-5": "held",
      "i-6": "no agent",
      "i-7": "failed",
      "mi-8": "patched",
    });
    expect(record.end).to.equal("ended");
    expect(made.bucket.keys()).to.deep.equal([key]);
    const [message] = made.told;
    expect(made.told).to.have.lengthOf(1);
    expect(message?.subject).to.equal("patchplane: install window: 4 nodes to look at");
    expect(message?.text).to.contain(
      "8 nodes: 2 patched, 1 excluded, 2 failed, 1 not connected, 1 no agent, 1 held.",
    );
    expect(message?.text).to.contain("- not connected: 1 node (i-4): its ping status is ConnectionLost");
    expect(closingMetrics(closed)).to.deep.include({ ClosedRuns: 1, NodesFailed: 2, NodesNotConnected: 1 });
  });

  it("does nothing again, at three calls for two windows", async () => {
    const made = world();
    await closeWindows(made.ports(), now, never);
    made.counts.clear();
    expect((await closeWindows(made.ports(), now + hourMs, never)).closed).to.deep.equal([]);
    expect(Object.fromEntries(made.counts)).to.deep.equal({ list: 1, executions: 2 });
    expect(made.told).to.have.lengthOf(1);
  });

  it("comes to one record and tells at least once, whichever call it died after", async () => {
    let deaths = 0;
    for (let most = 1; ; most++) {
      const made = world();
      try {
        await closeWindows(made.ports(new Fuse(most)), now, never);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      const isDone = made.bucket.keys().length === 1 && made.told.length === 1;
      const reference = world();
      await closeWindows(reference.ports(), now, never);
      await closeWindows(made.ports(), now, never);
      expect(made.bucket.keys(), String(most)).to.deep.equal([key]);
      expect(made.bucket.text(key)).to.equal(reference.bucket.text(key));
      expect(made.told.length, String(most)).to.be.within(1, 2);
      if (isDone) break;
      deaths++;
    }
    expect(deaths).to.be.greaterThan(12);
  });

  it("comes to one record and one message by two at the same time", async () => {
    const made = world();
    await Promise.all([closeWindows(made.ports(), now, never), closeWindows(made.ports(), now, never)]);
    await closeWindows(made.ports(), now, never);
    expect(made.bucket.keys()).to.deep.equal([key]);
    expect(made.told.length).to.be.within(1, 2);
  });

  it("waits while a command goes on, and gives up a day after the end", async () => {
    const made = world();
    made.statuses.set("e-1-base", "InProgress");
    const waiting = await closeWindows(made.ports(), now, never);
    expect(waiting).to.deep.equal({ errors: [], closed: [], open: ["e-1"] });
    expect(made.bucket.keys()).to.deep.equal([windowOpenKey("e-1")]);
    const late = await closeWindows(made.ports(), ended + dayMs, never);
    expect(late.closed.map(({ end }) => end)).to.deep.equal(["given up"]);
  });

  for (const name of [
    "commands",
    "invocations",
    "tagged",
    "pings",
    "patchStates",
    "verdicts",
    "defaultBaselines",
  ]) {
    it(`leaves it where ${name} cannot be read, says so, and gives up with what is known`, async () => {
      const made = world();
      made.faults.add(name);
      const failed = await closeWindows(made.ports(), now, never);
      expect(failed.errors.join()).to.contain(`${name} is throttled`);
      expect(failed.open).to.deep.equal(["e-1"]);
      expect(made.told).to.deep.equal([]);
      const late = await closeWindows(made.ports(), ended + dayMs, never);
      expect(late.closed.map(({ end }) => end)).to.deep.equal(["given up"]);
      expect(late.closed[0]?.unread.join()).to.contain(`${name} is throttled`);
      expect(made.told[0]?.subject).to.contain("not everything could be read");
    });
  }

  it("goes on with what it has read before its time was up", async () => {
    const made = world();
    made.faults.add("patchStates");
    await closeWindows(made.ports(), now, never);
    made.faults.clear();
    made.counts.clear();
    expect((await closeWindows(made.ports(), now, never)).closed).to.have.lengthOf(1);
    expect([...made.counts.keys()]).to.not.include.members(["invocations", "tagged", "pings", "commands"]);
  });

  it("comes to the same record over two invocations, whichever call the first one's time was up after", async () => {
    /** Lets a time be up after some calls, which goes on with those under way. */
    class Span extends Fuse {
      readonly end = new AbortController();
      override burn(): void {
        super.burn();
        if (this.writes >= last) this.end.abort();
      }
    }
    const reference = world();
    await closeWindows(reference.ports(), now, never);
    let last = 1;
    for (let isDone = false; !isDone; last++) {
      const made = world();
      const span = new Span();
      const first = await closeWindows(made.ports(span), now, span.end.signal).catch(String);
      isDone = span.writes < last;
      const isClosed = typeof first === "object" && first.closed.length === 1;
      if (isDone) expect(isClosed).to.equal(true);
      await closeWindows(made.ports(), now, never);
      expect(made.bucket.keys(), String(last)).to.deep.equal([key]);
      expect(made.bucket.text(key), String(last)).to.equal(reference.bucket.text(key));
      expect(made.told.length, String(last)).to.be.within(1, 2);
    }
    expect(last).to.be.greaterThan(12);
  });

  it("closes nothing once its time is up, and fails", async () => {
    const made = world();
    const over = AbortSignal.abort();
    const failure = await closeWindows(made.ports(), now, over).then(() => "none", String);
    expect(failure).to.contain("there was no answer in the time");
    expect(made.bucket.keys()).to.deep.equal([]);
  });

  it("closes what was begun of a window that is gone", async () => {
    const made = world();
    made.statuses.set("e-1-base", "InProgress");
    await closeWindows(made.ports(), now, never);
    made.executions.clear();
    made.statuses.set("e-1-base", "Success");
    expect((await closeWindows(made.ports(), now, never)).closed).to.have.lengthOf(1);
  });

  it("says why nothing was sent, of an execution that was cancelled before", async () => {
    const made = world();
    made.commands.set("e-1", []);
    const [first] = made.executions.get(installId) ?? [];
    if (first !== undefined) made.executions.set(installId, [{ ...first, status: "CANCELLED" }]);
    await closeWindows(made.ports(), now, never);
    const record = recordIn(made);
    expect(record.end).to.equal("not started");
    expect(new Set(Object.values(statesOf(record)))).to.deep.equal(new Set(["not started", "held"]));
  });

  it("says of one that its calendar has kept from beginning that it was closed as it opened, or cannot be read", async () => {
    const said = async (calendar: string, fault?: string) => {
      const made = world();
      made.windows = made.windows.map((window) => ({ ...window, calendars: ["freeze"] }));
      made.commands.set("e-1", []);
      made.calendar = calendar;
      if (fault !== undefined) made.faults.add(fault);
      const [first] = made.executions.get(installId) ?? [];
      if (first !== undefined) made.executions.set(installId, [{ ...first, status: "CANCELLED" }]);
      await closeWindows(made.ports(), now, never);
      const record = recordIn(made);
      expect(record.end).to.equal("not started");
      return record.nodes.find(({ state }) => state === "not started")?.why;
    };
    expect(await said("CLOSED")).to.equal("calendar closed: freeze was CLOSED");
    expect(await said("OPEN")).to.equal("no command was sent, and the execution is CANCELLED");
    expect(await said("OPEN", "calendarState")).to.equal(
      "its calendar freeze cannot be read (Error: calendarState is throttled)",
    );
  });

  it("keeps two executions at the same time apart, and says so of one that could not be read", async () => {
    const made = world();
    run(made, scanId, "e-2", "Scan", began);
    const { closed } = await closeWindows(made.ports(), now, never);
    expect(closed.map(({ executionId }) => executionId).sort()).to.deep.equal(["e-1", "e-2"]);
    // The scan has written over the reports of the installation: the command's word stands.
    expect(statesOf(recordIn(made))["i-1"]).to.equal("patched");
  });

  it("has nothing to do for a node of which nothing was missing in the record before", async () => {
    const made = world();
    run(made, scanId, "e-2", "Scan", began - 4 * hourMs);
    await closeWindows(made.ports(), began, never);
    run(made, installId, "e-3", "Install", began);
    await closeWindows(made.ports(), now, never);
    const nodes = statesOf(recordIn(made, windowClosedKey("e-3", began)));
    expect([nodes["i-1"], nodes["i-2"], nodes["mi-8"]]).to.deep.equal([
      "nothing to do",
      "excluded",
      "nothing to do",
    ]);
  });

  it("tells of a scan what was otherwise in the one before, and nothing when nothing was", async () => {
    const made = world();
    made.executions.clear();
    run(made, scanId, "e-2", "Scan", began);
    await closeWindows(made.ports(), now, never);
    run(made, scanId, "e-3", "Scan", began + dayMs);
    await closeWindows(made.ports(), now + dayMs, never);
    expect(made.told).to.have.lengthOf(1);
    made.pings.set("i-6", "ConnectionLost");
    run(made, scanId, "e-4", "Scan", began + 2 * dayMs);
    await closeWindows(made.ports(), now + 2 * dayMs, never);
    expect(made.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: scan window: 4 nodes to look at",
      "patchplane: scan window: 1 node to look at",
    ]);
  });

  it("tells once of each execution that has not ended well, and nothing of one that was skipped, which its rule tells", async () => {
    for (const [status, expected] of [
      ["FAILED", ["patchplane: scan window: ended as FAILED"]],
      ["TIMED_OUT", ["patchplane: scan window: ended as TIMED_OUT"]],
      ["CANCELLED", ["patchplane: scan window: ended as CANCELLED"]],
      ["SKIPPED_OVERLAPPING", []],
      ["SUCCESS", []],
    ] as const) {
      const made = world();
      made.executions.clear();
      made.tags.clear();
      run(made, scanId, "e-2", "Scan", began);
      made.commands.set("e-2", []);
      made.executions.set(
        scanId,
        (made.executions.get(scanId) ?? []).map((one) => ({ ...one, status })),
      );
      await closeWindows(made.ports(), now, never);
      await closeWindows(made.ports(), now, never);
      expect(
        made.told.map(({ subject }) => subject),
        status,
      ).to.deep.equal(expected);
    }
  });

  it("names ten nodes at most", async () => {
    const made = world();
    for (let index = 0; index < 40; index++) made.tags.set(`i-a${index}`, { PatchGroup: "web" });
    await closeWindows(made.ports(), now, never);
    const names = made.told[0]?.text.match(/\bm?i-[0-9a-z]+/g) ?? [];
    expect(names.filter((name) => made.tags.has(name))).to.have.lengthOf(10);
    expect(made.told[0]?.text).to.contain("41 no agent");
  });

  it("refuses an object of an open execution that is none, and closes the others", async () => {
    const made = world();
    made.bucket.put(windowOpenKey("e-0"), "{");
    const { errors, closed } = await closeWindows(made.ports(), now, never);
    expect(errors.join()).to.contain(`${runKeys.windowsOpen}e-0.json is no record of a run`);
    expect(closed).to.have.lengthOf(1);
  });
});
