import { type AccessRequest, type Decision, decideAccess } from "./evaluate.js";

/** Questions that are kept of one caller about one policy: some carry ids that are never asked about again. */
const mostKept = 1000;

/** What stands for the policies of whoever has none. */
const none = {};

/** Decisions of IAM, each made once for as long as the policies are the same. Policies do not change; others replace them. */
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
    const decision = decideAccess(request);
    if (decisions.size >= mostKept) decisions.clear();
    decisions.set(key, decision);
    return decision;
  }
}

function inner<T>(map: WeakMap<object, T>, key: object, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
