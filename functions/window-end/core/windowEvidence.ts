import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import type { ClosedWindow } from "#shared/contract/windowClosing.js";
import type { CalendarState } from "../../shared/calendarState.js";
import type { Invocation } from "../../shared/commands/invocations.js";
import type { DefaultBaselines } from "../../shared/defaultBaselines.js";
import type { Log } from "../../shared/log.js";
import type { Notifier } from "../../shared/message.js";
import type { Named, OpenPatch } from "../../shared/names/openPatches.js";
import type { PatchState } from "../../shared/patchState.js";
import type { RunStore } from "../../shared/runStore.js";

/** An execution of a window (API MaintenanceWindowExecution). */
export interface EndedExecution {
  readonly id: string;
  readonly status: string;
  readonly statusDetails?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A command of an execution. */
export interface SentCommand {
  readonly id: string;
  /** Id of the window's target that it was sent to. */
  readonly targetId: string;
}

/** Tags of a target, all of which a node must have. */
export interface Criterion {
  /** Key of a tag. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface WindowTarget {
  readonly id: string;
  readonly criteria: readonly Criterion[];
}

/** A node that has a target's tags. */
export interface TaggedNode {
  readonly id: string;
  /** Value of its base group tag, where it has one. */
  readonly mark?: string;
}

/** Everything that the function reaches, in its own Region. Each method gives every page, or throws. */
export interface ClosingPorts {
  readonly windows: readonly ClosedWindow[];
  readonly runs: RunStore;
  /** Executions that began since a time (epoch milliseconds) and have ended. */
  executions(windowId: string, since: number, signal: AbortSignal): Promise<readonly EndedExecution[]>;
  /** The commands of an execution, whether they have ended or not. */
  commands(executionId: string, signal: AbortSignal): Promise<readonly SentCommand[]>;
  /** StatusDetails of a command; undefined where SSM does not list it any more. */
  commandStatus(id: string, signal: AbortSignal): Promise<string | undefined>;
  invocations(commandId: string, signal: AbortSignal): Promise<readonly Invocation[]>;
  targets(windowId: string, signal: AbortSignal): Promise<readonly WindowTarget[]>;
  /** Nodes with all tags of a target, stopped ones and ones without an agent too. */
  tagged(criteria: readonly Criterion[], signal: AbortSignal): Promise<readonly TaggedNode[]>;
  /** Ping status of the nodes that SSM knows and that are not stopped or terminated. */
  pings(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  patchStates(ids: readonly string[], signal: AbortSignal): Promise<readonly PatchState[]>;
  openPatches(id: string): Promise<readonly OpenPatch[]>;
  defaultBaselines(signal: AbortSignal): Promise<DefaultBaselines>;
  /** State of calendars together, at a time (epoch milliseconds). */
  calendarState(names: readonly string[], at: number, signal: AbortSignal): Promise<CalendarState>;
  /** What the processor has last said of manifests; undefined in a stack that has no processor, or before its first run. */
  verdicts(signal: AbortSignal): Promise<KeptVerdicts | undefined>;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly place: { readonly accountId: string; readonly region: string };
}

/** What is known of an execution's nodes. */
export interface WindowEvidence {
  /** With the StatusDetails of each. */
  readonly commands: readonly (SentCommand & { readonly status: string })[];
  /** Ids of nodes by target, and which an exclusion holds. */
  readonly members: readonly { readonly targetId: string; readonly ids: readonly string[] }[];
  readonly held: readonly string[];
  readonly invocations: readonly Invocation[];
  readonly pings: ReadonlyMap<string, string>;
  readonly states: readonly PatchState[];
  /** Names of open patches; undefined where nobody knows who has any. */
  readonly named: Named | undefined;
  readonly baselines: DefaultBaselines;
  readonly verdicts: KeptVerdicts | undefined;
  /** Why its calendars have kept it from beginning; undefined where they have not. */
  readonly closed: string | undefined;
  /** What could not be read: whole sentences. */
  readonly unread: readonly string[];
}
