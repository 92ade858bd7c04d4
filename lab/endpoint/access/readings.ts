import type { ApiContext } from "../operation.js";
import type { Row } from "./needs.js";

/** What describes a stack in its account, as the Service Authorization Reference has it. */
export const cloudwatch = {
  DescribeAlarms: "*",
  GetMetricData: "*",
} as const satisfies Readonly<Record<string, Row>>;

const rule = "rule/{Name|Rule}";

export const events = {
  DisableRule: rule,
  EnableRule: rule,
  ListRules: "rule/*",
  ListTargetsByRule: rule,
} as const satisfies Readonly<Record<string, Row>>;

interface IamRequest {
  readonly RoleName?: string;
  readonly InstanceProfileName?: string;
  readonly PolicySourceArn?: string;
  readonly PolicyArn?: string;
}

/** IAM's ARNs have no Region. */
const ofAccount = ({ region: { account } }: ApiContext, resource: string) => [
  `arn:${account.partition}:iam::${account.id}:${resource}`,
];
const role = ({ RoleName = "*" }: IamRequest, context: ApiContext) => ofAccount(context, `role/${RoleName}`);
const attachment = {
  on: role,
  context: ({ PolicyArn = "" }: IamRequest) => ({ "iam:PolicyARN": PolicyArn }),
};

export const iam = {
  AttachRolePolicy: attachment,
  DetachRolePolicy: attachment,
  GetInstanceProfile: {
    on: ({ InstanceProfileName = "*" }: IamRequest, context: ApiContext) =>
      ofAccount(context, `instance-profile/${InstanceProfileName}`),
  },
  GetRole: { on: role },
  ListAttachedRolePolicies: { on: role },
  SimulatePrincipalPolicy: { on: ({ PolicySourceArn = "*" }: IamRequest) => [PolicySourceArn] },
} as const satisfies Readonly<Record<string, Row>>;

export const kms = { GetKeyPolicy: "key/{KeyId}" } as const satisfies Readonly<Record<string, Row>>;

interface QueueRequest {
  readonly QueueName?: string;
  readonly QueueUrl?: string;
}

/** A queue's address ends with its name. */
const queue = ({ QueueUrl = "*", QueueName = QueueUrl }: QueueRequest, { region }: ApiContext) => [
  region.arn("sqs", QueueName.replace(/^.*\//, "")),
];

export const sqs = {
  GetQueueAttributes: { on: queue },
  GetQueueUrl: { on: queue },
} as const satisfies Readonly<Record<string, Row>>;
