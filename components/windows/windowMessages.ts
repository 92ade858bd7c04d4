import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FanoutNotifications } from "../common/foundation.js";
import { ruleTarget } from "../common/ruleTarget.js";
import type { CompleteWindowArgs } from "./windowArguments.js";

/** An opening of which no node could have had a part: its closing record has nothing to add. */
const skippedStatuses = ["SKIPPED_OVERLAPPING"] as const;
/** Ends of a window execution that somebody must look at. */
const failedStatuses = ["FAILED", "TIMED_OUT", "CANCELLED", ...skippedStatuses] as const;

interface Ended {
  readonly args: Pick<CompleteWindowArgs, "region" | "tags" | "windowName" | "isRecorded"> & {
    notifications: FanoutNotifications;
  };
  readonly window: aws.ssm.MaintenanceWindow;
}

interface Watched extends Ended {
  readonly args: CompleteWindowArgs;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

const hourInSeconds = 3600;

/**
 * The messages of a window: a rule for its failed ends, one for its completions, and an alarm for the end that looks
 * like a success and is none: the window completed, and no node has written a line.
 */
export function windowMessages(parent: pulumi.ComponentResource, name: string, watched: Watched): void {
  hollowAlarm(parent, name, watched, windowEndRules(parent, name, watched));
}

/** Rules for the failed ends of a window and for its completions. @returns the rule for completions */
export function windowEndRules(
  parent: pulumi.ComponentResource,
  name: string,
  ended: Ended,
): aws.cloudwatch.EventRule {
  const { args } = ended;
  rule(parent, `${name}-failed`, ended, {
    description: `patchplane: ${args.windowName} ${args.isRecorded === true ? "was" : "failed, timed out, was cancelled or"} skipped`,
    statuses: args.isRecorded === true ? skippedStatuses : failedStatuses,
    topicArn: args.notifications.failuresTopicArn,
    // The placeholders are EventBridge's, filled in from inputPaths.
    says: `Maintenance window ${args.windowName} (<window>) in <region> ended as <status>. Execution: <execution>. Nodes may be unpatched.`,
  });
  return rule(parent, `${name}-completed`, ended, {
    description: `patchplane: ${args.windowName} completed`,
    statuses: ["SUCCESS"],
    topicArn: args.notifications.completionsTopicArn,
    says: `Maintenance window ${args.windowName} (<window>) in <region> ended as <status>. Execution: <execution>.`,
  });
}

function rule(
  parent: pulumi.ComponentResource,
  name: string,
  { args, window }: Ended,
  message: {
    description: string;
    statuses: readonly string[];
    topicArn: pulumi.Input<string>;
    says: string;
  },
): aws.cloudwatch.EventRule {
  const region = args.region === undefined ? {} : { region: args.region };
  const eventRule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    {
      ...region,
      description: message.description,
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ssm"],
        "detail-type": ["Maintenance Window Execution State-change Notification"],
        detail: { "window-id": [window.id], status: message.statuses },
      }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    },
    { parent },
  );
  ruleTarget(parent, `${name}-rule`, eventRule, {
    ...region,
    ...(args.tags === undefined ? {} : { tags: args.tags }),
    notifications: args.notifications,
    target: {
      targetId: "topic",
      arn: message.topicArn,
      inputTransformer: {
        inputPaths: {
          execution: "$.detail.window-execution-id",
          region: "$.region",
          status: "$.detail.status",
          window: "$.detail.window-id",
        },
        inputTemplate: JSON.stringify(message.says),
      },
    },
  });
  return eventRule;
}

/**
 * A command whose targets match no node ends as Success (details: NoInstancesInTag), and so does its window. No event
 * tells it apart, so two alarms are joined: the rule for completions has just fired, and it is not suppressed by a
 * line in the window's log group within the window's hours. It fires as well when nodes may not upload their output.
 */
function hollowAlarm(
  parent: pulumi.ComponentResource,
  name: string,
  { args, logGroup }: Watched,
  completed: aws.cloudwatch.EventRule,
): void {
  const common = {
    ...(args.region === undefined ? {} : { region: args.region }),
    ...(args.tags === undefined ? {} : { tags: args.tags }),
  };
  const sum = {
    ...common,
    statistic: "Sum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    treatMissingData: "notBreaching",
  };
  const ended = new aws.cloudwatch.MetricAlarm(
    `${name}-ended-alarm`,
    {
      ...sum,
      alarmDescription: `patchplane: ${args.windowName} completed just now. Part of another alarm, not a fault.`,
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensions: { RuleName: completed.name },
      period: 300,
      // Long enough for the suppressor's wait to pass.
      evaluationPeriods: 4,
      datapointsToAlarm: 1,
    },
    { parent },
  );
  const heard = new aws.cloudwatch.MetricAlarm(
    `${name}-heard-alarm`,
    {
      ...sum,
      alarmDescription: `patchplane: nodes have written output for ${args.windowName}. Part of another alarm, not a fault.`,
      namespace: "AWS/Logs",
      metricName: "IncomingLogEvents",
      dimensions: { LogGroupName: logGroup.name },
      period: hourInSeconds,
      // The window's hours, and one before and after, since periods begin at full hours.
      evaluationPeriods: args.schedule.durationHours + 2,
      datapointsToAlarm: 1,
    },
    { parent },
  );
  new aws.cloudwatch.CompositeAlarm(
    `${name}-hollow-alarm`,
    {
      ...common,
      alarmName: `${args.windowName}-hollow`,
      alarmDescription: `patchplane: ${args.windowName} completed, but no node has written any output. Its targets match no node, or nodes may not upload.`,
      alarmRule: pulumi.interpolate`ALARM("${ended.name}")`,
      // The last lines of a short run may be counted after its end.
      actionsSuppressor: { alarm: heard.arn, waitPeriod: 600, extensionPeriod: 60 },
      alarmActions: [args.notifications.failuresTopicArn],
    },
    { parent },
  );
}
