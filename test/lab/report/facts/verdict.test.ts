import { expect } from "chai";
import { denialProblems, windowProblems } from "#lab/report/facts/verdict.js";
import type { ExecutionSummary, WindowSummary } from "#lab/report/summary/summary.js";
import { command, execution, hourMs, scanWindow, shownFrom, time } from "../windowsSupport.js";

const base = command({ task: "install-base", targeted: 10, invocations: { Success: 10 } });

function problemsOf(changes: Partial<ExecutionSummary>, missed: WindowSummary["missed"] = []): string[] {
  const run = { ...execution(shownFrom, { duration: 2, cutoff: 1 }, { commands: [base] }), ...changes };
  return windowProblems([{ ...scanWindow(), name: "nightly", executions: [run], missed }]);
}

describe("denialProblems", () => {
  it("names the statement that is missing, but nothing where IAM has only not seen the tags yet", () => {
    const denial = { at: 0, caller: "c", action: "ssm:Do", resource: "*", reason: "no statement allows it" };
    expect(denialProblems([{ ...denial, isLate: true }])).to.deep.equal([]);
    expect(denialProblems([denial, denial])).to.deep.equal([
      'IAM refused ssm:Do to c: no statement allows it; it would take {"Effect":"Allow","Action":"ssm:Do","Resource":"*"}; 2 times.',
    ]);
  });
});

describe("windowProblems", () => {
  const cases: readonly [what: string, changes: Partial<ExecutionSummary>, problem: string | undefined][] = [
    ["a success", { status: "SUCCESS" }, undefined],
    ["one that still runs at the end", { status: "IN_PROGRESS", endedAt: null }, undefined],
    [
      "failures within the error limit",
      {
        status: "SUCCESS",
        commands: [{ ...base, statusDetails: "Incomplete", invocations: { Success: 9, Failed: 1 } }],
      },
      undefined,
    ],
    [
      "a success that reached nothing",
      { status: "SUCCESS", commands: [{ ...base, targeted: 0, invocations: {} }] },
      "completed, but its targets matched no node.",
    ],
    [
      "one skipped",
      { status: "SKIPPED_OVERLAPPING", commands: [] },
      "was skipped, because the execution before it still ran.",
    ],
    [
      "one out of time, with what it would have needed",
      {
        status: "TIMED_OUT",
        statusDetails: "cutoff",
        cutoffAt: time(shownFrom + hourMs),
        neededUntil: time(shownFrom + 2.5 * hourMs),
        commands: [{ ...base, status: "Cancelled", invocations: { Success: 4, Cancelled: 6 } }],
      },
      "ran out of time: 6 of 10 nodes were not done; all nodes would have needed 2.5 hours, and 1.0 passed before the cutoff.",
    ],
    [
      "one whose second task was never started",
      { status: "TIMED_OUT", statusDetails: "cutoff", neededUntil: null },
      "ran out of time.",
    ],
    [
      "one that reached no node in time, which is no lack of time",
      {
        status: "TIMED_OUT",
        statusDetails: "",
        neededUntil: null,
        commands: [{ ...base, status: "TimedOut", statusDetails: "DeliveryTimedOut" }],
      },
      "ended as TIMED_OUT (install-base DeliveryTimedOut).",
    ],
    [
      "one stopped by its error limit",
      {
        status: "FAILED",
        commands: [
          {
            ...base,
            status: "Failed",
            stoppedByErrorLimit: true,
            invocations: { Success: 1, Failed: 2, Terminated: 7 },
          },
        ],
      },
      "was stopped by the error limit of install-base: 7 of 10 nodes were not done.",
    ],
    [
      "one that failed",
      { status: "FAILED", commands: [{ ...base, status: "Failed", statusDetails: "Undeliverable" }] },
      "ended as FAILED (install-base Undeliverable).",
    ],
  ];
  for (const [what, changes, problem] of cases) {
    it(`says of ${what}: ${problem ?? "nothing"}`, () => {
      const expected = problem === undefined ? [] : [`nightly of ${time(shownFrom)} ${problem}`];
      expect(problemsOf(changes)).to.eql(expected);
    });
  }

  it("names the times at which a window did not open", () => {
    const missed = [{ at: time(shownFrom + hourMs), reason: "five were running" }];
    expect(problemsOf({ status: "SUCCESS" }, missed)).to.eql([
      `nightly did not open at ${time(shownFrom + hourMs)}: five were running.`,
    ]);
  });
});
