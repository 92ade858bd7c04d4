import * as pulumi from "@pulumi/pulumi";
import { elsewhereKey } from "#shared/contract/elsewhere.js";
import { partitionOf, regionsOf } from "#shared/contract/regions.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { sealOf } from "#shared/contract/seal.js";
import { watchKey } from "#shared/contract/windowWatch.js";
import type { AwsContext } from "../common/awsContext.js";
import { calendarStatements } from "../common/calendars.js";
import type { NamedBucket } from "../common/namedBucket.js";
import { arn, type Statement, startedResources, tellingStatements } from "../common/policies.js";
import { watchingStatements } from "../windows/watchedWindows.js";
import type { CompleteFanoutArgs } from "./fanout.js";
import { fanoutRunbookName } from "./fanoutNames.js";
import { administrationRoleArn } from "./fanoutRoles.js";
import { ringStatements } from "./ringStatements.js";
import { calendarsOf, groupsOf } from "./rings.js";

/** What the functions of a fan-out are made from. */
export interface Surroundings {
  readonly args: CompleteFanoutArgs;
  readonly bucket: NamedBucket;
  readonly context: AwsContext;
  /** Roles of automations; the second is there when there are other accounts. */
  readonly roleArns: {
    readonly execution: pulumi.Output<string>;
    readonly administration: pulumi.Output<string> | undefined;
  };
}

/** What the function that the window calls may do. */
export function startStatements({ args, bucket, context, roleArns }: Surroundings): Statement[] {
  const regions = { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } };
  return [
    {
      Sid: "SeeTheGroups",
      Effect: "Allow",
      Action: "resource-groups:ListGroupResources",
      Resource: groupsOf(args).map((group) =>
        arn(context, { service: "resource-groups", region: "*", resource: `group/${group}` }),
      ),
      Condition: regions,
    },
    {
      // Neither has a resource type (Service Authorization Reference).
      Sid: "SeeNodesAndTheirPatches",
      Effect: "Allow",
      Action: ["tag:GetResources", "ssm:DescribeInstancePatchStates"],
      Resource: "*",
      Condition: regions,
    },
    {
      Sid: "StartTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: startedResources(fanoutRunbookName(args.namePrefix)).map((resource) =>
        arn(context, { service: "ssm", region: "*", resource }),
      ),
      Condition: regions,
    },
    {
      // By it what was started is found again, should the answer to its start be lost.
      Sid: "FindAutomations",
      Effect: "Allow",
      Action: "ssm:DescribeAutomationExecutions",
      Resource: "*",
      Condition: regions,
    },
    {
      Sid: "ReadAutomations",
      Effect: "Allow",
      Action: "ssm:GetAutomationExecution",
      Resource: arn(context, { service: "ssm", region: "*", resource: "automation-execution/*" }),
      Condition: regions,
    },
    {
      Sid: "HandOverTheRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [
        roleArns.execution,
        ...(roleArns.administration === undefined ? [] : [roleArns.administration]),
      ],
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
    {
      // Without it S3 answers 403 where an object is missing.
      Sid: "FindRecords",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucket.arn,
    },
    {
      Sid: "KeepRecords",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.open}*`,
    },
    ...calendarStatements(calendarsOf(args), context),
    ...ringStatements({ args, bucket }),
  ];
}

/** By what the end of each run is arranged before it begins. */
export interface EndArrangement {
  /** What the starting function is told by its environment. */
  readonly environment: Record<string, pulumi.Input<string>>;
  /** What it may do for that. */
  readonly statements: readonly Statement[];
}

/** What the function that ends runs may do. */
export function stoppingStatements({ args, bucket, context }: Omit<Surroundings, "roleArns">): Statement[] {
  const regions = { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } };
  const isOfGroups = args.fanout.executionMode !== "per-instance";
  return [
    { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.open}*`,
    },
    {
      // None of them has a resource type (Service Authorization Reference).
      Sid: "CancelWhatHasNotBegun",
      Effect: "Allow",
      Action: ["ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:CancelCommand"],
      Resource: "*",
      Condition: regions,
    },
    {
      // With an automation for each node, those that wait have no command yet.
      Sid: "BeginNoFurtherNode",
      Effect: "Allow",
      Action: "ssm:StopAutomationExecution",
      Resource: arn(context, { service: "ssm", region: "*", resource: "automation-execution/*" }),
      Condition: regions,
    },
    ...(isOfGroups && (args.fanout.accounts ?? []).length === 0
      ? []
      : [followAutomations({ args, context })]),
    ...(isOfGroups
      ? []
      : [
          {
            // Those that nobody came to note begin further nodes as well.
            Sid: "FindWhatBegins",
            Effect: "Allow" as const,
            Action: "ssm:DescribeAutomationExecutions",
            Resource: "*",
            Condition: regions,
          },
        ]),
    ...otherAccounts({ args, context }),
    ...tellingStatements(args.notifications, context),
  ];
}

/** What a function may do to work in other accounts, by the role that their roles trust. */
function otherAccounts({ args, context }: Pick<Surroundings, "args" | "context">): Statement[] {
  if ((args.fanout.accounts ?? []).length === 0) return [];
  return [
    {
      Sid: "ReachOtherAccounts",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: administrationRoleArn(args, context),
    },
  ];
}

/** What tells how an automation stands in other accounts. */
function followAutomations({ args, context }: Pick<Surroundings, "args" | "context">): Statement {
  return {
    Sid: "FollowAutomations",
    Effect: "Allow",
    Action: ["ssm:GetAutomationExecution", "ssm:DescribeAutomationStepExecutions"],
    Resource: arn(context, { service: "ssm", region: "*", resource: "automation-execution/*" }),
    Condition: { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } },
  };
}

/** Regions of the partition that no window and no fan-out reaches. */
export function otherRegions({ region, fanout, windowRegions = [] }: CompleteFanoutArgs): string[] {
  const all = regionsOf(partitionOf(region) ?? "");
  return all.filter((one) => !fanout.regions.includes(one) && !windowRegions.includes(one));
}

/** What the function that closes records may do to tell of nodes that nothing patches. */
function elsewhereStatements(args: CompleteFanoutArgs, bucket: NamedBucket): Statement[] {
  const others = otherRegions(args);
  if (others.length === 0) return [];
  return [
    {
      // Neither has a resource type (Service Authorization Reference).
      Sid: "LookForNodesElsewhere",
      Effect: "Allow",
      Action: ["ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": others } },
    },
    {
      Sid: "KeepWhenToLookElsewhere",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: pulumi.interpolate`${bucket.arn}/${elsewhereKey}`,
    },
  ];
}

/** What the function that closes records may do. */
export function closingStatements({ args, bucket, context }: Omit<Surroundings, "roleArns">): Statement[] {
  const regions = { StringEquals: { "aws:RequestedRegion": [...args.fanout.regions] } };
  return [
    { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.all}*`,
    },
    {
      Sid: "CloseRecords",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.closed}*`,
    },
    {
      Sid: "RemoveOpenRecords",
      Effect: "Allow",
      Action: "s3:DeleteObject",
      Resource: pulumi.interpolate`${bucket.arn}/${runKeys.open}*`,
    },
    followAutomations({ args, context }),
    ...otherAccounts({ args, context }),
    {
      // Of a run whose starting function ended before it had listed its members.
      Sid: "SeeTheGroups",
      Effect: "Allow",
      Action: "resource-groups:ListGroupResources",
      Resource: groupsOf(args).map((group) =>
        arn(context, { service: "resource-groups", region: "*", resource: `group/${group}` }),
      ),
      Condition: regions,
    },
    {
      // None of them has a resource type (Service Authorization Reference).
      Sid: "SeeWhatBecameOfNodes",
      Effect: "Allow",
      Action: [
        "tag:GetResources",
        "ssm:DescribeAutomationExecutions",
        "ssm:ListCommands",
        "ssm:ListCommandInvocations",
        "ssm:DescribeInstancePatches",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribeInstanceInformation",
        "ssm:DescribePatchBaselines",
        "ssm:DescribePatchGroups",
      ],
      Resource: "*",
      Condition: regions,
    },
    ...elsewhereStatements(args, bucket),
    ...watchingStatements(args.watchedWindows, context),
    ...(args.watchedWindows === undefined
      ? []
      : [
          {
            Sid: "KeepWhenWindowsOpen",
            Effect: "Allow" as const,
            Action: ["s3:GetObject", "s3:PutObject"],
            Resource: [watchKey, sealOf(watchKey)].map((key) => pulumi.interpolate`${bucket.arn}/${key}`),
          },
        ]),
    ...tellingStatements(args.notifications, context),
  ];
}
