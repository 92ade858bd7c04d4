import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./awsContext.js";
import type { RegionalFanoutArgs } from "./fanoutArguments.js";
import { groupsOf } from "./fanoutGroups.js";
import { fanoutRoleNames, fanoutRunbookName } from "./fanoutPayload.js";
import { lambdaFunction } from "./lambdaFunction.js";
import { arn, type Statement } from "./policies.js";

/** Where objects lie in the bucket; the functions know the same names. */
export const runKeys = { open: "runs/open/", closed: "runs/closed/" } as const;

/** Beside the window's, so that a run whose events were lost is closed within the hour. */
const hourly = "cron(52 * * * ? *)";
const timeoutSeconds = 900;
const memoryMegabytes = 1024;

/** Ends of an automation, of which the closing function is told (API: AutomationExecutionStatus). */
const ends = [
  ...["Success", "Failed", "TimedOut", "Cancelled", "Rejected"],
  ...["CompletedWithSuccess", "CompletedWithFailure", "Exited"],
];

interface Surroundings {
  readonly args: RegionalFanoutArgs;
  readonly bucket: aws.s3.Bucket;
  readonly context: AwsContext;
  readonly administrationRoleArn: pulumi.Output<string>;
}

/** The function that the window calls: it asks which Regions have nodes, and starts their automations. */
export function startFunction(
  parent: pulumi.ComponentResource,
  name: string,
  { args, bucket, context, administrationRoleArn }: Surroundings,
): aws.lambda.Function {
  return fanoutFunction(parent, `${name}-start`, args, context, {
    functionName: `SSM-${args.namePrefix}-fanout`,
    description: "patchplane: starts the patching of every Region that has nodes",
    code: args.code.start,
    environment: {
      RUNS_BUCKET: bucket.bucket,
      EXECUTION_ROLE_NAME: fanoutRoleNames(args.namePrefix).execution,
      PATCHPLANE_PREFIX: args.namePrefix,
    },
    statements: startStatements({ args, bucket, context, administrationRoleArn }),
  });
}

/** The function that closes a run's record once its automations have ended, and says what was patched. */
export function closingFunction(
  parent: pulumi.ComponentResource,
  name: string,
  { args, bucket, context }: Surroundings,
): aws.lambda.Function {
  const { failuresTopicArn } = args.notifications;
  const made = fanoutFunction(parent, `${name}-closing`, args, context, {
    functionName: `${args.namePrefix}-fanout-closing`,
    description: "patchplane: closes the records of fan-outs, and says what was patched and what was not",
    code: args.code.closing,
    environment: { RUNS_BUCKET: bucket.bucket, FAILURES_TOPIC_ARN: failuresTopicArn },
    statements: closingStatements({ args, bucket, context }),
  });
  calledBy(parent, `${name}-ended`, made, args, {
    description: "patchplane: an automation of a fan-out has ended",
    eventPattern: JSON.stringify({
      source: ["aws.ssm"],
      "detail-type": ["EC2 Automation Execution Status-change Notification"],
      detail: { Definition: [fanoutRunbookName(args.namePrefix)], Status: ends },
    }),
  });
  calledBy(parent, `${name}-hourly`, made, args, {
    description: "patchplane: events of automations are best-effort, and a run is to be closed all the same",
    scheduleExpression: hourly,
  });
  return made;
}

function fanoutFunction(
  parent: pulumi.ComponentResource,
  name: string,
  args: RegionalFanoutArgs,
  context: AwsContext,
  own: {
    functionName: string;
    description: string;
    code: string;
    environment: Record<string, pulumi.Input<string>>;
    statements: Statement[];
  },
): aws.lambda.Function {
  const common = { region: args.region, ...(args.tags === undefined ? {} : { tags: args.tags }) };
  const made = lambdaFunction(
    parent,
    name,
    {
      ...common,
      ...own,
      timeoutSeconds,
      memoryMegabytes,
      // Two at once would write over each other's records.
      reservedConcurrency: 1,
      logs: args.logs,
      failuresTopicArn: args.notifications.failuresTopicArn,
    },
    context,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-errors-alarm`,
    {
      ...common,
      alarmDescription: `patchplane: ${own.functionName} ended with an error. Its log says why; nodes may be unpatched.`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: own.functionName },
      statistic: "Sum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [args.notifications.failuresTopicArn],
    },
    { parent },
  );
  return made;
}

/** Lets a rule invoke the function. */
function calledBy(
  parent: pulumi.ComponentResource,
  name: string,
  made: aws.lambda.Function,
  { region, tags }: RegionalFanoutArgs,
  rule: { description: string } & ({ eventPattern: string } | { scheduleExpression: string }),
): void {
  const options = { parent };
  const eventRule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { region, ...rule, ...(tags === undefined ? {} : { tags }) },
    options,
  );
  new aws.lambda.Permission(
    `${name}-permission`,
    {
      region,
      action: "lambda:InvokeFunction",
      function: made.name,
      principal: "events.amazonaws.com",
      sourceArn: eventRule.arn,
    },
    options,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { region, rule: eventRule.name, targetId: "closing", arn: made.arn },
    options,
  );
}

function startStatements({ args, bucket, context, administrationRoleArn }: Surroundings): Statement[] {
  const { calendars = [] } = args.fanout;
  const regions = { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } };
  return [
    {
      Sid: "SeeTheGroups",
      Effect: "Allow",
      Action: "resource-groups:ListGroupResources",
      Resource: groupsOf(args).map((group) =>
        arn(context, { service: "resource-groups", region: "*", resource: `group/${group}` }),
      ),
      Condition: regions,
    },
    {
      // Neither has a resource type (Service Authorization Reference).
      Sid: "SeeNodesAndTheirPatches",
      Effect: "Allow",
      Action: ["tag:GetResources", "ssm:DescribeInstancePatchStates"],
      Resource: "*",
      Condition: regions,
    },
    {
      Sid: "StartTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: arn(context, {
        service: "ssm",
        resource: `automation-definition/${fanoutRunbookName(args.namePrefix)}:*`,
      }),
    },
    {
      Sid: "HandOverTheAdministrationRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: administrationRoleArn,
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
    {
      // Without it S3 answers 403 where an object is missing.
      Sid: "FindRecords",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucket.arn,
    },
    {
      Sid: "KeepRecords",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.open}*`,
    },
    ...(calendars.length === 0
      ? []
      : [
          {
            Sid: "AskCalendars",
            Effect: "Allow" as const,
            Action: "ssm:GetCalendarState",
            Resource: calendars.map((calendar) =>
              calendar.startsWith("arn:")
                ? calendar
                : arn(context, { service: "ssm", resource: `document/${calendar}` }),
            ),
          },
        ]),
  ];
}

function closingStatements({
  args,
  bucket,
  context,
}: Omit<Surroundings, "administrationRoleArn">): Statement[] {
  const { failuresTopicArn, kmsKeyArn } = args.notifications;
  return [
    { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${bucket.arn}/runs/*`,
    },
    {
      Sid: "CloseRecords",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.closed}*`,
    },
    {
      Sid: "RemoveOpenRecords",
      Effect: "Allow",
      Action: "s3:DeleteObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.open}*`,
    },
    {
      Sid: "FollowAutomations",
      Effect: "Allow",
      Action: "ssm:GetAutomationExecution",
      Resource: arn(context, { service: "ssm", resource: "automation-execution/*" }),
    },
    {
      // None of them has a resource type (Service Authorization Reference).
      Sid: "SeeWhatBecameOfNodes",
      Effect: "Allow",
      Action: [
        "ssm:ListCommands",
        "ssm:ListCommandInvocations",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribeInstanceInformation",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } },
    },
    { Sid: "TellPeople", Effect: "Allow", Action: "sns:Publish", Resource: failuresTopicArn },
    {
      Sid: "EncryptMessages",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: kmsKeyArn,
      Condition: {
        StringEquals: { "kms:ViaService": pulumi.interpolate`sns.${context.region}.${context.dnsSuffix}` },
      },
    },
  ];
}
