import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../common/awsContext.js";
import { arn, commandResources, policyDocument, type Statement, ssmTrustPolicy } from "../common/policies.js";
import { nodeConditions } from "./patchTargets.js";
import type { CompleteWindowArgs, PatchOperation } from "./windowArguments.js";
import { patchDocument } from "./windowTasks.js";

/**
 * The role as which the window sends its commands: one document, to nodes that carry the target's tags, and nothing
 * else. A node outside the targets cannot be patched through it even when a target is changed by hand.
 */
export function windowRole(
  parent: pulumi.ComponentResource,
  name: string,
  args: CompleteWindowArgs,
  operation: PatchOperation,
  context: AwsContext,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: `patchplane: service role of the maintenance window ${args.windowName}`,
      assumeRolePolicy: ssmTrustPolicy(context),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    },
    { parent },
  );
  new aws.iam.RolePolicy(
    `${name}-role-policy`,
    { role: role.id, policy: policyDocument(statements(args, operation, context)) },
    { parent },
  );
  return role;
}

function statements(args: CompleteWindowArgs, operation: PatchOperation, context: AwsContext): Statement[] {
  return [
    {
      Sid: "RunThePatchDocument",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: commandResources((parts) => arn(context, parts), {
        document: patchDocument,
        outputBucket: args.logs.bucket,
      }),
    },
    {
      Sid: "OnNodesOfTheTargets",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: [
        arn(context, { service: "ec2", resource: "instance/*" }),
        arn(context, { service: "ssm", resource: "managed-instance/*" }),
      ],
      Condition: { StringLike: nodeConditions(args.targets, operation.operation) },
    },
    {
      // The reads of AWS's policy for windows, whichever of them SSM asks for (User Guide, "Setting up Maintenance Windows").
      Sid: "FollowCommands",
      Effect: "Allow",
      Action: [
        "ssm:ListCommands",
        "ssm:ListCommandInvocations",
        "ssm:GetCommandInvocation",
        "ssm:DescribeInstanceInformation",
        "ssm:ListTagsForResource",
        "tag:GetResources",
        "resource-groups:ListGroups",
        "resource-groups:ListGroupResources",
      ],
      Resource: "*",
    },
    {
      // CancelCommand has no resource type (Service Authorization Reference), so it can be narrowed by Region only.
      Sid: "CancelCommandsAtCutoff",
      Effect: "Allow",
      Action: "ssm:CancelCommand",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    },
    {
      Sid: "PublishNotificationsOfCommands",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: args.notifications.roleArn,
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
    ...(operation.firstCall === undefined
      ? []
      : [
          {
            Sid: "CallTheExclusionProcessor",
            Effect: "Allow" as const,
            Action: "lambda:InvokeFunction",
            Resource: operation.firstCall.functionArn,
          },
        ]),
  ];
}
