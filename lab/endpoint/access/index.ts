import { NotModelledError } from "../../aws/base/errors.js";
import type { ServiceName } from "../../aws/model/model.js";
import { iamNames } from "../failures.js";
import type { ApiContext, Need } from "../operation.js";
import { needsOf, type Row } from "./needs.js";
import { cloudwatch, events, iam, kms, sqs } from "./readings.js";
import { ec2, lambda, logs, resourceGroups, s3, scheduler, sns, sts, tagging } from "./services.js";
import { ssm } from "./ssm.js";

/** What IAM must allow, by service and operation: every operation that the lab serves. */
export const accessTable: Readonly<Record<ServiceName, Readonly<Record<string, Row>>>> = {
  ec2,
  lambda,
  logs,
  "resource-groups": resourceGroups,
  s3,
  scheduler,
  sns,
  ssm,
  sts,
  tagging,
  cloudwatch,
  events,
  iam,
  kms,
  sqs,
};

/**
 * What IAM must allow before an operation looks at its input any further.
 *
 * @throws NotModelledError for an operation that the table does not have
 */
export function accessNeeds(
  service: ServiceName,
  operation: string,
  input: object,
  context: ApiContext,
): readonly Need[] {
  const rows = accessTable[service];
  const row = Object.hasOwn(rows, operation) ? rows[operation] : undefined;
  if (row === undefined) throw new NotModelledError(`what IAM must allow for ${operation} of ${service}`);
  return needsOf(iamNames[service], operation, row, input, context);
}
