import type {
  DescribeMaintenanceWindowsRequest,
  DescribeMaintenanceWindowsResult,
  DescribeMaintenanceWindowTargetsRequest,
  DescribeMaintenanceWindowTargetsResult,
  DescribeMaintenanceWindowTasksRequest,
  DescribeMaintenanceWindowTasksResult,
  GetMaintenanceWindowRequest,
  GetMaintenanceWindowResult,
  GetMaintenanceWindowTaskRequest,
  GetMaintenanceWindowTaskResult,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import { byText, filterOf } from "../filters.js";
import { picked } from "../requests.js";
import type { Window, WindowTarget, WindowTask } from "./windowTypes.js";

/** Members that decide when a window opens. */
export const scheduleMembers = [
  "Schedule",
  "ScheduleTimezone",
  "ScheduleOffset",
  "StartDate",
  "EndDate",
] as const;
/** Members of a window, a target and a task that the API tells as they were given. */
export const toldOfWindow = [
  ...scheduleMembers,
  "Name",
  "Description",
  "Duration",
  "Cutoff",
  "AllowUnassociatedTargets",
] as const;
export const toldOfTarget = ["Targets", "OwnerInformation", "Name", "Description"] as const;
const toldOfTask = ["TaskArn", "ServiceRoleArn", "Name", "Description"] as const;

/** What the API tells of windows, their targets and their tasks. */
export class WindowDescriptions {
  constructor(private readonly windows: ReadonlyMap<string, Window>) {}

  getMaintenanceWindow({ WindowId }: GetMaintenanceWindowRequest): GetMaintenanceWindowResult {
    const window = this.find(WindowId);
    return {
      ...identity(window),
      ...picked(window.input, ["AllowUnassociatedTargets"]),
      CreatedDate: new Date(window.createdAt),
      ModifiedDate: new Date(window.modifiedAt),
    };
  }

  describeMaintenanceWindows(input: DescribeMaintenanceWindowsRequest): DescribeMaintenanceWindowsResult {
    const passes = filterOf<Window>(input.Filters, {
      Name: byText(({ name }) => name),
      Enabled: (value) => (window) => String(window.isEnabled) === value.toLowerCase(),
    });
    const { items, token } = page([...this.windows.values()].filter(passes), input, 10, 100);
    return { WindowIdentities: items.map(identity), ...token };
  }

  describeMaintenanceWindowTargets(
    input: DescribeMaintenanceWindowTargetsRequest,
  ): DescribeMaintenanceWindowTargetsResult {
    const window = this.find(input.WindowId);
    const passes = filterOf<WindowTarget>(input.Filters, {
      Type: byText((target) => target.input.ResourceType),
      WindowTargetId: byText(({ id }) => id),
      OwnerInformation: byText(({ ownerInformation }) => ownerInformation),
    });
    const { items, token } = page([...window.targets.values()].filter(passes), input, 10, 100);
    const Targets = items.map((target) => ({
      WindowId: window.id,
      WindowTargetId: target.id,
      ...picked(target.input, ["ResourceType", ...toldOfTarget]),
    }));
    return { Targets, ...token };
  }

  getMaintenanceWindowTask(input: GetMaintenanceWindowTaskRequest): GetMaintenanceWindowTaskResult {
    const window = this.find(input.WindowId);
    const task = found(window.tasks, input.WindowTaskId, "task");
    return {
      ...described(window, task),
      ...picked(task.input, ["TaskType", "TaskInvocationParameters"]),
    };
  }

  describeMaintenanceWindowTasks(
    input: DescribeMaintenanceWindowTasksRequest,
  ): DescribeMaintenanceWindowTasksResult {
    const window = this.find(input.WindowId);
    const passes = filterOf<WindowTask>(input.Filters, {
      WindowTaskId: byText(({ id }) => id),
      TaskArn: byText(({ arn }) => arn),
      Priority: byText(({ priority }) => String(priority)),
      TaskType: byText(({ type }) => type),
    });
    const { items, token } = page([...window.tasks.values()].filter(passes), input, 10, 100);
    return { Tasks: items.map((task) => ({ ...described(window, task), Type: task.type })), ...token };
  }

  private find(id: string | undefined): Window {
    return found(this.windows, id, "maintenance window");
  }
}

export function found<T>(things: ReadonlyMap<string, T>, id: string | undefined, what: string): T {
  const thing = things.get(id ?? "");
  if (thing === undefined) throw new AwsError("DoesNotExistException", `${what} ${id} does not exist`);
  return thing;
}

function identity(window: Window) {
  const { AllowUnassociatedTargets: _, ...told } = picked(window.input, toldOfWindow);
  const { opensAt } = window;
  return {
    WindowId: window.id,
    ...told,
    Enabled: window.isEnabled,
    ...(opensAt === undefined ? {} : { NextExecutionTime: new Date(opensAt).toISOString() }),
  };
}

export function described(window: Window, task: WindowTask) {
  return {
    WindowId: window.id,
    WindowTaskId: task.id,
    ...picked(task.input, toldOfTask),
    Targets: task.input.Targets ?? [],
    Priority: task.priority,
    MaxConcurrency: task.maxConcurrency,
    MaxErrors: task.maxErrors,
    ...(task.cutoffBehavior === undefined ? {} : { CutoffBehavior: task.cutoffBehavior }),
  };
}
