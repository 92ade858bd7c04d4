import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runKeys } from "#shared/contract/runKeys.js";
import {
  type ClosedWindow,
  windowClosingName,
  windowClosingVariables,
  windowExclusionBucket,
} from "#shared/contract/windowClosing.js";
import { type AwsContext, awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { calendarStatements } from "../common/calendars.js";
import type { CompleteFunctionLogs, FunctionNotifications } from "../common/foundation.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import { arn, type Statement, tellingStatements } from "../common/policies.js";
import { ruleTarget } from "../common/ruleTarget.js";
import { verdictStatements } from "../common/verdictStatements.js";

/** Beside the windows' ends, so that an execution whose event was lost is closed within the hour; in a minute of its own. */
const hourly = "cron(22 * * * ? *)";
const timeoutSeconds = 900;
/** Of 170,000 nodes the function keeps all that it has read until the record is written. */
const memoryMegabytes = 1024;
/** Ends of an execution of a window. */
const ends = ["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"];

interface WindowRecordsArgs {
  /** Region of the windows. @default the provider's Region */
  region?: string;
  /** What the function's name begins with, 1 to 50 characters. */
  namePrefix: string;
  /** The scan and install windows whose executions get records: at least one. */
  windows: readonly (Omit<ClosedWindow, "id"> & { readonly id: pulumi.Input<string> })[];
  /** Folder of the function's bundle. */
  code: string;
  /** Where the records are kept. */
  runs: { bucket: pulumi.Input<string>; arn: pulumi.Input<string> };
  /** Name of the bucket of the stack's exclusions. @default records name no exclusions */
  exclusionBucket?: pulumi.Input<string>;
  logs: CompleteFunctionLogs;
  notifications: FunctionNotifications;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The function that writes a closing record of each execution of the stack's scan and install windows, and tells people of what they
 * must do. The windows' ends call it, and every hour does.
 */
export class WindowRecords extends pulumi.ComponentResource {
  /** ARN of the function's role, which writes the records. */
  readonly roleArn: pulumi.Output<string>;
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: WindowRecordsArgs, options?: pulumi.ComponentResourceOptions) {
    // Without the folder of the code: an absolute path would be a change on every other machine.
    super("patchplane:index:WindowRecords", name, { ...args, code: undefined }, bounded(args, options));
    const context = awsContext(this, args.region);
    const common = {
      ...(args.region === undefined ? {} : { region: args.region }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    };
    const { exclusionBucket, notifications, runs, windows } = args;
    const made = lambdaFunction(
      this,
      `${name}-closing`,
      {
        ...common,
        functionName: windowClosingName(args.namePrefix),
        description: "patchplane: writes what became of each node when a scan or install window has ended",
        code: args.code,
        timeoutSeconds,
        memoryMegabytes,
        environment: {
          [windowClosingVariables.bucket]: runs.bucket,
          [windowClosingVariables.topicArn]: notifications.failuresTopicArn,
          [windowClosingVariables.windows]: pulumi.jsonStringify(windows),
          ...(exclusionBucket === undefined ? {} : { [windowExclusionBucket]: exclusionBucket }),
        },
        statements: closingStatements(args, context),
        logs: args.logs,
        failuresTopicArn: notifications.failuresTopicArn,
      },
      context,
    );
    const ids = windows.map(({ id }) => id);
    this.calledBy(`${name}-ended`, made, args, {
      description: "patchplane: a scan or install window has ended",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ssm"],
        "detail-type": ["Maintenance Window Execution State-change Notification"],
        detail: { "window-id": ids, status: ends },
      }),
    });
    this.calledBy(`${name}-hourly`, made, args, {
      description:
        "patchplane: events of windows are best-effort, and a record is to be written all the same",
      scheduleExpression: hourly,
    });
    this.roleArn = made.role;
    this.functionName = made.name;
    this.registerOutputs({ roleArn: this.roleArn, functionName: this.functionName });
  }

  private calledBy(
    name: string,
    made: aws.lambda.Function,
    { region, tags, notifications }: WindowRecordsArgs,
    rule: { description: string } & ({ eventPattern: pulumi.Input<string> } | { scheduleExpression: string }),
  ): void {
    const options = { parent: this };
    const common = { ...(region === undefined ? {} : { region }), ...(tags === undefined ? {} : { tags }) };
    const eventRule = new aws.cloudwatch.EventRule(`${name}-rule`, { ...common, ...rule }, options);
    new aws.lambda.Permission(
      `${name}-permission`,
      {
        ...(region === undefined ? {} : { region }),
        action: "lambda:InvokeFunction",
        function: made.name,
        principal: "events.amazonaws.com",
        sourceArn: eventRule.arn,
      },
      options,
    );
    ruleTarget(this, name, eventRule, {
      ...common,
      notifications,
      target: { targetId: "closing", arn: made.arn },
    });
  }
}

function closingStatements(
  { runs, exclusionBucket, notifications, windows }: WindowRecordsArgs,
  context: AwsContext,
): Statement[] {
  const below = (...prefixes: string[]) =>
    prefixes.map((prefix) => pulumi.interpolate`${runs.arn}/${prefix}*`);
  const here = { StringEquals: { "aws:RequestedRegion": context.region } };
  return [
    // Without it S3 answers 403 where an object is missing.
    { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: runs.arn },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: below(runKeys.windows, runKeys.closed),
    },
    {
      Sid: "WriteRecords",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: below(runKeys.windowsOpen, runKeys.windowsClosed),
    },
    { Sid: "CloseRecords", Effect: "Allow", Action: "s3:DeleteObject", Resource: below(runKeys.windowsOpen) },
    {
      // None of them has a resource type (Service Authorization Reference).
      Sid: "SeeNodesAndCommands",
      Effect: "Allow",
      Action: [
        "tag:GetResources",
        "ssm:DescribeInstanceInformation",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribeInstancePatches",
        "ssm:DescribeMaintenanceWindowExecutionTasks",
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
        "ssm:DescribePatchBaselines",
        "ssm:DescribePatchGroups",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
      ],
      Resource: "*",
      Condition: here,
    },
    {
      Sid: "SeeWindows",
      Effect: "Allow",
      Action: ["ssm:DescribeMaintenanceWindowExecutions", "ssm:DescribeMaintenanceWindowTargets"],
      Resource: arn(context, { service: "ssm", resource: "maintenancewindow/*" }),
    },
    ...calendarStatements([...new Set(windows.flatMap(({ calendars = [] }) => calendars))], context),
    ...verdictStatements(exclusionBucket, context),
    ...tellingStatements(notifications, context),
  ];
}
