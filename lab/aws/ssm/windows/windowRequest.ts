import type {
  CreateMaintenanceWindowRequest,
  MaintenanceWindowRunCommandParameters,
  RegisterTargetWithMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowRequest,
} from "@aws-sdk/client-ssm";
import { parseSchedule } from "#schedule/expression.js";
import { offsetProblem } from "#schedule/occurrences.js";
import { zoneProblem } from "#schedule/zone.js";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../../base/errors.js";
import { checkRateControl } from "../commands/rateControl.js";
import { patchDocument } from "../commands/runCommand.js";
import { instantOf } from "../filters.js";
import { criteria } from "../nodes/managedNodes.js";
import { requireMembers } from "../requests.js";
import type { Window, WindowSettings, WindowTarget, WindowTask } from "./windowTypes.js";

const maxTargetsPerTask = 10;
const maxPayloadBytes = 4096;

const windowMembers: readonly (keyof CreateMaintenanceWindowRequest)[] = [
  "AllowUnassociatedTargets",
  "ClientToken",
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
  "ClientToken",
  "Description",
  "Name",
  "OwnerInformation",
  "ResourceType",
  "Targets",
  "WindowId",
];
const taskMembers: readonly (keyof RegisterTaskWithMaintenanceWindowRequest)[] = [
  "ClientToken",
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

/**
 * What a window is that is asked for like this.
 *
 * @param since when its schedule was set, before which it does not open
 */
export function windowOf(input: CreateMaintenanceWindowRequest, since: number): WindowSettings {
  refuseOthers("a maintenance window", input, windowMembers);
  requireMembers(input, ["Name", "Schedule", "Duration", "Cutoff", "AllowUnassociatedTargets"]);
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
  const start = input.StartDate === undefined ? undefined : instantOf(input.StartDate);
  const end = input.EndDate === undefined ? undefined : instantOf(input.EndDate);
  if (start !== undefined && end !== undefined && end <= start)
    throw new NotModelledError(
      `the window ${Name}, whose EndDate is not after its StartDate: AWS's documents do not say what becomes of it`,
    );
  return {
    input,
    name: Name,
    schedule: parsed.schedule,
    expression: Schedule,
    occurrences: {
      timezone: ScheduleTimezone,
      created: since,
      ...(ScheduleOffset === undefined ? {} : { offsetDays: ScheduleOffset }),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    },
    durationHours: Duration,
    cutoffHours: Cutoff,
  };
}

/** What a target of a window is that is registered like this, but for the id. */
export function targetOf(input: RegisterTargetWithMaintenanceWindowRequest): Omit<WindowTarget, "id"> {
  refuseOthers("a maintenance window's target", input, targetMembers);
  requireMembers(input, ["ResourceType", "Targets"]);
  if (input.ResourceType !== "INSTANCE") {
    throw new NotModelledError(`window targets of type ${input.ResourceType}`);
  }
  const { Targets: targets = [], Name = "", OwnerInformation = "" } = input;
  criteria(targets);
  return { input, name: Name, ownerInformation: OwnerInformation, targets };
}

/** What a task of a window is that is registered like this, but for the id. */
export function taskOf(
  input: RegisterTaskWithMaintenanceWindowRequest,
  window: Window,
): Omit<WindowTask, "id"> {
  refuseOthers("a maintenance window's task", input, taskMembers);
  requireMembers(input, ["TaskType", "TaskArn"]);
  const { TaskType, TaskArn = "", Targets = [], TaskInvocationParameters = {} } = input;
  if (TaskType !== "RUN_COMMAND" && TaskType !== "LAMBDA") {
    throw new NotModelledError(`window tasks of type ${TaskType}`);
  }
  const others = Object.keys(TaskInvocationParameters).filter((name) => name !== invocationMembers[TaskType]);
  if (others.length > 0)
    throw validationError(`A ${TaskType} task takes no parameters for ${others.join(", ")}`);
  const targetIds = targetIdsOf(Targets, window);
  const rates = ratesOf(input, targetIds.length > 0);
  if (TaskType === "LAMBDA") checkFunction(input, targetIds);
  else checkCommand(input, targetIds);
  return {
    input,
    type: TaskType,
    name: input.Name ?? "",
    arn: TaskArn,
    targetIds,
    // The provider's acceptance tests: a task that was registered without one must give an empty plan.
    priority: input.Priority ?? 0,
    ...rates,
    serviceRoleArn: input.ServiceRoleArn,
    cutoffBehavior: input.CutoffBehavior,
    invocation: TaskInvocationParameters.RunCommand ?? {},
    call: TaskInvocationParameters.Lambda ?? {},
  };
}

const invocationMembers = { RUN_COMMAND: "RunCommand", LAMBDA: "Lambda" } as const;

function ratesOf(
  { MaxConcurrency, MaxErrors }: RegisterTaskWithMaintenanceWindowRequest,
  hasTargets: boolean,
): Pick<WindowTask, "maxConcurrency" | "maxErrors"> {
  if (!hasTargets) {
    if (MaxConcurrency === undefined && MaxErrors === undefined)
      return { maxConcurrency: "1", maxErrors: "1" };
    throw validationError(
      "Maintenance window tasks without targets do not support MaxErrors/MaxConcurrency values",
    );
  }
  if (MaxConcurrency === undefined || MaxErrors === undefined) {
    throw validationError("Maintenance window tasks with targets need MaxConcurrency and MaxErrors");
  }
  checkRateControl(MaxConcurrency, MaxErrors);
  return { maxConcurrency: MaxConcurrency, maxErrors: MaxErrors };
}

function checkCommand(
  { TaskArn, TaskInvocationParameters }: RegisterTaskWithMaintenanceWindowRequest,
  targetIds: readonly string[],
): void {
  if (TaskArn !== patchDocument) throw new NotModelledError(`the document ${TaskArn}`);
  refuseOthers("a RUN_COMMAND task", TaskInvocationParameters?.RunCommand ?? {}, commandMembers);
  if (targetIds.length === 0) throw validationError("Run Command tasks must have targets");
}

function checkFunction(
  { TaskArn = "", TaskInvocationParameters }: RegisterTaskWithMaintenanceWindowRequest,
  targetIds: readonly string[],
): void {
  if (targetIds.length > 0) throw new NotModelledError("window tasks of type LAMBDA with targets");
  if (!/^(arn:[^:]+:lambda:[^:]+:\d{12}:function:)?[\w-]{1,64}(:[\w$-]{1,128})?$/.test(TaskArn)) {
    throw validationError(`${TaskArn} is neither a function's name nor its ARN`);
  }
  const { Payload = new Uint8Array() } = TaskInvocationParameters?.Lambda ?? {};
  if (Payload.length > maxPayloadBytes) {
    throw validationError(`A task's payload has at most ${maxPayloadBytes} bytes, got ${Payload.length}`);
  }
}

function targetIdsOf(
  targets: NonNullable<RegisterTaskWithMaintenanceWindowRequest["Targets"]>,
  window: Window,
): string[] {
  const ids = targets.flatMap(({ Key = "", Values = [] }) => {
    if (Key !== "WindowTargetIds") throw new NotModelledError(`task targets by ${Key}`);
    return Values;
  });
  if (ids.length > maxTargetsPerTask) throw validationError("The maximum number of window targets is 10");
  for (const id of ids) {
    if (!window.targets.has(id))
      throw new AwsError("DoesNotExistException", `Window target ${id} does not exist`);
  }
  return ids;
}
