import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { asset } from "@pulumi/pulumi";
import { NotModelledError } from "../aws/base/errors.js";
import { autonamed, given, type Inputs, ignored, optional, passSet } from "./inputs.js";
import type { Maker } from "./maker.js";

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

const tagMap = (inputs: Inputs): Record<string, string> => ({
  ...optional<Record<string, string>>(inputs, "tags"),
});

/** Functions, who may invoke them, what they log, and the queues for what they could not handle. */
export const lambdaMakers: Readonly<Record<string, Maker>> = {
  "aws:lambda/function:Function": ({ lambda, tags }, name, inputs, send) => {
    const code = optional(inputs, "code");
    refuseOtherThan(inputs, { packageType: ["Zip"], publish: [false] });
    ignored(inputs, "skipDestroy");
    const reserved = optional<number>(inputs, "reservedConcurrentExecutions") ?? -1;
    const logging = optional<Inputs>(inputs, "loggingConfig");
    const environment = optional<Inputs>(inputs, "environment") ?? {};
    const FunctionName = optional<string>(inputs, "name") ?? name;
    const sent = send(
      "lambda",
      "CreateFunction",
      {
        FunctionName,
        Code: { ZipFile: new Uint8Array() },
        Description: optional<string>(inputs, "description") ?? "",
        Role: given<string>(inputs, "role"),
        Handler: given<string>(inputs, "handler"),
        Runtime: given<string>(inputs, "runtime"),
        PackageType: "Zip",
        Publish: false,
        Timeout: optional<number>(inputs, "timeout") ?? 3,
        MemorySize: optional<number>(inputs, "memorySize") ?? 128,
        ...passSet<"Architectures", string[]>(inputs, "architectures", "Architectures"),
        Environment: passSet<"Variables", Record<string, string>>(environment, "variables", "Variables"),
        LoggingConfig: {
          ...passSet<"LogFormat", string>(logging ?? {}, "logFormat", "LogFormat"),
          ...passSet<"LogGroup", string>(logging ?? {}, "logGroup", "LogGroup"),
        },
        Tags: tagMap(inputs),
      },
      autonamed(inputs, "name", "FunctionName"),
    );
    const concurrency =
      reserved < 0
        ? {}
        : send("lambda", "PutFunctionConcurrency", {
            FunctionName,
            ReservedConcurrentExecutions: reserved,
          });
    const { FunctionArn: arn } = lambda.createFunction({
      ...sent,
      ...concurrency,
      code: (folder) => unpack(code, folder),
    });
    if (Object.keys(sent.Tags).length > 0) tags.set(arn, sent.Tags);
    return { id: FunctionName, state: { arn, name: FunctionName, version: "$LATEST" } };
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ lambda }, _name, inputs, send) => {
    refuseOtherThan(inputs, { qualifier: ["$LATEST"] });
    const FunctionName = given<string>(inputs, "functionName");
    const { onSuccess, onFailure } =
      optional<{ [key in "onSuccess" | "onFailure"]?: { destination: string } }>(
        inputs,
        "destinationConfig",
      ) ?? {};
    lambda.putFunctionEventInvokeConfig(
      send("lambda", "PutFunctionEventInvokeConfig", {
        FunctionName,
        MaximumRetryAttempts: optional<number>(inputs, "maximumRetryAttempts") ?? 2,
        ...passSet<"MaximumEventAgeInSeconds", number>(
          inputs,
          "maximumEventAgeInSeconds",
          "MaximumEventAgeInSeconds",
        ),
        DestinationConfig: {
          ...(onSuccess === undefined ? {} : { OnSuccess: { Destination: onSuccess.destination } }),
          ...(onFailure === undefined ? {} : { OnFailure: { Destination: onFailure.destination } }),
        },
      }),
    );
    return { id: FunctionName };
  },
  "aws:lambda/permission:Permission": ({ lambda }, name, inputs, send) => {
    const StatementId = optional<string>(inputs, "statementId") ?? name;
    const request = {
      FunctionName: given<string>(inputs, "function"),
      StatementId,
      Action: given<string>(inputs, "action"),
      Principal: given<string>(inputs, "principal"),
      ...passSet<"SourceArn", string>(inputs, "sourceArn", "SourceArn"),
      ...passSet<"SourceAccount", string>(inputs, "sourceAccount", "SourceAccount"),
    };
    lambda.addPermission(
      send("lambda", "AddPermission", request, autonamed(inputs, "statementId", "StatementId")),
    );
    return { id: StatementId, state: { statementId: StatementId } };
  },
  "aws:cloudwatch/logGroup:LogGroup": (region, name, inputs, send) => {
    refuseOtherThan(inputs, { logGroupClass: ["STANDARD"] });
    const logGroupName = optional<string>(inputs, "name") ?? name;
    // Of account when the group is deleted.
    ignored(inputs, "skipDestroy", "deletionProtectionEnabled");
    const request = {
      logGroupName,
      // Which key encrypts a group changes nothing of what is in it.
      ...passSet<"kmsKeyId", string>(inputs, "kmsKeyId", "kmsKeyId"),
      ...passSet<"tags", Record<string, string>>(inputs, "tags", "tags"),
    };
    send("logs", "CreateLogGroup", request, autonamed(inputs, "name", "logGroupName"));
    const retention = passSet<"retentionInDays", number>(inputs, "retentionInDays", "retentionInDays");
    if (retention.retentionInDays !== undefined)
      send("logs", "PutRetentionPolicy", { logGroupName, ...retention });
    region.logs.createLogGroup({ logGroupName, ...retention });
    const arn = region.arn("logs", `log-group:${logGroupName}`);
    return { id: logGroupName, state: { arn, name: logGroupName } };
  },
  "aws:sqs/queue:Queue": (region, name, inputs, send) => {
    refuseOtherThan(inputs, { fifoQueue: [false], delaySeconds: [0] });
    const QueueName = optional<string>(inputs, "name") ?? name;
    const arn = region.arn("sqs", QueueName);
    const request = {
      QueueName,
      Attributes: Object.fromEntries(
        Object.entries(queueAttributes).flatMap(([input, attribute]) => {
          const value = optional<string | number | boolean>(inputs, input);
          return value === undefined ? [] : [[attribute, String(value)]];
        }),
      ),
      ...passSet<"tags", Record<string, string>>(inputs, "tags", "tags"),
    };
    send("sqs", "CreateQueue", request, autonamed(inputs, "name", "QueueName"));
    const { QueueUrl: url } = region.sqs.createQueue({
      QueueName,
      Attributes: {
        ...passSet<"MessageRetentionPeriod", number>(
          inputs,
          "messageRetentionSeconds",
          "MessageRetentionPeriod",
        ),
        ...passSet<"KmsMasterKeyId", string>(inputs, "kmsMasterKeyId", "KmsMasterKeyId"),
      },
    });
    const policy = optional<string>(inputs, "policy");
    if (policy !== undefined) region.account.iam.putResourcePolicy(arn, policy);
    if (request.tags !== undefined) region.tags.set(arn, tagMap(inputs));
    return { id: url, state: { arn, url, name: QueueName } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": (region, _name, inputs, send) => {
    const url = given<string>(inputs, "queueUrl");
    const arn = region.arn("sqs", url.slice(url.lastIndexOf("/") + 1));
    const { Attributes } = send("sqs", "SetQueueAttributes", {
      QueueUrl: url,
      Attributes: { Policy: given<string>(inputs, "policy") },
    });
    region.account.iam.putResourcePolicy(arn, Attributes.Policy);
    return { id: url };
  },
};

/** How messages are received is of account to those alone who receive any, and in the lab nobody does. */
const queueAttributes = {
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const;
