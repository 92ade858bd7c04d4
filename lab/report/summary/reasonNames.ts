/** What the record of a fan-out calls otherwise than this report does for every window. */
const ofRecords: Readonly<Record<string, string>> = {
  "stopped or terminated": "stopped",
  offline: "connection lost",
  undelivered: "connection lost",
  "no agent": "no SSM Agent",
  held: "held by an exclusion",
};

/** Why a run has not patched a node, in this report's words. */
export function recordReason(reason: string): string {
  return ofRecords[reason] ?? reason;
}

/** What Run Command's details of an invocation say of a node. */
const ofInvocations: Readonly<Record<string, string>> = {
  AccessDenied: "access denied",
  Cancelled: "cancelled at the cutoff",
  DeliveryTimedOut: "connection lost",
  ExecutionTimedOut: "timed out",
  Failed: "failed",
  Terminated: "left out by the error limit",
  Undeliverable: "stopped",
};

/** How an invocation that is no success ended, in this report's words. */
export function invocationReason(details: string): string {
  return ofInvocations[details] ?? details;
}
