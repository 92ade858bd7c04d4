import type { ClosedRun } from "#shared/contract/closedRun.js";
import { fanoutAlarmed, hoursOverdue } from "#shared/contract/metrics.js";
import type { Watched } from "../../shared/windows/watch.js";
import { regionCounts, type StartResult } from "./result.js";

/** Metrics of the starting function. */
export function startMetrics(result: StartResult): Record<string, number> {
  const { failed, started, skipped } = regionCounts(result);
  return {
    [fanoutAlarmed.regions]: failed,
    SkippedRegions: skipped,
    StartedRegions: started,
    [fanoutAlarmed.hollow]: result.verdict === "hollow" ? 1 : 0,
  };
}

/**
 * Metrics of the closing function, over the runs that it has closed. A scan patches no node. Hollow is here a run that
 * was started and reached no node; one that had nothing to start is the starting function's to count.
 */
export function closingMetrics(closed: readonly ClosedRun[], watched: Watched = {}): Record<string, number> {
  const sum = (part: (run: ClosedRun) => number) => closed.reduce((total, run) => total + part(run), 0);
  const regions = (list: readonly { readonly region: string }[]) =>
    new Set(list.map(({ region }) => region)).size;
  const reported = (operation: string) => (run: ClosedRun) =>
    run.request.operation === operation ? run.totals.patched : 0;
  return {
    ClosedRuns: closed.length,
    [fanoutAlarmed.regions]: sum(({ failed }) => regions(failed)),
    PatchedNodes: sum(reported("Install")),
    ScannedNodes: sum(reported("Scan")),
    FailedNodes: sum(({ totals }) => totals.failed),
    NotCoveredNodes: sum(({ totals }) => totals.notCovered),
    [fanoutAlarmed.hollow]: sum((run) =>
      hasStarted(run) && run.totals.members > 0 && run.totals.patched === 0 ? 1 : 0,
    ),
    ...(watched.hoursOverdue === undefined ? {} : { [hoursOverdue]: watched.hoursOverdue }),
  };
}

function hasStarted({ starts }: ClosedRun): boolean {
  return starts.some(({ status }) => status !== "not started");
}
