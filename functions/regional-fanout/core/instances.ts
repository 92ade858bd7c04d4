/** USD of a step of an automation (AWS Systems Manager pricing, Automation, us-east-1); each node's automation has one. */
const stepPrice = 0.002;

/**
 * Why a run with an automation for each node is refused: it has more nodes than somebody has said may be billed.
 *
 * @param most nodes that the stack's configuration allows
 * @returns undefined when it may begin
 */
export function manyInstancesText(nodes: number, most: number): string | undefined {
  if (nodes <= most) return undefined;
  const price = (nodes * stepPrice).toFixed(2);
  return `The run would have an automation for each of ${nodes} nodes, at about ${price} USD a run; allowed are ${most}. Nothing was started. Set fanoutPerInstanceNodes to ${nodes} or more if that is meant, or fanoutExecutionMode to per-region, which is billed by group.`;
}
