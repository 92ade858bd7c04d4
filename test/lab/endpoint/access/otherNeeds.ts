import type { ServiceName } from "#lab/aws/model/model.js";
import type { Row } from "./ssmNeeds.js";

const node = "arn:aws:ec2:us-east-1:123456789012:instance/i-1";

/** What the operations of the other services need. */
export const otherNeeds: Readonly<Record<Exclude<ServiceName, "ssm">, readonly Row[]>> = {
  "resource-groups": [
    [
      "ListGroupResources",
      { Group: "web" },
      "resource-groups:ListGroupResources arn:aws:resource-groups:us-east-1:123456789012:group/web",
      "tag:GetResources *",
    ],
    [
      "ListGroupResources",
      { Group: "arn:aws:resource-groups:us-east-1:123456789012:group/db" },
      "resource-groups:ListGroupResources arn:aws:resource-groups:us-east-1:123456789012:group/db",
      "tag:GetResources *",
    ],
    ["ListGroups", {}, "resource-groups:ListGroups *"],
    [
      "GetGroup",
      { GroupName: "web" },
      "resource-groups:GetGroup arn:aws:resource-groups:us-east-1:123456789012:group/web",
    ],
    [
      "GetGroupQuery",
      { Group: "web", GroupName: "other" },
      "resource-groups:GetGroupQuery arn:aws:resource-groups:us-east-1:123456789012:group/web",
    ],
  ],
  tagging: [
    ["GetResources", {}, "tag:GetResources *"],
    ["TagResources", { ResourceARNList: [node], Tags: { A: "a" } }, "tag:TagResources *"],
    ["UntagResources", { ResourceARNList: [node], TagKeys: ["A"] }, "tag:UntagResources *"],
  ],
  s3: [
    ["ListBuckets", {}, "s3:ListAllMyBuckets *"],
    ["HeadBucket", { Bucket: "b" }, "s3:ListBucket arn:aws:s3:::b"],
    ["GetBucketLocation", { Bucket: "b" }, "s3:GetBucketLocation arn:aws:s3:::b"],
    ["GetBucketVersioning", { Bucket: "b" }, "s3:GetBucketVersioning arn:aws:s3:::b"],
    ["GetBucketPolicy", { Bucket: "b" }, "s3:GetBucketPolicy arn:aws:s3:::b"],
    ["PutObject", { Bucket: "b", Key: "a/k" }, "s3:PutObject arn:aws:s3:::b/a/k"],
    ["GetObject", { Bucket: "b", Key: "arn:x" }, "s3:GetObject arn:aws:s3:::b/arn:x"],
    ["GetObject", { Bucket: "b", Key: "k", VersionId: "v" }, "s3:GetObjectVersion arn:aws:s3:::b/k"],
    ["HeadObject", { Bucket: "b", Key: "k" }, "s3:GetObject arn:aws:s3:::b/k"],
    ["HeadObject", { Bucket: "b", Key: "k", VersionId: "v" }, "s3:GetObjectVersion arn:aws:s3:::b/k"],
    ["DeleteObject", { Bucket: "b", Key: "k" }, "s3:DeleteObject arn:aws:s3:::b/k"],
    ["DeleteObject", { Bucket: "b", Key: "k", VersionId: "v" }, "s3:DeleteObjectVersion arn:aws:s3:::b/k"],
    [
      "CopyObject",
      { Bucket: "b", Key: "k", CopySource: "from/a%20b" },
      "s3:PutObject arn:aws:s3:::b/k",
      "s3:GetObject arn:aws:s3:::from/a b",
    ],
    [
      "CopyObject",
      { Bucket: "b", Key: "k", CopySource: "/b/k?versionId=v", TaggingDirective: "REPLACE", Tagging: "a=b" },
      "s3:PutObject arn:aws:s3:::b/k",
      "s3:GetObjectVersion arn:aws:s3:::b/k",
      "s3:PutObjectTagging arn:aws:s3:::b/k",
    ],
    [
      "PutObject",
      { Bucket: "b", Key: "k", Tagging: "a=b" },
      "s3:PutObject arn:aws:s3:::b/k",
      "s3:PutObjectTagging arn:aws:s3:::b/k",
    ],
    ["DeleteObjects", { Bucket: "b", Delete: { Objects: [{ Key: "k" }] } }],
    ["GetObjectTagging", { Bucket: "b", Key: "k" }, "s3:GetObjectTagging arn:aws:s3:::b/k"],
    [
      "GetObjectTagging",
      { Bucket: "b", Key: "k", VersionId: "v" },
      "s3:GetObjectVersionTagging arn:aws:s3:::b/k",
    ],
    ["ListObjects", { Bucket: "b" }, "s3:ListBucket arn:aws:s3:::b"],
    ["ListObjectsV2", { Bucket: "b" }, "s3:ListBucket arn:aws:s3:::b"],
    ["ListObjectVersions", { Bucket: "b" }, "s3:ListBucketVersions arn:aws:s3:::b"],
  ],
  lambda: [
    ...(
      [
        [{ FunctionName: "f" }, "f"],
        [{ FunctionName: "f:live" }, "f:live"],
        [{ FunctionName: "f", Qualifier: "3" }, "f:3"],
        [{ FunctionName: "123456789012:function:f" }, "f"],
        [{ FunctionName: "function:f" }, "f"],
        [{ FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f" }, "f"],
        [{ FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST" }, "f:$LATEST"],
      ] as const
    ).map(
      ([input, end]): Row => [
        "Invoke",
        input,
        `lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:${end}`,
      ],
    ),
    [
      "Invoke",
      { FunctionName: "arn:aws:lambda:eu-west-1:210987654321:function:f" },
      "lambda:InvokeFunction arn:aws:lambda:eu-west-1:210987654321:function:f",
    ],
    [
      "GetFunction",
      { FunctionName: "f" },
      "lambda:GetFunction arn:aws:lambda:us-east-1:123456789012:function:f",
    ],
    [
      "GetFunctionConfiguration",
      { FunctionName: "f" },
      "lambda:GetFunctionConfiguration arn:aws:lambda:us-east-1:123456789012:function:f",
    ],
    [
      "GetFunctionEventInvokeConfig",
      { FunctionName: "f" },
      "lambda:GetFunctionEventInvokeConfig arn:aws:lambda:us-east-1:123456789012:function:f",
    ],
    ["ListFunctions", {}, "lambda:ListFunctions *"],
    ["GetPolicy", { FunctionName: "f" }, "lambda:GetPolicy arn:aws:lambda:us-east-1:123456789012:function:f"],
    [
      "ListVersionsByFunction",
      { FunctionName: "f" },
      "lambda:ListVersionsByFunction arn:aws:lambda:us-east-1:123456789012:function:f",
    ],
  ],
  ec2: [
    ["DescribeInstances", {}, "ec2:DescribeInstances *"],
    ["DescribeRegions", {}, "ec2:DescribeRegions *"],
  ],
  sts: [
    ["AssumeRole", {}],
    ["GetCallerIdentity", {}],
  ],
  scheduler: [
    [
      "CreateSchedule",
      { Name: "a", GroupName: "g", Target: { RoleArn: "arn:aws:iam::123456789012:role/r" } },
      "scheduler:CreateSchedule arn:aws:scheduler:us-east-1:123456789012:schedule/g/a",
      "iam:PassRole arn:aws:iam::123456789012:role/r",
    ],
    [
      "DeleteSchedule",
      { Name: "a" },
      "scheduler:DeleteSchedule arn:aws:scheduler:us-east-1:123456789012:schedule/default/a",
    ],
    [
      "GetSchedule",
      { Name: "a", GroupName: "g" },
      "scheduler:GetSchedule arn:aws:scheduler:us-east-1:123456789012:schedule/g/a",
    ],
    [
      "GetScheduleGroup",
      { Name: "g" },
      "scheduler:GetScheduleGroup arn:aws:scheduler:us-east-1:123456789012:schedule-group/g",
    ],
    ["ListSchedules", { GroupName: "g" }, "scheduler:ListSchedules *"],
  ],
  sns: [
    ["Publish", { TopicArn: "arn:aws:sns:us-east-1:1:t" }, "sns:Publish arn:aws:sns:us-east-1:1:t"],
    ["Publish", { TargetArn: "arn:aws:sns:us-east-1:1:t" }, "sns:Publish arn:aws:sns:us-east-1:1:t"],
    ["Publish", { PhoneNumber: "1" }, "sns:Publish *"],
    ["ListTopics", {}, "sns:ListTopics *"],
    [
      "GetTopicAttributes",
      { TopicArn: "arn:aws:sns:us-east-1:1:t" },
      "sns:GetTopicAttributes arn:aws:sns:us-east-1:1:t",
    ],
    [
      "ListSubscriptionsByTopic",
      { TopicArn: "arn:aws:sns:us-east-1:1:t" },
      "sns:ListSubscriptionsByTopic arn:aws:sns:us-east-1:1:t",
    ],
  ],
  cloudwatch: [
    ["DescribeAlarms", {}, "cloudwatch:DescribeAlarms *"],
    ["GetMetricData", {}, "cloudwatch:GetMetricData *"],
  ],
  events: [
    ["DisableRule", { Name: "r" }, "events:DisableRule arn:aws:events:us-east-1:123456789012:rule/r"],
    ["EnableRule", { Name: "r" }, "events:EnableRule arn:aws:events:us-east-1:123456789012:rule/r"],
    ["ListRules", {}, "events:ListRules arn:aws:events:us-east-1:123456789012:rule/*"],
    [
      "ListTargetsByRule",
      { Rule: "r" },
      "events:ListTargetsByRule arn:aws:events:us-east-1:123456789012:rule/r",
    ],
  ],
  iam: [
    ["GetRole", { RoleName: "r" }, "iam:GetRole arn:aws:iam::123456789012:role/r"],
    [
      "AttachRolePolicy",
      { RoleName: "r", PolicyArn: "arn:aws:iam::aws:policy/p" },
      "iam:AttachRolePolicy arn:aws:iam::123456789012:role/r",
    ],
    [
      "DetachRolePolicy",
      { RoleName: "r", PolicyArn: "arn:aws:iam::aws:policy/p" },
      "iam:DetachRolePolicy arn:aws:iam::123456789012:role/r",
    ],
    [
      "GetInstanceProfile",
      { InstanceProfileName: "p" },
      "iam:GetInstanceProfile arn:aws:iam::123456789012:instance-profile/p",
    ],
    [
      "ListAttachedRolePolicies",
      { RoleName: "r" },
      "iam:ListAttachedRolePolicies arn:aws:iam::123456789012:role/r",
    ],
    [
      "SimulatePrincipalPolicy",
      { PolicySourceArn: "arn:aws:iam::123456789012:role/r" },
      "iam:SimulatePrincipalPolicy arn:aws:iam::123456789012:role/r",
    ],
  ],
  kms: [["GetKeyPolicy", { KeyId: "k" }, "kms:GetKeyPolicy arn:aws:kms:us-east-1:123456789012:key/k"]],
  sqs: [
    ["GetQueueUrl", { QueueName: "q" }, "sqs:GetQueueUrl arn:aws:sqs:us-east-1:123456789012:q"],
    [
      "GetQueueAttributes",
      { QueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/q" },
      "sqs:GetQueueAttributes arn:aws:sqs:us-east-1:123456789012:q",
    ],
  ],
  logs: [
    [
      "DescribeLogGroups",
      {},
      "logs:DescribeLogGroups arn:aws:logs:us-east-1:123456789012:log-group::log-stream:",
    ],
    [
      "DescribeLogStreams",
      { logGroupName: "/a" },
      "logs:DescribeLogStreams arn:aws:logs:us-east-1:123456789012:log-group:/a:log-stream:",
    ],
    [
      "FilterLogEvents",
      { logGroupIdentifier: "arn:aws:logs:us-east-1:123456789012:log-group:/a:*" },
      "logs:FilterLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/a:log-stream:",
    ],
    [
      "GetLogEvents",
      { logGroupName: "/a", logStreamName: "s" },
      "logs:GetLogEvents arn:aws:logs:us-east-1:123456789012:log-group:/a:log-stream:s",
    ],
  ],
};
