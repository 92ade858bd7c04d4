import type { MaintenanceWindowExecutionStatus, SendCommandRequest } from "@aws-sdk/client-ssm";
import { held } from "../../model/held.js";
import type { Command } from "../commands/command.js";
import { CommandAccess } from "../commands/commandAccess.js";
import { assumeServiceRole, pseudoParameters, type TaskStart } from "./taskStart.js";
import type { TaskRun, WindowTarget } from "./windowTypes.js";

/** A command that a RUN_COMMAND task sends to one of its targets. */
export class CommandTaskRun implements TaskRun {
  readonly id: string;
  readonly parameters: string;
  readonly command: Command;
  /** A command's own records tell more than the window's. */
  readonly statusDetails = "";

  /** @throws AwsError when Run Command does not take the command */
  constructor(private readonly start: TaskStart) {
    const { region, execution, task, onEnd } = start;
    this.id = region.account.ids.uuid(`invocation|${task.id}`);
    const request = held("ssm", "SendCommand", this.request());
    const sent = region.runCommand.sendCommand(request, {
      snapshotId: execution.id,
      access: this.access(),
      onEnd,
    });
    this.command = region.runCommand.command(sent.Command?.CommandId ?? "");
    const members = Object.entries(request).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      value,
    ]);
    this.parameters = JSON.stringify(Object.fromEntries(members));
  }

  get target(): WindowTarget | undefined {
    return this.start.target;
  }

  get executionId(): string {
    return this.command.id;
  }

  get startedAt(): number {
    return this.command.requestedAt;
  }

  get endedAt(): number | undefined {
    return this.command.endedAt;
  }

  get status(): MaintenanceWindowExecutionStatus {
    const { end } = this.command;
    return end === undefined ? "IN_PROGRESS" : statuses[end.status];
  }

  stop(): void {
    const { runCommand } = this.start.region;
    if (this.command.end === undefined)
      runCommand.cancelCommand(held("ssm", "CancelCommand", { CommandId: this.command.id }), this.access());
  }

  /** What the task's service role may do. */
  private access(): CommandAccess | undefined {
    const { region, execution, task } = this.start;
    const caller = assumeServiceRole(region, execution, task.task);
    return caller === undefined ? undefined : new CommandAccess(region, caller);
  }

  private request(): SendCommandRequest {
    const { task } = this.start.task;
    const expand = pseudoParameters(this.start, this.id);
    const { Parameters = {}, ...invocation } = task.invocation;
    return {
      ...invocation,
      DocumentName: task.arn,
      Targets: [...(this.target?.targets ?? [])],
      MaxConcurrency: task.maxConcurrency,
      MaxErrors: task.maxErrors,
      Parameters: Object.fromEntries(
        Object.entries(Parameters).map(([name, values]) => [name, values.map(expand)]),
      ),
    };
  }
}

const statuses = {
  Success: "SUCCESS",
  TimedOut: "TIMED_OUT",
  Cancelled: "CANCELLED",
  Failed: "FAILED",
} as const;
