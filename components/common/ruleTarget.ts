import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Who is told when a rule reaches nobody, and where its message then lies. */
export interface UndeliveredMessages {
  /** ARN of the topic that is told of failures. */
  failuresTopicArn: pulumi.Input<string>;
  /** ARN of the queue that keeps what a rule could not deliver; PatchNotifications has one. */
  deadLetterQueueArn: pulumi.Input<string>;
}

/**
 * The target of a rule, with the queue for what it does not take, and an alarm for what reached neither. Each lost message is
 * told once: what lies in the queue by the queue's own alarm, the rest by this one. FailedInvocations would count both again.
 */
export function ruleTarget(
  parent: pulumi.ComponentResource,
  name: string,
  rule: aws.cloudwatch.EventRule,
  args: {
    region?: string;
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    notifications: UndeliveredMessages;
    target: Pick<aws.cloudwatch.EventTargetArgs, "targetId" | "arn" | "inputTransformer">;
  },
): void {
  const region = args.region === undefined ? {} : { region: args.region };
  const { failuresTopicArn, deadLetterQueueArn } = args.notifications;
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { ...region, rule: rule.name, ...args.target, deadLetterConfig: { arn: deadLetterQueueArn } },
    { parent },
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-lost-alarm`,
    {
      ...region,
      ...(args.tags === undefined ? {} : { tags: args.tags }),
      alarmDescription: pulumi.interpolate`patchplane: a message of the rule ${rule.name} reached neither its target nor the queue for such messages.`,
      namespace: "AWS/Events",
      metricName: "InvocationsFailedToBeSentToDlq",
      dimensions: { RuleName: rule.name },
      ...anyOf5Minutes,
      alarmActions: [failuresTopicArn],
    },
    { parent },
  );
}

/** An alarm on the first count within five minutes. */
export const anyOf5Minutes = {
  statistic: "Sum",
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
  period: 300,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
} as const;
