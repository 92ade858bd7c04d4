import { settle } from "../errors.js";

/** Most nodes of a call (API CancelCommand, InstanceIds). */
const nodesPerCall = 50;

/** Cancels a command on some of its nodes. @throws Error named InvalidInstanceId when one is not the command's */
export type CancelOn = (commandId: string, nodeIds: readonly string[], signal: AbortSignal) => Promise<void>;

/** What came of cancelling a command on nodes. */
export interface Cancelled {
  readonly nodes: readonly string[];
  readonly errors: readonly string[];
}

/** Lets a command begin on none of the nodes that wait for it, and leaves alone who is at it. It may be called again at any time. */
export async function cancelWaiting(
  cancelOn: CancelOn,
  commandId: string,
  waiting: readonly string[],
  signal: AbortSignal,
): Promise<Cancelled> {
  const cancelled: string[] = [];
  const errors: string[] = [];
  // A node that has left its group before the command was sent is none of the command's, and is found by halves.
  const cancel = async (nodes: readonly string[]): Promise<void> => {
    try {
      await cancelOn(commandId, nodes, signal);
      cancelled.push(...nodes);
    } catch (error) {
      // AWS does not say by which name it refuses a node that the command was not sent to, or whether it does.
      if (!(error instanceof Error && /^(Invalid|Validation)/.test(error.name))) throw error;
      if (nodes.length === 1) return;
      const half = Math.ceil(nodes.length / 2);
      await cancel(nodes.slice(0, half));
      await cancel(nodes.slice(half));
    }
  };
  for (let from = 0; from < waiting.length; from += nodesPerCall) {
    const outcome = await settle(cancel(waiting.slice(from, from + nodesPerCall)));
    if (!outcome.ok) errors.push(outcome.error);
  }
  return { nodes: cancelled, errors };
}
