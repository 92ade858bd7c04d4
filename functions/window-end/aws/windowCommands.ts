import {
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { allPages } from "../../shared/aws/clients.js";
import type { WindowCommand } from "../core/windowEnd.js";

/** Ends of an execution of a window, and of its tasks (API MaintenanceWindowExecutionStatus). */
export const endedStatuses: readonly (string | undefined)[] = [
  ...["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"],
];

/** The commands of an execution, by all of its tasks. */
export async function windowCommands(
  client: SSMClient,
  WindowExecutionId: string,
  abortSignal: AbortSignal,
): Promise<(WindowCommand & { readonly isEnded: boolean })[]> {
  const tasks = await allPages(
    paginateDescribeMaintenanceWindowExecutionTasks({ client }, { WindowExecutionId }, { abortSignal }),
    ({ WindowExecutionTaskIdentities }) => WindowExecutionTaskIdentities,
  );
  const commands: (WindowCommand & { readonly isEnded: boolean })[] = [];
  for (const { TaskType, TaskExecutionId: TaskId } of tasks) {
    if (TaskType !== "RUN_COMMAND") continue;
    const asked = { WindowExecutionId, TaskId };
    const found = await allPages(
      paginateDescribeMaintenanceWindowExecutionTaskInvocations({ client }, asked, { abortSignal }),
      ({ WindowExecutionTaskInvocationIdentities }) => WindowExecutionTaskInvocationIdentities,
    );
    for (const { ExecutionId: id, WindowTargetId: targetId = "", Status } of found)
      if (id !== undefined) commands.push({ id, targetId, isEnded: endedStatuses.includes(Status) });
  }
  return commands;
}
