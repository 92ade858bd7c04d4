import { type Condition, operators, type Policy, type Statement } from "./policy.js";
import { arnCovers, arnParts, covers } from "./wildcard.js";

/** A role of the account that makes a call. */
export interface RoleCaller {
  readonly kind: "role";
  readonly arn: string;
  readonly accountId: string;
  readonly policies: readonly Policy[];
  /** The permissions boundary, which allows nothing by itself, and without which nothing is allowed. */
  readonly boundary?: Policy | undefined;
}

/** Who makes a call: a role of the account, or a service of AWS on its own account's behalf. */
export type Caller = RoleCaller | { readonly kind: "service"; readonly name: string };

/** A call to AWS, as IAM sees it. */
export interface AccessRequest {
  readonly caller: Caller;
  /** Such as `ssm:SendCommand`. */
  readonly action: string;
  /** ARN of what is called upon, or `*` for actions without a resource type. */
  readonly resource: string;
  /** The resource's own policy, or a role's trust policy. */
  readonly resourcePolicy?: Policy;
  /**
   * Whether the resource's policy must take part, as a KMS key's and a role's trust policy do: what the caller's own
   * policies allow then counts only where the resource's policy hands that over to the account.
   */
  readonly resourceDecides?: boolean;
  /** Condition keys, in any case, and their values; a key with an empty list is a key that the request does not have. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether a call is allowed, and what says so. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
  /** Whose policy says no in so many words: a statement that allows the call would not help. */
  readonly deniedBy?: Denier;
}

/** What can say no: a role's own policies, its permissions boundary, the policy of a resource. */
export type Denier = "identity" | "boundary" | "resource";

/**
 * Decides on a call as IAM does: a denial beats everything, and silence is a denial. Between two accounts both must allow
 * it, the caller's own policies and that of the resource (IAM user guide, Cross-account policy evaluation logic). Total.
 */
export function decideAccess(request: AccessRequest): Decision {
  const { caller, resourcePolicy } = request;
  let context: Context | undefined;
  const contextOf = () => {
    const entries = Object.entries(request.context);
    context ??= new Map(entries.map(([key, value]) => [key.toLowerCase(), [value].flat()]));
    return context;
  };
  const fits = (statement: Statement) =>
    coversCall(statement, request) && (statement.conditions.length === 0 || passes(statement, contextOf()));
  const own = caller.kind === "role" ? caller.policies.flatMap((policy) => found(policy, fits)) : [];
  const theirs =
    resourcePolicy === undefined
      ? []
      : found(resourcePolicy, (statement) => fits(statement) && speaksOf(statement, caller) !== "no");

  const boundary = caller.kind === "role" ? caller.boundary : undefined;
  const within = boundary === undefined ? [] : found(boundary, fits);

  const denial = [...own, ...within, ...theirs].find(({ statement }) => statement.effect === "Deny");
  if (denial !== undefined) {
    const deniedBy = own.includes(denial) ? "identity" : within.includes(denial) ? "boundary" : "resource";
    return { allowed: false, reason: `explicitly denied by ${denial.name}`, deniedBy };
  }
  // A boundary bounds what a resource's policy grants a role too (IAM user guide, permissions boundaries).
  if (boundary !== undefined && within.length === 0) {
    const reason = `the permissions boundary ${boundary.name} does not allow ${request.action} on ${request.resource}`;
    return { allowed: false, reason, deniedBy: "boundary" };
  }

  const isForeign = caller.kind === "role" && isElsewhere(request, caller.accountId);
  const direct = theirs.find(({ statement }) => speaksOf(statement, caller) === "directly");
  if (direct !== undefined && !isForeign) return { allowed: true, reason: `allowed by ${direct.name}` };
  const [allowing] = own;
  const isHandedOver = (request.resourceDecides !== true && !isForeign) || theirs.length > 0;
  if (allowing !== undefined && isHandedOver) return { allowed: true, reason: `allowed by ${allowing.name}` };
  return { allowed: false, reason: `no statement allows ${request.action} on ${request.resource}` };
}

/** Whether a call is upon a resource of another account that has a policy of its own. */
function isElsewhere(
  { resource, resourcePolicy, resourceDecides }: AccessRequest,
  accountId: string,
): boolean {
  const owner = arnParts(resource)[4] ?? "";
  return owner !== "" && owner !== accountId && (resourceDecides === true || resourcePolicy !== undefined);
}

type Context = ReadonlyMap<string, readonly string[]>;

interface Found {
  readonly name: string;
  readonly statement: Statement;
}

function found(policy: Policy, fits: (statement: Statement) => boolean): Found[] {
  return policy.statements
    .filter(fits)
    .map((statement) => ({ name: `${policy.name} ${statement.sid}`, statement }));
}

function coversCall(statement: Statement, { action, resource }: AccessRequest): boolean {
  return coversAction(statement, action) && statement.resources.some((one) => arnCovers(one, resource));
}

/** By statement, whether it covers an action: of those there are few, while each call has a resource of its own. */
const actionsOf = new WeakMap<Statement, Map<string, boolean>>();

function coversAction(statement: Statement, action: string): boolean {
  const known = actionsOf.get(statement) ?? new Map<string, boolean>();
  actionsOf.set(statement, known);
  const isCovered = known.get(action) ?? statement.actions.some((one) => covers(one, action.toLowerCase()));
  known.set(action, isCovered);
  return isCovered;
}

/** Whether a statement of a resource's policy speaks of a caller, or only hands the decision over to its account. */
function speaksOf({ principals }: Statement, caller: Caller): "directly" | "by account" | "no" {
  const kinds = principals.map(({ kind, value }) => {
    if (kind === "*") return "directly";
    if (caller.kind === "service") return kind === "Service" && value === caller.name ? "directly" : "no";
    if (kind === "Service") return "no";
    if (value === caller.arn) return "directly";
    const isAccount =
      value === caller.accountId || /^arn:[^:]+:iam::(\d{12}):root$/.exec(value)?.[1] === caller.accountId;
    return isAccount ? "by account" : "no";
  });
  if (kinds.includes("directly")) return "directly";
  return kinds.includes("by account") ? "by account" : "no";
}

function passes({ conditions }: Statement, context: Context): boolean {
  return conditions.every((condition) => passesOne(condition, context.get(condition.key) ?? []));
}

function passesOne({ operator, set, values, ifExists }: Condition, given: readonly string[]): boolean {
  const isMissing = given.length === 0;
  if (operator === "Null") return values.some((wanted) => (wanted.toLowerCase() === "true") === isMissing);
  if (isMissing && ifExists) return true;
  const { negated, passes: fits } = operators[operator];
  const fitsOne = (one: string) => values.some((wanted) => fits(wanted, one));
  // To a set operator, an empty text is no value either: for all of no values is true, for any of them false.
  const some = given.filter((one) => one !== "");
  if (set === "ForAllValues") return some.every((one) => fitsOne(one) !== negated);
  if (set === "ForAnyValue") return some.some((one) => fitsOne(one) !== negated);
  // A key that the request does not have fails a positive test and passes a negated one.
  return given.some(fitsOne) !== negated;
}
