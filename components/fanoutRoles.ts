import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./awsContext.js";
import { accountIds, type RegionalFanoutArgs } from "./fanoutArguments.js";
import { groupsOf } from "./fanoutGroups.js";
import { fanoutRoleNames, fanoutRunbookName } from "./fanoutPayload.js";
import { nodeConditions } from "./patchTargets.js";
import { arn, policyDocument, type Statement, startedResources } from "./policies.js";
import { patchDocument } from "./windowTasks.js";

type Scope = Pick<RegionalFanoutArgs, "namePrefix" | "fanout" | "targets" | "tags">;

/** Automations of this account only, so that nobody else's can be given the role. */
function automationTrust(context: AwsContext): Statement {
  return {
    Sid: "AutomationsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "ssm.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": context.accountId },
      ArnLike: {
        "aws:SourceArn": arn(context, { service: "ssm", region: "*", resource: "automation-execution/*" }),
      },
    },
  };
}

/** The role as which the automation of the home Region begins those of the other Regions: it may do nothing else. */
export function administrationRole(
  parent: pulumi.ComponentResource,
  name: string,
  scope: Scope,
  context: AwsContext,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const names = fanoutRoleNames(scope.namePrefix);
  const { accounts = [] } = scope.fanout;
  const hasUnits = accounts.some((account) => account.startsWith("ou-"));
  const others: pulumi.Input<string>[] = hasUnits ? ["*"] : [context.accountId, ...accountIds(scope.fanout)];
  const role = new aws.iam.Role(
    `${name}-administration-role`,
    {
      name: names.administration,
      description: "patchplane: begins the automations of a fan-out in its Regions and accounts",
      assumeRolePolicy: policyDocument([automationTrust(context)]),
      ...(scope.tags === undefined ? {} : { tags: scope.tags }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-administration-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          Sid: "WorkAsTheExecutionRole",
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Resource: others.map((account) =>
            arn(context, { service: "iam", region: "", account, resource: `role/${names.execution}` }),
          ),
        },
        ...(hasUnits
          ? [
              {
                // It has no resource type (Service Authorization Reference).
                Sid: "FindTheAccountsOfUnits",
                Effect: "Allow" as const,
                Action: ["organizations:ListAccountsForParent"],
                Resource: "*",
              },
            ]
          : []),
      ]),
    },
    { parent },
  );
  return { role, policy };
}

/**
 * The role as which a fan-out works within a Region and an account: it runs one document, on nodes that carry the tags of
 * the targets. Every account that is patched has one of the same name.
 *
 * @param administrationRoleArn the only role that may take it on, beside automations of the account itself
 */
export function executionRole(
  parent: pulumi.ComponentResource,
  name: string,
  scope: Scope & { administrationRoleArn: pulumi.Input<string> },
  context: AwsContext,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-execution-role`,
    {
      name: fanoutRoleNames(scope.namePrefix).execution,
      description: "patchplane: patches the nodes of a Region as part of a fan-out",
      assumeRolePolicy: policyDocument([
        {
          Sid: "TheAdministrationRole",
          Effect: "Allow",
          Principal: { AWS: scope.administrationRoleArn },
          Action: "sts:AssumeRole",
        },
        // The administration role begins the automation of a Region, which then takes the role on for its steps.
        automationTrust(context),
      ]),
      ...(scope.tags === undefined ? {} : { tags: scope.tags }),
    },
    { parent },
  );
  new aws.iam.RolePolicy(
    `${name}-execution-policy`,
    { role: role.id, policy: policyDocument(executionStatements(scope, role.arn, context)) },
    { parent },
  );
  return role;
}

function executionStatements(scope: Scope, roleArn: pulumi.Output<string>, context: AwsContext): Statement[] {
  const anywhere = (service: string, resource: string) => arn(context, { service, region: "*", resource });
  return [
    {
      Sid: "SeeTheGroups",
      Effect: "Allow",
      Action: "resource-groups:ListGroupResources",
      Resource: groupsOf(scope).map((group) => anywhere("resource-groups", `group/${group}`)),
    },
    // The members of a group by tags are found with the caller's own rights; it has no resource type.
    { Sid: "SeeTheirMembers", Effect: "Allow", Action: "tag:GetResources", Resource: "*" },
    {
      Sid: "RunThePatchDocument",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: arn(context, {
        service: "ssm",
        region: "*",
        account: "",
        resource: `document/${patchDocument}`,
      }),
    },
    {
      Sid: "OnNodesOfTheTargets",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: [anywhere("ec2", "instance/*"), anywhere("ssm", "managed-instance/*")],
      Condition: { StringLike: nodeConditions(scope.targets, scope.fanout.operation) },
    },
    {
      // Neither has a resource type (Service Authorization Reference).
      Sid: "FollowCommands",
      Effect: "Allow",
      Action: ["ssm:ListCommands", "ssm:ListCommandInvocations"],
      Resource: "*",
    },
    {
      Sid: "RunTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: startedResources(context, fanoutRunbookName(scope.namePrefix), "*"),
    },
    {
      Sid: "HandTheRoleToIt",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roleArn,
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
  ];
}
