import type { Summary } from "./summary.js";

/** What became of one opening of a window. AWS calls several of these SUCCESS. */
export type Outcome =
  | "done"
  | "out-of-reach"
  | "incomplete"
  | "out-of-time"
  | "error-limit"
  | "failed"
  | "skipped"
  | "cancelled"
  | "running"
  | "no-nodes"
  | "not-covered"
  | "not-closed"
  | "frozen"
  | "held"
  | "absent"
  | "missed";

export const outcomeLabels: Readonly<Record<Outcome, string>> = {
  done: "Every node done",
  "out-of-reach": "Done, some out of reach",
  incomplete: "Some nodes failed",
  "out-of-time": "Ran out of time",
  "error-limit": "Stopped by error limit",
  failed: "Failed",
  skipped: "Skipped",
  cancelled: "Cancelled",
  running: "Still running",
  "no-nodes": "No node selected",
  "not-covered": "Some nodes not covered",
  "not-closed": "Never closed",
  frozen: "Calendar not open",
  held: "Ring held",
  absent: "Region skipped",
  missed: "Never opened",
};

/** What becomes of updates that are offered and not approved, as the end of a sentence. */
export const outlookText: Readonly<Record<Summary["availableUpdates"][number]["outlook"], string>> = {
  "superseded first": "will be superseded before a rule approves them",
  "never approved": "no rule can ever approve",
  waits: "waiting for approval",
};
