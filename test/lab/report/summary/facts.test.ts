import { expect } from "chai";
import {
  complianceAtEnd,
  complianceAtFirstScan,
  complianceByDay,
  hasRun,
  isProblem,
  nodesInOrder,
  occurrencesOf,
} from "#lab/report/summary/facts.js";
import type { Outcome } from "#lab/report/summary/outcome.js";
import type { ExecutionSummary } from "#lab/report/summary/summary.js";
import { command, execution, node, summary, time } from "../support.js";

const hours = { duration: 3, cutoff: 1 };
const start = Date.parse("2026-10-11T08:00:00Z");

function only(changes: Partial<ExecutionSummary>) {
  const [, install] = summary().windows;
  if (install === undefined) throw new Error("no install window");
  const [occurrence] = occurrencesOf({
    ...install,
    executions: [execution(start, hours, changes)],
    missed: [],
  });
  if (occurrence === undefined) throw new Error("no occurrence");
  return occurrence;
}

const done = command({ task: "base", targeted: 4, invocations: { Success: 4 } });
const left = command({ task: "base", targeted: 4, invocations: { Success: 3, Failed: 1 } });
const offline = command({
  task: "base",
  targeted: 4,
  invocations: { Success: 2, Undeliverable: 1, DeliveryTimedOut: 1 },
});
const limited = command({ ...left, stoppedByErrorLimit: true });

describe("outcome of a window execution", () => {
  const cases: readonly (readonly [string, Partial<ExecutionSummary>, Outcome])[] = [
    ["a success in which every node was done", { commands: [done] }, "done"],
    ["a success that left nodes out", { commands: [done, left] }, "incomplete"],
    ["a success that missed only nodes out of reach", { commands: [done, offline] }, "out-of-reach"],
    ["a success with nodes failed and out of reach", { commands: [left, offline] }, "incomplete"],
    ["a success that selected no node", { commands: [command({ task: "base" })] }, "no-nodes"],
    ["a cutoff", { status: "TIMED_OUT", statusDetails: "cutoff", commands: [left] }, "out-of-time"],
    ["a command that reached no node in time", { status: "TIMED_OUT", commands: [left] }, "failed"],
    ["a need beyond the window", { commands: [left], neededUntil: time(start + 1) }, "out-of-time"],
    ["an error limit", { status: "FAILED", commands: [limited] }, "error-limit"],
    ["an error limit that AWS calls a success", { commands: [limited] }, "error-limit"],
    ["a failure", { status: "FAILED", commands: [left] }, "failed"],
    ["an overlap", { status: "SKIPPED_OVERLAPPING" }, "skipped"],
    ["a cancelled one", { status: "CANCELLED", commands: [left] }, "cancelled"],
    ["one that still runs", { status: "IN_PROGRESS", endedAt: null, commands: [left] }, "running"],
  ];
  for (const [name, changes, outcome] of cases)
    it(`of ${name} is ${outcome}`, () => {
      expect(only(changes).outcome).to.equal(outcome);
    });

  it("leaves only what went well or still runs without a look", () => {
    expect([only({ commands: [done, offline] }), only({ status: "PENDING" })].some(isProblem)).to.equal(
      false,
    );
    expect(
      [only({ commands: [left] }), only({}), only({ status: "SKIPPED_OVERLAPPING" })].every(isProblem),
    ).to.equal(true);
  });

  it("adds up its commands and names who was left out", () => {
    const occurrence = only({ statusDetails: "details", commands: [done, limited] });
    expect([occurrence.targeted, occurrence.done]).to.deep.equal([8, 7]);
    expect(occurrence.notes).to.deep.equal([
      "base: stopped by its error limit; 1 failed (of 4 nodes)",
      "details",
    ]);
  });

  it("says nothing of the tasks of an execution that was skipped", () => {
    const idle = command({
      task: "base",
      commandId: null,
      status: "SKIPPED_OVERLAPPING",
      statusDetails: "not started",
    });
    const skipped = only({ status: "SKIPPED_OVERLAPPING", statusDetails: "still running", commands: [idle] });
    expect(skipped.notes).to.deep.equal(["still running"]);
    expect([
      hasRun(skipped),
      hasRun(only({ commands: [command({ ...done, startedAt: time(start) })] })),
    ]).to.deep.equal([false, true]);
  });

  it("says how long was needed, and what length would do, if any", () => {
    const needing = (hoursNeeded: number) =>
      only({ neededUntil: time(start + hoursNeeded * 3_600_000) }).notes;
    expect(only({}).notes).to.deep.equal([]);
    expect(needing(290 / 60)).to.deep.equal([
      "needed 4 h 50 min, had 2 h until its cutoff; durationHours 6 would have been enough",
    ]);
    expect(needing(23.5).join()).to.contain("no window is that long (24 h at most)");
  });

  it("counts nodes that a command never came to", () => {
    const cut = command({ task: "base", targeted: 9, invocations: { Success: 4, Failed: 2 } });
    expect(only({ commands: [cut] }).notes).to.deep.equal(["base: 2 failed, 3 not started (of 9 nodes)"]);
    expect(only({ commands: [command({ task: "base", commandId: null, targeted: 3 })] }).notes).to.deep.equal(
      ["base: never started"],
    );
  });
});

describe("facts of a run", () => {
  it("puts openings that never happened among those that did", () => {
    const [scan] = summary().windows;
    if (scan === undefined) throw new Error("no scan window");
    const all = occurrencesOf(scan);
    expect(all).to.have.length(28);
    expect(all[15]?.outcome).to.equal("missed");
    expect(all.map(({ at }) => at)).to.deep.equal(all.map(({ at }) => at).sort((one, two) => one - two));
  });

  it("puts nodes that need attention first", () => {
    const nodes = [
      node(0, { name: "fine" }),
      node(1, { name: "b-bad", state: "non-compliant" }),
      node(2, { name: "a-bad", state: "non-compliant" }),
      node(3, { name: "excluded", reasons: ["openssl is excluded"] }),
      node(4, { name: "unseen", state: "unknown" }),
    ];
    expect(nodesInOrder(nodes).map(({ name }) => name)).to.deep.equal([
      "unseen",
      "a-bad",
      "b-bad",
      "excluded",
      "fine",
    ]);
  });

  it("takes compliance from the nodes when there is no sample", () => {
    const bare = summary({ compliance: [] });
    expect(complianceAtEnd(bare)).to.deep.equal({ compliant: 29, nonCompliant: 4, unknown: 7 });
    expect(complianceAtFirstScan(bare)).to.equal(null);
    expect(complianceByDay(summary())).to.have.length(28);
  });

  it("begins compliance with the first scan", () => {
    const before = { at: time(start - 1), compliant: 0, nonCompliant: 0, unknown: 3 };
    const after = { at: time(start), compliant: 1, nonCompliant: 0, unknown: 2 };
    const none = { at: time(start), compliant: 0, nonCompliant: 1, unknown: 2 };
    expect(complianceAtFirstScan(summary({ compliance: [before, before, after] }))).to.equal(after);
    expect(complianceAtFirstScan(summary({ compliance: [before, none] }))).to.equal(none);
    expect(complianceAtFirstScan(summary({ compliance: [before] }))).to.equal(null);
  });
});
