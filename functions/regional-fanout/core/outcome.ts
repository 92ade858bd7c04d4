import type { Reason } from "#shared/contract/closedRun.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { exitCodeText } from "#shared/contract/exitCodes.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { type Invocation, isRunning, plainStatus } from "../../shared/commands/invocations.js";
import { defaultBaselineUsed } from "../../shared/defaultBaselines.js";
import type { PatchState } from "../../shared/patchState.js";
import type { RegionEvidence } from "./evidence.js";

/** What became of a member. For Scan, patched means scanned. */
export type NodeOutcome =
  /** It reported this run's result, and nothing is missing or failed. */
  | { readonly kind: "patched" }
  /** It reported this run's result: numbers of patches that are missing, failed, or wait for a reboot. */
  | {
      readonly kind: "findings";
      readonly missing: number;
      readonly failed: number;
      readonly pendingReboot: number;
    }
  | {
      readonly kind: "not covered";
      readonly reason: Reason;
      readonly why: string;
      /** What it has reported of this run all the same. */
      readonly state?: PatchState;
    };

/** What is asked for one member. */
export interface NodeQuestion {
  readonly id: string;
  /** Groups of the run that it was found in. */
  readonly groups: readonly string[];
  readonly record: Pick<RunRecord, "runId" | "startedAt" | "request">;
  readonly evidence: RegionEvidence;
  /** What the Region's automation says of itself, where it did not succeed. */
  readonly trouble: string | undefined;
}

/** What became of a member. Total: every member has exactly one outcome. */
export function outcomeOfNode(question: NodeQuestion): NodeOutcome {
  const { id, evidence } = question;
  const state = evidence.states.get(id);
  const invocation = evidence.invocations.get(id);
  const status = invocation?.status;
  const isFresh = state !== undefined && isOfRun(question.record, state, status !== undefined);
  // A command that says that it failed is believed, even where a state was reported.
  if (invocation !== undefined && plainStatus(invocation.status) !== "success") {
    const unless = isFresh && isRunning(invocation.status) ? reported(state, evidence) : undefined;
    return unless ?? ofStatus(question, invocation, isFresh ? state : undefined);
  }
  if (isFresh) return reported(state, evidence);
  return status === undefined
    ? ofSilence(question)
    : notCovered("unknown", "the command succeeded, and the node has reported no patch state of this run");
}

function notCovered(reason: Reason, why: string, state?: PatchState): NodeOutcome {
  return { kind: "not covered", reason, why, ...(state === undefined ? {} : { state }) };
}

/**
 * Whether a state is the result of this run. By its time it may be that of any other since, so that alone says nothing
 * of a node that got no command of this run.
 */
function isOfRun(
  { runId, startedAt, request }: NodeQuestion["record"],
  state: PatchState,
  hasCommand: boolean,
): boolean {
  if (state.snapshotId?.toLowerCase() === runId) return true;
  return hasCommand && state.operation === request.operation && state.endedAt >= Date.parse(startedAt);
}

function reported(state: PatchState, { baselines }: RegionEvidence): NodeOutcome {
  const { missing, failed, pendingReboot } = state;
  const byDefault = defaultBaselineUsed(state, baselines);
  if (byDefault !== undefined) return notCovered("on the default baseline", byDefault, state);
  const isClean = missing === 0 && failed === 0 && pendingReboot === 0;
  return isClean ? { kind: "patched" } : { kind: "findings", missing, failed, pendingReboot };
}

/** What an invocation that did not succeed says. */
function ofStatus(
  question: NodeQuestion,
  { status, code }: Invocation,
  fresh: PatchState | undefined,
): NodeOutcome {
  const counts =
    fresh === undefined ? "" : `; it reported ${fresh.missing} missing and ${fresh.failed} failed patches`;
  const why = `its command is ${status}${counts}`;
  switch (plainStatus(status)) {
    case "undeliverable":
    case "deliverytimedout":
      return notThere(question) ?? notCovered("undelivered", why);
    case "timedout":
    case "executiontimedout":
      return notCovered("timed out", why, fresh);
    case "cancelled":
    case "canceled":
      return notCovered("cancelled", why, fresh);
    case "terminated":
    case "ratelimitexceeded":
    case "rateexceeded":
    case "limitexceeded":
      return notCovered("command not sent", `${why}: others had failed more often than MaxErrors allows`);
    case "failed":
      return notCovered("failed", code === undefined ? why : `${why}, ${exitCodeText(code)}`, fresh);
    case "invalidplatform":
    case "accessdenied":
    case "incomplete":
      return notCovered("failed", why, fresh);
    default:
      return isRunning(status)
        ? notCovered("timed out", `${why} after its automation has ended`)
        : notCovered("unknown", why);
  }
}

/** Why a member has no invocation. */
function ofSilence(question: NodeQuestion): NodeOutcome {
  const { id, groups, record, evidence, trouble } = question;
  const isForGroup = record.request.executionMode === "per-region";
  const commands = evidence.commands.filter(
    (command) => !isForGroup || command.groups.some((one) => groups.includes(one)),
  );
  if (commands.length === 0)
    return notCovered("command not sent", trouble ?? "no command was sent to its group");
  const missing = notThere(question);
  if (missing !== undefined) return missing;
  const group = evidence.states.get(id)?.patchGroup ?? "";
  if (parseGroup(group)?.word === "hold") return notCovered("held", `its patch group is ${group}`);
  if (!isForGroup)
    return notCovered("command not sent", trouble ?? "the automation has begun no child for it");
  const failed = commands.find(({ status }) => plainStatus(status) !== "success");
  return failed === undefined
    ? notCovered("unknown", "the command did not include it: it may have left the group since the run began")
    : notCovered("command not sent", `the command is ${failed.status}, and did not get to it`);
}

/** What SSM knows of a node that is not reached; undefined when it is online. */
function notThere({ id, evidence }: NodeQuestion): NodeOutcome | undefined {
  const ping = evidence.pings.get(id);
  if (ping === "Online") return undefined;
  if (ping !== undefined) return notCovered("offline", `its ping status is ${ping}`);
  const wasThere = id.startsWith("mi-") || evidence.states.has(id) || evidence.invocations.has(id);
  return wasThere
    ? notCovered("stopped or terminated", "SSM knew it, and does not list it among its running nodes")
    : notCovered("no agent", "SSM has never had a report of it");
}
