import type { OperatingSystem, PatchFilterKey, PatchRule } from "@aws-sdk/client-ssm";
import { autonamed, given, type Inputs, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";

interface Criterion {
  readonly key: string;
  readonly values: readonly string[];
}

function criteria(list: readonly Criterion[]): { Key: string; Values: string[] }[] {
  return list.map(({ key, values }) => ({ Key: key, Values: [...values] }));
}

function approvalRule(rule: Inputs): PatchRule {
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

/** Windows and baselines. */
export const ssmMakers: Readonly<Record<string, Maker>> = {
  "aws:ssm/maintenanceWindow:MaintenanceWindow": ({ windows }, name, inputs, send) => {
    const request = {
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
      ...tagList(inputs, "Tags"),
    };
    const { WindowId = "" } = windows.createMaintenanceWindow(
      send("ssm", "CreateMaintenanceWindow", request, autonamed(inputs, "name", "Name")),
    );
    // The API makes no window that is disabled, so the provider disables it afterwards.
    if (optional<boolean>(inputs, "enabled") === false) {
      windows.updateMaintenanceWindow(send("ssm", "UpdateMaintenanceWindow", { WindowId, Enabled: false }));
    }
    return { id: WindowId };
  },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": ({ windows }, _name, inputs, send) => {
    const { WindowTargetId = "" } = windows.registerTargetWithMaintenanceWindow(
      send("ssm", "RegisterTargetWithMaintenanceWindow", {
        WindowId: given<string>(inputs, "windowId"),
        ResourceType: given<"INSTANCE" | "RESOURCE_GROUP">(inputs, "resourceType"),
        Targets: criteria(given(inputs, "targets")),
        ...passSet<"Name", string>(inputs, "name", "Name"),
        ...passSet<"Description", string>(inputs, "description", "Description"),
        ...passSet<"OwnerInformation", string>(inputs, "ownerInformation", "OwnerInformation"),
      }),
    );
    return { id: WindowTargetId };
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": ({ windows }, _name, inputs, send) => {
    const { runCommandParameters: command, lambdaParameters: call } =
      optional<{ runCommandParameters?: Inputs; lambdaParameters?: Inputs }>(
        inputs,
        "taskInvocationParameters",
      ) ?? {};
    const targets = criteria(optional<Criterion[]>(inputs, "targets") ?? []);
    const { WindowTaskId = "" } = windows.registerTaskWithMaintenanceWindow(
      send("ssm", "RegisterTaskWithMaintenanceWindow", {
        WindowId: given<string>(inputs, "windowId"),
        TaskType: given<"RUN_COMMAND" | "LAMBDA">(inputs, "taskType"),
        TaskArn: given<string>(inputs, "taskArn"),
        ...(targets.length === 0 ? {} : { Targets: targets }),
        TaskInvocationParameters: {
          ...(command === undefined ? {} : { RunCommand: runCommand(command) }),
          ...(call === undefined ? {} : { Lambda: lambda(call) }),
        },
        ...passSet<"Name", string>(inputs, "name", "Name"),
        ...passSet<"Description", string>(inputs, "description", "Description"),
        ...passSet<"ServiceRoleArn", string>(inputs, "serviceRoleArn", "ServiceRoleArn"),
        ...passSet<"Priority", number>(inputs, "priority", "Priority"),
        ...passSet<"MaxConcurrency", string>(inputs, "maxConcurrency", "MaxConcurrency"),
        ...passSet<"MaxErrors", string>(inputs, "maxErrors", "MaxErrors"),
        ...passSet<"CutoffBehavior", "CANCEL_TASK" | "CONTINUE_TASK">(
          inputs,
          "cutoffBehavior",
          "CutoffBehavior",
        ),
      }),
    );
    return { id: WindowTaskId };
  },
  "aws:ssm/patchBaseline:PatchBaseline": ({ baselines }, name, inputs, send) => {
    const rules = optional<Inputs[]>(inputs, "approvalRules") ?? [];
    const request = {
      Name: optional<string>(inputs, "name") ?? name,
      ...(rules.length === 0 ? {} : { ApprovalRules: { PatchRules: rules.map(approvalRule) } }),
      OperatingSystem: optional<OperatingSystem>(inputs, "operatingSystem") ?? "WINDOWS",
      ApprovedPatchesComplianceLevel:
        optional<PatchRule["ComplianceLevel"]>(inputs, "approvedPatchesComplianceLevel") ?? "UNSPECIFIED",
      ...passSet<"ApprovedPatches", string[]>(inputs, "approvedPatches", "ApprovedPatches"),
      ...passSet<"RejectedPatches", string[]>(inputs, "rejectedPatches", "RejectedPatches"),
      ...passSet<"RejectedPatchesAction", "ALLOW_AS_DEPENDENCY" | "BLOCK">(
        inputs,
        "rejectedPatchesAction",
        "RejectedPatchesAction",
      ),
      ...passSet<"AvailableSecurityUpdatesComplianceStatus", "COMPLIANT" | "NON_COMPLIANT">(
        inputs,
        "availableSecurityUpdatesComplianceStatus",
        "AvailableSecurityUpdatesComplianceStatus",
      ),
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...tagList(inputs, "Tags"),
    };
    const { BaselineId = "" } = baselines.createPatchBaseline(
      send("ssm", "CreatePatchBaseline", request, autonamed(inputs, "name", "Name")),
    );
    return { id: BaselineId };
  },
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": ({ baselines }, _name, inputs, send) => {
    const BaselineId = given<string>(inputs, "baselineId");
    const { OperatingSystem } = baselines.getPatchBaseline({ BaselineId });
    if (OperatingSystem !== given<string>(inputs, "operatingSystem"))
      throw new Error(`${BaselineId} is for ${OperatingSystem}`);
    baselines.registerDefaultPatchBaseline(send("ssm", "RegisterDefaultPatchBaseline", { BaselineId }));
    return { id: OperatingSystem };
  },
  "aws:ssm/patchGroup:PatchGroup": ({ baselines }, _name, inputs, send) => {
    const request = send("ssm", "RegisterPatchBaselineForPatchGroup", {
      BaselineId: given<string>(inputs, "baselineId"),
      PatchGroup: given<string>(inputs, "patchGroup"),
    });
    baselines.registerPatchBaselineForPatchGroup(request);
    return { id: `${request.PatchGroup},${request.BaselineId}` };
  },
};
