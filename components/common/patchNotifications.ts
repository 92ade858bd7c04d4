import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { shown } from "#shared/text/quotes.js";
import { type AwsContext, awsContext, regionProblems } from "./awsContext.js";
import { bounded } from "./boundary.js";
import { arn, encryptionOfMessages, policyDocument, ssmTrustPolicy } from "./policies.js";
import { ArgumentChecks, type Check, type Problem, twice } from "./problems.js";
import { anyOf5Minutes } from "./ruleTarget.js";

/** Days for which a message that could not be delivered is kept (SQS: at most 14). */
const undeliveredDays = 14;

export interface PatchNotificationsArgs {
  /** Region of the topics. @default the provider's Region */
  region?: string;
  /**
   * E-mail addresses that hear of failures. Plain, because each one is a resource. SNS sends each address a confirmation for
   * each topic; until it is confirmed nothing arrives.
   */
  failureEmails: string[];
  /** E-mail addresses that hear of completions: of each window that ended well. Plain. @default none */
  completionEmails?: string[];
  /** ARN of the KMS key of the topics; its policy must let EventBridge and CloudWatch use it. */
  kmsKeyArn: pulumi.Input<string>;
  /** ARN of a topic for failures that is there already. @default one is made */
  failuresTopicArn?: pulumi.Input<string>;
  /** ARN of a topic for completions that is there already. @default one is made */
  completionsTopicArn?: pulumi.Input<string>;
  /** ARN of a role that is there already, with which SSM publishes a command's notifications. @default one is made */
  roleArn?: pulumi.Input<string>;
  /** ARN of a queue that is there already, for what a rule could not deliver. @default one is made */
  deadLetterQueueArn?: pulumi.Input<string>;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Two topics, so that a person can be woken by failures and read about completions in the morning, and a queue for what the rules
 * of a stack could not deliver to them.
 */
export class PatchNotifications extends pulumi.ComponentResource {
  /** ARN of the topic for failures: what failed, timed out, was skipped, or ran and reached nothing. */
  readonly failuresTopicArn: pulumi.Output<string>;
  /** ARN of the topic for completions. */
  readonly completionsTopicArn: pulumi.Output<string>;
  /** ARN of the role with which SSM publishes a command's notifications to the failures topic. */
  readonly roleArn: pulumi.Output<string>;
  /** ARN of the queue for what a rule could not deliver. */
  readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: PatchNotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:PatchNotifications", name, args, bounded(args, options));
    const checks = new ArgumentChecks(`PatchNotifications ${name}`);
    checks.plain(args.region, regionProblems);
    const { failureEmails, completionEmails = [] } = args;
    checks.plain(failureEmails, emailProblems("failureEmails"));
    checks.plain(completionEmails, emailProblems("completionEmails"));
    checks.done();

    const context = awsContext(this, args.region);
    const orMade = (given: pulumi.Input<string> | undefined, make: () => pulumi.Output<string>) =>
      given === undefined ? make() : pulumi.output(given);
    this.failuresTopicArn = orMade(args.failuresTopicArn, () =>
      this.topic(`${name}-failures`, failureEmails, args, context),
    );
    this.completionsTopicArn = orMade(args.completionsTopicArn, () =>
      this.topic(`${name}-completions`, completionEmails, args, context),
    );
    this.roleArn = orMade(args.roleArn, () => this.publisherRole(name, args, context));
    this.deadLetterQueueArn = orMade(args.deadLetterQueueArn, () => this.undelivered(name, args, context));
    this.registerOutputs({
      deadLetterQueueArn: this.deadLetterQueueArn,
      failuresTopicArn: this.failuresTopicArn,
      completionsTopicArn: this.completionsTopicArn,
      roleArn: this.roleArn,
    });
  }

  private topic(
    name: string,
    emails: readonly string[],
    args: PatchNotificationsArgs,
    context: AwsContext,
  ): pulumi.Output<string> {
    const options = { parent: this };
    const region = args.region === undefined ? {} : { region: args.region };
    const topic = new aws.sns.Topic(
      name,
      { ...region, kmsMasterKeyId: args.kmsKeyArn, ...(args.tags === undefined ? {} : { tags: args.tags }) },
      options,
    );
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      { ...region, arn: topic.arn, policy: topicPolicy(topic.arn, context) },
      options,
    );
    for (const email of emails) {
      new aws.sns.TopicSubscription(
        `${name}-${email}`,
        { ...region, topic: topic.arn, protocol: "email", endpoint: email },
        options,
      );
    }
    return topic.arn;
  }

  /** One for all rules. Its alarm counts what comes in, since a queue that nobody empties would hide the next loss. */
  private undelivered(
    name: string,
    args: PatchNotificationsArgs,
    context: AwsContext,
  ): pulumi.Output<string> {
    const options = { parent: this };
    const region = args.region === undefined ? {} : { region: args.region };
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const queue = new aws.sqs.Queue(
      `${name}-undelivered`,
      {
        ...region,
        ...tags,
        sqsManagedSseEnabled: true,
        messageRetentionSeconds: undeliveredDays * 86_400,
      },
      options,
    );
    new aws.sqs.QueuePolicy(
      `${name}-undelivered-policy`,
      { ...region, queueUrl: queue.url, policy: queuePolicy(queue.arn, context) },
      options,
    );
    new aws.cloudwatch.MetricAlarm(
      `${name}-undelivered-alarm`,
      {
        ...region,
        ...tags,
        alarmDescription: pulumi.interpolate`patchplane: a rule could not deliver a message; it lies in the queue ${queue.name}, with the error.`,
        namespace: "AWS/SQS",
        metricName: "NumberOfMessagesSent",
        dimensions: { QueueName: queue.name },
        ...anyOf5Minutes,
        alarmActions: [this.failuresTopicArn],
      },
      options,
    );
    return queue.arn;
  }

  private publisherRole(
    name: string,
    args: PatchNotificationsArgs,
    context: AwsContext,
  ): pulumi.Output<string> {
    const options = { parent: this };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: "patchplane: SSM publishes the notifications of commands with it",
        assumeRolePolicy: ssmTrustPolicy(context),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
      },
      options,
    );
    new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: role.id,
        policy: policyDocument([
          { Sid: "PublishFailures", Effect: "Allow", Action: "sns:Publish", Resource: this.failuresTopicArn },
          encryptionOfMessages(args.kmsKeyArn, context),
        ]),
      },
      options,
    );
    return role.arn;
  }
}

/** Everything that is wrong with a list of e-mail addresses. */
export function emailProblems(list: string): Check<readonly string[]> {
  return (emails) =>
    emails.flatMap((email, index) =>
      emailProblem(`${list}[${index}]`, email, emails.indexOf(email) !== index),
    );
}

function emailProblem(path: string, email: string, repeated: boolean): Problem[] {
  // The length comes first: the pattern takes a time that grows with its square.
  if (email.length > 254 || !isAddress(email)) {
    const plain = email
      .slice(0, 512)
      .replace(/^\s*mailto:/i, "")
      .trim();
    const [, inBrackets = plain] = /^[^<>]{0,254}<([^<>]{1,254})>$/.exec(plain) ?? [];
    const instead =
      email !== inBrackets && inBrackets.length <= 254 && isAddress(inBrackets)
        ? { instead: inBrackets }
        : {};
    const reason = `got ${shown(email)}; allowed is an address such as ops@example.com.`;
    return [{ propertyPath: path, reason, ...instead }];
  }
  return repeated ? [twice(path, email)] : [];
}

function isAddress(text: string): boolean {
  return !/^mailto:/i.test(text) && /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(text);
}

function queuePolicy(queueArn: pulumi.Input<string>, context: AwsContext): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "RulesOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnLike: { "aws:SourceArn": arn(context, { service: "events", resource: "rule/*" }) } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

function topicPolicy(topicArn: pulumi.Input<string>, context: AwsContext): pulumi.Output<string> {
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": context.accountId } };
  return policyDocument([
    {
      // Conditions are not supported here (EventBridge guide, resource-based policies); the key's statement has one.
      Sid: "Rules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
    },
    {
      Sid: "AlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: ofThisAccount,
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
