import type { SentRequest } from "./send.js";

/** What a deployment did with one resource. */
export interface Step {
  /**
   * `replace` makes another resource in the place of one, and `discard` deletes the one. `retain` forgets one that is kept
   * where it would be deleted or discarded.
   */
  readonly operation: "create" | "update" | "replace" | "delete" | "discard" | "retain";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly region: string;
  /** Inputs that are other than before. */
  readonly changed: readonly string[];
  /** What the provider sends for it, but for what it only reads. */
  readonly requests: readonly SentRequest[];
}

/** Where a deployment stopped. */
export interface Failure extends Omit<Step, "requests"> {
  readonly cause: Error;
}

/** How many resources were made, changed and so on. */
type StepCounts = Readonly<Record<"created" | "updated" | "replaced" | "deleted" | "kept", number>>;

export function countSteps(steps: readonly Step[]): StepCounts {
  const count = (...operations: readonly Step["operation"][]) =>
    steps.filter(({ operation }) => operations.includes(operation)).length;
  const replaced = new Set(steps.filter(({ operation }) => operation === "replace").map(({ urn }) => urn));
  const lost = steps.filter(({ operation, urn }) => operation === "discard" && !replaced.has(urn)).length;
  return {
    created: count("create"),
    updated: count("update"),
    replaced: replaced.size,
    deleted: count("delete") + lost,
    kept: count("retain"),
  };
}
