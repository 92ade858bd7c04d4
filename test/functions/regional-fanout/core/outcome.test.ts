import { expect } from "chai";
import type { RegionEvidence } from "#functions/regional-fanout/core/evidence.js";
import { type NodeQuestion, outcomeOfNode } from "#functions/regional-fanout/core/outcome.js";
import { readPayload } from "#functions/regional-fanout/core/payload.js";
import type { PatchState } from "#functions/shared/patchState.js";
import { nodeId, payload, runId, state } from "./support.js";

const id = nodeId(1);
const hybrid = "mi-0123456789abcdef0";

interface Case {
  readonly id?: string;
  readonly status?: string;
  readonly code?: number;
  readonly state?: Partial<PatchState>;
  /** Null for a node that SSM does not list. */
  readonly ping?: string | null;
  readonly commands?: RegionEvidence["commands"];
  readonly trouble?: string;
  readonly mode?: "per-instance";
}

const command = { id: "c", snapshotId: runId, status: "Success", groups: ["group-a"] };
/** The result of an earlier run. */
const old = {
  snapshotId: "11111111-1111-4111-8111-111111111111",
  endedAt: Date.parse("2026-09-05T00:00:00Z"),
};

function outcome(one: Case) {
  const node = one.id ?? id;
  const invocation = {
    commandId: "c",
    nodeId: node,
    status: one.status ?? "",
    requestedAt: 1,
    ...(one.code === undefined ? {} : { code: one.code }),
  };
  const ping = one.ping === undefined ? "Online" : one.ping;
  const question: NodeQuestion = {
    id: node,
    groups: ["group-a"],
    record: {
      runId,
      startedAt: "2026-09-06T08:00:00.000Z",
      request: readPayload(payload(one.mode === undefined ? {} : { ExecutionMode: one.mode }), "role"),
    },
    evidence: {
      commands: one.commands ?? [command],
      invocations: new Map(one.status === undefined ? [] : [[node, invocation]]),
      pings: new Map(ping === null ? [] : [[node, ping]]),
      states: new Map(one.state === undefined ? [] : [[node, state(node, one.state)]]),
      baselines: {
        defaults: new Set(["pb-default", "pb-shared"]),
        registered: new Map([["web", new Set(["pb-own", "pb-shared"])]]),
      },
    },
    trouble: one.trouble,
  };
  const found = outcomeOfNode(question);
  return found.kind === "not covered" ? `${found.reason}: ${found.why}` : found;
}

const patched = { kind: "patched" };

const table: readonly [string, Case, unknown][] = [
  ["a fresh state with nothing missing", { status: "Success", state: {} }, patched],
  [
    "a snapshot id in capitals",
    { status: "Success", state: { snapshotId: runId.toUpperCase(), endedAt: 0 } },
    patched,
  ],
  [
    "no snapshot id, the operation and a time since the beginning",
    { status: "Success", state: { snapshotId: undefined } },
    patched,
  ],
  [
    "missing patches",
    { status: "Success", state: { missing: 2 } },
    { kind: "findings", missing: 2, failed: 0, pendingReboot: 0 },
  ],
  [
    "failed patches",
    { status: "Success", state: { failed: 1 } },
    { kind: "findings", missing: 0, failed: 1, pendingReboot: 0 },
  ],
  [
    "a pending reboot",
    { status: "Success", state: { pendingReboot: 3 } },
    { kind: "findings", missing: 0, failed: 0, pendingReboot: 3 },
  ],
  [
    "an older state after a success",
    { status: "Success", state: old },
    "unknown: the command succeeded, and the node has reported no patch state of this run",
  ],
  [
    "a scan since the beginning, for an install",
    { status: "Success", state: { snapshotId: undefined, operation: "Scan" } },
    "unknown: the command succeeded, and the node has reported no patch state of this run",
  ],
  [
    "no state at all after a success",
    { status: "Success" },
    "unknown: the command succeeded, and the node has reported no patch state of this run",
  ],
  [
    "the default baseline",
    { status: "Success", state: { patchGroup: "app", baselineId: "pb-default" } },
    "on the default baseline: no baseline for it is registered with app, so that pb-default was used",
  ],
  [
    "AWS's default baseline",
    {
      status: "Success",
      state: { patchGroup: "", baselineId: "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-default" },
    },
    "on the default baseline: it has no patch group, so that pb-default was used",
  ],
  [
    "a default baseline that is the group's own too",
    { status: "Success", state: { baselineId: "pb-shared" } },
    patched,
  ],
  ["a failure", { status: "Failed" }, "failed: its command is Failed"],
  [
    "a failure with an exit code",
    { status: "Failed", code: 195 },
    "failed: its command is Failed, exit code 195, patches failed, and it asked for a reboot: the end of its output names the packages",
  ],
  [
    "a failure with a fresh state",
    { status: "Failed", state: { missing: 1, failed: 2 } },
    "failed: its command is Failed; it reported 1 missing and 2 failed patches",
  ],
  ["a timeout", { status: "TimedOut" }, "timed out: its command is TimedOut"],
  [
    "an execution timeout, in the guide's words",
    { status: "Execution Timed Out" },
    "timed out: its command is Execution Timed Out",
  ],
  ["a cancellation", { status: "Cancelled" }, "cancelled: its command is Cancelled"],
  [
    "a platform that is not supported",
    { status: "InvalidPlatform" },
    "failed: its command is InvalidPlatform",
  ],
  ["a denial", { status: "AccessDenied" }, "failed: its command is AccessDenied"],
  [
    "an end by MaxErrors",
    { status: "Terminated" },
    "command not sent: its command is Terminated: others had failed more often than MaxErrors allows",
  ],
  [
    "an undelivered command to a node that is there",
    { status: "Undeliverable" },
    "undelivered: its command is Undeliverable",
  ],
  [
    "a delivery timeout at a node that is there",
    { status: "Delivery Timed Out" },
    "undelivered: its command is Delivery Timed Out",
  ],
  [
    "a delivery timeout at a node without connection",
    { status: "DeliveryTimedOut", ping: "ConnectionLost" },
    "offline: its ping status is ConnectionLost",
  ],
  [
    "an undelivered command to a stopped node",
    { status: "Undeliverable", ping: null },
    "stopped or terminated: SSM knew it, and does not list it among its running nodes",
  ],
  [
    "a command that still runs",
    { status: "InProgress" },
    "timed out: its command is InProgress after its automation has ended",
  ],
  ["a command that still runs, with a result", { status: "InProgress", state: {} }, patched],
  ["a status that nobody knows", { status: "Weird" }, "unknown: its command is Weird"],
  [
    "no invocation, stopped, known before",
    { state: old, ping: null },
    "stopped or terminated: SSM knew it, and does not list it among its running nodes",
  ],
  [
    "no invocation, a hybrid node that is gone",
    { id: hybrid, ping: null },
    "stopped or terminated: SSM knew it, and does not list it among its running nodes",
  ],
  ["no invocation, never heard of", { ping: null }, "no agent: SSM has never had a report of it"],
  ["no invocation, offline", { ping: "Inactive" }, "offline: its ping status is Inactive"],
  ["no invocation, held", { state: { ...old, patchGroup: "web.hold" } }, "held: its patch group is web.hold"],
  [
    "no invocation, online",
    {},
    "unknown: the command did not include it: it may have left the group since the run began",
  ],
  [
    "no invocation of a command that failed",
    { commands: [{ ...command, status: "Failed" }] },
    "command not sent: the command is Failed, and did not get to it",
  ],
  [
    "no command at all",
    { commands: [], trouble: "its automation is Failed: no role" },
    "command not sent: its automation is Failed: no role",
  ],
  ["no command, and nothing wrong", { commands: [] }, "command not sent: no command was sent to its group"],
  [
    "a command to another group alone",
    { commands: [{ ...command, groups: ["group-b"] }] },
    "command not sent: no command was sent to its group",
  ],
  [
    "no child for it in the mode per-instance",
    { mode: "per-instance", commands: [{ ...command, groups: [] }] },
    "command not sent: the automation has begun no child for it",
  ],
  ["a fresh state without any invocation", { state: {} }, patched],
  [
    "another run's state since the beginning, and no command of this one",
    { commands: [], state: { snapshotId: old.snapshotId } },
    "command not sent: no command was sent to its group",
  ],
];

describe("the outcome of a member", () => {
  for (const [name, one, expected] of table) {
    it(`with ${name}`, () => {
      expect(outcome(one)).to.deep.equal(expected);
    });
  }
});
