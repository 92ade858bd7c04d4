import type { MaintenanceWindowExecutionStatus } from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import { CommandTaskRun } from "./commandTask.js";
import { FunctionTaskRun } from "./functionTask.js";
import type { TaskStart } from "./taskStart.js";
import type { WindowPlace } from "./windowPlace.js";
import type { TaskExecution, TaskRun, WindowExecution, WindowTask } from "./windowTypes.js";

/** How each type of task is started. */
const kinds: { readonly [type in WindowTask["type"]]: new (start: TaskStart) => TaskRun } = {
  RUN_COMMAND: CommandTaskRun,
  LAMBDA: FunctionTaskRun,
};

/**
 * Lets an execution of a window take its course: tasks in the order of their priority, equal ones side by side, the
 * targets of one task one after another; at the cutoff nothing new is started, and tasks that say so are stopped as far
 * as they can be.
 */
export class WindowExecutionRun {
  private isCutOff = false;

  constructor(
    private readonly region: WindowPlace,
    readonly execution: WindowExecution,
    private readonly onEnd: () => void,
  ) {}

  start(): void {
    const { execution, region } = this;
    this.announce();
    region.account.clock.at(execution.cutoffAt, () => this.cutOff());
    this.startNextPriority();
  }

  /** Lets what is running come to its end, and starts none of the tasks that wait. */
  cancel(): void {
    const { execution } = this;
    if (execution.endedAt !== undefined) return;
    for (const task of execution.tasks) if (task.status === "PENDING") task.status = "CANCELLED";
    execution.status = "CANCELLING";
    this.announce();
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
    const known = (id: string | undefined) => id === undefined || execution.window.targets.has(id);
    // Targets that were deregistered since are passed over.
    while (task.waiting.length > 0 && !known(task.waiting[0])) task.waiting.shift();
    if (task.waiting.length === 0 || this.isCutOff) {
      this.endTask(task);
      return;
    }
    const target = execution.window.targets.get(task.waiting.shift() ?? "");
    const onEnd = () => this.startNextTarget(task);
    try {
      task.runs.push(new kinds[task.task.type]({ region, execution, task, target, onEnd }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.refused(task, error);
    }
  }

  /** What is refused fails its task, and is not tried on the task's other targets. */
  private refused(task: TaskExecution, { code, message }: AwsError): void {
    task.status = "FAILED";
    task.endedAt = this.now;
    this.explain(task, `${code}: ${message}`);
    this.startNextPriorityWhenDone();
  }

  private endTask(task: TaskExecution): void {
    if (task.status !== "IN_PROGRESS") return;
    task.endedAt = this.now;
    const isShort = this.isCutOff && task.waiting.length > 0;
    task.status = isShort ? "TIMED_OUT" : worst(task.runs.map(({ status }) => status));
    const details = task.runs.find(({ statusDetails }) => statusDetails !== "")?.statusDetails;
    if (details !== undefined) this.explain(task, details);
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
      this.explain(task, details);
    }
    for (const task of running) {
      const run = task.runs.at(-1);
      if (task.task.cutoffBehavior !== "CANCEL_TASK" || run?.stop === undefined) continue;
      task.status = "TIMED_OUT";
      task.endedAt = this.now;
      this.explain(task, details);
      this.stop(run);
    }
    if (execution.tasks.every(({ status }) => status !== "IN_PROGRESS")) this.end();
  }

  /** A role that may not stop what it has started leaves it running beyond the window. */
  private stop(run: TaskRun): void {
    try {
      run.stop?.();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.execution.statusDetails += ` ${error.code}: ${error.message}`;
    }
  }

  private explain(task: TaskExecution, details: string): void {
    task.statusDetails = details;
    this.execution.statusDetails = details;
  }

  private end(): void {
    const { execution } = this;
    if (execution.endedAt !== undefined) return;
    execution.endedAt = this.now;
    execution.status =
      execution.status === "CANCELLING" ? "CANCELLED" : worst(execution.tasks.map(({ status }) => status));
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

const bySeverity: readonly MaintenanceWindowExecutionStatus[] = ["TIMED_OUT", "FAILED", "CANCELLED"];

function worst(statuses: readonly MaintenanceWindowExecutionStatus[]): MaintenanceWindowExecutionStatus {
  return bySeverity.find((status) => statuses.includes(status)) ?? "SUCCESS";
}
