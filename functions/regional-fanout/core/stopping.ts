import { memberRegions, membersOfGroups, type RunRecord } from "#shared/contract/runRecord.js";
import { type CancelOn, cancelWaiting } from "../../shared/commands/cancelWaiting.js";
import { type Invocation, isRunning, progressOfCommand } from "../../shared/commands/invocations.js";
import { mapLimited, settle } from "../../shared/errors.js";
import type { CommandSent } from "./evidence.js";

/** Regions that are worked on at a time. */
const parallelRegions = 8;

/** What is asked of one Region, and ended there. */
export interface RegionStops {
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  invocations(since: number, signal: AbortSignal): Promise<readonly Invocation[]>;
  readonly cancelOn: CancelOn;
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
      const members = membersOfGroups(this.record, this.region, command.groups);
      const found = progressOfCommand(command.id, invocations, members);
      for (const node of found.atWork) atWork.add(node);
      if (!isToStop) continue;
      const stopped = await cancelWaiting(this.ports.cancelOn, command.id, found.waiting, this.signal);
      this.cancelled.push(...stopped.nodes);
      this.errors.push(...stopped.errors);
    }
    const { region, errors } = this;
    return { region, cancelled: [...new Set(this.cancelled)].sort(), atWork: [...atWork].sort(), errors };
  }

  private async note(doing: Promise<void>): Promise<void> {
    const outcome = await settle(doing);
    if (!outcome.ok) this.errors.push(outcome.error);
  }
}
