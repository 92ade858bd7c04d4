import { AwsError } from "../base/errors.js";
import type { Owner } from "../owner.js";
import { Decisions } from "./decisions.js";
import { type Denial, throwDenial } from "./denial.js";
import type { Caller, Decision, RoleCaller } from "./evaluate.js";
import { LateRights } from "./lateRights.js";
import { type Policy, readPolicy } from "./policy.js";
import type { Call, Role } from "./role.js";

export type { Call, Role } from "./role.js";

/** IAM: roles, their policies, the policies of resources, and what was refused. One for all Regions. */
export class Iam {
  private readonly roles = new Map<string, Role>();
  /** By their ARNs. */
  private readonly managed = new Map<string, Policy>();
  private readonly resourcePolicies = new Map<
    string,
    { readonly policy: Policy; readonly document: string }
  >();
  private readonly decisions = new Decisions();
  /** By a role's trust policy, the services that it lets take the role on, and for what. */
  private readonly trusted = new WeakMap<Policy, Set<string>>();
  private readonly late: LateRights;
  /** Every refusal, in the order of time. */
  readonly denials: Denial[] = [];
  /** Whoever holds the account, and may do everything in it. */
  readonly owner: Caller;

  constructor(private readonly account: Owner) {
    this.late = new LateRights(account);
    const arn = `arn:${account.partition}:iam::${account.id}:user/lab`;
    const everything = { Effect: "Allow", Action: "*", Resource: "*" };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [everything] });
    const policies = [readPolicy("AdministratorAccess", document)];
    this.owner = { kind: "role", arn, accountId: account.id, policies };
  }

  /** @throws AwsError NoSuchEntity for a permissions boundary that is no managed policy of the account */
  createRole(input: {
    readonly RoleName: string;
    readonly AssumeRolePolicyDocument: string;
    readonly PermissionsBoundary?: string | undefined;
  }): { Role: { Arn: string } } {
    const arn = this.roleArn(input.RoleName);
    if (this.roles.has(arn))
      throw new AwsError("EntityAlreadyExists", `Role with name ${input.RoleName} already exists.`, 409);
    const trust = trustOf(input.RoleName, input.AssumeRolePolicyDocument);
    const boundary = this.boundary(input.PermissionsBoundary);
    const caller = this.callerOf(arn, [], boundary);
    const [createdAt, trustDocument] = [this.account.clock.now, input.AssumeRolePolicyDocument];
    const none = { policies: new Map(), attached: new Set<string>() };
    this.roles.set(arn, { arn, createdAt, trust, trustDocument, ...none, boundary, caller });
    return { Role: { Arn: arn } };
  }

  putRolePolicy(input: { RoleName: string; PolicyName: string; PolicyDocument: string }): void {
    const role = this.role(input.RoleName);
    role.policies.set(input.PolicyName, readPolicy(input.PolicyName, input.PolicyDocument));
    this.renew(role);
  }

  /** Told that a deployment writes the rights of a role, which are known later: a new one's after it was made, else before. */
  willKnow(roleName: string): void {
    this.late.written(this.role(roleName).caller);
  }

  updateAssumeRolePolicy(input: { RoleName: string; PolicyDocument: string }): void {
    const role = this.role(input.RoleName);
    role.trust = trustOf(input.RoleName, input.PolicyDocument);
    role.trustDocument = input.PolicyDocument;
  }

  deleteRolePolicy(input: { RoleName: string; PolicyName: string }): void {
    const role = this.role(input.RoleName);
    role.policies.delete(input.PolicyName);
    this.renew(role);
  }

  /** @param input without a boundary, the role's is taken away */
  putRolePermissionsBoundary(input: { RoleName: string; PermissionsBoundary?: string }): void {
    const role = this.role(input.RoleName);
    role.boundary = this.boundary(input.PermissionsBoundary);
    this.renew(role);
  }

  /** Lets there be a managed policy, which may be a permissions boundary, or be attached to roles. */
  putManagedPolicy(arn: string, document: string): void {
    this.managed.set(arn, readPolicy(arn, document));
    for (const role of this.roles.values()) if (role.attached.has(arn)) this.renew(role);
  }

  attachRolePolicy({ RoleName, PolicyArn }: { readonly RoleName: string; readonly PolicyArn: string }): void {
    const role = this.role(RoleName);
    if (!this.managed.has(PolicyArn))
      throw new AwsError("NoSuchEntity", `Policy ${PolicyArn} does not exist or is not attachable.`, 404);
    role.attached.add(PolicyArn);
    this.renew(role);
  }

  /** @throws AwsError NoSuchEntity for a policy that is not attached */
  detachRolePolicy({ RoleName, PolicyArn }: { readonly RoleName: string; readonly PolicyArn: string }): void {
    const role = this.role(RoleName);
    if (!role.attached.delete(PolicyArn))
      throw new AwsError("NoSuchEntity", `Policy ${PolicyArn} was not found.`, 404);
    this.renew(role);
  }

  /** @throws AwsError DeleteConflict while it is attached to anybody */
  deleteManagedPolicy({ PolicyArn }: { readonly PolicyArn: string }): void {
    if ([...this.roles.values()].some(({ attached }) => attached.has(PolicyArn)))
      throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
    this.managed.delete(PolicyArn);
  }

  /** @throws AwsError DeleteConflict while it has policies */
  deleteRole(input: { RoleName: string }): void {
    const { arn, policies, attached } = this.role(input.RoleName);
    if (policies.size + attached.size > 0)
      throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
    this.roles.delete(arn);
  }

  /** Sets the policy of a topic, a key or another resource that has one. */
  putResourcePolicy(arn: string, document: string): void {
    this.resourcePolicies.set(arn, { policy: readPolicy(`the policy of ${arn}`, document), document });
  }

  /** The policy of a resource as it was written; undefined where nobody has. */
  resourcePolicy(arn: string): string | undefined {
    return this.resourcePolicies.get(arn)?.document;
  }

  /** Takes the policy of a resource away: where that must take part, nobody may do anything with it any more. */
  deleteResourcePolicy(arn: string): void {
    this.resourcePolicies.delete(arn);
  }

  /**
   * Lets a service take on a role.
   *
   * @param source ARN of what the service does it for, where AWS documents that it says so
   * @throws AwsError AccessDenied when the role's trust policy does not allow it, or there is no such role
   */
  assume(roleArn: string, service: string, source?: string): Caller {
    const role = this.roles.get(roleArn);
    // A function takes on its role with each of its calls: who may is asked once for as long as the policy is the same.
    const who = `${service} ${source}`;
    if (role !== undefined && this.trusted.get(role.trust)?.has(who) === true) return role.caller;
    throwDenial(this.refusal(this.assumption(roleArn, service, source), role?.trust));
    if (role === undefined) return this.callerOf(roleArn, []);
    this.trusted.set(role.trust, (this.trusted.get(role.trust) ?? new Set()).add(who));
    return role.caller;
  }

  /** As `assume`, for a service that goes on when it may not; undefined then. */
  assumed(roleArn: string, service: string, source?: string): Caller | undefined {
    const refusal = this.refusal(this.assumption(roleArn, service, source), this.roles.get(roleArn)?.trust);
    return refusal === undefined ? this.assume(roleArn, service, source) : undefined;
  }

  /**
   * Lets somebody, who may be of another account, take on a role of this one.
   *
   * @throws AwsError AccessDenied when the trust policy or the caller's own do not allow it, or there is no such role
   */
  assumeAs(caller: Caller, roleArn: string): Caller {
    const call = { caller, action: "sts:AssumeRole", resource: roleArn, resourceDecides: true };
    const role = this.roles.get(roleArn);
    throwDenial(this.refusal(call, role?.trust));
    return role?.caller ?? this.callerOf(roleArn, []);
  }

  /** Whoever has taken on a role, as its policies are now; nobody any more once it is gone. */
  session(roleArn: string): Caller {
    return this.roles.get(roleArn)?.caller ?? this.callerOf(roleArn, []);
  }

  private callerOf(arn: string, policies: readonly Policy[], boundary?: Policy): RoleCaller {
    return { kind: "role", arn, accountId: this.account.id, policies, boundary };
  }

  private renew(role: Role): void {
    const attached = [...role.attached].flatMap((arn) => this.managed.get(arn) ?? []);
    role.caller = this.callerOf(role.arn, [...role.policies.values(), ...attached], role.boundary);
  }

  private boundary(arn: string | undefined): Policy | undefined {
    const policy = arn === undefined ? undefined : this.managed.get(arn);
    if (arn !== undefined && policy === undefined)
      throw new AwsError("NoSuchEntity", `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
    return policy;
  }

  private assumption(roleArn: string, service: string, source?: string): Call {
    return {
      caller: { kind: "service", name: service },
      action: "sts:AssumeRole",
      resource: roleArn,
      resourceDecides: true,
      context:
        source !== undefined && this.sendsSource(source)
          ? { "aws:SourceAccount": this.account.id, "aws:SourceArn": source }
          : {},
    };
  }

  private sendsSource(source: string): boolean {
    return !source.includes(":maintenancewindow/") || this.account.unknowns.windowRoleKeys === "sent";
  }

  /**
   * Refuses a call that no policy allows, or one denies.
   *
   * @throws AwsError AccessDeniedException; the refusal is kept in `denials`
   */
  authorize(call: Call): void {
    throwDenial(this.denialOf(call));
  }

  /** Whether a call is allowed; a refusal is kept in `denials` as well. */
  allows(call: Call): boolean {
    return this.denialOf(call) === undefined;
  }

  /** Why a call is refused, which is kept in `denials` as well; undefined when it is allowed. */
  denialOf(call: Call): Denial | undefined {
    return this.refusal(call, this.policyOf(call.resource));
  }

  /** Whether a call would be allowed, asked for another call's sake: a refusal is kept nowhere. */
  wouldAllow(call: Call): boolean {
    return this.decide({ ...call, caller: this.late.known(call.caller) }, this.policyOf(call.resource))
      .allowed;
  }

  /** The policy of a resource: an object is under that of its bucket. */
  private policyOf(resource: string): Policy | undefined {
    const bucket = /^arn:[^:]+:s3:::[^/]+/.exec(resource)?.[0];
    return this.resourcePolicies.get(bucket ?? resource)?.policy;
  }

  private decide(call: Call, resourcePolicy: Policy | undefined): Decision {
    const { caller, action, resource, resourceDecides = false, context = {} } = call;
    const policy = resourcePolicy === undefined ? {} : { resourcePolicy };
    return this.decisions.of({ caller, action, resource, resourceDecides, context, ...policy });
  }

  private refusal(call: Call, resourcePolicy: Policy | undefined): Denial | undefined {
    const known = { ...call, caller: this.late.known(call.caller) };
    const { allowed, reason, deniedBy } = this.decide(known, resourcePolicy);
    if (allowed) return undefined;
    const { settledContext: context = call.context ?? {} } = call;
    const isLate = this.decide({ ...call, context }, resourcePolicy).allowed;
    const caller = call.caller.kind === "role" ? call.caller.arn : call.caller.name;
    const denial: Denial = {
      at: this.account.clock.now,
      caller,
      action: call.action,
      resource: call.resource,
      reason,
      ...(deniedBy === undefined ? {} : { deniedBy }),
      ...(isLate ? { isLate } : {}),
    };
    this.denials.push(denial);
    return denial;
  }

  /** @throws AwsError NoSuchEntity */
  role(name: string): Role {
    const role = this.roles.get(this.roleArn(name));
    if (role !== undefined) return role;
    throw new AwsError("NoSuchEntity", `The role ${name} cannot be found.`, 404);
  }

  private roleArn(name: string): string {
    return `arn:${this.account.partition}:iam::${this.account.id}:role/${name}`;
  }
}

function trustOf(roleName: string, document: string): Policy {
  return readPolicy(`the trust policy of ${roleName}`, document);
}
