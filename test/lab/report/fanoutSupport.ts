import type { FanoutRegion, FanoutRun } from "#lab/report/summary/fanoutShape.js";
import type { ExecutionSummary, WindowSummary } from "#lab/report/summary/summary.js";
import { execution, hourMs, installWindow, minuteMs, shownFrom, time } from "./windowsSupport.js";

export const openedAt = shownFrom + 12 * hourMs;

/** A Region in which four nodes were patched. */
export function region(changes: Partial<FanoutRegion> = {}): FanoutRegion {
  return {
    region: "us-west-2",
    state: "started",
    skipped: [],
    failures: [],
    members: 4,
    counts: { patched: 4, failed: 0, notCovered: 0 },
    patched: [],
    findings: [],
    notPatched: [],
    before: { nodes: 4, reported: 4, missing: 12, failed: 0, pendingReboot: 0 },
    after: { nodes: 4, reported: 4, missing: 0, failed: 0, pendingReboot: 0 },
    ...changes,
  };
}

/** A Region with one of its four nodes left for a reason. */
export function leaving(reason: string, counts: { failed: number; notCovered: number }): FanoutRegion {
  return region({
    counts: { patched: 3, ...counts },
    notPatched: [{ reason, why: "it is", nodes: [{ id: "i-1", name: "<b>west-1" }] }],
  });
}

export const skipped = region({
  region: "eu-west-1",
  state: "skipped",
  skipped: [{ group: "base", reason: "no members" }],
  members: 0,
  counts: { patched: 0, failed: 0, notCovered: 0 },
  before: null,
  after: null,
});

export const failed = region({
  state: "failed",
  failures: [{ group: "base", account: null, error: "its automation is Failed" }],
  counts: { patched: 0, failed: 0, notCovered: 4 },
});

/** A run that was closed after half an hour. */
export function fanoutRun(changes: Partial<FanoutRun> = {}): FanoutRun {
  return {
    runId: "0f1e2d3c-4b5a-4968-8776-655443322110",
    operation: "Install",
    startedAt: time(openedAt),
    closedAt: time(openedAt + 30 * minuteMs),
    closedInTime: true,
    end: "ended",
    regions: [region(), skipped],
    ...changes,
  };
}

export function fanoutWindow(
  fanout: FanoutRun | null,
  changes: Partial<ExecutionSummary> = {},
): WindowSummary & { readonly executions: readonly [ExecutionSummary] } {
  const one = execution(openedAt, { duration: 5, cutoff: 1 }, { fanout, ...changes });
  return {
    ...installWindow(),
    name: "central",
    fanoutRegions: ["us-west-2", "eu-west-1"],
    executions: [one],
  };
}
