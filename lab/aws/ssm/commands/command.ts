import type { LabNode } from "../nodes/labNode.js";

/** How a target names a resource group. */
export const groupKey = "resource-groups:Name";

/** StatusDetails of a command's invocation on one node, as Run Command names them. */
const invocationStatuses = [
  "Pending",
  "InProgress",
  "Success",
  "Failed",
  "Undeliverable",
  "DeliveryTimedOut",
  "ExecutionTimedOut",
  "Cancelled",
  "Terminated",
  "AccessDenied",
] as const;
export type InvocationStatus = (typeof invocationStatuses)[number];

/** Status and StatusDetails of a command. */
export interface CommandEnd {
  readonly status: "Success" | "Failed" | "TimedOut" | "Cancelled";
  readonly details: string;
}

/** A command and its invocations, in columns: a fleet of 100,000 nodes has millions of them in a month. */
export class Command {
  /** Index into invocationStatuses, per node. */
  private readonly status: Uint8Array;
  /** Seconds from the command's request to an invocation's start and end; -1 before there is one. */
  private readonly started: Int32Array;
  private readonly ended: Int32Array;
  end: CommandEnd | undefined;
  endedAt: number | undefined;
  patchesInstalled = 0;
  nodesRebooted = 0;
  stoppedByErrorLimit = false;
  /** When every node would have been done, had the command not been cancelled. */
  neededUntil: number | undefined;

  constructor(
    readonly id: string,
    readonly documentName: string,
    readonly comment: string,
    readonly parameters: Readonly<Record<string, readonly string[]>>,
    readonly requestedAt: number,
    readonly nodes: readonly LabNode[],
    /** Nodes at once. */
    readonly concurrency: number,
    /** Failed nodes that are put up with. */
    readonly errorLimit: number,
  ) {
    this.status = new Uint8Array(nodes.length);
    this.started = new Int32Array(nodes.length).fill(-1);
    this.ended = new Int32Array(nodes.length).fill(-1);
  }

  statusOf(index: number): InvocationStatus {
    return invocationStatuses[this.status[index] ?? 0] ?? "Pending";
  }

  begin(index: number, now: number): void {
    this.set(index, "InProgress");
    this.started[index] = this.offset(now);
  }

  finish(index: number, status: InvocationStatus, now: number): void {
    this.set(index, status);
    this.ended[index] = this.offset(now);
  }

  startedAt(index: number): number | undefined {
    return this.time(this.started[index]);
  }

  finishedAt(index: number): number | undefined {
    return this.time(this.ended[index]);
  }

  /** Nodes per status of their invocation; only statuses that occur. */
  counts(): Partial<Record<InvocationStatus, number>> {
    const counts: Partial<Record<InvocationStatus, number>> = {};
    for (let index = 0; index < this.nodes.length; index++) {
      const status = this.statusOf(index);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  private set(index: number, status: InvocationStatus): void {
    this.status[index] = invocationStatuses.indexOf(status);
  }

  private offset(now: number): number {
    return Math.round((now - this.requestedAt) / 1000);
  }

  private time(offset: number | undefined): number | undefined {
    return offset === undefined || offset < 0 ? undefined : this.requestedAt + offset * 1000;
  }
}

/**
 * How a command ends, when the nodes are done and it was neither cancelled nor stopped by its error limit.
 *
 * Nodes that a command could not be delivered to are not errors: four undeliverable and one success are a success,
 * but none reached is a failure. Failures within the error limit leave it Incomplete, which the API's status does
 * not show (its own documentation: "not enough invocations failed for the status to be Failed").
 */
export function naturalEnd(counts: Partial<Record<InvocationStatus, number>>): CommandEnd {
  const { Success = 0, Failed = 0, ExecutionTimedOut = 0, DeliveryTimedOut = 0, AccessDenied = 0 } = counts;
  if (Success === 0) {
    if (ExecutionTimedOut > 0) return { status: "TimedOut", details: "ExecutionTimedOut" };
    if (Failed > 0) return { status: "Failed", details: "Failed" };
    if (DeliveryTimedOut > 0) return { status: "TimedOut", details: "DeliveryTimedOut" };
    return { status: "Failed", details: AccessDenied > 0 ? "AccessDenied" : "Undeliverable" };
  }
  const errors = Failed + ExecutionTimedOut;
  return errors > 0
    ? { status: "Success", details: "Incomplete" }
    : { status: "Success", details: "Success" };
}
