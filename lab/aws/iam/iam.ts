import type { Account } from "../account.js";
import { AwsError } from "../errors.js";
import { type Caller, decideAccess } from "./evaluate.js";
import { type Policy, readPolicy } from "./policy.js";

interface Role {
  readonly arn: string;
  readonly trust: Policy;
  readonly policies: Map<string, Policy>;
}

/** A call that was refused, with what would have allowed it. */
export interface Denial {
  readonly at: number;
  /** ARN of the role or name of the service that called. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
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
  readonly context?: Readonly<Record<string, string>>;
}

/** IAM: roles, their policies, the policies of resources, and what was refused. One for all Regions. */
export class Iam {
  private readonly roles = new Map<string, Role>();
  private readonly resourcePolicies = new Map<string, Policy>();
  /** Every refusal, in the order of time. */
  readonly denials: Denial[] = [];

  constructor(private readonly account: Account) {}

  createRole(input: { RoleName: string; AssumeRolePolicyDocument: string }): { Role: { Arn: string } } {
    const arn = this.roleArn(input.RoleName);
    const trust = readPolicy(`the trust policy of ${input.RoleName}`, input.AssumeRolePolicyDocument);
    this.roles.set(arn, { arn, trust, policies: new Map() });
    return { Role: { Arn: arn } };
  }

  putRolePolicy(input: { RoleName: string; PolicyName: string; PolicyDocument: string }): void {
    const role = this.roles.get(this.roleArn(input.RoleName));
    if (role === undefined)
      throw new AwsError("NoSuchEntity", `The role ${input.RoleName} cannot be found.`, 404);
    role.policies.set(input.PolicyName, readPolicy(input.PolicyName, input.PolicyDocument));
  }

  /** Sets the policy of a topic, a key or another resource that has one. */
  putResourcePolicy(arn: string, document: string): void {
    this.resourcePolicies.set(arn, readPolicy(`the policy of ${arn}`, document));
  }

  /**
   * Lets a service take on a role.
   *
   * @param source ARN of what the service does it for
   * @throws AwsError AccessDenied when the role's trust policy does not allow it, or there is no such role
   */
  assume(roleArn: string, service: string, source: string): Caller {
    this.check(this.assumption(roleArn, service, source), this.roles.get(roleArn)?.trust);
    const policies = [...(this.roles.get(roleArn)?.policies.values() ?? [])];
    return { kind: "role", arn: roleArn, accountId: this.account.id, policies };
  }

  /** As `assume`, for a service that goes on when it may not; undefined then. */
  assumed(roleArn: string, service: string, source: string): Caller | undefined {
    const refusal = this.refusal(this.assumption(roleArn, service, source), this.roles.get(roleArn)?.trust);
    return refusal === undefined ? this.assume(roleArn, service, source) : undefined;
  }

  private assumption(roleArn: string, service: string, source: string): Call {
    return {
      caller: { kind: "service", name: service },
      action: "sts:AssumeRole",
      resource: roleArn,
      resourceDecides: true,
      context: { "aws:SourceAccount": this.account.id, "aws:SourceArn": source },
    };
  }

  /**
   * Refuses a call that no policy allows, or one denies.
   *
   * @throws AwsError AccessDeniedException; the refusal is kept in `denials`
   */
  authorize(call: Call): void {
    this.check(call, this.resourcePolicies.get(call.resource));
  }

  /** Whether a call is allowed; a refusal is kept in `denials` as well. */
  allows(call: Call): boolean {
    return this.refusal(call, this.resourcePolicies.get(call.resource)) === undefined;
  }

  private check(call: Call, resourcePolicy: Policy | undefined): void {
    const refusal = this.refusal(call, resourcePolicy);
    if (refusal === undefined) return;
    const { caller, action, resource, reason } = refusal;
    throw new AwsError(
      "AccessDeniedException",
      `${caller} is not authorized to perform: ${action} on resource: ${resource} (${reason})`,
    );
  }

  private refusal(call: Call, resourcePolicy: Policy | undefined): Denial | undefined {
    const { allowed, reason } = decideAccess({
      ...call,
      context: { "aws:SecureTransport": "true", "aws:PrincipalAccount": this.account.id, ...call.context },
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    });
    if (allowed) return undefined;
    const caller = call.caller.kind === "role" ? call.caller.arn : call.caller.name;
    const denial = {
      at: this.account.clock.now,
      caller,
      action: call.action,
      resource: call.resource,
      reason,
    };
    this.denials.push(denial);
    return denial;
  }

  private roleArn(name: string): string {
    return `arn:${this.account.partition}:iam::${this.account.id}:role/${name}`;
  }
}
