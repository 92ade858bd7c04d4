/** A command on one node (API CommandInvocation). */
export interface Invocation {
  readonly commandId: string;
  readonly nodeId: string;
  /** StatusDetails of the API. */
  readonly status: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  /** With which AWS's program ended on the node, where it came to an end (ResponseCode of the API). */
  readonly code?: number;
}

const waitingStatuses = ["pending", "delayed"];
const runningStatuses = [...waitingStatuses, "inprogress", "cancelling"];

/** A status without the spaces that some texts of the API have in it: `DeliveryTimedOut`, `Delivery Timed Out`. */
export function plainStatus(status: string): string {
  return status.replace(/\s/g, "").toLowerCase();
}

/** Whether a command or its part on a node has not ended. */
export function isRunning(status: string): boolean {
  return runningStatuses.includes(plainStatus(status));
}

/** How far a command has got. */
export interface CommandProgress {
  /** Nodes whose turn has not come. */
  readonly waiting: readonly string[];
  readonly atWork: readonly string[];
}

/**
 * How far a command has got on its nodes. Total.
 *
 * @param members nodes that it was sent for, as far as they are known
 */
export function progressOfCommand(
  id: string,
  invocations: readonly Pick<Invocation, "commandId" | "nodeId" | "status">[],
  members: readonly string[],
): CommandProgress {
  const known = new Map(
    invocations.flatMap((one) =>
      one.commandId === id ? [[one.nodeId, plainStatus(one.status)] as const] : [],
    ),
  );
  // AWS does not say whether nodes that rate control has not come to are listed: who is not has not begun.
  const all = new Set([...members, ...known.keys()]);
  const isWaiting = (node: string) => waitingStatuses.includes(known.get(node) ?? "pending");
  const isAtWork = (node: string) => !isWaiting(node) && isRunning(known.get(node) ?? "");
  return { waiting: [...all].filter(isWaiting).sort(), atWork: [...all].filter(isAtWork).sort() };
}
