import type { Region } from "#lab/aws/region.js";
import type { SentRequest } from "#lab/deploy/send.js";

/** What IAM is asked for a request of a deployment. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

type Input = Readonly<Record<string, unknown>>;
type Operation = Pick<SentRequest, "operation"> & { readonly service: string };

/** Where IAM calls an action otherwise than the API does (Service Authorization Reference, S3 and S3's own reference). */
const renamed: Readonly<Record<string, string>> = {
  "lambda:Invoke": "lambda:InvokeFunction",
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3:DeleteBucketTagging": "s3:PutBucketTagging",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/** What IAM asks beside the operation's own where a resource is made with tags (the services' own pages on tagging). */
const tagActions: Readonly<Record<string, string>> = {
  cloudwatch: "cloudwatch:TagResource",
  events: "events:TagResource",
  kms: "kms:TagResource",
  lambda: "lambda:TagResource",
  logs: "logs:TagResource",
  "resource-groups": "resource-groups:Tag",
  scheduler: "scheduler:TagResource",
  sns: "sns:TagResource",
  sqs: "sqs:TagQueue",
  ssm: "ssm:AddTagsToResource",
};

/** The action of an operation; of a deletion the second is for an object's version. */
export function actionsOf({ service, operation }: Operation): string[] {
  const action = `${service}:${operation}`;
  return action === "s3:DeleteObject" ? [action, "s3:DeleteObjectVersion"] : [renamed[action] ?? action];
}

/** Names that the provider has lengthened: requests after the first name a resource as the lab does, without the suffix. */
export class Suffixes {
  private readonly long = new Map<string, string>();

  constructor(requests: readonly SentRequest[]) {
    for (const { input } of requests) {
      for (const value of Object.values(input)) {
        const [, short] = (typeof value === "string" && /^(.+)-0123abc$/.exec(value)) || [];
        if (short !== undefined) this.long.set(short, `${short}-0123abc`);
      }
    }
  }

  /** The real name; a number behind it is the lab's own way to give a second one another. */
  of(name: string): string {
    return this.long.get(name) ?? this.long.get(name.replace(/-\d+$/, "")) ?? name;
  }

  /** An ARN or a URL whose last part is such a name. */
  end(text: string): string {
    return text.replace(/[^/:]+$/, (name) => this.of(name));
  }
}

/** Names of members that say which resource a request is about, the first that there is. */
function named(input: Input, ...members: readonly string[]): string | undefined {
  return members.map((member) => input[member]).find((value): value is string => typeof value === "string");
}

const namesOf: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ["AlarmName", "ResourceARN"],
  events: ["Rule", "Name", "ResourceARN"],
  iam: ["PolicyArn", "RoleName", "PolicyName"],
  lambda: ["FunctionName", "Resource"],
  logs: ["logGroupName", "resourceArn"],
  "resource-groups": ["GroupName", "Name", "Arn"],
  s3: ["Bucket"],
  scheduler: ["Name", "ResourceArn"],
  sns: ["TopicArn", "Name", "ResourceArn"],
  sqs: ["QueueUrl", "QueueName"],
};

/** What precedes the name in an ARN of a service. */
const kinds: Readonly<Record<string, string>> = {
  cloudwatch: "alarm:",
  events: "rule/",
  lambda: "function:",
  logs: "log-group:",
  "resource-groups": "group/",
  scheduler: "schedule-group/",
};

/** Actions without a resource type (Service Authorization Reference; of composite alarms the API reference says so). */
const resourceless =
  /^(?:kms:CreateKey|resource-groups:CreateGroup|sns:Unsubscribe|cloudwatch:DeleteAlarms|cloudwatch:PutCompositeAlarm)$/;

function resourceOf(region: Region, { service, operation, input }: SentRequest, suffixes: Suffixes): string {
  const given = input as Input;
  if (resourceless.test(`${service}:${operation}`)) return "*";
  if (service === "ssm") {
    const isDocument = /Document/.test(operation) && typeof given.Name === "string";
    // Windows and baselines have ids that nobody knows before they are made.
    return isDocument ? region.arn("ssm", `document/${given.Name}`) : "*";
  }
  if (service === "kms") return region.arn("kms", `key/${given.KeyId}`);
  const name = named(given, ...(namesOf[service] ?? []));
  if (name === undefined) throw new RangeError(`what is ${service}:${operation} about?`);
  const end = name.includes("arn:") || name.startsWith("https:") ? suffixes.end(name) : suffixes.of(name);
  if (end.startsWith("arn:")) return end;
  if (service === "s3") return `arn:aws:s3:::${end}${typeof given.Key === "string" ? `/${given.Key}` : ""}`;
  if (service === "iam") {
    const kind = named(given, "RoleName") === undefined ? "policy" : "role";
    return `arn:aws:iam::${region.account.id}:${kind}/${end}`;
  }
  if (service === "sqs") return region.arn("sqs", end.replace(/^.*\//, ""));
  return region.arn(service, `${kinds[service] ?? ""}${end}`);
}

/** Tags that a request sets, whichever way its service writes them. */
function tagsOf(input: Input): Readonly<Record<string, string>> {
  const given = input.Tags ?? input.tags ?? {};
  const pairs = Array.isArray(given)
    ? (given as Readonly<Record<string, string>>[]).map((tag) => [
        tag.Key ?? tag.TagKey,
        tag.Value ?? tag.TagValue,
      ])
    : Object.entries(given as object);
  return Object.fromEntries(pairs);
}

/** Roles that a request hands to a service. */
function passed(input: Input, service: string): string[] {
  const command = (input.TaskInvocationParameters as { RunCommand?: Input } | undefined)?.RunCommand;
  const roles = [
    input.ServiceRoleArn,
    command?.ServiceRoleArn,
    service === "lambda" ? input.Role : undefined,
  ];
  return roles.filter((role): role is string => typeof role === "string");
}

/** All that IAM must allow for a request, with the names that AWS would see. */
export function needsOf(region: Region, request: SentRequest, suffixes: Suffixes): Need[] {
  const { service, operation } = request;
  const input = request.input as Input;
  const [plain = "", versioned = plain] = actionsOf(request);
  const action = input.VersionId === undefined ? plain : versioned;
  const resource = resourceOf(region, request, suffixes);
  const tags = tagsOf(input);
  const isNew = /^(?:Create|Put|Register)/.test(operation);
  const context: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
  // The key of a stack has the tags of every resource of it.
  if (service === "kms" && operation !== "CreateKey") context["aws:ResourceTag/ManagedBy"] = "patchplane";
  const tagging = service === "iam" ? `iam:Tag${operation.replace("Create", "")}` : tagActions[service];
  return [
    { action, resource, context },
    ...(isNew && Object.keys(tags).length > 0 && tagging !== undefined
      ? [{ action: tagging, resource, context }]
      : []),
    ...(typeof input.Tagging === "string" ? [{ action: "s3:PutObjectTagging", resource, context }] : []),
    ...passed(input, service).map((role) => ({
      action: "iam:PassRole",
      resource: suffixes.end(role),
      context: { "iam:PassedToService": `${service}.amazonaws.com` },
    })),
  ];
}
