import type {
  CreateMaintenanceWindowRequest,
  MaintenanceWindowExecutionStatus,
  MaintenanceWindowLambdaParameters,
  MaintenanceWindowRunCommandParameters,
  MaintenanceWindowTaskCutoffBehavior,
  RegisterTargetWithMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowRequest,
  Target,
} from "@aws-sdk/client-ssm";
import type { Schedule } from "#schedule/expression.js";
import type { OccurrenceOptions } from "#schedule/occurrences.js";
import type { Command } from "../commands/command.js";

/** A target of a maintenance window. */
export interface WindowTarget {
  readonly id: string;
  /** What it was registered with, and updates have made of that. */
  readonly input: RegisterTargetWithMaintenanceWindowRequest;
  readonly name: string;
  readonly ownerInformation: string;
  readonly targets: readonly Target[];
}

/** A task of a maintenance window. */
export interface WindowTask {
  readonly id: string;
  /** What it was registered with, and updates have made of that. */
  readonly input: RegisterTaskWithMaintenanceWindowRequest;
  readonly type: "RUN_COMMAND" | "LAMBDA";
  readonly name: string;
  /** Name of a document, or name or ARN of a function. */
  readonly arn: string;
  /** Empty for a task without targets. */
  readonly targetIds: readonly string[];
  /** 0 goes first; equal ones run side by side. */
  readonly priority: number;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** As whom SSM runs it; without one, as its own service-linked role. */
  readonly serviceRoleArn: string | undefined;
  /** Undefined when nobody has said: the task goes on, and no answer names it. */
  readonly cutoffBehavior: MaintenanceWindowTaskCutoffBehavior | undefined;
  /** Of a RUN_COMMAND task; empty for others. */
  readonly invocation: MaintenanceWindowRunCommandParameters;
  /** Of a LAMBDA task; empty for others. */
  readonly call: MaintenanceWindowLambdaParameters;
}

/** What a maintenance window is asked to be; an update changes it. */
export interface WindowSettings {
  /** What it was made with, and updates have made of that. */
  input: CreateMaintenanceWindowRequest;
  name: string;
  schedule: Schedule;
  expression: string;
  occurrences: OccurrenceOptions;
  durationHours: number;
  cutoffHours: number;
}

/** A maintenance window with what is registered to it and what it did. */
export interface Window extends WindowSettings {
  readonly id: string;
  readonly createdAt: number;
  modifiedAt: number;
  isEnabled: boolean;
  /** When it opens next; undefined when it never does. */
  opensAt: number | undefined;
  readonly targets: Map<string, WindowTarget>;
  readonly tasks: Map<string, WindowTask>;
  readonly executions: WindowExecution[];
  running: WindowExecution | undefined;
  /** Times at which it should have opened and left no trace in AWS. */
  readonly missed: { readonly at: number; readonly reason: string }[];
}

/** What a task has started: a command on a target, or a function. */
export interface TaskRun {
  readonly id: string;
  /** undefined for a task without targets. */
  readonly target: WindowTarget | undefined;
  /** Id that the service that does the work knows it by, where it has one. */
  readonly executionId: string | undefined;
  /** What it was started with, as JSON. */
  readonly parameters: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly status: MaintenanceWindowExecutionStatus;
  readonly statusDetails: string;
  /**
   * Stops it at the cutoff; what has no such method goes on to its end.
   *
   * @throws AwsError when the task's role may not
   */
  readonly stop?: () => void;
}

/** What a task has started, where that is a command. */
export interface CommandStarted extends TaskRun {
  readonly command: Command;
}

/** A run of a task. */
export interface TaskExecution {
  readonly id: string;
  readonly task: WindowTask;
  status: MaintenanceWindowExecutionStatus;
  statusDetails: string;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Ids of the targets that it has not come to yet; undefined stands for none. */
  readonly waiting: (string | undefined)[];
  /** In the order of time. */
  readonly runs: TaskRun[];
  /** Those of the runs that are commands. */
  readonly invocations: readonly CommandStarted[];
}

/** A run of a window. */
export interface WindowExecution {
  readonly id: string;
  readonly window: Window;
  status: MaintenanceWindowExecutionStatus;
  statusDetails: string;
  readonly startedAt: number;
  readonly cutoffAt: number;
  readonly closesAt: number;
  endedAt: number | undefined;
  readonly tasks: TaskExecution[];
}
