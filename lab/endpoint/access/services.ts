import type { Region } from "../../aws/region.js";
import { copySourceOf } from "../../aws/s3/copySource.js";
import type { ApiContext } from "../operation.js";
import type { Row } from "./needs.js";

interface ObjectRequest {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Prefix?: string;
  readonly VersionId?: string;
}

/** Neither has a resource type (Service Authorization Reference, Amazon EC2). */
export const ec2 = { DescribeInstances: "*", DescribeRegions: "*" } as const satisfies Readonly<
  Record<string, Row>
>;

const bucketArn = ({ Bucket = "*" }: ObjectRequest, { region }: ApiContext) =>
  `arn:${region.account.partition}:s3:::${Bucket}`;
const bucket = (input: ObjectRequest, context: ApiContext) => [bucketArn(input, context)];
const object = (input: ObjectRequest, context: ApiContext) => [
  `${bucketArn(input, context)}/${input.Key ?? "*"}`,
];
const prefix = ({ Prefix }: ObjectRequest) => (Prefix === undefined ? {} : { "s3:prefix": Prefix });
/** An action that has another name where the request names a version. */
const versioned =
  (action: string) =>
  ({ VersionId }: ObjectRequest) =>
    VersionId === undefined ? action : `${action}Version`;

const taggingAction = ({ VersionId }: ObjectRequest) =>
  VersionId === undefined ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging";

interface CopyRequest extends ObjectRequest {
  readonly CopySource?: string;
  readonly Tagging?: string;
  readonly TaggingDirective?: string;
}

const source = (version: boolean) => (input: CopyRequest, context: ApiContext) => {
  const from = copySourceOf(input.CopySource);
  return (from.VersionId !== undefined) === version ? object(from, context) : [];
};
/** Tags are read of the source where it has any, and written where there are any to write (API reference, CopyObject). */
const sourceTags = (version: boolean) => (input: CopyRequest, context: ApiContext) =>
  input.TaggingDirective === "REPLACE" || !context.region.account.s3.hasTags(copySourceOf(input.CopySource))
    ? []
    : source(version)(input, context);
const writtenTags = (input: CopyRequest, context: ApiContext) => {
  const isCopied = input.CopySource !== undefined && input.TaggingDirective !== "REPLACE";
  const hasTags = isCopied
    ? context.region.account.s3.hasTags(copySourceOf(input.CopySource))
    : (input.Tagging ?? "") !== "";
  return hasTags ? object(input, context) : [];
};

export const s3 = {
  ListBuckets: { action: "s3:ListAllMyBuckets", on: "*" },
  HeadBucket: { action: "s3:ListBucket", on: bucket },
  GetBucketLocation: { on: bucket },
  GetBucketVersioning: { on: bucket },
  GetBucketPolicy: { on: bucket },
  PutObject: { on: object, also: { "s3:PutObjectTagging": writtenTags } },
  CopyObject: {
    action: "s3:PutObject",
    on: object,
    also: {
      "s3:GetObject": source(false),
      "s3:GetObjectVersion": source(true),
      "s3:GetObjectTagging": sourceTags(false),
      "s3:GetObjectVersionTagging": sourceTags(true),
      "s3:PutObjectTagging": writtenTags,
    },
  },
  GetObject: { action: versioned("s3:GetObject"), on: object },
  HeadObject: { action: versioned("s3:GetObject"), on: object },
  GetObjectTagging: { action: taggingAction, on: object },
  // Each key is asked for on its own, and a refusal goes to the answer's errors.
  DeleteObjects: [],
  DeleteObject: { action: versioned("s3:DeleteObject"), on: object },
  ListObjects: { action: "s3:ListBucket", on: bucket, context: prefix },
  ListObjectsV2: { action: "s3:ListBucket", on: bucket, context: prefix },
  ListObjectVersions: { action: "s3:ListBucketVersions", on: bucket, context: prefix },
} as const satisfies Readonly<Record<string, Row>>;

const functionName =
  /^(?:arn:[\w-]*:lambda:)?(?:([a-z]{2}-[a-z-]+-\d):)?(?:(\d{12}):)?(?:function:)?([^:]+)(?::([^:]+))?$/;

/** A function's ARN from any form of its name; a version or an alias has an ARN of its own. */
function lambdaFunction(
  { FunctionName = "*", Qualifier }: { readonly FunctionName?: string; readonly Qualifier?: string },
  { region }: ApiContext,
): readonly string[] {
  const { partition, id } = region.account;
  const [, where = region.name, owner = id, name = "*", alias] = functionName.exec(FunctionName) ?? [];
  const qualifier = Qualifier ?? alias;
  const end = qualifier === undefined ? "" : `:${qualifier}`;
  return [`arn:${partition}:lambda:${where}:${owner}:function:${name}${end}`];
}

export const lambda = {
  Invoke: { action: "lambda:InvokeFunction", on: lambdaFunction },
  GetFunction: { on: lambdaFunction },
  GetFunctionConfiguration: { on: lambdaFunction },
  GetFunctionEventInvokeConfig: { on: lambdaFunction },
  GetPolicy: { on: lambdaFunction },
  ListFunctions: "*",
  ListVersionsByFunction: { on: lambdaFunction },
} as const satisfies Readonly<Record<string, Row>>;

interface LogRequest {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName?: string;
}

/** CloudWatch Logs asks for a stream, with an empty name where the request is about a whole group. */
function logStream(input: LogRequest, { region }: { readonly region: Region }): readonly string[] {
  const { logGroupName = "*", logGroupIdentifier = logGroupName, logStreamName = "" } = input;
  const group = logGroupIdentifier.startsWith("arn:")
    ? logGroupIdentifier.replace(/:\*$/, "")
    : region.arn("logs", `log-group:${logGroupIdentifier}`);
  return [`${group}:log-stream:${logStreamName}`];
}

export const logs = {
  DescribeLogGroups: "log-group::log-stream:",
  DescribeLogStreams: { on: logStream },
  FilterLogEvents: { on: logStream },
  GetLogEvents: { on: logStream },
} as const satisfies Readonly<Record<string, Row>>;

const group = "group/{Group|GroupName}";

export const resourceGroups = {
  // The lab's groups are queries for tags; only those for stacks need CloudFormation's actions.
  ListGroupResources: { on: group, also: { "tag:GetResources": "*" } },
  ListGroups: "*",
  GetGroup: group,
  GetGroupQuery: group,
} as const satisfies Readonly<Record<string, Row>>;

/** What the tagged service itself must allow is asked for each ARN, and a refusal goes to the answer's failures. */
export const tagging = {
  GetResources: "*",
  TagResources: "*",
  UntagResources: "*",
} as const satisfies Readonly<Record<string, Row>>;

interface ScheduleRequest {
  readonly Name?: string;
  readonly GroupName?: string;
  readonly Target?: { readonly RoleArn?: string };
}

const schedule = ({ GroupName = "default", Name = "*" }: ScheduleRequest, { region }: ApiContext) => [
  region.arn("scheduler", `schedule/${GroupName}/${Name}`),
];

export const scheduler = {
  CreateSchedule: {
    on: schedule,
    passes: ({ Target }: ScheduleRequest) => Target?.RoleArn,
    passedTo: "scheduler.amazonaws.com",
  },
  DeleteSchedule: { on: schedule },
  GetSchedule: { on: schedule },
  GetScheduleGroup: {
    on: ({ Name = "*" }: { readonly Name?: string }, { region }: ApiContext) => [
      region.arn("scheduler", `schedule-group/${Name}`),
    ],
  },
  // Service authorization reference: no type of resource.
  ListSchedules: "*",
} as const satisfies Readonly<Record<string, Row>>;

const topic = ({ TopicArn = "*" }: { readonly TopicArn?: string }) => [TopicArn];

export const sns = {
  Publish: {
    on: ({ TopicArn, TargetArn }: { readonly TopicArn?: string; readonly TargetArn?: string }) => [
      TopicArn ?? TargetArn ?? "*",
    ],
  },
  ListTopics: "*",
  GetTopicAttributes: { on: topic },
  ListSubscriptionsByTopic: { on: topic },
} as const satisfies Readonly<Record<string, Row>>;

/** Whoever has a key may ask whose it is. What may take on a role is asked of the role's own account. */
export const sts = { AssumeRole: [], GetCallerIdentity: [] } as const satisfies Readonly<Record<string, Row>>;
