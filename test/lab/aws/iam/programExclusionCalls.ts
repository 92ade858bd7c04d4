import type { Allowed, Call } from "./programParts.js";
import { account } from "./support.js";

const home = "us-east-1";
const by = "exclusions-role";
const arn = (service: string, resource: string) => `arn:aws:${service}:${home}:${account}:${resource}`;
export const exclusionsBucket = "arn:aws:s3:::exclusions-bucket-0a1b2c3";
export const exclusionsFunction = arn("lambda", "function:SSM-patchplane-dev-exclusions");
const region = { "aws:RequestedRegion": home };
const mark = { "aws:RequestTag/patchplane:owner": "patchplane/dev", "aws:TagKeys": "patchplane:owner" };
const marked = { "aws:ResourceTag/patchplane:owner": "patchplane/dev" };
const before = { "aws:ResourceTag/PatchGroup": "dev-servers" };
const moved = {
  ...before,
  "aws:RequestTag/PatchGroup": "dev-servers.x-0123456789",
  "aws:TagKeys": "PatchGroup",
};
const baseline = arn("ssm", "patchbaseline/pb-0a");
const instance = arn("ec2", "instance/i-0a");
const hybrid = arn("ssm", "managed-instance/mi-0a");

/** A call that one statement lets the processor make, in its Region unless it is S3's. */
function may(
  sid: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Allowed {
  const call = { by, action, resource, context: { ...region, ...context } };
  return [`the processor calls ${action} on ${resource}`, call, `exclusions-role-policy ${sid}`];
}

function bucketMay(sid: string, action: string, key?: string): Allowed {
  const resource = key === undefined ? exclusionsBucket : `${exclusionsBucket}/${key}`;
  const [what, call, statement] = may(sid, action, resource);
  return [what, { ...call, guard: "exclusions-policy" }, statement];
}

/** What the exclusion processor's role must be able to do, and the statement that lets it. */
export const exclusionsAllowed: readonly Allowed[] = [
  bucketMay("ListManifests", "s3:ListBucket"),
  bucketMay("ListManifests", "s3:ListBucketVersions"),
  ...[
    "deployment.json",
    "exclusions/a.yaml",
    "plans/a.yaml",
    "approvals/exclusions/a.yaml",
    "state/verdicts.json",
  ].map((key) => bucketMay("ReadManifests", "s3:GetObject", key)),
  bucketMay("ReadManifests", "s3:GetObjectVersion", "exclusions/a.yaml"),
  bucketMay("WriteStatus", "s3:PutObject", "status/a.json"),
  ...[
    "tag:GetResources",
    "ssm:DescribeInstanceInformation",
    "ssm:DescribePatchBaselines",
    "ssm:DescribePatchGroups",
  ].map((action) => may("SeeNodesAndBaselines", action, "*")),
  may("SeeWindows", "ssm:GetMaintenanceWindow", arn("ssm", "maintenancewindow/mw-0a")),
  may("FindWindows", "ssm:DescribeMaintenanceWindows", "*"),
  may("SeeTheirExecutions", "ssm:DescribeMaintenanceWindowExecutions", arn("ssm", "maintenancewindow/mw-0a")),
  may("ReadBaselines", "ssm:GetPatchBaseline", baseline),
  may("ReadBaselines", "ssm:ListTagsForResource", baseline),
  may("MakeMarkedBaselines", "ssm:CreatePatchBaseline", "*", mark),
  may("MarkThem", "ssm:AddTagsToResource", baseline, mark),
  ...["Update", "Delete"].map((verb) =>
    may("ChangeMarkedBaselines", `ssm:${verb}PatchBaseline`, baseline, marked),
  ),
  ...["Register", "Deregister"].map((verb) =>
    may("ChangeMarkedBaselines", `ssm:${verb}PatchBaselineForPatchGroup`, baseline, marked),
  ),
  may("UseTheTaggingApi", "tag:TagResources", "*"),
  may("UseTheTaggingApi", "tag:UntagResources", "*"),
  may("MoveNodes", "ec2:CreateTags", instance, moved),
  may("MoveNodes", "ssm:AddTagsToResource", hybrid, moved),
  may("UnmarkNodes", "ec2:DeleteTags", instance, { ...before, "aws:TagKeys": "patchplane:base-group" }),
  may("UnmarkNodes", "ssm:RemoveTagsFromResource", hybrid, {
    ...before,
    "aws:TagKeys": "patchplane:base-group",
  }),
  may("WriteOwnLog", "logs:CreateLogStream", ownLog()),
  may("WriteOwnLog", "logs:PutLogEvents", ownLog()),
  may("KeepFailedEvents", "sqs:SendMessage", arn("sqs", "exclusions-failed-0a1b2c3")),
  [
    "Lambda assumes exclusions-role",
    {
      by: "lambda.amazonaws.com",
      action: "sts:AssumeRole",
      resource: `arn:aws:iam::${account}:role/exclusions-role-0a1b2c3`,
      guard: by,
      context: {},
    },
    "exclusions-role Lambda",
  ],
  [
    "install-role calls the processor",
    { by: "install-role", action: "lambda:InvokeFunction", resource: exclusionsFunction, context: region },
    "install-role-policy CallTheExclusionProcessor",
  ],
];

function ownLog(): string {
  return arn("logs", "log-group:/patchplane/dev/SSM-patchplane-dev-exclusions:log-stream:a");
}

const other = (call: Allowed, context: Readonly<Record<string, string>>): Call => ({
  ...call[1],
  context: { ...call[1].context, ...context },
});
const make = may("MakeMarkedBaselines", "ssm:CreatePatchBaseline", "*", mark);
const change = may("ChangeMarkedBaselines", "ssm:UpdatePatchBaseline", baseline, marked);
const move = may("MoveNodes", "ec2:CreateTags", instance, moved);

/** What it must not be able to do. */
export const exclusionsDenied: Readonly<Record<string, Call>> = {
  "a baseline without the stack's mark": other(make, {
    "aws:RequestTag/patchplane:owner": "patchplane/prod",
  }),
  "changing another stack's baseline": other(change, {
    "aws:ResourceTag/patchplane:owner": "patchplane/prod",
  }),
  "a node of another group": other(move, { "aws:ResourceTag/PatchGroup": "dev-databases" }),
  "moving a node into another group": other(move, { "aws:RequestTag/PatchGroup": "dev-databases" }),
  "any other tag of a node": other(move, { "aws:TagKeys": "Environment" }),
  "writing a manifest": may("WriteStatus", "s3:PutObject", `${exclusionsBucket}/exclusions/a.yaml`)[1],
};

const elsewhere = { "aws:RequestedRegion": "eu-west-1" };

/** EC2 sends no aws:TagKeys for a DeleteTags that names none, and ForAllValues is true of none (IAM guide). */
const [, deleteAllTags] = may("UnmarkNodes", "ec2:DeleteTags", instance, before);

/** What it may do in its own Regions and with keys, and what keeps it from it in others and without. */
export const fenced: readonly (readonly [what: string, call: Call, statement: string])[] = [
  ["changing a baseline", other(change, elsewhere), "exclusions-role-policy NowhereElse"],
  ["moving a node", other(move, elsewhere), "exclusions-role-policy NowhereElse"],
  ["taking all tags of a node", deleteAllTags, "exclusions-role-policy NeverAllTags"],
];
