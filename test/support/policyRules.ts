import type { Policy, PolicyStatement } from "./arguments.js";
import { accountId } from "./mocks.js";
import { type Declared, unless } from "./rule.js";

/** Where policies are found, by type: the property, and whose permissions it is about. */
const carriers: Readonly<Record<string, readonly { readonly key: string; readonly kind: Kind }[]>> = {
  "iam.Role": [{ key: "assumeRolePolicy", kind: "resource" }],
  "iam.RolePolicy": [{ key: "policy", kind: "identity" }],
  "iam.Policy": [{ key: "policy", kind: "identity" }],
  "kms.Key": [{ key: "policy", kind: "resource" }],
  "s3.BucketPolicy": [{ key: "policy", kind: "resource" }],
  "sqs.QueuePolicy": [{ key: "policy", kind: "resource" }],
  "sns.TopicPolicy": [{ key: "policy", kind: "resource" }],
};

/** An identity's policy names resources; a resource's policy names principals, and `*` in it is the resource itself. */
type Kind = "identity" | "resource";

const ownerTag = "patchplane:owner";
const regionKey = "aws:RequestedRegion";
/**
 * IAM has no resource type for these, so nobody can narrow them but by what they ask for (Service Authorization
 * Reference). The tagging API asks the service of each resource for its own right as well.
 */
const withoutResource: Readonly<Record<string, readonly string[]>> = {
  "ssm:CancelCommand": ["aws:RequestedRegion"],
  "ssm:CreatePatchBaseline": ["aws:RequestedRegion", `aws:RequestTag/${ownerTag}`],
  "tag:TagResources": ["aws:RequestedRegion"],
  "tag:UntagResources": ["aws:RequestedRegion"],
};

/** What is too wide in the policies that a resource carries. */
export function policyProblems({ type, name, props }: Declared): string[] {
  return (carriers[type] ?? []).flatMap(({ key, kind }) => {
    const text = props[key];
    if (typeof text !== "string") return [`${name} has no ${key}`];
    const { Version, Statement } = JSON.parse(text) as Policy;
    const old = Version === "2012-10-17" ? [] : [`${name} has a policy of version ${Version}`];
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow").map(fenced(Statement));
    const isLambdas = type === "iam.Role" && allowed.some(isOfLambda);
    const problems = isLambdas
      ? unless(allowed.length === 1, "is taken on by others than Lambda")
      : allowed.flatMap(kind === "identity" ? identityProblems : principalProblems);
    return [...old, ...problems.map((what) => `${name} ${what}`)];
  });
}

/** A Deny of every other Region narrows each statement about its services, as if each named the Regions itself. */
function fenced(all: readonly PolicyStatement[]): (statement: PolicyStatement) => PolicyStatement {
  return (statement) => {
    const actions = [statement.Action].flat();
    const fence = all.find(({ Effect, Action, Resource, Condition }) => {
      const services = [Action].flat();
      const isOfAll = actions.every((action) => services.includes(`${action.split(":")[0]}:*`));
      const keys = Object.keys(Condition ?? {});
      return Effect === "Deny" && Resource === "*" && isOfAll && keys.join() === "StringNotEquals";
    });
    const regions = fence?.Condition?.StringNotEquals?.[regionKey];
    if (regions === undefined) return statement;
    const { Condition = {} } = statement;
    return {
      ...statement,
      Condition: { ...Condition, StringEquals: { ...Condition.StringEquals, [regionKey]: regions } },
    };
  };
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
    const needed = withoutResource[action];
    const excused = needed?.every((key) => Condition?.StringEquals?.[key] !== undefined) === true;
    const whole = resources.some((resource) => /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*)$/.test(resource));
    if (whole && !excused) problems.push(`${Sid}: allows ${action} on everything`);
    // All of a type in this account, such as `instance/*`, is narrow only with a condition.
    const ofType = resources.some((resource) => /^arn:[^:]*:[^:]*:[^:]*:[^:]+:[a-z-]+[:/]\*$/.test(resource));
    if (ofType && Condition === undefined) problems.push(`${Sid}: allows ${action} on all of a type`);
  }
  const everywhere = resources.some((resource) => /^arn:[^:]*:[^:]*:\*:/.test(resource));
  // A command goes to the Region of its document, which its own statement names.
  const isOnNodes =
    String(actions) === "ssm:SendCommand" && resources.every((one) => /instance\/\*$/.test(one));
  if (everywhere && !isOnNodes && Condition?.StringEquals?.["aws:RequestedRegion"] === undefined)
    problems.push(`${Sid}: reaches every Region`);
  problems.push(...[...markProblems(statement), ...tagProblems(statement)].map((what) => `${Sid}: ${what}`));
  if (actions.includes("iam:PassRole")) {
    if (resources.some((resource) => resource.includes("*"))) problems.push(`${Sid}: passes any role`);
    const receivers = Condition?.StringEquals?.["iam:PassedToService"];
    if (receivers === undefined) problems.push(`${Sid}: passes a role to any service`);
  }
  if (actions.includes("sts:AssumeRole") && !resources.every((one) => /:role\/[\w+=,.@-]+$/.test(one)))
    problems.push(`${Sid}: takes on any role`);
  if (actions.includes("ssm:SendCommand") && resources.some((resource) => /instance\/\*$/.test(resource))) {
    const tags = Object.keys(Condition?.StringLike ?? {});
    if (!tags.some((key) => /^ssm:resourceTag\/Patch ?Group$/.test(key)))
      problems.push(`${Sid}: reaches every node`);
  }
  return problems;
}

/** Of baselines only those may be changed that the function has made. */
function markProblems({ Action, Condition }: PolicyStatement): string[] {
  const changes = [Action]
    .flat()
    .filter((action) => /^ssm:(?!Get|Describe|Create)\w*PatchBaseline/.test(action));
  const isMarked = Condition?.StringEquals?.[`aws:ResourceTag/${ownerTag}`] !== undefined;
  return changes.flatMap((action) => unless(isMarked, `allows ${action} on baselines of others`));
}

/**
 * Only tags of ours may be written, to nodes under patching alone, and only to bring them into groups of the stack. The mark
 * alone may be taken from others too, but from none in a group that exclusions have made, where it would be in no window.
 */
function tagProblems({ Action, Resource, Condition }: PolicyStatement): string[] {
  const tagging = [Action]
    .flat()
    .filter((action) => /^(ec2|ssm):(Create|Delete|Add|Remove)Tags/.test(action));
  if (tagging.length === 0) return [];
  const keys = [Condition?.["ForAllValues:StringEquals"]?.["aws:TagKeys"] ?? []].flat();
  const nodes = [Resource ?? []].flat().some((resource) => /instance\/\*$/.test(resource));
  const like = Object.keys(Condition?.StringLike ?? {});
  const has = (pattern: RegExp) => like.some((key) => pattern.test(key));
  const sets = keys.some((key) => /^Patch ?Group$/.test(key));
  const unlike = Object.keys(Condition?.StringNotLike ?? {});
  const takesMark =
    tagging.every((action) => /(Delete|Remove)Tags/.test(action)) &&
    keys.join() === "patchplane:base-group" &&
    unlike.some((key) => /^aws:ResourceTag\/Patch ?Group$/.test(key));
  return [
    ...unless(
      keys.length > 0 && keys.every((key) => /^(Patch ?Group|patchplane:(base-group|owner))$/.test(key)),
      `writes the tags ${keys.join(", ") || "of everybody"}`,
    ),
    ...unless(
      !nodes || takesMark || has(/^aws:ResourceTag\/Patch ?Group$/),
      "tags nodes that are not under patching",
    ),
    ...unless(!sets || has(/^aws:RequestTag\/Patch ?Group$/), "moves nodes into any group"),
    ...unless(
      nodes || Condition?.StringEquals?.[`aws:RequestTag/${ownerTag}`] !== undefined,
      "marks baselines for others",
    ),
  ];
}

/**
 * Lambda takes on a role for a function of the role's own account only, since whoever makes the function must be
 * allowed to pass the role, which IAM knows within an account alone. So its trust needs no condition, but it may name
 * nobody else.
 */
function isOfLambda({ Principal, Action }: PolicyStatement): boolean {
  return JSON.stringify(Principal) === '{"Service":"lambda.amazonaws.com"}' && Action === "sts:AssumeRole";
}

const onBehalfOf = /^(aws:SourceAccount|aws:SourceArn|kms:EncryptionContext:aws:(logs:arn|sns:topicArn))$/;

/** A service acts for whoever asks it, so its statement must say on whose behalf: this account's. */
function principalProblems({ Sid, Principal, Action, Condition }: PolicyStatement): string[] {
  const isRuleOnTopic =
    JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}' && Action === "sns:Publish";
  if (Principal === "*") return [`${Sid}: allows everybody`];
  if (typeof Principal !== "object" || Principal === null) return [`${Sid}: names no principal`];
  if ("AWS" in Principal) {
    const [, , service, , account] = String(Principal.AWS).split(":");
    return unless(service === "iam" && account === accountId, `${Sid}: lets ${String(Principal.AWS)} in`);
  }
  if (!("Service" in Principal)) return [`${Sid}: names neither a service nor an account`];
  const values = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    /^(StringEquals|ArnLike|ArnEquals)(IfExists)?$/.test(operator)
      ? Object.entries(keys).flatMap(([key, value]) => (onBehalfOf.test(key) ? value : []))
      : [],
  );
  // EventBridge says it to no topic (EventBridge guide, resource-based policies); the topic's key narrows it.
  if (isRuleOnTopic) return [];
  const ours = values.some((value) => value === accountId || value.split(":")[4] === accountId);
  return ours ? [] : [`${Sid}: lets ${String(Principal.Service)} act for any account`];
}
