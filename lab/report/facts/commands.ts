import { iso } from "#shared/text/format.js";
import type { Command } from "../../aws/ssm/commands/command.js";
import type { TaskExecution } from "../../aws/ssm/windows/windowTypes.js";
import type { CommandSummary } from "../summary/summary.js";

/** The commands of a task of a window. */
export function summarizeTask({ task, status, invocations }: TaskExecution): CommandSummary[] {
  if (invocations.length > 0) return invocations.map(({ command }) => summarizeCommand(task.name, command));
  const isSkipped = status === "SKIPPED_OVERLAPPING";
  return [
    {
      task: task.name,
      commandId: null,
      status,
      statusDetails: isSkipped ? "not started, the window was skipped" : "not started",
      targeted: 0,
      invocations: {},
      startedAt: null,
      endedAt: null,
      patchesInstalled: 0,
      nodesRebooted: 0,
      stoppedByErrorLimit: false,
    },
  ];
}

/** A command and what became of it. */
export function summarizeCommand(task: string, command: Command): CommandSummary {
  return {
    task,
    commandId: command.id,
    status: command.end?.status ?? "InProgress",
    statusDetails: command.end?.details ?? "InProgress",
    targeted: command.nodes.length,
    invocations: Object.fromEntries(Object.entries(command.counts()).sort(([a], [b]) => (a < b ? -1 : 1))),
    startedAt: iso(command.requestedAt),
    endedAt: command.endedAt === undefined ? null : iso(command.endedAt),
    patchesInstalled: command.patchesInstalled,
    nodesRebooted: command.nodesRebooted,
    stoppedByErrorLimit: command.stoppedByErrorLimit,
  };
}
