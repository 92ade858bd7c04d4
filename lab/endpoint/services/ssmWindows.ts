import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on maintenance windows. */
export const ssmWindowHandlers = {
  ...methods(
    ({ windows }) => windows,
    "CreateMaintenanceWindow",
    "UpdateMaintenanceWindow",
    "DeleteMaintenanceWindow",
    "RegisterTargetWithMaintenanceWindow",
    "UpdateMaintenanceWindowTarget",
    "DeregisterTargetFromMaintenanceWindow",
    "RegisterTaskWithMaintenanceWindow",
    "UpdateMaintenanceWindowTask",
    "DeregisterTaskFromMaintenanceWindow",
  ),
  ...methods(
    ({ windows }) => windows.descriptions,
    "GetMaintenanceWindow",
    "DescribeMaintenanceWindows",
    "DescribeMaintenanceWindowTargets",
    "GetMaintenanceWindowTask",
    "DescribeMaintenanceWindowTasks",
  ),
  ...methods(
    ({ windows }) => windows.calendar,
    "DescribeMaintenanceWindowSchedule",
    "DescribeMaintenanceWindowsForTarget",
  ),
  ...methods(
    ({ windows }) => windows.history,
    "DescribeMaintenanceWindowExecutions",
    "DescribeMaintenanceWindowExecutionTasks",
    "DescribeMaintenanceWindowExecutionTaskInvocations",
    "GetMaintenanceWindowExecution",
    "GetMaintenanceWindowExecutionTask",
    "GetMaintenanceWindowExecutionTaskInvocation",
    "CancelMaintenanceWindowExecution",
  ),
} as const satisfies Handlers;
