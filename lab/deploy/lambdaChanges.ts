import { callType } from "./calls.js";
import { arnOf, type Change, retagged } from "./change.js";
import { given, ignored, optional, passSet } from "./inputs.js";
import { configurationMembers, queueArn, queueRequest, refuseOtherThan, unpack } from "./lambdaRequests.js";

const configured = [
  "description",
  "role",
  "handler",
  "runtime",
  "timeout",
  "memorySize",
  "environment",
  "loggingConfig",
] as const;

/** Functions, who may invoke them, what they log, and queues. */
export const lambdaChanges: Readonly<Record<string, Change>> = {
  "aws:lambda/function:Function": {
    replacedBy: ["name", "packageType"],
    update: ({ lambda }, { id: FunctionName }, inputs, send, isChanged) => {
      refuseOtherThan(inputs, { publish: [false] });
      ignored(inputs, "skipDestroy");
      if (isChanged(...configured)) {
        const request = { FunctionName, ...configurationMembers(inputs) };
        lambda.updateFunctionConfiguration(send("lambda", "UpdateFunctionConfiguration", request));
      }
      // The provider sends architectures along with the code.
      if (isChanged("code", "architectures")) {
        const code = optional(inputs, "code");
        const architectures = passSet<"Architectures", string[]>(inputs, "architectures", "Architectures");
        send("lambda", "UpdateFunctionCode", { FunctionName, ZipFile: new Uint8Array(), ...architectures });
        lambda.updateFunctionCode({ FunctionName, code: (folder) => unpack(code, folder) });
      }
      if (isChanged("reservedConcurrentExecutions")) {
        const most = optional<number>(inputs, "reservedConcurrentExecutions") ?? -1;
        if (most < 0)
          lambda.deleteFunctionConcurrency(send("lambda", "DeleteFunctionConcurrency", { FunctionName }));
        else
          lambda.putFunctionConcurrency(
            send("lambda", "PutFunctionConcurrency", {
              FunctionName,
              ReservedConcurrentExecutions: most,
            }),
          );
      }
      return undefined;
    },
    retag: ({ tags: kept }, standing, changes, send) => {
      const Resource = arnOf(standing);
      retagged(
        changes,
        (TagKeys) => {
          send("lambda", "UntagResource", { Resource, TagKeys });
          kept.remove(Resource, TagKeys);
        },
        (Tags) => {
          send("lambda", "TagResource", { Resource, Tags });
          kept.merge(Resource, Tags);
        },
      );
    },
    remove: ({ lambda, tags }, standing, send) => {
      lambda.deleteFunction(send("lambda", "DeleteFunction", { FunctionName: standing.id }));
      tags.forget(arnOf(standing));
    },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    replacedBy: ["functionName", "qualifier"],
    update: "asMade",
    remove: ({ lambda }, { id: FunctionName }, send) => {
      lambda.deleteFunctionEventInvokeConfig(
        send("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName }),
      );
    },
  },
  "aws:lambda/permission:Permission": {
    replacedBy: ["function", "statementId", "action", "principal", "sourceArn", "sourceAccount"],
    remove: ({ lambda }, { id: StatementId, inputs }, send) => {
      const FunctionName = given<string>(inputs, "function");
      lambda.removePermission(send("lambda", "RemovePermission", { FunctionName, StatementId }));
    },
  },
  [callType]: {
    replacedBy: ["functionName", "qualifier"],
    // What is asked before it goes, the engine asks.
    remove: () => {},
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    replacedBy: ["name", "namePrefix", "logGroupClass"],
    update: ({ logs }, { id: logGroupName }, inputs, send, isChanged) => {
      ignored(inputs, "skipDestroy", "deletionProtectionEnabled");
      if (isChanged("retentionInDays")) {
        const days = optional<number>(inputs, "retentionInDays") ?? 0;
        logs.putRetentionPolicy(
          days === 0
            ? send("logs", "DeleteRetentionPolicy", { logGroupName })
            : send("logs", "PutRetentionPolicy", { logGroupName, retentionInDays: days }),
        );
      }
      if (isChanged("kmsKeyId")) {
        const kmsKeyId = optional<string>(inputs, "kmsKeyId");
        if (kmsKeyId === undefined) send("logs", "DisassociateKmsKey", { logGroupName });
        else send("logs", "AssociateKmsKey", { logGroupName, kmsKeyId });
      }
      return undefined;
    },
    retag: (_region, standing, changes, send) => {
      const resourceArn = arnOf(standing);
      retagged(
        changes,
        (tagKeys) => send("logs", "UntagResource", { resourceArn, tagKeys }),
        (tags) => send("logs", "TagResource", { resourceArn, tags }),
      );
    },
    remove: ({ logs }, { id: logGroupName }, send) => {
      logs.deleteLogGroup(send("logs", "DeleteLogGroup", { logGroupName }));
    },
  },
  "aws:sqs/queue:Queue": {
    replacedBy: ["name", "namePrefix", "fifoQueue"],
    update: ({ sqs, account: { iam } }, standing, inputs, send) => {
      const arn = arnOf(standing);
      const { Attributes, kept, policy } = queueRequest(inputs);
      send("sqs", "SetQueueAttributes", { QueueUrl: standing.id, Attributes });
      sqs.setQueueAttributes(arn, kept);
      if (policy !== undefined) iam.putResourcePolicy(arn, policy);
      return undefined;
    },
    retag: ({ tags: kept }, standing, changes, send) => {
      const QueueUrl = standing.id;
      retagged(
        changes,
        (TagKeys) => {
          send("sqs", "UntagQueue", { QueueUrl, TagKeys });
          kept.remove(arnOf(standing), TagKeys);
        },
        (Tags) => {
          send("sqs", "TagQueue", { QueueUrl, Tags });
          kept.merge(arnOf(standing), Tags);
        },
      );
    },
    remove: ({ sqs, tags }, standing, send) => {
      send("sqs", "DeleteQueue", { QueueUrl: standing.id });
      sqs.deleteQueue(arnOf(standing));
      tags.forget(arnOf(standing));
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    replacedBy: ["queueUrl"],
    update: "asMade",
    remove: (region, { id: QueueUrl }, send) => {
      send("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } });
      region.account.iam.deleteResourcePolicy(queueArn(region, QueueUrl));
    },
  },
};
