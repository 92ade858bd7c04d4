import type { PatchFilterKey, PatchRule } from "@aws-sdk/client-ssm";
import { given, type Inputs, optional, passSet } from "./inputs.js";

interface Criterion {
  readonly key: string;
  readonly values: readonly string[];
}

export function criteria(list: readonly Criterion[]): { Key: string; Values: string[] }[] {
  return list.map(({ key, values }) => ({ Key: key, Values: [...values] }));
}

export function approvalRule(rule: Inputs): PatchRule {
  const filters = given<readonly Criterion[]>(rule, "patchFilters");
  const until = passSet<"ApproveUntilDate", string>(rule, "approveUntilDate", "ApproveUntilDate");
  const days = optional<number>(rule, "approveAfterDays") ?? 0;
  return {
    PatchFilterGroup: {
      PatchFilters: criteria(filters).map(({ Key, Values }) => ({ Key: Key as PatchFilterKey, Values })),
    },
    // Of these the provider knows no "not given".
    ...(until.ApproveUntilDate === undefined ? { ApproveAfterDays: days } : until),
    ComplianceLevel: optional<PatchRule["ComplianceLevel"]>(rule, "complianceLevel") ?? "UNSPECIFIED",
    EnableNonSecurity: optional<boolean>(rule, "enableNonSecurity") ?? false,
  };
}

function runCommand(parameters: Inputs) {
  const logs = optional<Inputs>(parameters, "cloudwatchConfig");
  const notification = optional<Inputs>(parameters, "notificationConfig");
  const list = optional<readonly { name: string; values: string[] }[]>(parameters, "parameters") ?? [];
  return {
    ...passSet<"Comment", string>(parameters, "comment", "Comment"),
    ...passSet<"DocumentHash", string>(parameters, "documentHash", "DocumentHash"),
    ...passSet<"DocumentHashType", "Sha256" | "Sha1">(parameters, "documentHashType", "DocumentHashType"),
    ...passSet<"DocumentVersion", string>(parameters, "documentVersion", "DocumentVersion"),
    ...passSet<"OutputS3BucketName", string>(parameters, "outputS3Bucket", "OutputS3BucketName"),
    ...passSet<"OutputS3KeyPrefix", string>(parameters, "outputS3KeyPrefix", "OutputS3KeyPrefix"),
    ...passSet<"ServiceRoleArn", string>(parameters, "serviceRoleArn", "ServiceRoleArn"),
    ...passSet<"TimeoutSeconds", number>(parameters, "timeoutSeconds", "TimeoutSeconds"),
    ...(list.length === 0
      ? {}
      : { Parameters: Object.fromEntries(list.map(({ name, values }) => [name, values])) }),
    ...(logs === undefined
      ? {}
      : {
          CloudWatchOutputConfig: {
            ...passSet<"CloudWatchLogGroupName", string>(
              logs,
              "cloudwatchLogGroupName",
              "CloudWatchLogGroupName",
            ),
            CloudWatchOutputEnabled: optional<boolean>(logs, "cloudwatchOutputEnabled") ?? false,
          },
        }),
    ...(notification === undefined
      ? {}
      : {
          NotificationConfig: {
            ...passSet<"NotificationArn", string>(notification, "notificationArn", "NotificationArn"),
            ...passSet<"NotificationEvents", ("TimedOut" | "Cancelled" | "Failed")[]>(
              notification,
              "notificationEvents",
              "NotificationEvents",
            ),
            ...passSet<"NotificationType", "Command" | "Invocation">(
              notification,
              "notificationType",
              "NotificationType",
            ),
          },
        }),
  };
}

function lambda(call: Inputs) {
  const payload = optional<string>(call, "payload") ?? "";
  return {
    ...(payload === "" ? {} : { Payload: new TextEncoder().encode(payload) }),
    ...passSet<"ClientContext", string>(call, "clientContext", "ClientContext"),
    ...passSet<"Qualifier", string>(call, "qualifier", "Qualifier"),
  };
}

/** What making a window and changing it have in common. */
export function windowMembers(name: string, inputs: Inputs) {
  return {
    Name: optional<string>(inputs, "name") ?? name,
    Schedule: given<string>(inputs, "schedule"),
    Duration: given<number>(inputs, "duration"),
    Cutoff: given<number>(inputs, "cutoff"),
    AllowUnassociatedTargets: optional<boolean>(inputs, "allowUnassociatedTargets") ?? false,
    ...passSet<"ScheduleTimezone", string>(inputs, "scheduleTimezone", "ScheduleTimezone"),
    ...passSet<"ScheduleOffset", number>(inputs, "scheduleOffset", "ScheduleOffset"),
    ...passSet<"StartDate", string>(inputs, "startDate", "StartDate"),
    ...passSet<"EndDate", string>(inputs, "endDate", "EndDate"),
    ...passSet<"Description", string>(inputs, "description", "Description"),
  };
}

/** What making a window's task and changing it have in common. */
export function taskMembers(inputs: Inputs) {
  const { runCommandParameters: command, lambdaParameters: call } =
    optional<{ runCommandParameters?: Inputs; lambdaParameters?: Inputs }>(
      inputs,
      "taskInvocationParameters",
    ) ?? {};
  const targets = criteria(optional<Criterion[]>(inputs, "targets") ?? []);
  return {
    TaskArn: given<string>(inputs, "taskArn"),
    ...(targets.length === 0 ? {} : { Targets: targets }),
    TaskInvocationParameters: {
      ...(command === undefined ? {} : { RunCommand: runCommand(command) }),
      ...(call === undefined ? {} : { Lambda: lambda(call) }),
    },
    ...passSet<"Name", string>(inputs, "name", "Name"),
    ...passSet<"Description", string>(inputs, "description", "Description"),
    ...passSet<"ServiceRoleArn", string>(inputs, "serviceRoleArn", "ServiceRoleArn"),
    ...passSet<"MaxConcurrency", string>(inputs, "maxConcurrency", "MaxConcurrency"),
    ...passSet<"MaxErrors", string>(inputs, "maxErrors", "MaxErrors"),
    ...passSet<"CutoffBehavior", "CANCEL_TASK" | "CONTINUE_TASK">(inputs, "cutoffBehavior", "CutoffBehavior"),
  };
}
