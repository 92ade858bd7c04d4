import type { MaintenanceWindowExecutionStatus, SendCommandRequest, Target } from "@aws-sdk/client-ssm";
import { AwsError } from "../errors.js";
import type { Region } from "../region.js";
import type { Command } from "./command.js";
import { CommandAccess } from "./commandAccess.js";
import type { Execution, TaskExecution, WindowTask } from "./windowTypes.js";

/**
 * Lets an execution of a window take its course: tasks in the order of their priority, equal ones side by side, the
 * targets of one task one after another; at the cutoff nothing new is started, and tasks that say so are cancelled.
 */
export class WindowExecutionRun {
  private isCutOff = false;

  constructor(
    private readonly region: Region,
    private readonly execution: Execution,
    private readonly onEnd: () => void,
  ) {}

  start(): void {
    const { execution, region } = this;
    this.announce();
    region.account.clock.at(execution.cutoffAt, () => this.cutOff());
    this.startNextPriority();
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private startNextPriority(): void {
    const { tasks } = this.execution;
    const waiting = tasks.filter((task) => task.status === "PENDING");
    if (this.isCutOff || waiting.length === 0) {
      this.end();
      return;
    }
    const priority = Math.min(...waiting.map(({ task }) => task.priority));
    const together = waiting.filter(({ task }) => task.priority === priority);
    for (const task of together) {
      task.status = "IN_PROGRESS";
      task.startedAt = this.now;
    }
    for (const task of together) this.startNextTarget(task);
  }

  private startNextTarget(task: TaskExecution): void {
    const { execution, region } = this;
    const targetId = task.task.targetIds[task.invocations.length];
    const target = targetId === undefined ? undefined : execution.window.targets.get(targetId);
    if (target === undefined || this.isCutOff) {
      this.endTask(task);
      return;
    }
    let command: Command;
    try {
      const sent = region.runCommand.sendCommand(requestOf(execution, task, target.targets), {
        snapshotId: execution.id,
        access: this.access(task.task),
        onEnd: () => this.startNextTarget(task),
      });
      command = region.runCommand.command(sent.Command?.CommandId ?? "");
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.refused(task, error);
      return;
    }
    task.invocations.push({ targetId: target.id, command });
  }

  /** What the task's service role may do. */
  private access({ serviceRoleArn }: WindowTask): CommandAccess | undefined {
    if (serviceRoleArn === undefined) return undefined;
    const { region, execution } = this;
    const source = region.arn("ssm", `maintenancewindow/${execution.window.id}`);
    return new CommandAccess(region, region.account.iam.assume(serviceRoleArn, "ssm.amazonaws.com", source));
  }

  /** A command that Run Command does not take fails its task, and is not sent to the task's other targets. */
  private refused(task: TaskExecution, { code, message }: AwsError): void {
    task.status = "FAILED";
    task.endedAt = this.now;
    this.execution.statusDetails = `${code}: ${message}`;
    this.startNextPriorityWhenDone();
  }

  private endTask(task: TaskExecution): void {
    if (task.status !== "IN_PROGRESS") return;
    task.endedAt = this.now;
    const isShort = this.isCutOff && task.invocations.length < task.task.targetIds.length;
    task.status = isShort
      ? "TIMED_OUT"
      : worst(task.invocations.map(({ command }) => invocationStatus(command)));
    this.startNextPriorityWhenDone();
  }

  private startNextPriorityWhenDone(): void {
    if (this.execution.tasks.every(({ status }) => status !== "IN_PROGRESS")) this.startNextPriority();
  }

  private cutOff(): void {
    const { execution } = this;
    if (execution.endedAt !== undefined) return;
    this.isCutOff = true;
    const details = "The window's cutoff came before its tasks were done.";
    const running = execution.tasks.filter(({ status }) => status === "IN_PROGRESS");
    for (const task of execution.tasks) {
      if (task.status !== "PENDING") continue;
      task.status = "TIMED_OUT";
      execution.statusDetails = details;
    }
    for (const task of running) {
      if (task.task.cutoffBehavior !== "CANCEL_TASK") continue;
      task.status = "TIMED_OUT";
      execution.statusDetails = details;
      task.endedAt = this.now;
      this.cancelCommands(task);
    }
    if (execution.tasks.every(({ status }) => status !== "IN_PROGRESS")) this.end();
  }

  /** A role that may not cancel leaves the commands running beyond the window. */
  private cancelCommands({ task, invocations }: TaskExecution): void {
    for (const { command } of invocations) {
      if (command.end !== undefined) continue;
      try {
        this.region.runCommand.cancelCommand({ CommandId: command.id }, this.access(task));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.execution.statusDetails += ` ${error.code}: ${error.message}`;
      }
    }
  }

  private end(): void {
    const { execution } = this;
    if (execution.endedAt !== undefined) return;
    execution.endedAt = this.now;
    execution.status = worst(execution.tasks.map(({ status }) => status));
    this.announce();
    this.onEnd();
  }

  /** Puts the execution's status on the bus. */
  announce(): void {
    const { execution, region } = this;
    const iso = (time: number | undefined) =>
      time === undefined ? {} : { "end-time": new Date(time).toISOString() };
    region.events.emit({
      source: "aws.ssm",
      "detail-type": "Maintenance Window Execution State-change Notification",
      resources: [region.arn("ssm", `maintenancewindow/${execution.window.id}`)],
      detail: {
        "start-time": new Date(execution.startedAt).toISOString(),
        ...iso(execution.endedAt),
        "window-id": execution.window.id,
        "window-execution-id": execution.id,
        status: execution.status,
      },
    });
  }
}

function requestOf(
  execution: Execution,
  { id, task }: TaskExecution,
  targets: readonly Target[],
): SendCommandRequest {
  const known: Readonly<Record<string, string>> = {
    WINDOW_ID: execution.window.id,
    WINDOW_TASK_ID: task.id,
    WINDOW_EXECUTION_ID: execution.id,
    TASK_EXECUTION_ID: id,
  };
  const expand = (text: string) =>
    text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => known[name] ?? whole);
  const { Parameters = {}, ...invocation } = task.invocation;
  return {
    ...invocation,
    DocumentName: task.documentName,
    Targets: [...targets],
    MaxConcurrency: task.maxConcurrency,
    MaxErrors: task.maxErrors,
    Parameters: Object.fromEntries(
      Object.entries(Parameters).map(([name, values]) => [name, values.map(expand)]),
    ),
  };
}

function invocationStatus(command: Command): MaintenanceWindowExecutionStatus {
  switch (command.end?.status) {
    case "Success":
      return "SUCCESS";
    case "TimedOut":
      return "TIMED_OUT";
    case "Cancelled":
      return "CANCELLED";
    default:
      return "FAILED";
  }
}

const bySeverity: readonly MaintenanceWindowExecutionStatus[] = ["TIMED_OUT", "FAILED", "CANCELLED"];

function worst(statuses: readonly MaintenanceWindowExecutionStatus[]): MaintenanceWindowExecutionStatus {
  return bySeverity.find((status) => statuses.includes(status)) ?? "SUCCESS";
}
