import { type AccessRequest, type Caller, type Decision, decideAccess } from "#lab/aws/iam/evaluate.js";
import { type Policy, readPolicy } from "#lab/aws/iam/policy.js";

export const account = "123456789012";
export const otherAccount = "210987654321";
export const roleArn = `arn:aws:iam::${account}:role/patcher`;

/** A policy document of these statements, as its author would write them. */
export function document(statements: readonly unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function policy(name: string, ...statements: readonly object[]): Policy {
  return readPolicy(name, document(statements));
}

export function service(name: string): Caller {
  return { kind: "service", name };
}

/** A call, as a test gives it: what it leaves out is of no account to the decision. */
export interface Call {
  /** Statements of the calling role's own policy. */
  readonly own?: readonly object[];
  /** Statements of the role's permissions boundary; without it the role has none. */
  readonly within?: readonly object[];
  /** Statements of the resource's policy. */
  readonly theirs?: readonly object[];
  /** In the place of the role with its own statements. */
  readonly caller?: Caller;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceDecides?: boolean;
  readonly context?: AccessRequest["context"];
}

export const defaultAction = "ssm:SendCommand";
export const defaultResource = `arn:aws:ssm:us-east-1:${account}:thing/a`;

/** The decision on a call of the role, or of another caller. */
export function decide(call: Call): Decision {
  const { own = [], theirs, action = defaultAction, resource = defaultResource, context = {} } = call;
  const role: Caller = {
    kind: "role",
    arn: roleArn,
    accountId: account,
    policies: [policy("own", ...own)],
    boundary: call.within && policy("boundary", ...call.within),
  };
  return decideAccess({
    caller: call.caller ?? role,
    action,
    resource,
    context,
    ...(theirs === undefined ? {} : { resourcePolicy: policy("theirs", ...theirs) }),
    ...(call.resourceDecides === undefined ? {} : { resourceDecides: call.resourceDecides }),
  });
}

/** A statement that allows what calls ask for unless they say otherwise. */
export const allow = (changes: object = {}) => ({
  Sid: "Allow",
  Effect: "Allow",
  Action: defaultAction,
  Resource: "*",
  ...changes,
});
export const deny = (changes: object = {}) => ({ ...allow(), Sid: "Deny", Effect: "Deny", ...changes });
