import { autonamed, given, type Inputs, ignored, optional, passSet } from "./inputs.js";
import { configurationMembers, queueArn, queueRequest, refuseOtherThan, unpack } from "./lambdaRequests.js";
import type { Maker } from "./maker.js";

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
    const FunctionName = optional<string>(inputs, "name") ?? name;
    const sent = send(
      "lambda",
      "CreateFunction",
      {
        FunctionName,
        Code: { ZipFile: new Uint8Array() },
        PackageType: "Zip",
        Publish: false,
        ...passSet<"Architectures", string[]>(inputs, "architectures", "Architectures"),
        ...configurationMembers(inputs),
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
    const { Attributes, kept, policy } = queueRequest(inputs);
    const request = {
      QueueName,
      Attributes,
      ...passSet<"tags", Record<string, string>>(inputs, "tags", "tags"),
    };
    send("sqs", "CreateQueue", request, autonamed(inputs, "name", "QueueName"));
    const { QueueUrl: url } = region.sqs.createQueue({ QueueName, Attributes: kept });
    if (policy !== undefined) region.account.iam.putResourcePolicy(arn, policy);
    if (request.tags !== undefined) region.tags.set(arn, tagMap(inputs));
    return { id: url, state: { arn, url, name: QueueName } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": (region, _name, inputs, send) => {
    const url = given<string>(inputs, "queueUrl");
    const arn = queueArn(region, url);
    const { Attributes } = send("sqs", "SetQueueAttributes", {
      QueueUrl: url,
      Attributes: { Policy: given<string>(inputs, "policy") },
    });
    region.account.iam.putResourcePolicy(arn, Attributes.Policy);
    return { id: url };
  },
};
