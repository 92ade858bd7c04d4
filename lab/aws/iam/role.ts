import type { Caller, RoleCaller } from "./evaluate.js";
import type { Policy } from "./policy.js";

/** A role, as whoever describes it knows it. */
export interface Role {
  readonly arn: string;
  readonly createdAt: number;
  trust: Policy;
  trustDocument: string;
  readonly policies: Map<string, Policy>;
  /** ARNs of the managed policies that are attached to it. */
  readonly attached: Set<string>;
  boundary: Policy | undefined;
  /** Whoever has taken it on; another after each change. */
  caller: RoleCaller;
}

/** A call that somebody makes in the account. */
export interface Call {
  readonly caller: Caller;
  readonly action: string;
  /** ARN, or `*` for an action without a resource type. */
  readonly resource: string;
  /** Whether the resource's own policy must take part, as a KMS key's does. */
  readonly resourceDecides?: boolean;
  /** Condition keys of this call, beside those that every call has. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The same once IAM has seen the resource's tags as they are, where it has not. */
  readonly settledContext?: Call["context"];
}
