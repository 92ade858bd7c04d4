import type { AutomationExecutionStatus, TargetLocation } from "@aws-sdk/client-ssm";
import type { Caller } from "../../iam/evaluate.js";
import type { AutomationPlan } from "./request.js";

/** A step of an execution: one of the runbook's, or the child that a parent runs for a resource or a location. */
export interface StepExecution {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  /** Of a child in another Region. */
  readonly location?: TargetLocation;
  status: AutomationExecutionStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Resolved, once it has started. */
  inputs: Readonly<Record<string, unknown>>;
  /** By their names, of their types. */
  outputs: Readonly<Record<string, unknown>>;
  failure: string | undefined;
}

/** A run of a runbook, or a parent of such runs. */
export interface AutomationExecution {
  readonly id: string;
  readonly plan: AutomationPlan;
  readonly startedBy: Caller;
  /** Id of the parent. */
  readonly parent: string | undefined;
  /** The resource that a child is for. */
  readonly target: string | undefined;
  /** A parent knows them when it has begun. */
  steps: readonly StepExecution[];
  readonly startedAt: number;
  endedAt: number | undefined;
  status: AutomationExecutionStatus;
  failure: string | undefined;
}

/** What an execution is begun with. */
export interface Beginning {
  readonly plan: AutomationPlan;
  readonly startedBy: Caller;
  /** Whoever the steps run as, for an execution of that ARN; throws AwsError when that cannot be. */
  readonly assume: (source: string) => Caller;
  readonly parent?: string;
  readonly target?: string;
  /** Called when the execution has come to its end. */
  readonly onEnd?: (execution: AutomationExecution) => void;
}

/** What lets an execution go on, until it calls back that it has ended. */
export interface StepRun {
  readonly execution: AutomationExecution;
  /** Called once, when there is room for it. */
  start(): void;
  /** Ends the execution at once, and whatever of it is running. */
  cancel(): void;
  /** Lets what is running end, and nothing else begin. */
  complete(): void;
}

/** A step that has not begun. */
export function pendingStep(
  made: Pick<StepExecution, "id" | "name" | "action" | "location">,
  inputs: StepExecution["inputs"] = {},
): StepExecution {
  return {
    ...made,
    status: "Pending",
    startedAt: undefined,
    endedAt: undefined,
    inputs,
    outputs: {},
    failure: undefined,
  };
}
