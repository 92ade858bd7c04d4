import { type AccessRequest, type Caller, type Decision, decideAccess } from "./evaluate.js";

/** Questions that are kept of one caller about one policy: some carry ids that are never asked about again. */
const mostKept = 1000;

/** What stands for the policies of whoever has none. */
const none = {};

/**
 * Decisions of IAM, each made once for as long as the policies are the same. Policies do not change; others replace them.
 * The condition keys that hang on the caller alone are added.
 */
export class Decisions {
  private readonly kept = new WeakMap<object, WeakMap<object, Map<string, Decision>>>();

  of(request: AccessRequest): Decision {
    const { caller, resourcePolicy = none, action, resource, resourceDecides, context } = request;
    const own = caller.kind === "role" ? caller.policies : none;
    const who = caller.kind === "role" ? [caller.arn, caller.accountId] : [caller.name];
    const key = JSON.stringify([who, action, resource, resourceDecides === true, context]);
    const decisions = inner(
      inner(this.kept, own, () => new WeakMap()),
      resourcePolicy,
      () => new Map(),
    );
    const known = decisions.get(key);
    if (known !== undefined) return known;
    const decision = decideAccess({ ...request, context: { ...ownContext(caller), ...context } });
    if (decisions.size >= mostKept) decisions.clear();
    decisions.set(key, decision);
    return decision;
  }
}

/** The condition keys of every call, by who makes it. */
function ownContext(caller: Caller): Readonly<Record<string, string>> {
  const own = { "aws:SecureTransport": "true" };
  if (caller.kind !== "role") return own;
  // A service's account is none of ours. Of a role's session it is the ARN of the role (IAM User Guide, global condition keys); of a service there is none.
  return { ...own, "aws:PrincipalAccount": caller.accountId, "aws:PrincipalArn": caller.arn };
}

function inner<T>(map: WeakMap<object, T>, key: object, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
