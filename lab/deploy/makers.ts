import type { OperatingSystem, PatchFilterKey, PatchRule } from "@aws-sdk/client-ssm";
import type { Region } from "../aws/region.js";

/** A resource's inputs, resolved. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What a provider gives back of a resource that it has made. */
export interface Made {
  readonly id: string;
  readonly state?: Inputs;
}

/** Makes a resource in the simulated account. */
export type Maker = (region: Region, name: string, inputs: Inputs) => Made;

interface Criterion {
  readonly key: string;
  readonly values: readonly string[];
}

interface BaselineRule {
  readonly patchFilters: readonly Criterion[];
  readonly approveAfterDays?: number;
  readonly approveUntilDate?: string;
  readonly complianceLevel?: PatchRule["ComplianceLevel"];
  readonly enableNonSecurity?: boolean;
}

interface RunCommandParameters {
  readonly comment?: string;
  readonly timeoutSeconds?: number;
  readonly parameters?: readonly { readonly name: string; readonly values: string[] }[];
  readonly outputS3Bucket?: string;
  readonly outputS3KeyPrefix?: string;
  readonly cloudwatchConfig?: {
    readonly cloudwatchLogGroupName?: string;
    readonly cloudwatchOutputEnabled?: boolean;
  };
  readonly serviceRoleArn?: string;
  readonly notificationConfig?: {
    readonly notificationArn: string;
    readonly notificationEvents: ("All" | "InProgress" | "Success" | "TimedOut" | "Cancelled" | "Failed")[];
    readonly notificationType: "Command" | "Invocation";
  };
}

/** An input that the provider's schema requires or the program always gives. */
export function given<T>(inputs: Inputs, key: string): T {
  const value = inputs[key];
  if (value === undefined) throw new Error(`the resource has no ${key}`);
  return value as T;
}

export function optional<T>(inputs: Inputs, key: string): T | undefined {
  return inputs[key] as T | undefined;
}

/** Takes note of inputs that change nothing in the lab, whatever they say. */
export function ignored(inputs: Inputs, ...names: readonly string[]): void {
  for (const name of names) optional(inputs, name);
}

/** `{ [to]: inputs[from] }`, or nothing when there is no such input. */
export function pass<K extends string, T>(inputs: Inputs, from: string, to: K): { readonly [key in K]?: T } {
  const value = inputs[from];
  return (value === undefined ? {} : { [to]: value }) as { readonly [key in K]?: T };
}

function criteria(list: readonly Criterion[]): { Key: string; Values: string[] }[] {
  return list.map(({ key, values }) => ({ Key: key, Values: [...values] }));
}

function approvalRule(rule: BaselineRule): PatchRule {
  return {
    PatchFilterGroup: {
      PatchFilters: rule.patchFilters.map(({ key, values }) => ({
        Key: key as PatchFilterKey,
        Values: [...values],
      })),
    },
    ...(rule.approveAfterDays === undefined ? {} : { ApproveAfterDays: rule.approveAfterDays }),
    ...(rule.approveUntilDate === undefined ? {} : { ApproveUntilDate: rule.approveUntilDate }),
    ...(rule.complianceLevel === undefined ? {} : { ComplianceLevel: rule.complianceLevel }),
    ...(rule.enableNonSecurity === undefined ? {} : { EnableNonSecurity: rule.enableNonSecurity }),
  };
}

function runCommand(parameters: RunCommandParameters) {
  const { notificationConfig: notification, cloudwatchConfig: logs } = parameters;
  return {
    ...(parameters.comment === undefined ? {} : { Comment: parameters.comment }),
    ...(parameters.serviceRoleArn === undefined ? {} : { ServiceRoleArn: parameters.serviceRoleArn }),
    ...(parameters.timeoutSeconds === undefined ? {} : { TimeoutSeconds: parameters.timeoutSeconds }),
    Parameters: Object.fromEntries((parameters.parameters ?? []).map(({ name, values }) => [name, values])),
    ...(logs?.cloudwatchLogGroupName === undefined
      ? {}
      : {
          CloudWatchOutputConfig: {
            CloudWatchLogGroupName: logs.cloudwatchLogGroupName,
            CloudWatchOutputEnabled: true,
          },
        }),
    ...(notification === undefined
      ? {}
      : {
          NotificationConfig: {
            NotificationArn: notification.notificationArn,
            NotificationEvents: [...notification.notificationEvents],
            NotificationType: notification.notificationType,
          },
        }),
  };
}

function tags(inputs: Inputs): { readonly Tags?: { Key: string; Value: string }[] } {
  const given = optional<Record<string, string>>(inputs, "tags");
  return given === undefined ? {} : { Tags: Object.entries(given).map(([Key, Value]) => ({ Key, Value })) };
}

function lambda(call: Inputs) {
  const payload = optional<string>(call, "payload");
  return {
    ...(payload === undefined ? {} : { Payload: new TextEncoder().encode(payload) }),
    ...pass<"ClientContext", string>(call, "clientContext", "ClientContext"),
    ...pass<"Qualifier", string>(call, "qualifier", "Qualifier"),
  };
}

/** Resources with a behaviour in the lab. */
export const makers: Readonly<Record<string, Maker>> = {
  "aws:ssm/maintenanceWindow:MaintenanceWindow": ({ windows }, name, inputs) => {
    const { WindowId = "" } = windows.createMaintenanceWindow({
      Name: optional<string>(inputs, "name") ?? name,
      Schedule: given(inputs, "schedule"),
      Duration: given(inputs, "duration"),
      Cutoff: given(inputs, "cutoff"),
      AllowUnassociatedTargets: optional<boolean>(inputs, "allowUnassociatedTargets") ?? false,
      ...pass<"ScheduleTimezone", string>(inputs, "scheduleTimezone", "ScheduleTimezone"),
      ...pass<"ScheduleOffset", number>(inputs, "scheduleOffset", "ScheduleOffset"),
      ...pass<"StartDate", string>(inputs, "startDate", "StartDate"),
      ...pass<"EndDate", string>(inputs, "endDate", "EndDate"),
      ...pass<"Description", string>(inputs, "description", "Description"),
      ...tags(inputs),
    });
    return { id: WindowId };
  },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": ({ windows }, _name, inputs) => {
    const { WindowTargetId = "" } = windows.registerTargetWithMaintenanceWindow({
      WindowId: given(inputs, "windowId"),
      ResourceType: given(inputs, "resourceType"),
      Targets: criteria(given(inputs, "targets")),
      ...pass<"Name", string>(inputs, "name", "Name"),
      ...pass<"OwnerInformation", string>(inputs, "ownerInformation", "OwnerInformation"),
    });
    return { id: WindowTargetId };
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": ({ windows }, _name, inputs) => {
    const { runCommandParameters: command, lambdaParameters: call } =
      optional<{ runCommandParameters?: RunCommandParameters; lambdaParameters?: Inputs }>(
        inputs,
        "taskInvocationParameters",
      ) ?? {};
    const { WindowTaskId = "" } = windows.registerTaskWithMaintenanceWindow({
      WindowId: given(inputs, "windowId"),
      TaskType: given(inputs, "taskType"),
      TaskArn: given(inputs, "taskArn"),
      Targets: criteria(optional<Criterion[]>(inputs, "targets") ?? []),
      TaskInvocationParameters: {
        ...(command === undefined ? {} : { RunCommand: runCommand(command) }),
        ...(call === undefined ? {} : { Lambda: lambda(call) }),
      },
      ...pass<"Name", string>(inputs, "name", "Name"),
      ...pass<"ServiceRoleArn", string>(inputs, "serviceRoleArn", "ServiceRoleArn"),
      ...pass<"Priority", number>(inputs, "priority", "Priority"),
      ...pass<"MaxConcurrency", string>(inputs, "maxConcurrency", "MaxConcurrency"),
      ...pass<"MaxErrors", string>(inputs, "maxErrors", "MaxErrors"),
      ...pass<"CutoffBehavior", "CANCEL_TASK" | "CONTINUE_TASK">(inputs, "cutoffBehavior", "CutoffBehavior"),
    });
    return { id: WindowTaskId };
  },
  "aws:ssm/patchBaseline:PatchBaseline": ({ baselines }, name, inputs) => {
    const rules = optional<BaselineRule[]>(inputs, "approvalRules") ?? [];
    const { BaselineId = "" } = baselines.createPatchBaseline({
      Name: optional<string>(inputs, "name") ?? name,
      ApprovalRules: { PatchRules: rules.map(approvalRule) },
      ...pass<"OperatingSystem", OperatingSystem>(inputs, "operatingSystem", "OperatingSystem"),
      ...pass<"ApprovedPatches", string[]>(inputs, "approvedPatches", "ApprovedPatches"),
      ...pass<"RejectedPatches", string[]>(inputs, "rejectedPatches", "RejectedPatches"),
      ...pass<"RejectedPatchesAction", "ALLOW_AS_DEPENDENCY" | "BLOCK">(
        inputs,
        "rejectedPatchesAction",
        "RejectedPatchesAction",
      ),
      ...pass<"Description", string>(inputs, "description", "Description"),
      ...tags(inputs),
    });
    return { id: BaselineId };
  },
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": ({ baselines }, _name, inputs) => {
    const BaselineId = given<string>(inputs, "baselineId");
    const { OperatingSystem } = baselines.getPatchBaseline({ BaselineId });
    if (OperatingSystem !== given<string>(inputs, "operatingSystem"))
      throw new Error(`${BaselineId} is for ${OperatingSystem}`);
    baselines.registerDefaultPatchBaseline({ BaselineId });
    return { id: OperatingSystem };
  },
  "aws:ssm/patchGroup:PatchGroup": ({ baselines }, _name, inputs) => {
    const BaselineId = given<string>(inputs, "baselineId");
    const PatchGroup = given<string>(inputs, "patchGroup");
    baselines.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup });
    return { id: `${PatchGroup},${BaselineId}` };
  },
  "aws:sns/topic:Topic": ({ sns }, name, inputs) => {
    const { TopicArn } = sns.createTopic({
      Name: optional<string>(inputs, "name") ?? name,
      Attributes: pass<"KmsMasterKeyId", string>(inputs, "kmsMasterKeyId", "KmsMasterKeyId"),
    });
    return { id: TopicArn, state: { arn: TopicArn } };
  },
  "aws:sns/topicSubscription:TopicSubscription": ({ sns }, _name, inputs) => {
    const { SubscriptionArn } = sns.subscribe({
      TopicArn: given(inputs, "topic"),
      Protocol: given(inputs, "protocol"),
      Endpoint: given(inputs, "endpoint"),
    });
    return { id: SubscriptionArn };
  },
  "aws:cloudwatch/eventRule:EventRule": ({ events }, name, inputs) => {
    const Name = optional<string>(inputs, "name") ?? name;
    const { RuleArn } = events.putRule({
      Name,
      ...pass<"EventPattern", string>(inputs, "eventPattern", "EventPattern"),
      ...pass<"ScheduleExpression", string>(inputs, "scheduleExpression", "ScheduleExpression"),
      ...pass<"State", string>(inputs, "state", "State"),
    });
    return { id: Name, state: { name: Name, arn: RuleArn } };
  },
  "aws:cloudwatch/eventTarget:EventTarget": ({ events }, name, inputs) => {
    const transformer = optional<{ inputPaths?: Record<string, string>; inputTemplate: string }>(
      inputs,
      "inputTransformer",
    );
    events.putTargets({
      Rule: given(inputs, "rule"),
      Targets: [
        {
          Id: optional<string>(inputs, "targetId") ?? name,
          Arn: given(inputs, "arn"),
          ...pass<"Input", string>(inputs, "input", "Input"),
          ...(transformer === undefined
            ? {}
            : {
                InputTransformer: {
                  InputPathsMap: transformer.inputPaths ?? {},
                  InputTemplate: transformer.inputTemplate,
                },
              }),
        },
      ],
    });
    return { id: name };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (region, name, inputs) => {
    const AlarmName = optional<string>(inputs, "name") ?? name;
    const dimensions = optional<Record<string, string>>(inputs, "dimensions") ?? {};
    region.cloudWatch.putMetricAlarm({
      AlarmName,
      Namespace: given(inputs, "namespace"),
      MetricName: given(inputs, "metricName"),
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: given(inputs, "statistic"),
      ComparisonOperator: given(inputs, "comparisonOperator"),
      TreatMissingData: given(inputs, "treatMissingData"),
      Threshold: given(inputs, "threshold"),
      Period: given(inputs, "period"),
      EvaluationPeriods: given(inputs, "evaluationPeriods"),
      ...pass<"DatapointsToAlarm", number>(inputs, "datapointsToAlarm", "DatapointsToAlarm"),
      ...pass<"AlarmActions", string[]>(inputs, "alarmActions", "AlarmActions"),
    });
    return { id: AlarmName, state: { name: AlarmName, arn: region.arn("cloudwatch", `alarm:${AlarmName}`) } };
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": ({ cloudWatch }, name, inputs) => {
    const AlarmName = optional<string>(inputs, "alarmName") ?? name;
    const suppressor = optional<{ alarm: string; waitPeriod: number }>(inputs, "actionsSuppressor");
    cloudWatch.putCompositeAlarm({
      AlarmName,
      AlarmRule: given(inputs, "alarmRule"),
      ...pass<"AlarmActions", string[]>(inputs, "alarmActions", "AlarmActions"),
      ...(suppressor === undefined
        ? {}
        : { ActionsSuppressor: suppressor.alarm, ActionsSuppressorWaitPeriod: suppressor.waitPeriod }),
    });
    return { id: AlarmName };
  },
};
