import type {
  CommandSent,
  FoundAutomation,
  NamedNode,
  RunAutomation,
} from "#functions/regional-fanout/core/evidence.js";
import type { GroupPage, OwnTags } from "#functions/regional-fanout/core/membership.js";
import type { ClosingPorts, RegionReports, StartPorts } from "#functions/regional-fanout/ports.js";
import type { CalendarState } from "#functions/shared/calendarState.js";
import { chunks } from "#functions/shared/chunks.js";
import type { Invocation } from "#functions/shared/commands/invocations.js";
import type { CommandStops } from "#functions/shared/commands/stopCommand.js";
import type { DefaultBaselines } from "#functions/shared/defaultBaselines.js";
import type { Log } from "#functions/shared/log.js";
import type { Notice } from "#functions/shared/message.js";
import type { OpenPatch } from "#functions/shared/names/openPatches.js";
import type { PatchState } from "#functions/shared/patchState.js";
import type { WindowState } from "#functions/shared/windows/ends.js";
import { placeText } from "#shared/contract/closedRun.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import { againName, scheduleName } from "#shared/contract/runEnd.js";
import type { StartRequest } from "#shared/contract/runRecord.js";
import { Fuse } from "../fuse.js";
import { Calls, MemoryBucket, MemoryRuns } from "./runs.js";

/** How a Region answers for a group. */
export type PageSource = (token: string | undefined, signal: AbortSignal) => GroupPage | Promise<GroupPage>;

/** One Region of the account in memory. */
class MemoryRegion {
  readonly groups = new Map<string, PageSource>();
  readonly states = new Map<string, PatchState>();
  readonly pings = new Map<string, string>();
  /** Tags of nodes that exclusions write. */
  readonly ownTags = new Map<string, OwnTags>();
  /** What is open on nodes. */
  readonly patches = new Map<string, OpenPatch[]>();
  commands: CommandSent[] = [];
  nodes: NamedNode[] = [];
  invocations: Invocation[] = [];
  baselines: DefaultBaselines = { defaults: new Set(), registered: new Map() };
  /** What every call but those for members fails with at the moment. */
  fault: Error | undefined;

  page(group: string, token: string | undefined, signal: AbortSignal): GroupPage | Promise<GroupPage> {
    const source = this.groups.get(group);
    if (source === undefined) throw named("NotFoundException", `The group ${group} does not exist.`);
    return source(token, signal);
  }

  answer<T>(value: T): T {
    if (this.fault !== undefined) throw this.fault;
    return value;
  }
}

/** An error as the SDK throws it. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** A group with these members, 50 on a page. */
export function pagesOf(arns: readonly string[]): PageSource {
  return (token) => {
    const from = Number(token ?? 0);
    const nextToken = from + 50 < arns.length ? String(from + 50) : undefined;
    return { arns: arns.slice(from, from + 50), nextToken, queryErrors: [] };
  };
}

const silent: Log = { info: () => undefined, error: () => undefined };

/** The exclusion processor: what it keeps, and what it does when it is asked. */
interface MemoryProcessor {
  readonly bucket: MemoryBucket;
  readonly asked: () => void;
}

/** Everything that outlives a process: the bucket, the Regions, the automations, and what people were told. */
export class MemoryWorld {
  readonly bucket = new MemoryBucket();
  /** What the exclusion processor has last said, or why it cannot be read. */
  verdicts: KeptVerdicts | Error | undefined;
  readonly regions = new Map<string, MemoryRegion>();
  /** Automations by their ClientToken, which a second start may not use again. */
  readonly automations = new Map<string, Automation>();
  readonly executions = new Map<string, RunAutomation>();
  readonly told: Notice[] = [];
  window: WindowState | Error = { durationHours: 5, cutoffHours: 1, openedAt: undefined };
  /** Times by the names of the schedules that call the function that ends runs. */
  readonly arranged = new Map<string, string>();
  /** Events by the names of the schedules that call the starting function once more. */
  readonly again = new Map<string, unknown>();
  /** Who vouches for exclusions; nobody without it. */
  processor: MemoryProcessor | undefined;
  /** What arranging a run's end fails with at the moment. */
  arrangeFault: Error | undefined;
  calendar: CalendarState | Error = { state: "OPEN", nextTransition: undefined };
  /** What starting the automation of a group, or of a group in a Region (`us-east-1 a`), fails with at the moment. */
  readonly startFaults = new Map<string, Error>();
  /** States of alarms by their ARNs. */
  readonly alarms = new Map<string, string>();
  now = Date.parse("2026-09-06T08:00:00Z");

  region(name: string): MemoryRegion {
    const found = this.regions.get(name) ?? new MemoryRegion();
    this.regions.set(name, found);
    return found;
  }

  startPorts(fuse = new Fuse()): StartPorts & { readonly calls: Calls } {
    const calls = new Calls(fuse);
    return {
      calls,
      runs: new MemoryRuns(this.bucket, calls.make),
      calendarState: () =>
        calls.make("calendarState", () => {
          if (this.calendar instanceof Error) throw this.calendar;
          return this.calendar;
        }),
      region: (name) => ({
        groupPage: (group, token, signal) =>
          calls.make("groupPage", () => this.region(name).page(group, token, signal)),
        patchStates: (ids) => calls.make("patchStates", () => this.states(name, ids)),
        ownTags: (arns) =>
          calls.make("ownTags", () => {
            const ids = new Set(arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)));
            return new Map([...this.region(name).ownTags].filter(([id]) => ids.has(id)));
          }),
        startAutomation: (request) => calls.make("startAutomation", () => this.start(name, request)),
        automationsOf: ({ runId }) => calls.make("automationsOf", () => this.automationsOf(name, runId)),
        pings: () => calls.make("pings", () => this.region(name).pings),
      }),
      alarms: (arns) =>
        calls.make("alarms", () => new Map([...this.alarms].filter(([arn]) => arns.includes(arn)))),
      window: () =>
        calls.make("window", () => {
          if (this.window instanceof Error) throw this.window;
          return this.window;
        }),
      arrange: (event, time) =>
        calls.make("arrange", () => {
          if (this.arrangeFault !== undefined) throw this.arrangeFault;
          this.arranged.set(scheduleName(event), time);
        }),
      ...(this.processor === undefined ? {} : { vouching: this.vouchingPorts(this.processor, calls) }),
      pause: async (milliseconds) => {
        this.now += milliseconds;
      },
      now: () => this.now,
      log: silent,
    };
  }

  private vouchingPorts(
    { bucket, asked }: MemoryProcessor,
    calls: Calls,
  ): NonNullable<StartPorts["vouching"]> {
    return {
      state: {
        read: (key) => calls.make("readState", () => bucket.text(key)),
        ask: () => calls.make("ask", asked),
      },
      again: ({ runId, time, event }) =>
        calls.make("again", () => void this.again.set(againName(runId, time), event)),
    };
  }

  closingPorts(fuse = new Fuse()): ClosingPorts & { readonly calls: Calls } {
    const calls = new Calls(fuse);
    return {
      calls,
      runs: new MemoryRuns(this.bucket, calls.make),
      region: (name) => this.reports(name, calls),
      other:
        ({ account }) =>
        (name) =>
          this.reports(placeText({ region: name, account }), calls),
      verdicts: () =>
        calls.make("readVerdicts", () => {
          if (this.verdicts instanceof Error) throw this.verdicts;
          return this.verdicts;
        }),
      watchWindows: async () => ({}),
      notifier: { publish: (message) => calls.make("publish", () => void this.told.push(message)) },
      log: silent,
    };
  }

  /** @param name of a Region, with the account where it is another one's */
  private reports(name: string, calls: Calls): RegionReports {
    const region = this.region(name);
    return {
      automation: (id) =>
        calls.make("automation", () => {
          const found = this.executions.get(id);
          if (found === undefined) throw named("AutomationExecutionNotFoundException", id);
          return found;
        }),
      automationsOf: ({ runId }) =>
        calls.make("automationsOf", () => region.answer(this.automationsOf(name, runId))),
      groupPage: (group, token, signal) => calls.make("groupPage", () => region.page(group, token, signal)),
      commands: () => calls.make("commands", () => region.answer(region.commands)),
      invocations: () => calls.make("invocations", () => region.answer(region.invocations)),
      pings: () => calls.make("pings", () => region.answer(region.pings)),
      patchStates: (ids) => calls.make("patchStates", () => this.states(name, ids)),
      nodes: () => calls.make("nodes", () => region.answer(region.nodes)),
      openPatches: (id) => calls.make("openPatches", () => region.answer(region.patches.get(id) ?? [])),
      defaultBaselines: () => calls.make("defaultBaselines", () => region.answer(region.baselines)),
    };
  }

  /** Pages of a command's invocations in a Region. */
  invocationPages(name: string): CommandStops["invocationPages"] {
    const region = this.region(name);
    return async function* (commandId) {
      const all = region.answer(region.invocations).filter((one) => one.commandId === commandId);
      yield* chunks(all, 50);
    };
  }

  private states(name: string, ids: readonly string[]): PatchState[] {
    const region = this.region(name);
    return region.answer(ids.flatMap((id) => region.states.get(id) ?? []));
  }

  private automationsOf(name: string, runId: string): FoundAutomation[] {
    return [...this.automations.values()].flatMap(({ id, region, request }) => {
      if (region !== name || request.Parameters.SnapshotId?.[0] !== runId) return [];
      const isOfOthers = request.TargetLocations !== undefined;
      const status = this.executions.get(id)?.status ?? "unknown";
      return [{ id, status, group: groupOf(request), isOfOthers }];
    });
  }

  private start(region: string, request: StartRequest): string {
    const group = groupOf(request);
    const fault = this.startFaults.get(group) ?? this.startFaults.get(`${region} ${group}`);
    if (fault !== undefined) throw fault;
    if (this.automations.has(request.ClientToken))
      throw named("IdempotentParameterMismatch", "the token was used before");
    const id = `00000000-0000-4000-8000-${String(this.automations.size + 1).padStart(12, "0")}`;
    this.automations.set(request.ClientToken, { id, region, request });
    this.executions.set(id, { status: "InProgress", failureMessage: undefined, locations: [] });
    return id;
  }
}

/** What was started, and where. */
interface Automation {
  readonly id: string;
  readonly region: string;
  readonly request: StartRequest;
}

function groupOf({ Parameters, Targets }: StartRequest): string {
  return (Parameters.ResourceGroup ?? Targets?.[0]?.Values)?.[0] ?? "";
}
