import { AwsError } from "../aws/base/errors.js";
import type { ServiceName } from "../aws/model/model.js";

/** Services by the names that IAM's actions begin with. */
export const iamNames: Readonly<Record<ServiceName, string>> = {
  ec2: "ec2",
  ssm: "ssm",
  tagging: "tag",
  "resource-groups": "resource-groups",
  s3: "s3",
  lambda: "lambda",
  logs: "logs",
  scheduler: "scheduler",
  sns: "sns",
  sts: "sts",
  cloudwatch: "cloudwatch",
  events: "events",
  iam: "iam",
  kms: "kms",
  sqs: "sqs",
};

/** How each service says that there are too many calls, and that it failed itself. */
const words: Readonly<Record<ServiceName, readonly [throttle: string, status: number, internal: string]>> = {
  ec2: ["RequestLimitExceeded", 503, "InternalError"],
  ssm: ["ThrottlingException", 400, "InternalServerError"],
  tagging: ["ThrottledException", 400, "InternalServiceException"],
  "resource-groups": ["TooManyRequestsException", 429, "InternalServerErrorException"],
  s3: ["SlowDown", 503, "InternalError"],
  lambda: ["TooManyRequestsException", 429, "ServiceException"],
  logs: ["ThrottlingException", 400, "ServiceUnavailableException"],
  scheduler: ["ThrottlingException", 429, "InternalServerException"],
  sns: ["Throttling", 400, "InternalFailure"],
  sts: ["Throttling", 400, "InternalFailure"],
  cloudwatch: ["ThrottlingException", 400, "InternalServiceFault"],
  events: ["ThrottlingException", 400, "InternalException"],
  iam: ["Throttling", 400, "ServiceFailure"],
  kms: ["ThrottlingException", 400, "KMSInternalException"],
  sqs: ["RequestThrottled", 400, "InternalFailure"],
};

/** What a service answers when a fault says so, or its rates are exceeded. */
export function faultError(service: ServiceName, kind: "throttle" | "serverError"): AwsError {
  const [throttle, status, internal] = words[service];
  return kind === "throttle"
    ? new AwsError(throttle, "Rate exceeded", status)
    : new AwsError(internal, "An internal error occurred.", 500);
}
