import { expect } from "chai";
import { windowProblems } from "#lab/report/facts/verdict.js";
import { renderReport } from "#lab/report/page/html.js";
import { isProblem, occurrencesOf } from "#lab/report/summary/facts.js";
import type { Outcome } from "#lab/report/summary/outcome.js";
import { type ExecutionSummary, summarySchema } from "#lab/report/summary/summary.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { failed, fanoutRun, fanoutWindow, leaving, openedAt, region, skipped } from "../fanoutSupport.js";
import { quietSummary, summary } from "../support.js";
import { command, hourMs, time } from "../windowsSupport.js";

type Case = readonly [
  what: string,
  run: ReturnType<typeof fanoutRun> | null,
  outcome: Outcome,
  problem: string | undefined,
  changes?: Partial<ExecutionSummary>,
];

const late = { closedAt: time(openedAt + 8 * hourMs), closedInTime: false };
const stopped = command({ task: "us-west-2 base", targeted: 4, stoppedByErrorLimit: true });

const cases: readonly Case[] = [
  ["every node patched", fanoutRun(), "done", undefined],
  [
    "a node that failed within the limit",
    fanoutRun({ regions: [leaving("failed", { failed: 1, notCovered: 0 })] }),
    "incomplete",
    undefined,
  ],
  [
    "a node that is stopped",
    fanoutRun({ regions: [leaving("stopped or terminated", { failed: 0, notCovered: 1 })] }),
    "out-of-reach",
    undefined,
  ],
  [
    "a node on the default baseline",
    fanoutRun({ regions: [leaving("on the default baseline", { failed: 0, notCovered: 1 })] }),
    "not-covered",
    undefined,
  ],
  [
    "a Region that failed",
    fanoutRun({ regions: [failed, region({ region: "eu-west-1" })] }),
    "failed",
    "failed in us-west-2: its automation is Failed; 0 of 4 nodes patched; patched in all: 4 of 8 nodes.",
  ],
  [
    "a Region that failed by its error limit",
    fanoutRun({ regions: [failed] }),
    "error-limit",
    "failed in us-west-2: its automation is Failed; 0 of 4 nodes patched; patched in all: 0 of 4 nodes.",
    { commands: [stopped] },
  ],
  [
    "a Region that started, and in which nothing was patched",
    fanoutRun({ regions: [region({ counts: { patched: 0, failed: 1, notCovered: 3 } })] }),
    "failed",
    "failed in us-west-2: 0 of 4 nodes patched; patched in all: 0 of 4 nodes.",
  ],
  [
    "a Region of other accounts alone",
    fanoutRun({ regions: [region({ members: 0, counts: { patched: 0, failed: 0, notCovered: 0 } })] }),
    "done",
    undefined,
  ],
  [
    "no node anywhere",
    fanoutRun({ end: "hollow", regions: [skipped] }),
    "no-nodes",
    "completed, but no Region had a node in its groups.",
  ],
  ["a calendar that was not open", fanoutRun({ end: "calendar closed", regions: [] }), "frozen", undefined],
  [
    "a run that was given up",
    fanoutRun({ ...late, end: "given up" }),
    "failed",
    "was given up, a day after it began; patched in all: 4 of 4 nodes.",
  ],
  [
    "a run that was closed too late",
    fanoutRun(late),
    "out-of-time",
    "ran out of time: its run was closed 8 h after it began; patched in all: 4 of 4 nodes.",
  ],
  [
    "a run that was never closed",
    fanoutRun({ closedAt: null, closedInTime: false, end: null }),
    "not-closed",
    "was started, and its run was not closed in time: nobody knows what it has patched.",
  ],
  [
    "a run that is under way",
    fanoutRun({ closedAt: null, closedInTime: null, end: null }),
    "running",
    undefined,
  ],
  [
    "an execution that failed beside its run",
    fanoutRun(),
    "failed",
    "ended as FAILED (Task timed out); patched in all: 4 of 4 nodes.",
    { status: "FAILED", statusDetails: "Task timed out" },
  ],
  ["no record", null, "failed", "completed, and there is no record of a run."],
  [
    "a function that failed before it wrote a record",
    null,
    "failed",
    "ended as FAILED (AccessDenied), and there is no record of a run.",
    { status: "FAILED", statusDetails: "AccessDenied" },
  ],
  ["a function that is at work", null, "running", undefined, { status: "IN_PROGRESS", endedAt: null }],
  [
    "an overlap",
    null,
    "skipped",
    "was skipped, because the execution before it still ran.",
    { status: "SKIPPED_OVERLAPPING" },
  ],
];

describe("an opening of a central window", () => {
  for (const [what, run, outcome, problem, changes] of cases) {
    it(`with ${what} is ${outcome}`, () => {
      const window = fanoutWindow(run, changes);
      expect(occurrencesOf(window).map((one) => one.outcome)).to.eql([outcome]);
      expect(windowProblems([window])).to.eql(
        problem === undefined ? [] : [`central of ${time(openedAt)} ${problem}`],
      );
    });
  }

  it("needs a look where something is a problem, and where nodes failed or were not covered", () => {
    for (const [what, run, outcome, problem, changes] of cases) {
      const [one] = occurrencesOf(fanoutWindow(run, changes));
      const expected = problem !== undefined || ["incomplete", "not-covered"].includes(outcome);
      expect(one !== undefined && isProblem(one), what).to.equal(expected);
    }
  });

  it("counts members and those that were patched, and names who was not", () => {
    const window = fanoutWindow(
      fanoutRun({ regions: [leaving("offline", { failed: 0, notCovered: 1 }), skipped] }),
    );
    const [one] = occurrencesOf(window);
    expect([one?.targeted, one?.done]).to.eql([4, 3]);
    expect(one?.notes).to.eql([
      "us-west-2: 3 of 4 nodes patched; connection lost: <b>west-1",
      "eu-west-1: skipped, no members",
    ]);
  });

  it("is scanned where it scans", () => {
    const window = fanoutWindow(fanoutRun({ operation: "Scan", regions: [failed] }));
    expect(windowProblems([window])[0]).to.include("0 of 4 nodes scanned; scanned in all");
  });
});

describe("the report of central windows", () => {
  const windows = cases.map(([what, run, , , changes]) => ({ ...fanoutWindow(run, changes), name: what }));

  it("stands for every kind of run, in the shape of the summary, with its names escaped", () => {
    const all = summary({ windows });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(all)))).to.eql(all);
    const page = renderReport(all);
    expect(page).to.include("Regions of the central window").and.not.include("<b>west-1");
    expect(page).to.include("&lt;b&gt;west-1").and.include("skipped: <bdi>no members</bdi>");
    expect(page).to.include("A calendar was not open");
    expect(page.match(/never closed/g)).to.have.length.above(0);
  });

  it("has a lane for each Region on the timeline, in both sizes", () => {
    const page = renderReport(summary({ windows: [fanoutWindow(fanoutRun())] }));
    for (const name of ["us-west-2", "eu-west-1"])
      expect(page.match(new RegExp(`↳ ${name}`, "g"))).to.have.length(2);
  });

  it("is not there for a stack without any", () => {
    expect(renderReport(quietSummary())).not.to.include("Regions of the central window");
    expect(renderTable(quietSummary(), { width: 100, colour: false })).not.to.include("Regions in the last");
  });
});
