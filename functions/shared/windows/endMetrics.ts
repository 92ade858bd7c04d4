import { nodesPastEnd } from "#shared/contract/metrics.js";

/**
 * Metrics of a function that ends runs.
 *
 * @param late nodes that were still at work when their window ended
 * @param notBegun nodes on which nothing had begun, so that they were left out
 */
export function endMetrics(late: number, notBegun: number): Record<string, number> {
  return { [nodesPastEnd]: late, NodesNotBegun: notBegun };
}
