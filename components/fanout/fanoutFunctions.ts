import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { elsewhereVariables, nodeFilterText } from "#shared/contract/elsewhere.js";
import {
  closingFunctionName,
  fanoutVariables,
  startFunctionName,
  stoppingFunctionName,
} from "#shared/contract/fanoutNames.js";
import { fanoutAlarmed, metricDimension, metricNamespace } from "#shared/contract/metrics.js";
import type { AwsContext } from "../common/awsContext.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import type { Statement } from "../common/policies.js";
import { anyOf5Minutes, ruleTarget } from "../common/ruleTarget.js";
import { verdictStatements } from "../common/verdictStatements.js";
import { baseCriteria } from "../windows/patchTargets.js";
import { watchedEnvironment } from "../windows/watchedWindows.js";
import { type CompleteFanoutArgs, defaultPerInstanceNodes } from "./fanout.js";
import { fanoutRoleNames, fanoutRunbookName } from "./fanoutNames.js";
import {
  closingStatements,
  type EndArrangement,
  otherRegions,
  type Surroundings,
  startStatements,
  stoppingStatements,
} from "./fanoutStatements.js";
import { vouchingOf } from "./fanoutVouching.js";
import { groupsOf } from "./rings.js";

/** Beside the window's, so that a run whose events were lost is closed within the hour. */
const hourly = "cron(52 * * * ? *)";
const timeoutSeconds = 900;
const memoryMegabytes = 1024;

/** Ends of an automation, of which the closing function is told; the API writes Cancelled, the reference of events Canceled. */
const ends = [
  ...["Success", "Failed", "TimedOut", "Cancelled", "Canceled", "Rejected"],
  ...["CompletedWithSuccess", "CompletedWithFailure", "Exited"],
];

/** The function that the window calls: it asks which Regions have nodes, and starts their automations. */
export function startFunction(
  parent: pulumi.ComponentResource,
  name: string,
  { args, bucket, context, roleArns }: Surroundings,
  end: EndArrangement,
): aws.lambda.Function {
  const vouching = vouchingOf(args, context);
  return fanoutFunction(parent, `${name}-start`, args, context, {
    functionName: startFunctionName(args.namePrefix),
    description: "patchplane: starts the patching of every Region that has nodes",
    code: args.code.start,
    environment: {
      [fanoutVariables.bucket]: bucket.bucket,
      [fanoutVariables.executionRoleName]: fanoutRoleNames(args.namePrefix).execution,
      [fanoutVariables.operation]: args.fanout.operation,
      [fanoutVariables.perInstanceNodes]: String(args.fanout.perInstanceNodes ?? defaultPerInstanceNodes),
      ...ownGroups(args),
      ...vouching?.environment,
      ...end.environment,
    },
    statements: [
      ...startStatements({ args, bucket, context, roleArns }),
      ...(vouching?.statements ?? []),
      ...end.statements,
    ],
    alarms: [
      ["hollow", fanoutAlarmed.hollow, "started nothing: every Region was skipped"],
      ["regions", fanoutAlarmed.regions, "could not start a Region"],
    ],
  });
}

/** Groups that a user has named are his own, and may not be everywhere. */
function ownGroups(args: CompleteFanoutArgs): Record<string, string> {
  return args.fanout.resourceGroups === undefined
    ? { [fanoutVariables.ownGroups]: groupsOf(args).join(",") }
    : {};
}

/** The function that lets a run begin nothing more, and tells what goes on after its end. */
export function stoppingFunction(
  parent: pulumi.ComponentResource,
  name: string,
  { args, bucket, context }: Omit<Surroundings, "roleArns">,
): aws.lambda.Function {
  return fanoutFunction(parent, `${name}-stopping`, args, context, {
    functionName: stoppingFunctionName(args.namePrefix),
    description: "patchplane: ends what a fan-out has not begun, and leaves alone what is at work",
    code: args.code.stopping,
    environment: {
      [fanoutVariables.bucket]: bucket.bucket,
      [fanoutVariables.topicArn]: args.notifications.failuresTopicArn,
    },
    statements: stoppingStatements({ args, bucket, context }),
    alarms: [["late", fanoutAlarmed.late, "found nodes at work after the end of their window"]],
  });
}

/** The function that closes a run's record once its automations have ended, and says what was patched. */
export function closingFunction(
  parent: pulumi.ComponentResource,
  name: string,
  { args, bucket, context }: Omit<Surroundings, "roleArns">,
): aws.lambda.Function {
  const { failuresTopicArn } = args.notifications;
  const exclusionBucket = args.exclusionProcessor?.bucket;
  const made = fanoutFunction(parent, `${name}-closing`, args, context, {
    functionName: closingFunctionName(args.namePrefix),
    description: "patchplane: closes the records of fan-outs, and says what was patched and what was not",
    code: args.code.closing,
    environment: {
      [fanoutVariables.bucket]: bucket.bucket,
      [fanoutVariables.topicArn]: failuresTopicArn,
      ...watchedEnvironment(args.watchedWindows),
      [elsewhereVariables.regions]: otherRegions(args).join(","),
      [elsewhereVariables.nodes]: nodeFilterText(baseCriteria(args.targets)),
      ...(exclusionBucket === undefined ? {} : { [fanoutVariables.exclusionBucket]: exclusionBucket }),
    },
    statements: [
      ...closingStatements({ args, bucket, context }),
      ...verdictStatements(exclusionBucket, context),
    ],
    alarms: [
      ["hollow", fanoutAlarmed.hollow, "closed a run that started, and in which no node was patched"],
      ["regions", fanoutAlarmed.regions, "closed a run in which a Region failed"],
    ],
  });
  const runbook = fanoutRunbookName(args.namePrefix);
  calledBy(parent, `${name}-ended`, made, args, {
    description: "patchplane: an automation of a fan-out has ended",
    eventPattern: JSON.stringify({
      source: ["aws.ssm"],
      "detail-type": ["EC2 Automation Execution Status-change Notification"],
      // A runbook that is shared with other accounts may be told by its ARN.
      detail: { Definition: [runbook, { suffix: `:document/${runbook}` }], Status: ends },
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
  args: CompleteFanoutArgs,
  context: AwsContext,
  own: {
    functionName: string;
    description: string;
    code: string;
    environment: Record<string, pulumi.Input<string>>;
    statements: Statement[];
    /** Metrics of the function's own that must stay at 0, with what it has done where they do not. */
    alarms: readonly (readonly [kind: string, metric: string, what: string])[];
  },
): aws.lambda.Function {
  const common = { region: args.region, ...(args.tags === undefined ? {} : { tags: args.tags }) };
  const { alarms, ...lambda } = own;
  const made = lambdaFunction(
    parent,
    name,
    {
      ...common,
      ...lambda,
      timeoutSeconds,
      memoryMegabytes,
      logs: args.logs,
      failuresTopicArn: args.notifications.failuresTopicArn,
    },
    context,
  );
  const alarm = (kind: string, metricName: string, says: string) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${kind}-alarm`,
      {
        ...common,
        alarmDescription: `patchplane: ${own.functionName} ${says}`,
        namespace: metricNamespace,
        metricName,
        dimensions: { [metricDimension]: own.functionName },
        ...anyOf5Minutes,
        alarmActions: [args.notifications.failuresTopicArn],
      },
      { parent },
    );
  const unpatched = "Its log and the run's record say more; nodes may be unpatched.";
  for (const [kind, metric, what] of alarms) alarm(kind, metric, `${what}. ${unpatched}`);
  return made;
}

/** Lets a rule invoke the function. */
function calledBy(
  parent: pulumi.ComponentResource,
  name: string,
  made: aws.lambda.Function,
  { region, tags, notifications }: CompleteFanoutArgs,
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
  ruleTarget(parent, name, eventRule, {
    region,
    notifications,
    target: { targetId: "closing", arn: made.arn },
    ...(tags === undefined ? {} : { tags }),
  });
}
