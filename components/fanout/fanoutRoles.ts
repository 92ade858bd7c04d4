import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../common/awsContext.js";
import {
  type ArnOf,
  arn,
  commandResources,
  policyDocument,
  type Statement,
  startedResources,
} from "../common/policies.js";
import type { Problem } from "../common/problems.js";
import { nodeConditions } from "../windows/patchTargets.js";
import { patchDocument } from "../windows/windowTasks.js";
import type { FilledFanout, FilledFanoutArgs } from "./fanout.js";
import { accountIds, fanoutRoleNames, fanoutRunbookName } from "./fanoutNames.js";
import { groupsOf } from "./rings.js";

type Scope = Pick<FilledFanoutArgs, "namePrefix" | "targets" | "tags"> & {
  rings?: readonly { readonly name: string }[];
  fanout: Pick<FilledFanout, "regions" | "operation" | "resourceGroups" | "accounts">;
  /** Id of the account that shares the runbook. @default the own one, which has it */
  runbookAccountId?: string;
  /** ARN of the only role that may take on the execution role, beside automations of the account itself; of another account than the central one. */
  administrationRoleArn?: pulumi.Input<string>;
};
/** Name of the bucket for the output of commands. */
type Output = { outputBucket: pulumi.Input<string> };
/** Policy variable: the id of the organization that whoever asks is in. */
const ownOrganization = "${aws:PrincipalOrgID}";

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

/** ARN of that role, for what is made before it. */
export function administrationRoleArn({ namePrefix }: Pick<Scope, "namePrefix">, context: AwsContext) {
  const { administration } = fanoutRoleNames(namePrefix);
  return arn(context, { service: "iam", region: "", resource: `role/${administration}` });
}

/**
 * The role as which an automation begins those of other accounts, and as which the functions look at them and end them: it may do
 * nothing but take on the role that does.
 *
 * @param functionRoles ARNs of the roles of these functions
 */
export function administrationRole(
  parent: pulumi.ComponentResource,
  name: string,
  scope: Scope,
  context: AwsContext,
  functionRoles: pulumi.Input<string>[],
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const names = fanoutRoleNames(scope.namePrefix);
  const { accounts = [] } = scope.fanout;
  const hasUnits = accounts.some((account) => account.startsWith("ou-"));
  const others = hasUnits ? ["*"] : accountIds(scope.fanout);
  const role = new aws.iam.Role(
    `${name}-administration-role`,
    {
      name: names.administration,
      description: "patchplane: begins the automations of a fan-out in other accounts",
      assumeRolePolicy: policyDocument([
        automationTrust(context),
        {
          Sid: "TheFunctions",
          Effect: "Allow",
          Principal: { AWS: functionRoles },
          Action: "sts:AssumeRole",
        },
      ]),
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
          // Any account may have a role of that name; those of units are all in this one's organization.
          ...(hasUnits
            ? { Condition: { StringEqualsIfExists: { "aws:ResourceOrgID": ownOrganization } } }
            : {}),
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
 */
export function executionRole(
  parent: pulumi.ComponentResource,
  name: string,
  scope: Scope & Output,
  context: AwsContext,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role(
    `${name}-execution-role`,
    {
      name: fanoutRoleNames(scope.namePrefix).execution,
      description: "patchplane: patches the nodes of a Region as part of a fan-out",
      assumeRolePolicy: policyDocument([
        ...(scope.administrationRoleArn === undefined
          ? []
          : [
              {
                Sid: "TheAdministrationRole",
                Effect: "Allow" as const,
                Principal: { AWS: scope.administrationRoleArn },
                Action: "sts:AssumeRole",
              },
            ]),
        // What is started takes the role on for its steps.
        automationTrust(context),
      ]),
      ...(scope.tags === undefined ? {} : { tags: scope.tags }),
    },
    { parent },
  );
  const statements = executionStatements(scope, (parts) => arn(context, parts));
  const policy = new aws.iam.RolePolicy(
    `${name}-execution-policy`,
    { role: role.id, policy: policyDocument(statements) },
    { parent },
  );
  return { role, policy };
}

function executionStatements(scope: Scope & Output, arnOf: ArnOf): Statement[] {
  const anywhere = (service: string, resource: string) => arnOf({ service, region: "*", resource });
  const inRegions = { StringEquals: { "aws:RequestedRegion": [...scope.fanout.regions] } };
  return [
    {
      Sid: "SeeTheGroups",
      Effect: "Allow",
      Action: "resource-groups:ListGroupResources",
      Resource: groupsOf(scope).map((group) => anywhere("resource-groups", `group/${group}`)),
      Condition: inRegions,
    },
    {
      // The members of a group by tags are found with the caller's own rights; the rest is what AWS's pages of the actions
      // aws:runCommand and aws:executeAutomation list.
      Sid: "SeeMembersAndFollowCommands",
      Effect: "Allow",
      Action: [
        "tag:GetResources",
        "ec2:DescribeInstances",
        "ssm:ListCommands",
        "ssm:ListCommandInvocations",
        "ssm:GetCommandInvocation",
        "ssm:DescribeInstanceInformation",
        "ssm:GetAutomationExecution",
        "ssm:DescribeAutomationExecutions",
        "ssm:DescribeAutomationStepExecutions",
      ],
      Resource: "*",
      Condition: inRegions,
    },
    ...(scope.administrationRoleArn === undefined
      ? []
      : [
          {
            // For the central account's record: what became of nodes here. None of them has a resource type.
            Sid: "TellWhatBecameOfNodes",
            Effect: "Allow" as const,
            Action: [
              ...["ssm:DescribeInstancePatches", "ssm:DescribeInstancePatchStates"],
              "ssm:DescribePatchBaselines",
              "ssm:DescribePatchGroups",
            ],
            Resource: "*",
            Condition: inRegions,
          },
        ]),
    {
      // A step that times out, or a parent that is stopped, is cancelled as this role. It has no resource type.
      Sid: "CancelCommands",
      Effect: "Allow",
      Action: "ssm:CancelCommand",
      Resource: "*",
      Condition: inRegions,
    },
    {
      Sid: "StopAutomations",
      Effect: "Allow",
      Action: "ssm:StopAutomationExecution",
      Resource: anywhere("ssm", "automation-execution/*"),
      Condition: inRegions,
    },
    {
      // The Regions are in the documents' ARNs: with a global key in its place the guide asks for aws:ViaAWSService beside it
      // ("Setting up Run Command").
      Sid: "RunThePatchDocument",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: commandResources(arnOf, {
        document: patchDocument,
        regions: scope.fanout.regions,
        outputBucket: scope.outputBucket,
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
      Sid: "RunTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: startedResources(fanoutRunbookName(scope.namePrefix)).flatMap((resource) => [
        anywhere("ssm", resource),
        ...sharedRunbook(scope, resource, arnOf),
      ]),
      Condition: inRegions,
    },
    {
      Sid: "HandTheRoleToIt",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: arnOf({
        service: "iam",
        region: "",
        resource: `role/${fanoutRoleNames(scope.namePrefix).execution}`,
      }),
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
  ];
}

/** A runbook that another account shares keeps that account's ARN; what runs of it is the own account's. */
function sharedRunbook({ runbookAccountId: account }: Scope, resource: string, arnOf: ArnOf) {
  const isOwn = account === undefined || resource.startsWith("automation-execution/");
  return isOwn ? [] : [arnOf({ service: "ssm", region: "*", account, resource })];
}

/** Characters of inline policies that IAM takes for a role. */
const maxPolicyLength = 10_240;

/** In the partition with the longest name, since a preview does not know its own. */
const longestArn = ({ service, region, account = "123456789012", resource }: Parameters<ArnOf>[0]) =>
  [
    "arn",
    "aws-us-gov",
    service,
    region,
    account,
    typeof resource === "string" ? resource : longestBucket,
  ].join(":");

/** S3 takes 63 characters. */
const longestBucket = `${"b".repeat(63)}/*`;

/** What is wrong with a fan-out whose execution role would have a longer policy than IAM takes. */
export function executionRoleProblems(scope: Scope): Problem[] {
  const statements = executionStatements({ ...scope, outputBucket: "b".repeat(63) }, longestArn);
  const { length } = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  if (length <= maxPolicyLength) return [];
  const reason = `takes ${length} characters with the tags, the Regions and the resource groups as the policy of the execution role, where IAM takes ${maxPolicyLength}. Use fewer or shorter names, or fewer Regions.`;
  return [{ propertyPath: "targets.patchGroups", reason }];
}
