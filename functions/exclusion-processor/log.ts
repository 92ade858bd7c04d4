import { exclusionAlarmed, hoursOverdue } from "#shared/contract/metrics.js";
import { metricLine } from "../shared/log.js";
import type { RunSummary } from "./core/runSummary.js";
import { shortened } from "./core/shortened.js";

/**
 * The one line that sums a run up.
 *
 * @param name of the function, by which its alarms find its metrics
 * @param now time of the run, epoch milliseconds
 */
export function summaryLine(name: string, summary: RunSummary, now: number): string {
  const writes = summary.regions.reduce(
    (total, { done }) => total + Object.values(done).reduce((sum, count) => sum + count, 0),
    0,
  );
  const metrics = {
    Writes: writes,
    StatusWrites: summary.statusWrites,
    Messages: summary.messages,
    [exclusionAlarmed.regions]: summary.regions.filter(({ error }) => error !== undefined).length,
    FailedNodes: summary.regions.reduce((total, { failedNodes }) => total + failedNodes, 0),
    [exclusionAlarmed.foreign]: summary.regions.reduce((total, { foreign }) => total + foreign.length, 0),
    [exclusionAlarmed.breach]: summary.regions.reduce((total, { breaches = 0 }) => total + breaches, 0),
    ApplyingManifests: summary.verdicts["being applied"] ?? 0,
    UnvouchedNodes: summary.regions.reduce((total, { unvouched = 0 }) => total + unvouched, 0),
    RefusedManifests: summary.verdicts.refused ?? 0,
    HeldManifests: summary.verdicts.held ?? 0,
    ...(summary.hoursOverdue === undefined ? {} : { [hoursOverdue]: summary.hoursOverdue }),
  };
  return metricLine({ name, ok: summary.ok, metrics, summary: shortened(summary) }, now);
}
