import type { Policy, PolicyStatement } from "./arguments.js";
import { accountId } from "./mocks.js";
import type { Declared } from "./rules.js";

/** Where policies are found, by type: the property, and whose permissions it is about. */
const carriers: Readonly<Record<string, readonly { readonly key: string; readonly kind: Kind }[]>> = {
  "iam.Role": [{ key: "assumeRolePolicy", kind: "resource" }],
  "iam.RolePolicy": [{ key: "policy", kind: "identity" }],
  "iam.Policy": [{ key: "policy", kind: "identity" }],
  "kms.Key": [{ key: "policy", kind: "resource" }],
  "s3.BucketPolicy": [{ key: "policy", kind: "resource" }],
  "sns.TopicPolicy": [{ key: "policy", kind: "resource" }],
};

/** An identity's policy names resources; a resource's policy names principals, and `*` in it is the resource itself. */
type Kind = "identity" | "resource";

/** IAM has no resource type for it, so nobody can narrow it (service authorization reference of Systems Manager). */
const withoutResource = ["ssm:CancelCommand"];

/** What is too wide in the policies that a resource carries. */
export function policyProblems({ type, name, props }: Declared): string[] {
  return (carriers[type] ?? []).flatMap(({ key, kind }) => {
    const text = props[key];
    if (typeof text !== "string") return [`${name} has no ${key}`];
    const { Version, Statement } = JSON.parse(text) as Policy;
    const old = Version === "2012-10-17" ? [] : [`${name} has a policy of version ${Version}`];
    const problems = Statement.filter(({ Effect }) => Effect === "Allow").flatMap(
      kind === "identity" ? identityProblems : principalProblems,
    );
    return [...old, ...problems.map((what) => `${name} ${what}`)];
  });
}

function identityProblems(statement: PolicyStatement): string[] {
  const { Sid, Condition } = statement;
  const actions = [statement.Action].flat();
  const resources = [statement.Resource ?? []].flat();
  const problems: string[] = [];
  if (resources.length === 0) problems.push(`${Sid}: names no resource`);
  for (const action of actions) {
    const [service = "", verb = ""] = action.split(":");
    if (service === "*" || verb.startsWith("*")) problems.push(`${Sid}: allows ${action}`);
    if (/^(Get|List|Describe)[A-Za-z]+$/.test(verb)) continue;
    const excused = withoutResource.includes(action) && Condition !== undefined;
    const whole = resources.some((resource) => /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*)$/.test(resource));
    if (whole && !excused) problems.push(`${Sid}: allows ${action} on everything`);
    // All of a type in this account, such as `instance/*`, is narrow only with a condition.
    const ofType = resources.some((resource) => /^arn:[^:]*:[^:]*:[^:]*:[^:]+:[a-z-]+[:/]\*$/.test(resource));
    if (ofType && Condition === undefined) problems.push(`${Sid}: allows ${action} on all of a type`);
  }
  if (actions.includes("iam:PassRole")) {
    if (resources.some((resource) => resource.includes("*"))) problems.push(`${Sid}: passes any role`);
    const receivers = Condition?.StringEquals?.["iam:PassedToService"];
    if (receivers === undefined) problems.push(`${Sid}: passes a role to any service`);
  }
  if (actions.includes("ssm:SendCommand") && resources.some((resource) => /instance\/\*$/.test(resource))) {
    const tags = Object.keys(Condition?.StringLike ?? {});
    if (!tags.some((key) => /^ssm:resourceTag\/Patch ?Group$/.test(key)))
      problems.push(`${Sid}: reaches every node`);
  }
  return problems;
}

const onBehalfOf = /^(aws:SourceAccount|aws:SourceArn|kms:EncryptionContext:aws:logs:arn)$/;

/** A service acts for whoever asks it, so its statement must say on whose behalf: this account's. */
function principalProblems({ Sid, Principal, Condition }: PolicyStatement): string[] {
  if (Principal === "*") return [`${Sid}: allows everybody`];
  if (typeof Principal !== "object" || Principal === null) return [`${Sid}: names no principal`];
  if (!("Service" in Principal)) return [];
  const values = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    /^(StringEquals|ArnLike|ArnEquals)$/.test(operator)
      ? Object.entries(keys).flatMap(([key, value]) => (onBehalfOf.test(key) ? value : []))
      : [],
  );
  const ours = values.some((value) => value === accountId || value.split(":")[4] === accountId);
  return ours ? [] : [`${Sid}: lets ${String(Principal.Service)} act for any account`];
}
