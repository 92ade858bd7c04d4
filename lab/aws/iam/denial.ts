import { AwsError } from "../base/errors.js";
import type { Denier } from "./evaluate.js";

/** A call that was refused, with what would have allowed it. */
export interface Denial {
  readonly at: number;
  /** ARN of the role or name of the service that called. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
  /** Whose policy denies it: allowing it elsewhere would not help. */
  readonly deniedBy?: Denier;
  /** Whether it is allowed by the resource's tags and the role's rights as they are, which IAM has not seen yet: it passes later. */
  readonly isLate?: true;
}

/** What AWS tells the caller of a refused call. */
export function denialMessage({ caller, action, resource, deniedBy }: Denial): string {
  const silent = caller.startsWith("arn:") ? "identity" : "resource";
  const why =
    deniedBy === undefined
      ? `because no ${silent}-based policy allows the ${action} action`
      : reasons[deniedBy](action);
  return `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

const reasons: Readonly<Record<Denier, (action: string) => string>> = {
  identity: () => "with an explicit deny in an identity-based policy",
  boundary: (action) => `because no permissions boundary allows the ${action} action`,
  resource: () => "with an explicit deny in a resource-based policy",
};

/** @throws AwsError AccessDeniedException where there is a denial */
export function throwDenial(denial: Denial | undefined): void {
  if (denial !== undefined) throw new AwsError("AccessDeniedException", denialMessage(denial));
}
