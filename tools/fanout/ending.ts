import { deadlineIn } from "#functions/regional-fanout/context.js";
import { isRunning, plainStatus } from "#functions/regional-fanout/core/evidence.js";
import { mapLimited, settle } from "#functions/shared/errors.js";
import type { FanoutPorts, Surroundings } from "./ports.js";
import { commandsOf, type RegionCommands } from "./progress.js";
import type { RecordedRun } from "./runs.js";

/** Regions that are worked on at a time. */
const parallelRegions = 8;
/** Milliseconds between two stops in a Region, of which AWS takes one in a second (StopAutomationExecution). */
const stopPause = 1_000;
/** Looks for what is still there; what has begun between a look and a stop is found by the next. */
const maxLooks = 10;
/** Milliseconds for one look at a Region. */
const lookSpan = 120_000;

/** What was ended in a Region. */
export interface RegionEnding {
  readonly region: string;
  /** Ids of automations, parents and children. */
  readonly stopped: readonly string[];
  /** Ids of commands. */
  readonly cancelled: readonly string[];
  /** Nodes that were at it when their command was cancelled, and may go on. */
  readonly underWay: readonly string[];
  /** Ids of automations and commands that were still going on at the last look. */
  readonly left: readonly string[];
  /** What could not be read or ended, as of the last look. */
  readonly errors: readonly string[];
}

/** Everything to be ended of a run, wherever it is. */
interface Work {
  readonly runId: string;
  readonly runbook: string;
  readonly startedAt: string;
  readonly homeRegion: string;
  readonly regions: readonly string[];
  /** Ids of automations of the home Region that the record knows. */
  readonly parents: readonly string[];
}

/** Where a run is, by its record. */
export function workOf({ record }: RecordedRun, homeRegion: string): Work {
  const { runId, startedAt, request, starts } = record;
  return {
    runId,
    startedAt,
    homeRegion,
    runbook: request.document.name,
    regions: [...new Set([homeRegion, ...request.regions])],
    parents: starts.flatMap(({ executionId }) => executionId ?? []),
  };
}

/**
 * Ends a run: first the parents, so that no child begins any more; then in each Region the children, and the commands,
 * which an automation that is stopped may leave alone.
 */
export async function endRun(
  ports: FanoutPorts,
  work: Work,
  pause: Surroundings["pause"],
): Promise<RegionEnding[]> {
  const home = new RegionEnd(ports, work, work.homeRegion, pause);
  await home.stop(work.parents);
  const others = work.regions.filter((region) => region !== work.homeRegion);
  const all = [home, ...others.map((region) => new RegionEnd(ports, work, region, pause))];
  return mapLimited(all, parallelRegions, (one) => one.end());
}

/** The end of a run in one Region. */
class RegionEnd {
  private readonly stopped = new Set<string>();
  private readonly cancelled = new Set<string>();
  private readonly underWay = new Set<string>();
  private errors: string[] = [];
  private hasStopped = false;

  constructor(
    private readonly ports: FanoutPorts,
    private readonly work: Work,
    private readonly region: string,
    private readonly pause: Surroundings["pause"],
  ) {}

  async end(): Promise<RegionEnding> {
    let left: string[] = [];
    for (let looks = 0; looks < maxLooks; looks++) {
      if (looks > 0) {
        await this.pause(stopPause);
        this.errors = [];
      }
      left = await this.look();
      if (left.length === 0 && this.errors.length === 0) break;
    }
    return {
      region: this.region,
      stopped: [...this.stopped],
      cancelled: [...this.cancelled],
      underWay: [...this.underWay].sort(),
      left,
      errors: this.errors,
    };
  }

  /** Ends what is there. @returns what was there: the next look tells whether it has ended */
  private async look(): Promise<string[]> {
    const { runId, runbook, startedAt } = this.work;
    const since = Date.parse(startedAt);
    const region = this.ports.region(this.region);
    const automations = await this.orNone(
      "its automations cannot be read",
      region.automations({ runId, runbook, since }),
    );
    await this.stop(automations ?? []);
    const signal = deadlineIn(lookSpan);
    const found = await this.orNone(
      "its commands cannot be read",
      commandsOf(this.ports, this.work, this.region, signal),
    );
    const commands = found === undefined ? [] : await this.cancel(found);
    return [...(automations ?? []), ...commands];
  }

  /** Stops automations, one in a second. */
  async stop(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.hasStopped) await this.pause(stopPause);
      this.hasStopped = true;
      const was = await this.orNone(
        `automation ${id} cannot be stopped`,
        this.ports.region(this.region).stopAutomation(id),
      );
      if (was === true) this.stopped.add(id);
    }
  }

  private async cancel({ commands, invocations }: RegionCommands): Promise<string[]> {
    const active = commands.filter(({ status }) => isRunning(status));
    for (const { id } of active) {
      for (const one of invocations) {
        const isAtIt = plainStatus(one.status) === "inprogress" || plainStatus(one.status) === "cancelling";
        if (one.commandId === id && isAtIt) this.underWay.add(one.nodeId);
      }
      if (this.cancelled.has(id)) continue;
      const outcome = await settle(this.ports.region(this.region).cancelCommand(id));
      if (outcome.ok) this.cancelled.add(id);
      else this.errors.push(`command ${id} cannot be cancelled: ${outcome.error}`);
    }
    return active.map(({ id }) => id);
  }

  private async orNone<T>(what: string, doing: Promise<T>): Promise<T | undefined> {
    const outcome = await settle(doing);
    if (outcome.ok) return outcome.value;
    this.errors.push(`${what}: ${outcome.error}`);
    return undefined;
  }
}
