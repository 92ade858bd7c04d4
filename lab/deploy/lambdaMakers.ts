import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { asset } from "@pulumi/pulumi";
import { NotModelledError } from "../aws/base/errors.js";
import { given, type Inputs, ignored, type Maker, optional, pass } from "./makers.js";

/**
 * Lays an archive out in a folder, as what is uploaded is laid out for a function.
 *
 * @throws NotModelledError for archives that are packed or elsewhere, and for assets whose names lead out of theirs
 */
async function unpack(archive: unknown, folder: string): Promise<void> {
  if (archive instanceof asset.FileArchive) {
    const path = await archive.path;
    if (/\.(zip|jar|tar|tgz|tar\.gz)$/.test(path)) throw new NotModelledError(`the packed archive ${path}`);
    await cp(path, folder, { recursive: true });
    return;
  }
  if (!(archive instanceof asset.AssetArchive))
    throw new NotModelledError("code that is no archive of files");
  for (const [name, content] of Object.entries(await archive.assets)) {
    if (/^(\.\.)?\//.test(normalize(name)))
      throw new NotModelledError(`the asset ${name} outside its archive`);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (content instanceof asset.StringAsset) await writeFile(path, await content.text);
    else if (content instanceof asset.FileAsset) await cp(await content.path, path);
    else await unpack(content, path);
  }
}

/**
 * Takes note of inputs that change nothing in the lab as long as they say no more than this.
 *
 * @throws NotModelledError
 */
function refuseOtherThan(inputs: Inputs, plain: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [key, values] of Object.entries(plain)) {
    const got = optional(inputs, key);
    if (got !== undefined && !values.includes(got)) throw new NotModelledError(`${key} ${String(got)}`);
  }
}

/** Functions, who may invoke them, what they log, and the queues for what they could not handle. */
export const lambdaMakers: Readonly<Record<string, Maker>> = {
  "aws:lambda/function:Function": ({ lambda, tags }, name, inputs) => {
    const code = optional(inputs, "code");
    refuseOtherThan(inputs, { packageType: ["Zip"], publish: [false], skipDestroy: [true, false] });
    const reserved = optional<number>(inputs, "reservedConcurrentExecutions") ?? -1;
    const logging = optional<{ logFormat?: string; logGroup?: string }>(inputs, "loggingConfig") ?? {};
    const environment = optional<{ variables?: Record<string, string> }>(inputs, "environment") ?? {};
    const FunctionName = optional<string>(inputs, "name") ?? name;
    const { FunctionArn: arn } = lambda.createFunction({
      FunctionName,
      Role: given(inputs, "role"),
      Handler: given(inputs, "handler"),
      Runtime: given(inputs, "runtime"),
      code: (folder) => unpack(code, folder),
      ...pass<"Description", string>(inputs, "description", "Description"),
      ...pass<"Timeout", number>(inputs, "timeout", "Timeout"),
      ...pass<"MemorySize", number>(inputs, "memorySize", "MemorySize"),
      ...pass<"Architectures", string[]>(inputs, "architectures", "Architectures"),
      Environment: pass<"Variables", Record<string, string>>(environment, "variables", "Variables"),
      LoggingConfig: {
        ...pass<"LogFormat", string>(logging, "logFormat", "LogFormat"),
        ...pass<"LogGroup", string>(logging, "logGroup", "LogGroup"),
      },
      ...(reserved < 0 ? {} : { ReservedConcurrentExecutions: reserved }),
    });
    const tagged = optional<Record<string, string>>(inputs, "tags");
    if (tagged !== undefined) tags.set(arn, tagged);
    return { id: FunctionName, state: { arn, name: FunctionName, version: "$LATEST" } };
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ lambda }, _name, inputs) => {
    refuseOtherThan(inputs, { qualifier: ["$LATEST"] });
    const FunctionName = given<string>(inputs, "functionName");
    const { onSuccess, onFailure } =
      optional<{ [key in "onSuccess" | "onFailure"]?: { destination: string } }>(
        inputs,
        "destinationConfig",
      ) ?? {};
    lambda.putFunctionEventInvokeConfig({
      FunctionName,
      ...pass<"MaximumRetryAttempts", number>(inputs, "maximumRetryAttempts", "MaximumRetryAttempts"),
      ...pass<"MaximumEventAgeInSeconds", number>(
        inputs,
        "maximumEventAgeInSeconds",
        "MaximumEventAgeInSeconds",
      ),
      DestinationConfig: {
        ...(onSuccess === undefined ? {} : { OnSuccess: { Destination: onSuccess.destination } }),
        ...(onFailure === undefined ? {} : { OnFailure: { Destination: onFailure.destination } }),
      },
    });
    return { id: FunctionName };
  },
  "aws:lambda/permission:Permission": ({ lambda }, name, inputs) => {
    const StatementId = optional<string>(inputs, "statementId") ?? name;
    lambda.addPermission({
      FunctionName: given(inputs, "function"),
      StatementId,
      Action: given(inputs, "action"),
      Principal: given(inputs, "principal"),
      ...pass<"SourceArn", string>(inputs, "sourceArn", "SourceArn"),
      ...pass<"SourceAccount", string>(inputs, "sourceAccount", "SourceAccount"),
    });
    return { id: StatementId, state: { statementId: StatementId } };
  },
  "aws:cloudwatch/logGroup:LogGroup": (region, name, inputs) => {
    refuseOtherThan(inputs, { logGroupClass: ["STANDARD"] });
    const logGroupName = optional<string>(inputs, "name") ?? name;
    // Which key encrypts a group, and how it comes to its end, changes nothing of what is in it.
    ignored(inputs, "kmsKeyId", "skipDestroy", "deletionProtectionEnabled");
    region.logs.createLogGroup({
      logGroupName,
      ...pass<"retentionInDays", number>(inputs, "retentionInDays", "retentionInDays"),
    });
    const arn = region.arn("logs", `log-group:${logGroupName}`);
    return { id: logGroupName, state: { arn, name: logGroupName } };
  },
  "aws:sqs/queue:Queue": (region, name, inputs) => {
    refuseOtherThan(inputs, { fifoQueue: [false], delaySeconds: [0], sqsManagedSseEnabled: [true, false] });
    // How messages are received is of account to those alone who receive any.
    ignored(inputs, "visibilityTimeoutSeconds", "receiveWaitTimeSeconds", "kmsDataKeyReusePeriodSeconds");
    const QueueName = optional<string>(inputs, "name") ?? name;
    const arn = region.arn("sqs", QueueName);
    const { QueueUrl: url } = region.sqs.createQueue({
      QueueName,
      Attributes: {
        ...pass<"MessageRetentionPeriod", number>(
          inputs,
          "messageRetentionSeconds",
          "MessageRetentionPeriod",
        ),
        ...pass<"KmsMasterKeyId", string>(inputs, "kmsMasterKeyId", "KmsMasterKeyId"),
      },
    });
    const policy = optional<string>(inputs, "policy");
    if (policy !== undefined) region.account.iam.putResourcePolicy(arn, policy);
    const tagged = optional<Record<string, string>>(inputs, "tags");
    if (tagged !== undefined) region.tags.set(arn, tagged);
    return { id: url, state: { arn, url, name: QueueName } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": (region, _name, inputs) => {
    const url = given<string>(inputs, "queueUrl");
    const arn = region.arn("sqs", url.slice(url.lastIndexOf("/") + 1));
    region.account.iam.putResourcePolicy(arn, given(inputs, "policy"));
    return { id: url };
  },
};
