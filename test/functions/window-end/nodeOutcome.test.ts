import { expect } from "chai";
import type { DefaultBaselines } from "#functions/shared/defaultBaselines.js";
import type { PatchState } from "#functions/shared/patchState.js";
import { type NodeEvidence, nodeOutcome } from "#functions/window-end/core/nodeOutcome.js";

const startedAt = Date.parse("2026-09-05T04:00:00Z");
const baselines: DefaultBaselines = {
  defaults: new Set(["pb-default"]),
  registered: new Map([["web", new Set(["pb-ours"])]]),
};

const report = (changes: Partial<PatchState> = {}): PatchState => ({
  id: "i-1",
  patchGroup: "web",
  baselineId: "pb-ours",
  snapshotId: undefined,
  operation: "Install",
  startedAt,
  endedAt: startedAt + 60_000,
  missing: 0,
  failed: 0,
  pendingReboot: 0,
  ...changes,
});

const node = (changes: Partial<NodeEvidence> = {}): NodeEvidence => ({
  id: "i-1",
  isHeld: false,
  invocation: undefined,
  command: "Success",
  ping: "Online",
  state: report(),
  wasClean: false,
  ...changes,
});

const sent = (status: string, code?: number) => ({
  invocation: {
    commandId: "c",
    nodeId: "i-1",
    status,
    requestedAt: startedAt,
    ...(code === undefined ? {} : { code }),
  },
});
const well = sent("Success", 0);
const of = (changes: Partial<NodeEvidence>, operation: "Scan" | "Install" = "Install", status = "SUCCESS") =>
  nodeOutcome({ operation, startedAt, status }, node(changes), baselines);

describe("what became of a node of a window", () => {
  const cases: readonly (readonly [
    what: string,
    changes: Partial<NodeEvidence>,
    state: string,
    why?: string,
  ])[] = [
    ["patched", well, "patched"],
    ["nothing missing before and after", { ...well, wasClean: true }, "nothing to do"],
    [
      "clean before and something missing after",
      { ...well, wasClean: true, state: report({ missing: 1 }) },
      "patched",
    ],
    [
      "in a group of an exclusion",
      { ...well, state: report({ patchGroup: "web.x-0123456789" }) },
      "excluded",
    ],
    [
      "a reboot to come",
      { ...well, state: report({ pendingReboot: 2 }) },
      "pending reboot",
      "2 patches wait for it",
    ],
    ["a patch failed", { ...well, state: report({ failed: 1 }) }, "failed", "1 patch failed"],
    [
      "the default baseline",
      {
        ...well,
        state: report({ baselineId: "arn:aws:ssm:eu-west-1:1:patchbaseline/pb-default", patchGroup: "" }),
      },
      "default baseline",
      "it has no patch group, so that pb-default was used",
    ],
    ["an older report", { ...well, state: report({ endedAt: startedAt - 1 }) }, "unknown"],
    ["no report", { ...well, state: undefined }, "unknown"],
    [
      "a scan since, which has written over the report",
      { ...well, state: report({ operation: "Scan" }) },
      "patched",
      "it has reported a later Scan since",
    ],
    [
      "exit code 156",
      sent("Failed", 156),
      "failed",
      "its command is Failed, exit code 156, AWS's patch program",
    ],
    ["failed without a code", sent("Failed"), "failed", "its command is Failed"],
    ["timed out", sent("ExecutionTimedOut"), "failed"],
    [
      "still at work when it is given up",
      sent("InProgress"),
      "failed",
      "its command is InProgress a day after",
    ],
    ["cancelled before it began", sent("Cancelled"), "not reached before cutoff"],
    ["cancelled at work", sent("Cancelled", 137), "failed", "its command is Cancelled while it was at work"],
    ["left out by MaxErrors", sent("Terminated"), "stopped by the error limit"],
    [
      "left out by MaxErrors, and stopped: its turn would have come to nothing",
      { ...sent("Terminated"), ping: undefined },
      "stopped",
    ],
    ["left out by MaxErrors, in the guide's words", sent("Rate Exceeded"), "stopped by the error limit"],
    ["not delivered, and lost", { ...sent("Undeliverable"), ping: "ConnectionLost" }, "not connected"],
    ["not delivered, and stopped", { ...sent("DeliveryTimedOut"), ping: undefined }, "stopped"],
    [
      "not delivered, and online again",
      sent("Undeliverable"),
      "not connected",
      "its command is Undeliverable",
    ],
    [
      "no command's, and lost",
      { ping: "ConnectionLost" },
      "not connected",
      "its ping status is ConnectionLost",
    ],
    ["no command's, and stopped", { ping: undefined }, "stopped"],
    ["no command's, and never heard of", { ping: undefined, state: undefined }, "no agent"],
    ["a hybrid node that is gone", { id: "mi-1", ping: undefined, state: undefined }, "stopped"],
    [
      "no command's, of a command that MaxErrors ended",
      { command: "Terminated" },
      "stopped by the error limit",
    ],
    ["no command's, of one that was cancelled", { command: "Cancelled" }, "not reached before cutoff"],
    ["no command's, of one that went well", { command: "Success" }, "not started"],
    [
      "without any command",
      { command: undefined },
      "not started",
      "no command was sent, and the execution is SUCCESS",
    ],
    ["held", { isHeld: true, command: undefined, ping: undefined }, "held"],
  ];
  for (const [what, changes, state, why] of cases) {
    it(`says ${state} of one ${what}`, () => {
      const outcome = of(changes);
      expect(outcome.state).to.equal(state);
      if (why !== undefined) expect(outcome.why).to.contain(why);
    });
  }

  it("says scanned of a scan, whatever is missing", () => {
    const state = report({ operation: "Scan", missing: 3, failed: 1, pendingReboot: 1 });
    expect(of({ ...well, state, wasClean: true }, "Scan")).to.deep.equal({ state: "scanned" });
  });

  it("says why nothing was sent, in the words of the execution", () => {
    const execution = {
      operation: "Install",
      startedAt,
      status: "CANCELLED",
      statusDetails: "by the gate",
    } as const;
    expect(nodeOutcome(execution, node({ command: undefined }), baselines)).to.deep.equal({
      state: "not started",
      why: "no command was sent, and the execution is CANCELLED (by the gate)",
    });
  });
});
