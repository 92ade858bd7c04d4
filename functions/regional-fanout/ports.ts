import type { NodeFilter } from "#shared/contract/elsewhere.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import type { EndEvent } from "#shared/contract/runEnd.js";
import type { StartRequest } from "#shared/contract/runRecord.js";
import type { CalendarState } from "../shared/calendarState.js";
import type { Invocation } from "../shared/commands/invocations.js";
import type { DefaultBaselines } from "../shared/defaultBaselines.js";
import type { Log } from "../shared/log.js";
import type { Notifier } from "../shared/message.js";
import type { OpenPatch } from "../shared/names/openPatches.js";
import type { PatchState } from "../shared/patchState.js";
import type { RunStore } from "../shared/runStore.js";
import type { WindowState } from "../shared/windows/ends.js";
import type { Watched } from "../shared/windows/watch.js";
import type { CommandSent, FoundAutomation, NamedNode, RunAutomation, RunSought } from "./core/evidence.js";
import type { GroupPage, OwnTags } from "./core/membership.js";
import type { OtherRole } from "./core/others.js";

/** What is asked of one Region for a run. */
export interface RegionQueries {
  /** @throws Error named NotFoundException when there is no such group in the Region */
  groupPage(group: string, token: string | undefined, signal: AbortSignal): Promise<GroupPage>;
  /** Patch states of the nodes that have one; calls grow with every 50 nodes. */
  patchStates(ids: readonly string[], signal: AbortSignal): Promise<readonly PatchState[]>;
}

/** The exclusion processor, as far as it vouches for a start. */
export interface ProcessorState {
  /** An object that it keeps; undefined only when it is certain that there is none. */
  read(key: string): Promise<string | undefined>;
  /** Lets it bring exclusions up to date, and does not wait for that. */
  ask(): Promise<void>;
}

/** What the starting function does in one Region. */
interface RegionStarts extends RegionQueries, Pick<RunAutomations, "automationsOf"> {
  /** Ping status of the nodes that SSM knows and that are not stopped or terminated. */
  pings(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The tags of nodes that exclusions write, by the nodes' ids; those that have none of them are not there. */
  ownTags(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, OwnTags>>;
  /**
   * Starts an automation. @returns its id
   *
   * @throws Error named IdempotentParameterMismatch when its token was used before: AWS does not say whether it
   *   otherwise gives the first one's id
   */
  startAutomation(request: StartRequest, signal: AbortSignal): Promise<string>;
}

/** The automations of one Region. */
interface RunAutomations {
  automation(id: string, signal: AbortSignal): Promise<RunAutomation>;
  /** Those that a run has started in the Region, without their children. */
  automationsOf(run: RunSought, signal: AbortSignal): Promise<readonly FoundAutomation[]>;
}

/** Everything that the starting function reaches. */
export interface StartPorts {
  readonly runs: RunStore;
  /** Change calendars of the home Region. */
  readonly calendarState: (names: readonly string[], signal: AbortSignal) => Promise<CalendarState>;
  readonly region: (name: string) => RegionStarts;
  /** The maintenance window of an id, in the home Region. */
  readonly window: (id: string, signal: AbortSignal) => Promise<WindowState>;
  /** Arranges a call of the function that ends runs, shortly before a time (ISO 8601); one that is arranged already stays. */
  readonly arrange: (event: EndEvent, time: string, signal: AbortSignal) => Promise<void>;
  /** Who vouches for exclusions before an installation; missing in a stack that none are told to. */
  readonly vouching?: {
    readonly state: ProcessorState;
    /** Arranges that the function is called once more with an event, shortly before a time (ISO 8601). */
    readonly again: (
      call: {
        readonly functionArn: string;
        readonly runId: string;
        readonly event: unknown;
        readonly time: string;
      },
      signal: AbortSignal,
    ) => Promise<void>;
  };
  /** States of alarms of CloudWatch by their ARNs; those that are not there are missing. */
  readonly alarms: (arns: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
  /** Lets some time pass, in milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

/** What is asked of one Region after a run. Each method gives every page, or throws. */
export interface RegionReports extends RegionQueries, RunAutomations {
  /** Commands of AWS-RunPatchBaseline since a time (epoch milliseconds). */
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  /** Invocations of AWS-RunPatchBaseline on single nodes since a time (epoch milliseconds). */
  invocations(since: number, signal: AbortSignal): Promise<readonly Invocation[]>;
  /** Ping status of the nodes that SSM knows and that are not stopped or terminated. */
  pings(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  defaultBaselines(signal: AbortSignal): Promise<DefaultBaselines>;
  openPatches(id: string): Promise<readonly OpenPatch[]>;
  /** Managed nodes by their tags, without those that are stopped. */
  nodes(filter: readonly NodeFilter[], signal: AbortSignal): Promise<readonly NamedNode[]>;
}

/** Everything that the closing function reaches. */
export interface ClosingPorts {
  readonly runs: RunStore;
  readonly region: (name: string) => RegionReports;
  /** Regions of another account. */
  readonly other: (role: OtherRole) => (region: string) => RegionReports;
  /** What the exclusion processor has last said of manifests; undefined in a stack that has none, or before its first run. */
  readonly verdicts: (signal: AbortSignal) => Promise<KeptVerdicts | undefined>;
  /** How the windows stand that the function watches. Never throws. */
  readonly watchWindows: (now: number) => Promise<Watched>;
  readonly notifier: Notifier;
  readonly log: Log;
}
