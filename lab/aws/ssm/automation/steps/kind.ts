import type { Caller } from "#lab/aws/iam/evaluate.js";
import type { Place } from "#lab/aws/place.js";
import type { ServedApis } from "#lab/aws/servedApis.js";
import type { RunCommand } from "../../commands/runCommand.js";
import type { RunbookStep } from "../runbookStep.js";

/** Where steps run, what they call, and whose commands they wait for. */
type Needs = Place & {
  readonly account: { readonly api: ServedApis | undefined };
  readonly runCommand: RunCommand;
};

/** What a kind of step knows while it runs. */
export interface StepContext {
  readonly region: Needs;
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

/**
 * Runs a step, and calls `done` once, when it has ended. An AwsError that it throws ends the step as well.
 *
 * @returns how what the step has begun is ended when the step is given up; nothing where it leaves nothing behind
 */
export type StepKind = (context: StepContext, done: (end: StepEnd) => void) => (() => void) | undefined;
