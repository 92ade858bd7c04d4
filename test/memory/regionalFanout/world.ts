import type {
  CommandSent,
  DefaultBaselines,
  Invocation,
  RunAutomation,
} from "#functions/regional-fanout/core/evidence.js";
import type { GroupPage } from "#functions/regional-fanout/core/membership.js";
import type { PatchState } from "#functions/regional-fanout/core/patchStates.js";
import type { CalendarState, ClosingPorts, StartPorts } from "#functions/regional-fanout/ports.js";
import type { Log } from "#functions/shared/log.js";
import type { Notice } from "#functions/shared/message.js";
import type { StartRequest } from "#shared/contract/runRecord.js";
import { canonicalJson } from "#shared/text/words.js";
import { Fuse } from "../fuse.js";
import { Calls, MemoryBucket, MemoryRuns } from "./runs.js";

/** How a Region answers for a group. */
export type PageSource = (token: string | undefined, signal: AbortSignal) => GroupPage | Promise<GroupPage>;

/** One Region of the account in memory. */
class MemoryRegion {
  readonly groups = new Map<string, PageSource>();
  readonly states = new Map<string, PatchState>();
  readonly pings = new Map<string, string>();
  commands: CommandSent[] = [];
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

/** Everything that outlives a process: the bucket, the Regions, the automations, and what people were told. */
export class MemoryWorld {
  readonly bucket = new MemoryBucket();
  readonly regions = new Map<string, MemoryRegion>();
  /** Automations by their ClientToken: a second start with the same request gives the first one's id. */
  readonly automations = new Map<string, { readonly id: string; readonly request: StartRequest }>();
  readonly executions = new Map<string, RunAutomation>();
  readonly told: Notice[] = [];
  calendar: CalendarState | Error = { state: "OPEN", nextTransition: undefined };
  /** What starting the automation of a group fails with at the moment. */
  readonly startFaults = new Map<string, Error>();
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
      }),
      startAutomation: (request) => calls.make("startAutomation", () => this.start(request)),
      pause: async () => undefined,
      now: () => this.now,
      log: silent,
    };
  }

  closingPorts(fuse = new Fuse()): ClosingPorts & { readonly calls: Calls } {
    const calls = new Calls(fuse);
    return {
      calls,
      runs: new MemoryRuns(this.bucket, calls.make),
      execution: (id) =>
        calls.make("execution", () => {
          const found = this.executions.get(id);
          if (found === undefined) throw named("AutomationExecutionNotFoundException", id);
          return found;
        }),
      region: (name) => {
        const region = this.region(name);
        return {
          commands: () => calls.make("commands", () => region.answer(region.commands)),
          invocations: () => calls.make("invocations", () => region.answer(region.invocations)),
          pings: () => calls.make("pings", () => region.answer(region.pings)),
          patchStates: (ids) => calls.make("patchStates", () => this.states(name, ids)),
          defaultBaselines: () => calls.make("defaultBaselines", () => region.answer(region.baselines)),
        };
      },
      watchWindows: async () => ({}),
      notifier: { publish: (message) => calls.make("publish", () => void this.told.push(message)) },
      log: silent,
    };
  }

  private states(name: string, ids: readonly string[]): PatchState[] {
    const region = this.region(name);
    return region.answer(ids.flatMap((id) => region.states.get(id) ?? []));
  }

  private start(request: StartRequest): string {
    const group = (request.Parameters.ResourceGroup ?? request.Targets?.[0]?.Values)?.[0] ?? "";
    const fault = this.startFaults.get(group);
    if (fault !== undefined) throw fault;
    const known = this.automations.get(request.ClientToken);
    if (known !== undefined) {
      if (canonicalJson(known.request) === canonicalJson(request)) return known.id;
      throw named("IdempotentParameterMismatch", "the token was used with other parameters");
    }
    const id = `00000000-0000-4000-8000-${String(this.automations.size + 1).padStart(12, "0")}`;
    this.automations.set(request.ClientToken, { id, request });
    this.executions.set(id, { status: "InProgress", failureMessage: undefined, locations: [] });
    return id;
  }
}
