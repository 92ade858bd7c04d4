import type {
  CreateMaintenanceWindowRequest,
  MaintenanceWindowRunCommandParameters,
  RegisterTargetWithMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowRequest,
} from "@aws-sdk/client-ssm";
import { parseSchedule } from "../../../schedule/expression.js";
import { offsetProblem } from "../../../schedule/occurrences.js";
import { zoneProblem } from "../../../schedule/zone.js";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../errors.js";
import { criteria } from "./managedNodes.js";
import { checkRateControl } from "./rateControl.js";
import { patchDocument } from "./runCommand.js";
import type { Window, WindowTarget, WindowTask } from "./windowTypes.js";

const maxTargetsPerTask = 10;

const windowMembers: readonly (keyof CreateMaintenanceWindowRequest)[] = [
  "AllowUnassociatedTargets",
  "Cutoff",
  "Description",
  "Duration",
  "EndDate",
  "Name",
  "Schedule",
  "ScheduleOffset",
  "ScheduleTimezone",
  "StartDate",
  "Tags",
];
const targetMembers: readonly (keyof RegisterTargetWithMaintenanceWindowRequest)[] = [
  "Description",
  "Name",
  "OwnerInformation",
  "ResourceType",
  "Targets",
  "WindowId",
];
const taskMembers: readonly (keyof RegisterTaskWithMaintenanceWindowRequest)[] = [
  "CutoffBehavior",
  "Description",
  "MaxConcurrency",
  "MaxErrors",
  "Name",
  "Priority",
  "ServiceRoleArn",
  "Targets",
  "TaskArn",
  "TaskInvocationParameters",
  "TaskType",
  "WindowId",
];
const commandMembers: readonly (keyof MaintenanceWindowRunCommandParameters)[] = [
  "CloudWatchOutputConfig",
  "Comment",
  "NotificationConfig",
  "OutputS3BucketName",
  "OutputS3KeyPrefix",
  "Parameters",
  "ServiceRoleArn",
  "TimeoutSeconds",
];

/** What CreateMaintenanceWindow makes of its input at a time, but for the id. */
export function windowOf(input: CreateMaintenanceWindowRequest, now: number): Omit<Window, "id"> {
  refuseOthers("CreateMaintenanceWindow", input, windowMembers);
  const {
    Name = "",
    Duration = 0,
    Cutoff = -1,
    Schedule = "",
    ScheduleTimezone = "UTC",
    ScheduleOffset,
  } = input;
  if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(Name))
    throw validationError(`Name ${JSON.stringify(Name)} is not valid`);
  if (!Number.isInteger(Duration) || Duration < 1 || Duration > 24) {
    throw validationError(`Duration must be 1 to 24, got ${Duration}`);
  }
  if (!Number.isInteger(Cutoff) || Cutoff < 0) throw validationError(`Cutoff must be 0 to 23, got ${Cutoff}`);
  if (Cutoff > Duration - 1) {
    // Its spelling and its "smaller than" are AWS's own; a cutoff equal to that number is taken.
    throw validationError(`Cuttoff was ${Cutoff} but must be smaller than ${Duration - 1} (Duration - 1)`);
  }
  const parsed = parseSchedule(Schedule);
  if (!parsed.ok) throw validationError(parsed.problems.join(" "));
  const wrong = zoneProblem(ScheduleTimezone) ?? offsetProblem(parsed.schedule, ScheduleOffset);
  if (wrong !== undefined) throw validationError(wrong);
  return {
    name: Name,
    schedule: parsed.schedule,
    expression: Schedule,
    occurrences: {
      timezone: ScheduleTimezone,
      created: now,
      ...(ScheduleOffset === undefined ? {} : { offsetDays: ScheduleOffset }),
      ...(input.StartDate === undefined ? {} : { start: instant("StartDate", input.StartDate) }),
      ...(input.EndDate === undefined ? {} : { end: instant("EndDate", input.EndDate) }),
    },
    durationHours: Duration,
    cutoffHours: Cutoff,
    targets: new Map(),
    tasks: new Map(),
    executions: [],
    running: undefined,
    missed: [],
  };
}

/** A date without its offset would mean another instant on every machine. */
function instant(name: string, text: string): number {
  const shape = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
  const time = shape.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw validationError(`${name} ${JSON.stringify(text)} is not an ISO-8601 date with its offset`);
  return time;
}

/** What RegisterTargetWithMaintenanceWindow makes of its input, but for the id. */
export function targetOf(input: RegisterTargetWithMaintenanceWindowRequest): Omit<WindowTarget, "id"> {
  refuseOthers("RegisterTargetWithMaintenanceWindow", input, targetMembers);
  if (input.ResourceType !== "INSTANCE") {
    throw new NotModelledError(`window targets of type ${input.ResourceType}`);
  }
  const { Targets: targets = [], Name = "", OwnerInformation = "" } = input;
  criteria(targets);
  return { name: Name, ownerInformation: OwnerInformation, targets };
}

/** What RegisterTaskWithMaintenanceWindow makes of its input, but for the id. */
export function taskOf(
  input: RegisterTaskWithMaintenanceWindowRequest,
  window: Window,
): Omit<WindowTask, "id"> {
  refuseOthers("RegisterTaskWithMaintenanceWindow", input, taskMembers);
  const { TaskType, TaskArn = "", Targets = [], MaxConcurrency, MaxErrors } = input;
  if (TaskType !== "RUN_COMMAND") throw new NotModelledError(`window tasks of type ${TaskType}`);
  if (TaskArn !== patchDocument) throw new NotModelledError(`the document ${TaskArn}`);
  const invocation = input.TaskInvocationParameters?.RunCommand ?? {};
  refuseOthers("a RUN_COMMAND task", invocation, commandMembers);
  const targetIds = targetIdsOf(Targets, window);
  if (MaxConcurrency === undefined || MaxErrors === undefined) {
    throw validationError("Maintenance window tasks with targets need MaxConcurrency and MaxErrors");
  }
  checkRateControl(MaxConcurrency, MaxErrors);
  return {
    name: input.Name ?? "",
    documentName: TaskArn,
    targetIds,
    priority: input.Priority ?? 1,
    maxConcurrency: MaxConcurrency,
    maxErrors: MaxErrors,
    serviceRoleArn: input.ServiceRoleArn,
    cutoffBehavior: input.CutoffBehavior ?? "CONTINUE_TASK",
    invocation,
  };
}

function targetIdsOf(
  targets: NonNullable<RegisterTaskWithMaintenanceWindowRequest["Targets"]>,
  window: Window,
): string[] {
  const ids = targets.flatMap(({ Key = "", Values = [] }) => {
    if (Key !== "WindowTargetIds") throw new NotModelledError(`task targets by ${Key}`);
    return Values;
  });
  if (ids.length === 0) throw validationError("Run Command tasks must have targets");
  if (ids.length > maxTargetsPerTask) throw validationError("The maximum number of window targets is 10");
  for (const id of ids) {
    if (!window.targets.has(id))
      throw new AwsError("DoesNotExistException", `Window target ${id} does not exist`);
  }
  return ids;
}
