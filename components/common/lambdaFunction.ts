import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./awsContext.js";
import { arn, policyDocument, type Statement } from "./policies.js";
import { anyOf5Minutes } from "./ruleTarget.js";

/** Days for which an event that no attempt could handle is kept (SQS: at most 14). */
const failedEventDays = 14;
const daySeconds = 86_400;

export interface LambdaFunctionArgs {
  /** Region of the function. @default the provider's Region */
  region?: string;
  /** Name of the function, its log group and its role's policies: 1 to 64 characters. */
  functionName: string;
  description: string;
  /** Folder of the bundle, whose `index.mjs` exports `handler`. */
  code: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, pulumi.Input<string>>;
  /** What the function may do, beside writing its own log and its failed events. */
  statements: readonly Statement[];
  logs: { logGroupPrefix: string; retentionDays: pulumi.Input<number>; kmsKeyArn: pulumi.Input<string> };
  /** ARN of the topic that is told when the function fails, or is called and has no room. */
  failuresTopicArn: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A function with its role, its log, and a queue that keeps what it could not handle, as children of `parent`. An
 * asynchronous event is tried three times; then it goes to the queue. A call that waits for the answer, such as a window's, is
 * tried once and never gets there, so the alarms are on errors and throttles. The queue has none: nothing comes into it without
 * one of the two.
 */
export function lambdaFunction(
  parent: pulumi.ComponentResource,
  name: string,
  args: LambdaFunctionArgs,
  context: AwsContext,
): aws.lambda.Function {
  const options = { parent };
  const region = args.region === undefined ? {} : { region: args.region };
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      ...region,
      ...tags,
      name: `${args.logs.logGroupPrefix}/${args.functionName}`,
      retentionInDays: args.logs.retentionDays,
      kmsKeyId: args.logs.kmsKeyArn,
    },
    options,
  );
  const queue = new aws.sqs.Queue(
    `${name}-failed`,
    { ...region, ...tags, sqsManagedSseEnabled: true, messageRetentionSeconds: failedEventDays * daySeconds },
    options,
  );
  const { role, policy } = functionRole(parent, name, args, { context, logGroup, queue });
  const made = new aws.lambda.Function(
    `${name}-function`,
    {
      ...region,
      ...tags,
      name: args.functionName,
      description: args.description,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({
        "index.mjs": new pulumi.asset.FileAsset(`${args.code}/index.mjs`),
      }),
      role: role.arn,
      timeout: args.timeoutSeconds,
      memorySize: args.memoryMegabytes,
      environment: { variables: args.environment },
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
    },
    // An invocation before the policy is there would be one without rights.
    { parent, dependsOn: [policy] },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      ...region,
      functionName: made.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: queue.arn } },
    },
    options,
  );
  const alarm = (kind: string, metricName: string, says: pulumi.Input<string>, periods = 1) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${kind}-alarm`,
      {
        ...region,
        ...tags,
        alarmDescription: pulumi.interpolate`patchplane: ${args.functionName} ${says}`,
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: args.functionName },
        ...anyOf5Minutes,
        evaluationPeriods: periods,
        alarmActions: [args.failuresTopicArn],
      },
      options,
    );
  alarm(
    "errors",
    "Errors",
    pulumi.interpolate`ended with an error; its log says why. An event that failed three times lies in the queue ${queue.name}. Nodes may be unpatched.`,
  );
  // A burst in an account that is short of concurrency has some, and its events wait their turn. A window whose call found no room
  // fails, and says so itself.
  alarm(
    "throttles",
    "Throttles",
    "was called and had no room for half an hour. Events are tried again for six hours and then lie in its queue.",
    6,
  );
  return made;
}

function functionRole(
  parent: pulumi.ComponentResource,
  name: string,
  args: LambdaFunctionArgs,
  {
    context,
    logGroup,
    queue,
  }: { context: AwsContext; logGroup: aws.cloudwatch.LogGroup; queue: aws.sqs.Queue },
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: `patchplane: execution role of the function ${args.functionName}`,
      // Lambda takes on only roles of the function's own account, so there is no deputy to confuse.
      assumeRolePolicy: policyDocument([
        {
          Sid: "Lambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    {
      role: role.id,
      policy: policyDocument([
        ...args.statements,
        {
          Sid: "WriteOwnLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: arn(context, {
            service: "logs",
            resource: pulumi.interpolate`log-group:${logGroup.name}:log-stream:*`,
          }),
        },
        { Sid: "KeepFailedEvents", Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn },
      ]),
    },
    { parent },
  );
  return { role, policy };
}
