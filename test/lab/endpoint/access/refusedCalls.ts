import type { ServiceName } from "#lab/aws/model/model.js";

/** A call that nobody allows, and how its service says so. */
export const refusals: Readonly<
  Record<
    ServiceName,
    readonly [operation: string, input: object, status: number, code: string, what: string] | undefined
  >
> = {
  ssm: [
    "GetPatchBaseline",
    { BaselineId: "pb-1" },
    400,
    "AccessDeniedException",
    "ssm:GetPatchBaseline on resource: arn:aws:ssm:us-east-1:123456789012:patchbaseline/pb-1 because no identity-based policy allows the ssm:GetPatchBaseline action",
  ],
  tagging: [
    "GetResources",
    {},
    400,
    "AccessDeniedException",
    "tag:GetResources on resource: * because no identity-based policy allows the tag:GetResources action",
  ],
  "resource-groups": [
    "ListGroups",
    {},
    403,
    "AccessDeniedException",
    "resource-groups:ListGroups on resource: * because no identity-based policy allows the resource-groups:ListGroups action",
  ],
  s3: [
    "GetObject",
    { Bucket: "b", Key: "k" },
    403,
    "AccessDenied",
    `s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`,
  ],
  lambda: [
    "ListFunctions",
    {},
    403,
    "AccessDeniedException",
    "lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action",
  ],
  logs: [
    "DescribeLogStreams",
    { logGroupName: "g" },
    400,
    "AccessDeniedException",
    "logs:DescribeLogStreams on resource: arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream: because no identity-based policy allows the logs:DescribeLogStreams action",
  ],
  scheduler: [
    "GetSchedule",
    { Name: "a" },
    403,
    "AccessDeniedException",
    "scheduler:GetSchedule on resource: arn:aws:scheduler:us-east-1:123456789012:schedule/default/a because no identity-based policy allows the scheduler:GetSchedule action",
  ],
  sns: [
    "ListTopics",
    {},
    403,
    "AuthorizationError",
    "SNS:ListTopics on resource: * because no identity-based policy allows the SNS:ListTopics action",
  ],
  sts: undefined,
  cloudwatch: [
    "DescribeAlarms",
    {},
    400,
    "AccessDeniedException",
    "cloudwatch:DescribeAlarms on resource: * because no identity-based policy allows the cloudwatch:DescribeAlarms action",
  ],
  events: [
    "ListRules",
    {},
    400,
    "AccessDeniedException",
    "events:ListRules on resource: arn:aws:events:us-east-1:123456789012:rule/* because no identity-based policy allows the events:ListRules action",
  ],
  iam: [
    "GetRole",
    { RoleName: "r" },
    403,
    "AccessDenied",
    "iam:GetRole on resource: arn:aws:iam::123456789012:role/r because no identity-based policy allows the iam:GetRole action",
  ],
  kms: [
    "GetKeyPolicy",
    { KeyId: "k" },
    400,
    "AccessDeniedException",
    "kms:GetKeyPolicy on resource: arn:aws:kms:us-east-1:123456789012:key/k because no identity-based policy allows the kms:GetKeyPolicy action",
  ],
  sqs: [
    "GetQueueUrl",
    { QueueName: "q" },
    403,
    "AccessDenied",
    "sqs:GetQueueUrl on resource: arn:aws:sqs:us-east-1:123456789012:q because no identity-based policy allows the sqs:GetQueueUrl action",
  ],
  ec2: [
    "DescribeInstances",
    {},
    403,
    "UnauthorizedOperation",
    "ec2:DescribeInstances on resource: * because no identity-based policy allows the ec2:DescribeInstances action",
  ],
};
