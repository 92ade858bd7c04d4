import type { RunSummary } from "./core/reconcile.js";
import type { Log } from "./ports.js";

const namespace = "patchplane";

/** Log lines as JSON, one an event. */
export function jsonLog(stream: { write(text: string): unknown }): Log {
  const line = (level: string, message: string, details: Readonly<Record<string, unknown>> = {}) => {
    stream.write(`${JSON.stringify({ level, message, ...details })}\n`);
  };
  return {
    info: (message, details) => line("INFO", message, details),
    error: (message, details) => line("ERROR", message, details),
  };
}

/**
 * The one line that sums a run up, in CloudWatch's embedded metric format: CloudWatch Logs makes metrics of it.
 *
 * @param now time of the run, epoch milliseconds
 */
export function summaryLine(summary: RunSummary, now: number): string {
  const writes = summary.regions.reduce(
    (total, { done }) => total + Object.values(done).reduce((sum, count) => sum + count, 0),
    0,
  );
  const metrics = {
    Writes: writes,
    StatusWrites: summary.statusWrites,
    Messages: summary.messages,
    FailedRegions: summary.regions.filter(({ error }) => error !== undefined).length,
    FailedNodes: summary.regions.reduce((total, { failedNodes }) => total + failedNodes, 0),
    RefusedManifests: summary.verdicts.refused ?? 0,
    HeldManifests: summary.verdicts.held ?? 0,
  };
  const directive = {
    Namespace: namespace,
    Dimensions: [["Function"]],
    Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
  };
  const line = {
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    Function: "exclusion-processor",
    level: summary.ok ? "INFO" : "ERROR",
    message: "run",
    ...metrics,
    summary,
  };
  return `${JSON.stringify(line)}\n`;
}
