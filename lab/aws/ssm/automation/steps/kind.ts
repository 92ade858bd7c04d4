import type { Caller } from "#lab/aws/iam/evaluate.js";
import type { RunbookStep } from "../../documents/documentContent.js";
import type { AutomationPlace } from "../automationPlace.js";

/** What a kind of step knows while it runs. */
export interface StepContext {
  readonly region: AutomationPlace;
  /** The runbook's role, or whoever started the execution. */
  readonly caller: Caller;
  readonly spec: RunbookStep;
  /** With every reference resolved. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** How a step has ended. */
export interface StepEnd {
  readonly failure?: string;
  /** By their names, of their types; those of a step that failed as well. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** The step that is to follow, where the step itself decides. */
  readonly next?: string;
}

/** Runs a step, and calls `done` once, when it has ended. An AwsError that it throws ends the step as well. */
export type StepKind = (context: StepContext, done: (end: StepEnd) => void) => void;
