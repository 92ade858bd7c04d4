import type { Invocation } from "#functions/shared/commands/invocations.js";
import type { Notice } from "#functions/shared/message.js";
import type { OpenPatch } from "#functions/shared/names/openPatches.js";
import type { PatchState } from "#functions/shared/patchState.js";
import type {
  ClosingPorts,
  Criterion,
  EndedExecution,
  SentCommand,
  TaggedNode,
  WindowTarget,
} from "#functions/window-end/core/windowEvidence.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import type { ClosedWindow } from "#shared/contract/windowClosing.js";
import { Fuse } from "./fuse.js";
import { Calls, MemoryBucket, MemoryRuns } from "./regionalFanout/runs.js";

/** A Region with windows in memory, as the function that closes records reaches it. */
export class WindowWorld {
  readonly bucket = new MemoryBucket();
  readonly told: Notice[] = [];
  readonly logged: string[] = [];
  windows: ClosedWindow[] = [];
  readonly executions = new Map<string, EndedExecution[]>();
  readonly commands = new Map<string, SentCommand[]>();
  readonly statuses = new Map<string, string>();
  readonly invocations = new Map<string, Invocation[]>();
  readonly targets = new Map<string, WindowTarget[]>();
  /** Tags of nodes. */
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  readonly pings = new Map<string, string>();
  readonly states = new Map<string, PatchState>();
  /** What is open on nodes. */
  readonly patches = new Map<string, OpenPatch[]>();
  verdicts: KeptVerdicts | undefined;
  /** State of every calendar. */
  calendar = "OPEN";
  /** Names of the calls that fail at the moment. */
  readonly faults = new Set<string>();
  /** Of all processes. */
  readonly counts = new Map<string, number>();

  /** The ports of one process. */
  ports(fuse = new Fuse()): ClosingPorts {
    const calls = new Calls(fuse);
    const make = async <T>(name: string, work: () => T): Promise<T> => {
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      if (this.faults.has(name)) throw new Error(`${name} is throttled`);
      return (await calls.make(name, work)) as T;
    };
    const marked = (id: string): TaggedNode => {
      const mark = this.tags.get(id)?.["patchplane:base-group"];
      return { id, ...(mark === undefined ? {} : { mark }) };
    };
    const has = (tags: Readonly<Record<string, string>>, criteria: readonly Criterion[]) =>
      criteria.every(({ key, values }) => values.includes(tags[key] ?? ""));
    return {
      windows: this.windows,
      runs: new MemoryRuns(this.bucket, make),
      executions: (id, since) =>
        make("executions", () => (this.executions.get(id) ?? []).filter((one) => one.startedAt >= since)),
      commands: (id) => make("commands", () => this.commands.get(id) ?? []),
      commandStatus: (id) => make("commandStatus", () => this.statuses.get(id)),
      invocations: (id) => make("invocations", () => this.invocations.get(id) ?? []),
      targets: (id) => make("targets", () => this.targets.get(id) ?? []),
      tagged: (criteria) =>
        make("tagged", () =>
          [...this.tags].flatMap(([id, tags]) => (has(tags, criteria) ? [marked(id)] : [])),
        ),
      pings: () => make("pings", () => new Map(this.pings)),
      patchStates: (ids) => make("patchStates", () => ids.flatMap((id) => this.states.get(id) ?? [])),
      openPatches: (id) => make("openPatches", () => this.patches.get(id) ?? []),
      defaultBaselines: () =>
        make("defaultBaselines", () => ({ defaults: new Set<string>(), registered: new Map() })),
      calendarState: () => make("calendarState", () => ({ state: this.calendar, nextTransition: undefined })),
      verdicts: () => make("verdicts", () => this.verdicts),
      notifier: { publish: (notice) => make("publish", () => void this.told.push(notice)) },
      log: { info: () => undefined, error: (message) => void this.logged.push(message) },
      place: { accountId: "123456789012", region: "us-east-1" },
    };
  }
}
