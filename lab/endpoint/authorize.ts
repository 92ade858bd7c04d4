import { AwsError } from "../aws/base/errors.js";
import { type Denial, denialMessage } from "../aws/iam/denial.js";
import type { ServiceName } from "../aws/model/model.js";
import { accessNeeds } from "./access/index.js";
import type { ApiContext } from "./operation.js";

/** How a service tells of a refused call; all others as SSM does. */
interface Refusal {
  readonly code?: string;
  readonly status: number;
  /** The service's own way to name action and resource. */
  readonly shown?: (denial: Denial) => Denial;
}
const refusals: Readonly<Partial<Record<ServiceName, Refusal>>> = {
  ec2: { code: "UnauthorizedOperation", status: 403 },
  lambda: { status: 403 },
  "resource-groups": { status: 403 },
  s3: {
    code: "AccessDenied",
    status: 403,
    shown: (denial) => ({ ...denial, resource: JSON.stringify(denial.resource) }),
  },
  scheduler: { status: 403 },
  sns: {
    code: "AuthorizationError",
    status: 403,
    shown: (denial) => ({ ...denial, action: denial.action.replace(/^sns:/, "SNS:") }),
  },
  sts: { code: "AccessDenied", status: 403 },
  iam: { code: "AccessDenied", status: 403 },
  sqs: { code: "AccessDenied", status: 403 },
};

/**
 * Asks IAM for all that an operation needs, in order.
 *
 * @throws AwsError the service's own for a refused call, at the first need that IAM does not allow
 * @throws NotModelledError for an operation whose needs are not known
 */
export function authorize(service: ServiceName, operation: string, input: object, context: ApiContext): void {
  const { region, caller } = context;
  for (const need of accessNeeds(service, operation, input, context)) {
    const denial = region.account.iam.denialOf({ caller, ...need });
    if (denial === undefined) continue;
    const { code = "AccessDeniedException", status = 400, shown } = refusals[service] ?? {};
    throw new AwsError(code, denialMessage(shown?.(denial) ?? denial), status);
  }
}
