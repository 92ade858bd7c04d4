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

/** Whether a command's part on a node has not begun. */
export function isWaiting(status: string): boolean {
  return waitingStatuses.includes(plainStatus(status));
}

/** Whether a command or its part on a node has not ended. */
export function isRunning(status: string): boolean {
  return runningStatuses.includes(plainStatus(status));
}
