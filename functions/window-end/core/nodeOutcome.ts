import { parseGroup } from "#shared/contract/exclusionNames.js";
import { exitCodeText } from "#shared/contract/exitCodes.js";
import type { NodeState } from "#shared/contract/nodeStates.js";
import { counted } from "#shared/text/words.js";
import { type Invocation, isRunning, plainStatus } from "../../shared/commands/invocations.js";
import { type DefaultBaselines, defaultBaselineUsed } from "../../shared/defaultBaselines.js";
import type { PatchState } from "../../shared/patchState.js";

/** The execution that a node is asked about. */
interface AskedExecution {
  readonly operation: "Scan" | "Install";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** MaintenanceWindowExecutionStatus of the API. */
  readonly status: string;
  readonly statusDetails?: string;
  /** Why calendars have kept it from beginning. */
  readonly closed?: string | undefined;
}

/** Everything that is known of a node. */
export interface NodeEvidence {
  readonly id: string;
  /** Whether the tags say that an exclusion holds the whole node. */
  readonly isHeld: boolean;
  /** Which exclusion that has ended held it when the execution began; missing where none did. */
  readonly endedHold?: string;
  /** Its part of the execution's commands; of two, the one that went worse. */
  readonly invocation: Invocation | undefined;
  /** Status of the command of its target (StatusDetails of the API); undefined where none was sent. */
  readonly command: string | undefined;
  /** Ping status; undefined where SSM does not list it among its running nodes. */
  readonly ping: string | undefined;
  readonly state: PatchState | undefined;
  /** Whether the record before has it with nothing missing. */
  readonly wasClean: boolean;
}

/** The state of a node, and what is known beside it. */
export interface NodeOutcome {
  readonly state: NodeState;
  readonly why?: string;
}

/** What became of a node. Total: each is in exactly one state. */
export function nodeOutcome(
  execution: AskedExecution,
  node: NodeEvidence,
  baselines: DefaultBaselines,
): NodeOutcome {
  const { invocation, isHeld, endedHold } = node;
  if (invocation === undefined && isHeld)
    return { state: "held", ...(endedHold === undefined ? {} : { why: endedHold }) };
  if (invocation === undefined) return ofSilence(execution, node);
  return plainStatus(invocation.status) === "success"
    ? ofReport(execution, node, baselines)
    : ofFailure(node, invocation);
}

/** Whether what SSM knows of a node is this execution's result. */
export function isOfExecution({ operation, startedAt }: AskedExecution, state: PatchState): boolean {
  return state.operation === operation && state.endedAt >= startedAt;
}

/** Its command went well: what it has reported. */
function ofReport(
  execution: AskedExecution,
  { state, wasClean }: NodeEvidence,
  baselines: DefaultBaselines,
): NodeOutcome {
  const done: NodeState = execution.operation === "Scan" ? "scanned" : "patched";
  if (state === undefined || state.endedAt < execution.startedAt)
    return { state: "unknown", why: "its command went well, and it has reported nothing of this run" };
  // The command's word stands: the report is of whatever came after it.
  if (!isOfExecution(execution, state))
    return { state: done, why: `it has reported a later ${state.operation} since` };
  const byDefault = defaultBaselineUsed(state, baselines);
  if (byDefault !== undefined) return { state: "default baseline", why: byDefault };
  if (done === "scanned") return { state: done };
  if (state.failed > 0)
    return { state: "failed", why: `${counted(state.failed, "patch", "patches")} failed` };
  if (state.pendingReboot > 0)
    return {
      state: "pending reboot",
      why: `${counted(state.pendingReboot, "patch waits", "patches wait")} for it`,
    };
  const word = parseGroup(state.patchGroup)?.word;
  if (word !== undefined && word !== "hold") return { state: "excluded" };
  return { state: wasClean && state.missing === 0 ? "nothing to do" : done };
}

/** What an invocation that did not succeed says. */
function ofFailure(node: NodeEvidence, { status, code }: Invocation): NodeOutcome {
  const why = `its command is ${status}`;
  switch (plainStatus(status)) {
    case "undeliverable":
    case "deliverytimedout":
      return notThere(node) ?? { state: "not connected", why };
    case "cancelled":
    case "canceled":
      // Who has a code had begun.
      return code === undefined
        ? { state: "not reached before cutoff", why }
        : { state: "failed", why: `${why} while it was at work` };
    case "terminated":
    case "ratelimitexceeded":
    case "rateexceeded":
    case "limitexceeded":
      // Whoever is not there would not have been patched in its turn either.
      return notThere(node) ?? { state: "stopped by the error limit", why };
    case "failed":
      return { state: "failed", why: code === undefined ? why : `${why}, ${exitCodeText(code)}` };
    default:
      return isRunning(status)
        ? { state: "failed", why: `${why} a day after the window has ended` }
        : { state: "failed", why };
  }
}

/** Why a node has no part in any command. */
function ofSilence(execution: AskedExecution, node: NodeEvidence): NodeOutcome {
  const { status, statusDetails, closed } = execution;
  const { command } = node;
  if (command === undefined) {
    if (closed !== undefined) return { state: "not started", why: closed };
    const details = statusDetails === undefined || statusDetails === "" ? "" : ` (${statusDetails})`;
    return { state: "not started", why: `no command was sent, and the execution is ${status}${details}` };
  }
  const missing = notThere(node);
  if (missing !== undefined) return missing;
  switch (plainStatus(command)) {
    case "terminated":
    case "ratelimitexceeded":
    case "rateexceeded":
    case "limitexceeded":
      return { state: "stopped by the error limit", why: `the command is ${command}` };
    case "cancelled":
    case "canceled":
    case "timedout":
    case "executiontimedout":
    case "deliverytimedout":
      return { state: "not reached before cutoff", why: `the command is ${command}` };
    default:
      return {
        state: "not started",
        why: `the command is ${command} and did not include it: its tags may be newer`,
      };
  }
}

/** What SSM knows of a node that is not reached; undefined when it is online. */
function notThere({ id, ping, state, invocation }: NodeEvidence): NodeOutcome | undefined {
  if (ping === "Online") return undefined;
  if (ping !== undefined) return { state: "not connected", why: `its ping status is ${ping}` };
  const wasThere = id.startsWith("mi-") || state !== undefined || invocation !== undefined;
  return wasThere
    ? { state: "stopped", why: "SSM knew it, and does not list it among its running nodes" }
    : { state: "no agent", why: "SSM has never had a report of it" };
}
