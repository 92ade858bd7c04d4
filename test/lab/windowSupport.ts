import type { Target } from "@aws-sdk/client-ssm";
import type { Region } from "#lab/aws/region.js";
import type { Command } from "#lab/aws/ssm/commands/command.js";
import type { Window, WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { group, type World } from "./support.js";

/** A window's settings, with defaults: every day at 02:00, two hours, the last one its cutoff, one scanning task. */
export interface WindowSpec {
  readonly name?: string;
  readonly schedule?: string;
  readonly zone?: string;
  readonly offset?: number;
  readonly start?: string;
  readonly end?: string;
  readonly duration?: number;
  readonly cutoff?: number;
  readonly tasks?: readonly TaskSpec[];
}

/** A task's settings, with defaults: a scan of the patch group `servers`, cancelled at the cutoff. */
export interface TaskSpec {
  readonly name?: string;
  readonly operation?: string;
  readonly targets?: readonly (readonly Target[])[];
  readonly priority?: number;
  readonly maxConcurrency?: string;
  readonly maxErrors?: string;
  readonly atCutoff?: "CANCEL_TASK" | "CONTINUE_TASK";
  readonly parameters?: Record<string, string[]>;
  readonly deliveryTimeout?: number;
  readonly comment?: string;
  readonly notifies?: string;
}

/** Makes a maintenance window with its targets and tasks. */
export function maintenanceWindow({ region }: Pick<World, "region">, spec: WindowSpec = {}): Window {
  const { name = "window", schedule = "cron(0 2 ? * * *)", duration = 2, cutoff = 1, tasks = [{}] } = spec;
  const { WindowId = "" } = region.windows.createMaintenanceWindow({
    Name: name,
    Schedule: schedule,
    Duration: duration,
    Cutoff: cutoff,
    AllowUnassociatedTargets: false,
    ...(spec.zone === undefined ? {} : { ScheduleTimezone: spec.zone }),
    ...(spec.offset === undefined ? {} : { ScheduleOffset: spec.offset }),
    ...(spec.start === undefined ? {} : { StartDate: spec.start }),
    ...(spec.end === undefined ? {} : { EndDate: spec.end }),
  });
  for (const [index, task] of tasks.entries()) {
    addTask(region, WindowId, { name: `${name}-task-${index}`, ...task });
  }
  const window = region.windows.all.find(({ id }) => id === WindowId);
  if (window === undefined) throw new RangeError("the window was not made");
  return window;
}

function addTask(region: Region, WindowId: string, spec: TaskSpec & { readonly name: string }): void {
  const { name, targets = [group("servers")], operation = "Scan", notifies } = spec;
  const ids = targets.map((criteria, index) => {
    const { WindowTargetId = "" } = region.windows.registerTargetWithMaintenanceWindow({
      WindowId,
      ResourceType: "INSTANCE",
      Name: `${name}-target-${index}`,
      Targets: [...criteria],
    });
    return WindowTargetId;
  });
  region.windows.registerTaskWithMaintenanceWindow({
    WindowId,
    Name: name,
    TaskType: "RUN_COMMAND",
    TaskArn: "AWS-RunPatchBaseline",
    Targets: [{ Key: "WindowTargetIds", Values: ids }],
    MaxConcurrency: spec.maxConcurrency ?? "100%",
    MaxErrors: spec.maxErrors ?? "100%",
    ...(spec.priority === undefined ? {} : { Priority: spec.priority }),
    CutoffBehavior: spec.atCutoff ?? "CANCEL_TASK",
    TaskInvocationParameters: {
      RunCommand: {
        Comment: spec.comment ?? name,
        Parameters: { Operation: [operation], ...spec.parameters },
        ...(spec.deliveryTimeout === undefined ? {} : { TimeoutSeconds: spec.deliveryTimeout }),
        ...(notifies === undefined
          ? {}
          : {
              NotificationConfig: {
                NotificationArn: notifies,
                NotificationEvents: ["Failed", "TimedOut", "Cancelled"],
                NotificationType: "Command",
              },
            }),
      },
    },
  });
}

/** The n-th execution of a window, from 0. */
export function execution(window: Window, index = 0): WindowExecution {
  const found = window.executions[index];
  if (found === undefined) throw new RangeError(`window ${window.name} has no execution ${index}`);
  return found;
}

/** The commands of an execution, in the order of its tasks and their targets. */
export function commands(of: WindowExecution): Command[] {
  return of.tasks.flatMap(({ invocations }) => invocations.map(({ command }) => command));
}
