import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { metricDimension, metricNamespace, nodesPastEnd } from "#shared/contract/metrics.js";
import { windowEndFunctionName, windowEndPayload, windowEndVariables } from "#shared/contract/windowEnd.js";
import type { AwsContext } from "../common/awsContext.js";
import { endCalls, endSchedules } from "../common/endSchedules.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import { policyDocument, type Statement, tellingStatements } from "../common/policies.js";
import { anyOf5Minutes } from "../common/ruleTarget.js";
import type { CompleteWindowArgs, CompleteWindowEnd } from "./windowArguments.js";
import { callFirst } from "./windowTasks.js";

/**
 * Lets the window call, before any node is patched, the function that lets nothing begin after the cutoff and kills nobody. Where it
 * fails the window goes on, and an alarm tells of it.
 */
export function arrangeEnd(
  parent: pulumi.ComponentResource,
  name: string,
  end: CompleteWindowEnd,
  tasks: {
    args: CompleteWindowArgs;
    window: aws.ssm.MaintenanceWindow;
    roleArn: pulumi.Input<string>;
    /** The window's role, where it is made here: one that is there already has the right to call the function. */
    role: aws.iam.Role | undefined;
  },
  context: AwsContext,
): void {
  const { arn } = windowEndFunction(parent, name, tasks.args, end, context);
  if (tasks.role !== undefined)
    new aws.iam.RolePolicy(
      `${name}-end-call-policy`,
      {
        role: tasks.role.id,
        policy: policyDocument([
          { Sid: "ArrangeTheEnd", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: arn },
        ]),
      },
      { parent },
    );
  const description = "Arranges that nothing begins after the cutoff";
  const call = { kind: "end", description, functionArn: arn, payload: windowEndPayload } as const;
  callFirst(parent, name, call, tasks);
}

/** The function, and the group of the one-off schedules that call it, two for each run. */
function windowEndFunction(
  parent: pulumi.ComponentResource,
  name: string,
  args: CompleteWindowArgs,
  { code }: CompleteWindowEnd,
  context: AwsContext,
): aws.lambda.Function {
  const common = {
    ...(args.region === undefined ? {} : { region: args.region }),
    ...(args.tags === undefined ? {} : { tags: args.tags }),
  };
  const functionName = windowEndFunctionName(args.windowName);
  const { failuresTopicArn, deadLetterQueueArn, kmsKeyArn } = args.notifications;
  const schedules = endSchedules(
    parent,
    name,
    {
      ...common,
      groupName: args.windowName,
      description: `patchplane: calls the function that ends runs of ${args.windowName}`,
    },
    context,
  );
  const made = lambdaFunction(
    parent,
    `${name}-end`,
    {
      ...common,
      functionName,
      description: "patchplane: ends what an install window has not begun, and leaves alone what is at work",
      code,
      timeoutSeconds: 900,
      memoryMegabytes: 512,
      environment: {
        [windowEndVariables.topicArn]: failuresTopicArn,
        [windowEndVariables.scheduleGroup]: schedules.group.name,
        [windowEndVariables.scheduleRoleArn]: schedules.role.arn,
        [windowEndVariables.deadLetterQueueArn]: deadLetterQueueArn,
      },
      statements: [...schedules.statements, ...endStatements(failuresTopicArn, kmsKeyArn, context)],
      logs: args.logs,
      failuresTopicArn,
    },
    context,
  );
  endCalls(parent, name, schedules.role, { functionArns: [made.arn], deadLetterQueueArn });
  new aws.cloudwatch.MetricAlarm(
    `${name}-end-late-alarm`,
    {
      ...common,
      alarmDescription: `patchplane: nodes were still at work after the end of ${args.windowName}. The message names them; they are left alone.`,
      namespace: metricNamespace,
      metricName: nodesPastEnd,
      dimensions: { [metricDimension]: functionName },
      ...anyOf5Minutes,
      alarmActions: [failuresTopicArn],
    },
    { parent },
  );
  return made;
}

function endStatements(
  failuresTopicArn: pulumi.Input<string>,
  kmsKeyArn: pulumi.Input<string>,
  context: AwsContext,
): Statement[] {
  return [
    {
      // None of them has a resource type, but for DescribeMaintenanceWindowTargets (Service Authorization Reference).
      Sid: "CancelWhatHasNotBegun",
      Effect: "Allow",
      Action: [
        "ssm:DescribeMaintenanceWindowExecutionTasks",
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
        "ssm:DescribeMaintenanceWindowTargets",
        "ssm:DescribeInstanceInformation",
        "ssm:ListCommandInvocations",
        "ssm:CancelCommand",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    },
    ...tellingStatements({ failuresTopicArn, kmsKeyArn }, context),
  ];
}
