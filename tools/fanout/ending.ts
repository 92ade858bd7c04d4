import { isRunning, plainStatus } from "#functions/shared/commands/invocations.js";
import { mapLimited, settle } from "#functions/shared/errors.js";
import { deadlineIn } from "#functions/shared/invocation.js";
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
  readonly regions: readonly string[];
  /** Automations that the record knows. */
  readonly known: readonly { readonly region: string; readonly id: string }[];
}

/** Where a run is, by its record. */
export function workOf({ record }: RecordedRun): Work {
  const { runId, startedAt, request, starts } = record;
  const known = starts.flatMap(({ region, executionId: id }) =>
    region === undefined || id === undefined ? [] : [{ region, id }],
  );
  return { runId, startedAt, runbook: request.document.name, regions: request.regions, known };
}

/** Ends a run: in each Region first its automations, then the commands, which an automation that is stopped may leave alone. */
export async function endRun(
  ports: FanoutPorts,
  work: Work,
  pause: Surroundings["pause"],
): Promise<RegionEnding[]> {
  return mapLimited(work.regions, parallelRegions, (region) =>
    new RegionEnd(ports, work, region, pause).end(),
  );
}

/** The end of a run in one Region. */
class RegionEnd {
  private readonly stopped = new Set<string>();
  private readonly cancelled = new Set<string>();
  /** Commands that went on when they were looked at. */
  private readonly seen = new Set<string>();
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
    const known = this.work.known.filter(({ region }) => region === this.region);
    // AWS may cancel a command with its automation: who is at it by then is only seen before.
    this.note(await this.commands());
    await this.stop(known.map(({ id }) => id));
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
    const before = await this.commands();
    this.note(before);
    await this.stop(automations ?? []);
    const found = (automations ?? []).length === 0 ? before : await this.commands();
    const commands = found === undefined ? [] : await this.cancel(found);
    return [...(automations ?? []), ...commands];
  }

  /** Stops automations, one in a second. */
  private async stop(ids: readonly string[]): Promise<void> {
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

  private commands(): Promise<RegionCommands | undefined> {
    const signal = deadlineIn(lookSpan);
    const found = commandsOf(this.ports, this.work, this.region, signal);
    return this.orNone("its commands cannot be read", found);
  }

  /** Remembers which commands go on, and on which nodes. */
  private note(found: RegionCommands | undefined): void {
    for (const { id } of found?.commands.filter(({ status }) => isRunning(status)) ?? []) {
      this.seen.add(id);
      for (const one of found?.invocations ?? []) {
        const isAtIt = plainStatus(one.status) === "inprogress" || plainStatus(one.status) === "cancelling";
        if (one.commandId === id && isAtIt) this.underWay.add(one.nodeId);
      }
    }
  }

  private async cancel(found: RegionCommands): Promise<string[]> {
    this.note(found);
    const active = found.commands.filter(({ status }) => isRunning(status));
    // What went on and does no more has been cancelled with its automation.
    for (const id of this.seen) if (active.every((one) => one.id !== id)) this.cancelled.add(id);
    for (const { id } of active) {
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
