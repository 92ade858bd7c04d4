import type {
  MaintenanceWindowExecutionStatus,
  MaintenanceWindowTaskCutoffBehavior,
  MaintenanceWindowTaskInvocationParameters,
  Target,
} from "@aws-sdk/client-ssm";
import type { Schedule } from "../../../schedule/expression.js";
import type { OccurrenceOptions } from "../../../schedule/occurrences.js";
import type { Command } from "./command.js";

/** A target of a maintenance window. */
export interface WindowTarget {
  readonly id: string;
  readonly name: string;
  readonly ownerInformation: string;
  readonly targets: readonly Target[];
}

/** A RUN_COMMAND task of a maintenance window. */
export interface WindowTask {
  readonly id: string;
  readonly name: string;
  readonly documentName: string;
  readonly targetIds: readonly string[];
  /** 0 goes first; equal ones run side by side. */
  readonly priority: number;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** As whom its commands are sent; without one, as SSM's own service-linked role. */
  readonly serviceRoleArn: string | undefined;
  readonly cutoffBehavior: MaintenanceWindowTaskCutoffBehavior;
  readonly invocation: NonNullable<MaintenanceWindowTaskInvocationParameters["RunCommand"]>;
}

/** A maintenance window with what is registered to it and what it did. */
export interface Window {
  readonly id: string;
  readonly name: string;
  readonly schedule: Schedule;
  readonly expression: string;
  readonly occurrences: OccurrenceOptions;
  readonly durationHours: number;
  readonly cutoffHours: number;
  readonly targets: Map<string, WindowTarget>;
  readonly tasks: Map<string, WindowTask>;
  readonly executions: Execution[];
  running: Execution | undefined;
  /** Times at which it should have opened and left no trace in AWS. */
  readonly missed: { readonly at: number; readonly reason: string }[];
}

/** A run of a task on one target. */
export interface TaskInvocation {
  readonly targetId: string;
  readonly command: Command;
}

/** A run of a task. */
export interface TaskExecution {
  readonly id: string;
  readonly task: WindowTask;
  status: MaintenanceWindowExecutionStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  readonly invocations: TaskInvocation[];
}

/** A run of a window. */
export interface Execution {
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
