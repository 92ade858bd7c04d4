import * as pulumi from "@pulumi/pulumi";
import { stateFolder } from "#shared/contract/believed.js";
import {
  baseGroupTagKey,
  cohortGroups,
  holdGroup,
  keys,
  madeGroups,
  ownerTagKey,
} from "#shared/contract/exclusionNames.js";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import type { AwsContext } from "../common/awsContext.js";
import { arn, type Conditions, literal, type Statement, tellingStatements } from "../common/policies.js";
import type { Problem } from "../common/problems.js";
import type { CompleteTargets } from "../windows/patchTargets.js";
import { watchingStatements } from "../windows/watchedWindows.js";

interface Scope {
  readonly owner: string;
  readonly regions: readonly pulumi.Input<string>[];
  readonly targets: CompleteTargets;
  readonly watchedWindows?: readonly WatchedWindow[];
  readonly notifications: { failuresTopicArn: pulumi.Input<string>; kmsKeyArn: pulumi.Input<string> };
}

/**
 * What the exclusion processor may do: read manifests and write their status and its own state, make baselines that carry its mark and
 * change no others, and set two tags on nodes that are under patching.
 */
export function exclusionStatements(
  scope: Scope,
  bucketArn: pulumi.Output<string>,
  context: AwsContext,
): Statement[] {
  return [
    nowhereElse(scope, context),
    ...bucketStatements(bucketArn),
    ...readStatements(context),
    ...baselineStatements(scope, context),
    ...tagStatements(scope, context),
    ...watchingStatements(scope.watchedWindows, context),
    ...tellingStatements(scope.notifications, context),
  ];
}

function bucketStatements(bucketArn: pulumi.Output<string>): Statement[] {
  const below = (...prefixes: string[]) =>
    prefixes.map((prefix) => pulumi.interpolate`${bucketArn}/${prefix}`);
  const { record, manifests, plans, approvals, statuses } = keys;
  return [
    {
      // Without it S3 answers 403 where an object is missing.
      Sid: "ListManifests",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:ListBucketVersions"],
      Resource: bucketArn,
    },
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: below(record, `${manifests}*`, `${plans}*`, `${approvals}*`, `${stateFolder}*`),
    },
    {
      Sid: "WriteStatus",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: below(`${statuses}*`, `${stateFolder}*`),
    },
  ];
}

/**
 * One statement for the Regions of all others: in the ARNs alone ten Regions would fill the 10,240 characters that IAM
 * takes, and in a condition of each statement forty.
 */
function nowhereElse({ regions, watchedWindows = [] }: Scope, context: AwsContext): Statement {
  // The windows are in the function's own Region, which need not be among those that it moves nodes in.
  const all = pulumi
    .all([pulumi.all([...regions]), context.region])
    .apply(([named, own]) => [...new Set([...named, ...(watchedWindows.length === 0 ? [] : [own])])]);
  return {
    Sid: "NowhereElse",
    Effect: "Deny",
    Action: ["ssm:*", "tag:*", "ec2:*"],
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestedRegion": all } },
  };
}

function inEveryRegion(context: AwsContext, service: string, resource: string): pulumi.Output<string> {
  return arn(context, { service, region: "*", resource });
}

function readStatements(context: AwsContext): Statement[] {
  return [
    {
      // None of these has a resource type (Service Authorization Reference).
      Sid: "SeeNodesAndBaselines",
      Effect: "Allow",
      Action: [
        "tag:GetResources",
        "ssm:DescribeInstanceInformation",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribePatchBaselines",
        "ssm:DescribePatchGroups",
      ],
      Resource: "*",
    },
    {
      Sid: "SeeWindows",
      Effect: "Allow",
      Action: "ssm:GetMaintenanceWindow",
      Resource: inEveryRegion(context, "ssm", "maintenancewindow/*"),
    },
    {
      Sid: "ReadBaselines",
      Effect: "Allow",
      Action: ["ssm:GetPatchBaseline", "ssm:ListTagsForResource"],
      Resource: inEveryRegion(context, "ssm", "patchbaseline/*"),
    },
  ];
}

function baselineStatements({ owner }: Scope, context: AwsContext): Statement[] {
  const baselines = inEveryRegion(context, "ssm", "patchbaseline/*");
  const asked = { [`aws:RequestTag/${ownerTagKey}`]: owner };
  return [
    {
      // CreatePatchBaseline has no resource type; what it makes must carry the mark.
      Sid: "MakeMarkedBaselines",
      Effect: "Allow",
      Action: "ssm:CreatePatchBaseline",
      Resource: "*",
      Condition: { StringEquals: asked },
    },
    {
      // Tags that come with a new baseline need this right as well.
      Sid: "MarkThem",
      Effect: "Allow",
      Action: "ssm:AddTagsToResource",
      Resource: baselines,
      Condition: { StringEquals: asked, ...onlyKeys(ownerTagKey) },
    },
    {
      Sid: "ChangeMarkedBaselines",
      Effect: "Allow",
      Action: [
        "ssm:UpdatePatchBaseline",
        "ssm:DeletePatchBaseline",
        "ssm:RegisterPatchBaselineForPatchGroup",
        "ssm:DeregisterPatchBaselineForPatchGroup",
      ],
      Resource: baselines,
      Condition: { StringEquals: { [`aws:ResourceTag/${ownerTagKey}`]: owner } },
    },
  ];
}

/** ForAllValues is true of no key at all, so that there must be one. */
function onlyKeys(...tagKeys: string[]): Conditions {
  return { "ForAllValues:StringEquals": { "aws:TagKeys": tagKeys }, Null: { "aws:TagKeys": "false" } };
}

/** The patch groups that a node may be moved from and to: those of the stack, and those that the function makes of them. */
function movable({ patchGroups, patchGroupTagKey: key }: CompleteTargets) {
  const base = patchGroups.map(literal);
  const made = patchGroups.flatMap((group) => [cohortGroups(literal(group)), literal(holdGroup(group))]);
  const groups = [...base, ...made];
  return { [`aws:ResourceTag/${key}`]: groups, [`aws:RequestTag/${key}`]: groups };
}

function tagStatements({ targets }: Scope, context: AwsContext): Statement[] {
  const nodes = [
    inEveryRegion(context, "ec2", "instance/*"),
    inEveryRegion(context, "ssm", "managed-instance/*"),
  ];
  return [
    {
      // The tagging API asks the service of each resource as well, which is where nodes are told apart.
      Sid: "UseTheTaggingApi",
      Effect: "Allow",
      Action: ["tag:TagResources", "tag:UntagResources"],
      Resource: "*",
    },
    {
      Sid: "MoveNodes",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ssm:AddTagsToResource"],
      Resource: nodes,
      Condition: {
        StringLike: movable(targets),
        ...onlyKeys(targets.patchGroupTagKey, baseGroupTagKey),
      },
    },
    {
      // Not in a group that the function made, where no window would reach a node without its mark. In any other a mark leads
      // windows to a node that is in two targets, or that somebody has taken to a group of his own.
      Sid: "UnmarkNodes",
      Effect: "Allow",
      Action: ["ec2:DeleteTags", "ssm:RemoveTagsFromResource"],
      Resource: nodes,
      Condition: {
        StringNotLike: { [`aws:ResourceTag/${targets.patchGroupTagKey}`]: [...madeGroups] },
        "ForAllValues:StringEquals": { "aws:TagKeys": [baseGroupTagKey] },
      },
    },
    {
      // DeleteTags without keys takes all tags. RemoveTagsFromResource requires keys, and may not say which to IAM.
      Sid: "NeverAllTags",
      Effect: "Deny",
      Action: "ec2:DeleteTags",
      Resource: "*",
      Condition: { Null: { "aws:TagKeys": "true" } },
    },
  ];
}

/** Characters of inline policies that IAM takes for a role. */
const maxPolicyLength = 10_240;
/**
 * Characters of this role's policies beside groups and Regions, with every name as long as it can be: its own, and the one by
 * which an install window lets itself be cancelled (240).
 */
const restLength = 5_670;
/** How much of them is for the path of log groups, which is hardly ever that long. */
const logGroupPrefixLength = 100;
/** Characters that a Region takes. */
const regionLength = '"ap-southeast-99",'.length;

/** What is wrong with targets whose groups do not fit into the function's policy. */
export function exclusionTargetProblems(
  regionCount: number,
  logGroupPrefix: string,
): (targets: CompleteTargets) => Problem[] {
  return (targets) => {
    const excess = Math.max(0, logGroupPrefix.length - logGroupPrefixLength);
    const room = Math.max(0, maxPolicyLength - restLength - excess - regionCount * regionLength);
    const length = JSON.stringify(movable(targets)).length;
    if (length <= room) return [];
    const [beside, mend] =
      regionCount > 1 ? [` with ${regionCount} Regions`, ", or fewer Regions"] : ["", ""];
    const reason = `takes ${length} characters as conditions of the exclusion processor's role, where IAM leaves room for ${room}${beside}. Use fewer or shorter names${mend}.`;
    return [{ propertyPath: "targets.patchGroups", reason }];
  };
}
