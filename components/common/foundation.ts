import type * as pulumi from "@pulumi/pulumi";
import { defaults } from "./defaults.js";
import { EncryptionKey } from "./encryptionKey.js";
import { PatchLogs } from "./patchLogs.js";
import { PatchNotifications } from "./patchNotifications.js";
import type { Problem } from "./problems.js";
import type { UndeliveredMessages } from "./ruleTarget.js";

/** Where log groups are made. */
export interface FunctionLogs {
  /**
   * Path under which the log group lies, 1 to 400 of `a-z A-Z 0-9 _ - . / #`, without a slash at its end.
   * @default `/patchplane/` and the component's name
   */
  logGroupPrefix?: string;
  /** Days for which CloudWatch Logs keeps the output: one of its retention periods, 1 to 3653 (API: PutRetentionPolicy). @default 90 */
  retentionDays?: pulumi.Input<number>;
  /** ARN of the KMS key that encrypts the log group; its policy must let CloudWatch Logs use it. @default one is made */
  kmsKeyArn?: pulumi.Input<string>;
}

/** Where the output of the commands goes. */
export interface WindowLogs extends FunctionLogs {
  /** Name of a bucket for the full output; each window writes below a prefix of its own. @default one is made */
  bucket?: pulumi.Input<string>;
}

/** Who is told. What is named here is used as it is; what is not and the component needs is made. */
export interface Notifications {
  /** E-mail addresses that hear of failures, where the topic is made here. Plain, because each one is a resource. @default none */
  failureEmails?: string[];
  /** E-mail addresses that hear of completions, where the topic is made here. Plain. @default none */
  completionEmails?: string[];
  /** ARN of a topic that is told of failures; its policy must let EventBridge, CloudWatch and the roles made here publish. @default one is made */
  failuresTopicArn?: pulumi.Input<string>;
  /** ARN of a topic that is told of completions; its policy must let EventBridge publish. @default one is made */
  completionsTopicArn?: pulumi.Input<string>;
  /** ARN of the role with which SSM publishes notifications of commands. @default one is made */
  roleArn?: pulumi.Input<string>;
  /** ARN of a queue that keeps what a rule could not deliver; its policy must let EventBridge send. @default one is made */
  deadLetterQueueArn?: pulumi.Input<string>;
  /** ARN of the KMS key of the topics; its policy must let EventBridge and CloudWatch use it. @default that of the logs */
  kmsKeyArn?: pulumi.Input<string>;
}

/** Where log groups are made, with nothing left open. */
export interface CompleteFunctionLogs {
  readonly logGroupPrefix: string;
  readonly retentionDays: pulumi.Input<number>;
  readonly kmsKeyArn: pulumi.Input<string>;
}

export interface CompleteWindowLogs extends CompleteFunctionLogs {
  readonly bucket: pulumi.Input<string>;
}

/** Who is told by a function. */
export interface FunctionNotifications extends UndeliveredMessages {
  /** ARN of the KMS key of the topics. */
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** Who is told by a central window. */
export interface FanoutNotifications extends FunctionNotifications {
  readonly completionsTopicArn: pulumi.Input<string>;
}

/** Who is told by a window. */
export interface WindowNotifications extends FanoutNotifications {
  /** ARN of the role with which SSM publishes notifications of commands. */
  readonly roleArn: pulumi.Input<string>;
}

/** Log settings of a component, filled but for what is a resource. */
export type FilledLogs<Logs extends FunctionLogs> = Logs & {
  readonly logGroupPrefix: string;
  readonly retentionDays: pulumi.Input<number>;
};

/** What a component stands on as it was given. */
interface Given {
  readonly region?: string;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly logs: FilledLogs<WindowLogs>;
  readonly notifications?: Notifications;
}

type Part = "completionsTopicArn" | "deadLetterQueueArn" | "failuresTopicArn" | "roleArn";

/** Fills in of log settings what is no resource. @param name of the component */
export function filledLogs<Logs extends FunctionLogs>(
  name: string,
  logs: Logs | undefined,
): FilledLogs<Logs> {
  const given = logs ?? ({} as Logs);
  return {
    ...given,
    logGroupPrefix: given.logGroupPrefix ?? `/patchplane/${name}`,
    retentionDays: given.retentionDays ?? defaults.logRetentionDays,
  };
}

/** A topic that is there is encrypted by a key that is there: one that is made would open none of its messages. */
export function foundationProblems({
  logs = {},
  notifications = {},
}: {
  logs?: FunctionLogs;
  notifications?: Notifications;
}): Problem[] {
  const isThere = notifications.failuresTopicArn ?? notifications.completionsTopicArn;
  if (isThere === undefined || (notifications.kmsKeyArn ?? logs.kmsKeyArn) !== undefined) return [];
  const reason =
    "is missing, and a topic is named that is there already: a key that is made here is not the topic's. Name the topic's key.";
  return [{ propertyPath: "notifications.kmsKeyArn", reason }];
}

/**
 * What a component stands on: what it was given, and for the rest what is made here as children of `parent`.
 *
 * @param needs what of the notifications the component has a use for
 */
export function foundationOf<Need extends Part>(
  parent: pulumi.Resource,
  name: string,
  given: Given,
  needs: readonly Need[],
): { logs: CompleteFunctionLogs; notifications: Pick<WindowNotifications, Need> & FunctionNotifications } {
  const { notifications = {}, logs } = given;
  const common = placeOf(given);
  const kmsKeyArn =
    logs.kmsKeyArn ??
    new EncryptionKey(`${name}-encryption`, { ...common, logGroupPrefix: logs.logGroupPrefix }, { parent })
      .arn;
  const topicKey = notifications.kmsKeyArn ?? kmsKeyArn;
  const missing = needs.some((part) => notifications[part] === undefined);
  const { failureEmails = [], completionEmails = [], ...existing } = notifications;
  const parts = missing
    ? new PatchNotifications(
        `${name}-notifications`,
        { ...common, ...existing, failureEmails, completionEmails, kmsKeyArn: topicKey },
        { parent },
      )
    : existing;
  return {
    logs: { logGroupPrefix: logs.logGroupPrefix, retentionDays: logs.retentionDays, kmsKeyArn },
    // Those that are needed are all there.
    notifications: { ...(parts as Required<Notifications>), kmsKeyArn: topicKey },
  };
}

/** The bucket for the output of commands: the one that was given, or one that is made here as a child of `parent`. */
export function outputBucketOf(parent: pulumi.Resource, name: string, given: Given): pulumi.Input<string> {
  const { bucket, retentionDays, logGroupPrefix } = given.logs;
  if (bucket !== undefined) return bucket;
  const args = { ...placeOf(given), retentionDays, logGroupPrefix };
  return new PatchLogs(`${name}-output`, args, { parent }).bucket;
}

function placeOf({ region, tags }: Given): Pick<Given, "region" | "tags"> {
  return { ...(region === undefined ? {} : { region }), ...(tags === undefined ? {} : { tags }) };
}
