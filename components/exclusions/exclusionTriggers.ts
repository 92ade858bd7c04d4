import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hourlyMinute } from "#shared/contract/entryEnds.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { exclusionAlarmed, metricDimension, metricNamespace } from "#shared/contract/metrics.js";
import { anyOf5Minutes, ruleTarget, type UndeliveredMessages } from "../common/ruleTarget.js";

/** Once an hour, apart from the full and half hours at which windows open and wait for who writes. */
const hourly = `cron(${hourlyMinute} * * * ? *)`;

interface Common {
  readonly region?: string;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The function runs whenever what it reads changes. */
export function onUploads(
  parent: pulumi.ComponentResource,
  name: string,
  bucket: aws.s3.Bucket,
  processor: aws.lambda.Function,
  accountId: pulumi.Output<string>,
  region: { region?: string },
): void {
  const permission = new aws.lambda.Permission(
    `${name}-bucket-permission`,
    {
      ...region,
      action: "lambda:InvokeFunction",
      function: processor.name,
      principal: "s3.amazonaws.com",
      sourceArn: bucket.arn,
      sourceAccount: accountId,
    },
    { parent },
  );
  const { record, manifests, plans, approvals } = keys;
  new aws.s3.BucketNotification(
    `${name}-notification`,
    {
      ...region,
      bucket: bucket.bucket,
      lambdaFunctions: [record, manifests, plans, approvals].map((filterPrefix) => ({
        lambdaFunctionArn: processor.arn,
        events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
        filterPrefix,
      })),
    },
    // S3 tries whether it may invoke the function.
    { parent, dependsOn: [permission] },
  );
}

/** Alarms on what the function counts. */
export function alarmed(
  parent: pulumi.ComponentResource,
  name: string,
  functionName: pulumi.Output<string>,
  common: Common,
  topicArn: pulumi.Input<string>,
): void {
  const alarm = (
    kind: keyof typeof exclusionAlarmed,
    evaluationPeriods: number,
    says: pulumi.Output<string>,
  ) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${kind}-alarm`,
      {
        ...common,
        alarmDescription: pulumi.interpolate`patchplane: ${says}`,
        namespace: metricNamespace,
        metricName: exclusionAlarmed[kind],
        dimensions: { [metricDimension]: functionName },
        ...anyOf5Minutes,
        period: 3600,
        evaluationPeriods,
        alarmActions: [topicArn],
      },
      { parent },
    );
  alarm(
    "foreign",
    2,
    pulumi.interpolate`for two hours somebody else has written the tags of nodes that ${functionName} moves. npm run exclusions -- status names them; docs/exclusions.md says what to set in a template or tag policy.`,
  );
  alarm(
    "regions",
    2,
    pulumi.interpolate`for two hours ${functionName} could not read or write all Regions: there exclusions neither begin nor end. npm run exclusions -- status tells which, and since when.`,
  );
  alarm(
    "breach",
    1,
    pulumi.interpolate`nodes have, or may have, installed what exclusions in force were to keep off them. A message of ${functionName} names them; docs/exclusions.md, "What runs have shown", says what to do.`,
  );
}

/** The function runs every hour. */
export function onSchedule(
  parent: pulumi.ComponentResource,
  name: string,
  processor: aws.lambda.Function,
  { notifications, ...common }: Common & { notifications: UndeliveredMessages },
): void {
  const options = { parent };
  const region = common.region === undefined ? {} : { region: common.region };
  const rule = new aws.cloudwatch.EventRule(
    `${name}-hourly-rule`,
    {
      ...common,
      description: "patchplane: exclusions end and nodes come without anybody's upload",
      scheduleExpression: hourly,
    },
    options,
  );
  new aws.lambda.Permission(
    `${name}-hourly-permission`,
    {
      ...region,
      action: "lambda:InvokeFunction",
      function: processor.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    options,
  );
  ruleTarget(parent, `${name}-hourly`, rule, {
    ...common,
    notifications,
    target: { targetId: "processor", arn: processor.arn },
  });
}
