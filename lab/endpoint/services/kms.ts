import { AwsError, validationError } from "../../aws/base/errors.js";
import type { ApiContext, Handlers } from "../operation.js";

interface KeyPolicyRequest {
  readonly KeyId: string;
  readonly PolicyName?: string;
}

/** The policies of keys, of which each has one. */
export const kmsHandlers = {
  GetKeyPolicy: ({ KeyId, PolicyName = "default" }: KeyPolicyRequest, { region }: ApiContext) => {
    if (PolicyName !== "default") throw validationError(`There is no key policy ${PolicyName}.`);
    const arn = KeyId.startsWith("arn:") ? KeyId : region.arn("kms", `key/${KeyId}`);
    const Policy = region.account.iam.resourcePolicy(arn);
    if (Policy === undefined) throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
    return { Policy, PolicyName };
  },
} as const satisfies Handlers;
