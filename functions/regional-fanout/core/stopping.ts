import { memberRegions, membersOfGroups, type RunRecord } from "#shared/contract/runRecord.js";
import { mapLimited, settle } from "../../shared/errors.js";
import { type CommandSent, type Invocation, isRunning, plainStatus } from "./evidence.js";

/** Regions that are worked on at a time. */
const parallelRegions = 8;
/** Most nodes of a call (API CancelCommand, InstanceIds). */
const nodesPerCall = 50;
const waitingStatuses = ["pending", "delayed"];

/** What is asked of one Region, and ended there. */
export interface RegionStops {
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  invocations(since: number, signal: AbortSignal): Promise<readonly Invocation[]>;
  /** Cancels a command on some of its nodes. @throws Error named InvalidInstanceId when one is not the command's */
  cancelOn(commandId: string, nodeIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Lets an automation begin nothing any more; what it has begun goes on. */
  completeAutomation(id: string, signal: AbortSignal): Promise<void>;
}

/** What was found in a Region, and what was ended there. */
export interface RegionStopped {
  readonly region: string;
  /** Nodes whose turn had not come: nothing begins on them any more. */
  readonly cancelled: readonly string[];
  /** Nodes that are at it, which are left alone: a package manager that is killed leaves a broken node. */
  readonly atWork: readonly string[];
  /** What could not be read or ended. */
  readonly errors: readonly string[];
}

/** A command on nodes, as far as it has got. Total. */
export function progressOfCommand(
  { id, groups }: CommandSent,
  invocations: readonly Invocation[],
  membersOf: (groups: readonly string[]) => readonly string[],
): { readonly waiting: readonly string[]; readonly atWork: readonly string[] } {
  const known = new Map(
    invocations.flatMap((one) =>
      one.commandId === id ? [[one.nodeId, plainStatus(one.status)] as const] : [],
    ),
  );
  // AWS does not say whether nodes that rate control has not come to are listed: who is not has not begun.
  const all = new Set([...membersOf(groups), ...known.keys()]);
  const isWaiting = (node: string) => waitingStatuses.includes(known.get(node) ?? "pending");
  const isAtWork = (node: string) => !isWaiting(node) && isRunning(known.get(node) ?? "");
  return { waiting: [...all].filter(isWaiting).sort(), atWork: [...all].filter(isAtWork).sort() };
}

/**
 * Lets nothing of a run begin any more, and leaves alone what has begun. It may be called again at any time.
 *
 * @param isToStop false only looks
 */
export function stopRegions(
  portsOf: (region: string) => RegionStops,
  record: RunRecord,
  isToStop: boolean,
  signal: AbortSignal,
): Promise<RegionStopped[]> {
  return mapLimited(memberRegions(record), parallelRegions, async (region) => {
    const work = new RegionStop(portsOf(region), record, region, signal);
    const found = await settle(work.run(isToStop));
    const failed = { region, cancelled: [], atWork: [], errors: [] };
    return found.ok ? found.value : { ...failed, errors: [found.error] };
  });
}

class RegionStop {
  private readonly cancelled: string[] = [];
  private readonly errors: string[] = [];

  constructor(
    private readonly ports: RegionStops,
    private readonly record: RunRecord,
    private readonly region: string,
    private readonly signal: AbortSignal,
  ) {}

  async run(isToStop: boolean): Promise<RegionStopped> {
    const { runId, startedAt, request, starts } = this.record;
    const since = Date.parse(startedAt);
    // With an automation for each node, those that wait have no command yet.
    if (isToStop && request.executionMode === "per-instance") {
      for (const { region, executionId } of starts)
        if (region === this.region && executionId !== undefined)
          await this.note(this.ports.completeAutomation(executionId, this.signal));
    }
    const sent = await this.ports.commands(since, this.signal);
    const own = sent.filter(
      ({ snapshotId, status }) => snapshotId?.toLowerCase() === runId && isRunning(status),
    );
    const invocations = own.length === 0 ? [] : await this.ports.invocations(since, this.signal);
    const atWork = new Set<string>();
    for (const command of own) {
      const found = progressOfCommand(command, invocations, (groups) =>
        membersOfGroups(this.record, this.region, groups),
      );
      for (const node of found.atWork) atWork.add(node);
      if (!isToStop) continue;
      for (let from = 0; from < found.waiting.length; from += nodesPerCall)
        await this.note(this.cancel(command.id, found.waiting.slice(from, from + nodesPerCall)));
    }
    const { region, errors } = this;
    return { region, cancelled: [...new Set(this.cancelled)].sort(), atWork: [...atWork].sort(), errors };
  }

  /** A node that has left its group before the command was sent is none of the command's, and is found by halves. */
  private async cancel(commandId: string, nodes: readonly string[]): Promise<void> {
    try {
      await this.ports.cancelOn(commandId, nodes, this.signal);
      this.cancelled.push(...nodes);
    } catch (error) {
      // AWS does not say by which name it refuses a node that the command was not sent to, or whether it does.
      if (!(error instanceof Error && /^(Invalid|Validation)/.test(error.name))) throw error;
      if (nodes.length === 1) return;
      const half = Math.ceil(nodes.length / 2);
      await this.cancel(commandId, nodes.slice(0, half));
      await this.cancel(commandId, nodes.slice(half));
    }
  }

  private async note(doing: Promise<void>): Promise<void> {
    const outcome = await settle(doing);
    if (!outcome.ok) this.errors.push(outcome.error);
  }
}
