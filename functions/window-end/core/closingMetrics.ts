import type { nodeStateNames } from "#shared/contract/nodeStates.js";
import type { WindowRecord } from "#shared/contract/windowRecord.js";

/**
 * Metrics of the function that closes records: how many it has closed, and nodes by state, `Nodes` before the state's words. Nothing
 * else where it has closed none, since CloudWatch bills a metric by the hours in which it has a value.
 */
export function closingMetrics(closed: readonly WindowRecord[]): Record<string, number> {
  const metrics: Record<string, number> = { ClosedRuns: closed.length };
  for (const { nodes } of closed)
    for (const { state, ids } of nodes)
      metrics[metricOf(state)] = (metrics[metricOf(state)] ?? 0) + ids.length;
  return metrics;
}

function metricOf(state: (typeof nodeStateNames)[number]): string {
  const words = state.split(" ").map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `Nodes${words.join("")}`;
}
