import type { FilterResult, Start } from "#shared/contract/runRecord.js";
import type { Invocation } from "../../shared/commands/invocations.js";
import type { DefaultBaselines } from "../../shared/defaultBaselines.js";
import type { PatchState } from "../../shared/patchState.js";

/** An automation, and its children in other accounts. */
export interface RunAutomation {
  /** AutomationExecutionStatus of the API. */
  readonly status: string;
  readonly failureMessage: string | undefined;
  readonly locations: readonly {
    readonly region: string;
    readonly account: string | undefined;
    readonly status: string;
    readonly failureMessage: string | undefined;
  }[];
}

/** A managed node, and what its machine calls itself. */
export interface NamedNode {
  readonly id: string;
  readonly name: string;
}

/** The run whose automations are sought. */
export interface RunSought {
  readonly runId: string;
  /** Name or ARN of the runbook. */
  readonly runbook: string;
  /** Epoch milliseconds: when the run began. */
  readonly since: number;
}

/** An automation that was found by what it was started with. */
export interface FoundAutomation {
  readonly id: string;
  readonly status: string;
  /** Undefined when it names none. */
  readonly group: string | undefined;
  /** Whether it is of other accounts. */
  readonly isOfOthers: boolean;
}

/** A command of AWS-RunPatchBaseline (API Command). */
export interface CommandSent {
  readonly id: string;
  /** The run that it belongs to. */
  readonly snapshotId: string | undefined;
  /** StatusDetails of the API. */
  readonly status: string;
  /** Resource groups that it was sent to; empty for a command to single nodes. */
  readonly groups: readonly string[];
}

/** What a Region tells of a run. */
export interface RegionEvidence {
  /** Of this run alone. */
  readonly commands: readonly CommandSent[];
  /** The last of each node. */
  readonly invocations: ReadonlyMap<string, Invocation>;
  readonly pings: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, PatchState>;
  readonly baselines: DefaultBaselines;
}

/** What a Region of another account tells, with the members of its groups; or why nobody knows. */
export type OtherEvidence = { readonly account: string; readonly region: string } & (
  | {
      readonly filter: readonly Extract<FilterResult, { outcome: "members" }>[];
      readonly evidence: RegionEvidence;
    }
  | { readonly error: string }
);

/** What was started of a start, among the automations of its Region. */
export function automationOf(
  { group, accounts }: Pick<Start, "group" | "accounts">,
  found: readonly FoundAutomation[],
): FoundAutomation | undefined {
  return found.find((one) => one.group === group && one.isOfOthers === accounts.length > 0);
}

const successes = ["Success", "CompletedWithSuccess"];
const ends = [
  ...successes,
  "Cancelled",
  "ChangeCalendarOverrideRejected",
  "CompletedWithFailure",
  "Exited",
  "Failed",
  "Rejected",
  "TimedOut",
];

/** Whether an automation with this status does nothing any more. A status that nobody knows is not an end. */
export function hasEnded(status: string): boolean {
  return ends.includes(status);
}

export function hasSucceeded(status: string): boolean {
  return successes.includes(status);
}
