import { z } from "zod";
import { AwsError, NotModelledError } from "../base/errors.js";
import { arnCovers, arnParts, covers, refuseVariables, unescaped } from "./wildcard.js";

/** Who a statement of a resource's policy speaks of. */
interface StatementPrincipal {
  readonly kind: "Service" | "AWS" | "*";
  readonly value: string;
}

/** How the several values of a key in a request count: all of them, or any one. */
type SetOperator = "ForAllValues" | "ForAnyValue";

/** One line of a statement's conditions: one of the values must pass, or none for a negated operator. */
export interface Condition {
  readonly operator: OperatorName;
  readonly set: SetOperator | undefined;
  /** In lower case, since IAM does not mind the case of keys. */
  readonly key: string;
  readonly values: readonly string[];
  /** Passes when the request does not have the key. */
  readonly ifExists: boolean;
}

/** A statement that the evaluator understands in full. */
export interface Statement {
  readonly sid: string;
  readonly effect: "Allow" | "Deny";
  readonly principals: readonly StatementPrincipal[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Policy {
  /** What it is called in a decision's reason. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** The condition operators that the evaluator knows: how a value of a policy is held against one of a request. */
export const operators = {
  StringEquals: { negated: false, passes: (wanted: string, given: string) => unescaped(wanted) === given },
  StringNotEquals: { negated: true, passes: (wanted: string, given: string) => unescaped(wanted) === given },
  StringLike: { negated: false, passes: covers },
  StringNotLike: { negated: true, passes: covers },
  ArnEquals: { negated: false, passes: arnCovers },
  ArnLike: { negated: false, passes: arnCovers },
  ArnNotLike: { negated: true, passes: arnCovers },
  Bool: {
    negated: false,
    passes: (wanted: string, given: string) => wanted.toLowerCase() === given.toLowerCase(),
  },
} as const;
/** `Null` asks whether a request has the key at all. */
type OperatorName = keyof typeof operators | "Null";

const organizationOfResource = "aws:resourceorgid";

/** The condition keys that a request in the lab may carry; `/` at the end stands for any tag key. */
const keys = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:requestedregion",
  "aws:requesttag/",
  organizationOfResource,
  "aws:resourcetag/",
  "aws:securetransport",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:tagkeys",
  "iam:passedtoservice",
  "kms:encryptioncontext:aws:logs:arn",
  "kms:encryptioncontext:aws:sns:topicarn",
  "kms:viaservice",
  "s3:prefix",
  "ssm:resourcetag/",
] as const;
/** Those of which a request may carry several values at once. */
const multivalued: readonly string[] = ["aws:tagkeys"];

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const scalars = z
  .union([z.string(), z.boolean(), z.array(z.union([z.string(), z.boolean()]))])
  .transform((value) => [value].flat().map(String));

const statementShape = z
  .strictObject({
    Sid: z.string().exactOptional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: z.union([z.literal("*"), z.record(z.string(), texts)]).exactOptional(),
    Action: texts,
    Resource: texts.exactOptional(),
    Condition: z.record(z.string(), z.record(z.string(), scalars)).exactOptional(),
  })
  .refine(({ Principal, Resource }) => Principal !== undefined || Resource !== undefined, {
    // A resource's policy may leave its resource out, as a role's trust policy must.
    error: "names neither a Resource nor a Principal",
  });

const policyShape = z.strictObject({
  Version: z.literal("2012-10-17"),
  Id: z.string().exactOptional(),
  // No union of one and many, which would say that neither fits, and not which element is wrong.
  Statement: z.preprocess((value) => [value].flat(), z.array(statementShape)),
});

/**
 * Reads a policy document.
 *
 * @param name what it is called in errors and decisions
 * @throws AwsError MalformedPolicyDocument when it is no policy, or has an element that the evaluator does not know
 * @throws NotModelledError that names the operator, condition key, principal or variable that the evaluator does not know,
 *   since a guess would make the lab's answer worthless
 */
export function readPolicy(name: string, json: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(json, (key, value: unknown) => {
      // A record's schema leaves this key out in silence, which would rid a statement of a condition.
      if (key === "__proto__") throw new SyntaxError("a key is called __proto__");
      return value;
    });
  } catch (error) {
    throw new AwsError("MalformedPolicyDocument", `${name}: the policy is not JSON: ${String(error)}`);
  }
  const parsed = policyShape.safeParse(document);
  if (!parsed.success) {
    throw new AwsError("MalformedPolicyDocument", `${name}: ${z.prettifyError(parsed.error)}`);
  }
  const statements = parsed.data.Statement.map((statement, index): Statement => {
    const sid = statement.Sid ?? `statement ${index + 1}`;
    const where = `${name} ${sid}`;
    const resources = statement.Resource ?? ["*"];
    for (const text of [...statement.Action, ...resources]) refuseVariables(text);
    for (const text of resources) refusePartOfArn(text, where);
    for (const text of statement.Action) {
      if (!/^(\*|[^:]+:.+)$/.test(text)) {
        throw new AwsError("MalformedPolicyDocument", `${where}: the action ${text} names no service`);
      }
    }
    return {
      sid,
      effect: statement.Effect,
      principals: principalsOf(statement.Principal, where),
      actions: statement.Action.map((action) => action.toLowerCase()),
      resources,
      conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
        Object.entries(tests).map(([key, values]) => condition(where, operator, key, values)),
      ),
    };
  });
  return { name, statements };
}

/** IAM knows no wildcard within a principal, and would refuse what the evaluator would never find. */
const principalTexts = {
  Service: /^[a-z0-9.-]+$/,
  AWS: /^(\d{12}|arn:[a-z-]+:iam::\d{12}:(root|role\/[\w+=,.@/-]+))$/,
} as const;

function principalsOf(
  principal: "*" | Readonly<Record<string, string[]>> | undefined,
  where: string,
): StatementPrincipal[] {
  if (principal === undefined) return [];
  if (principal === "*") return [{ kind: "*", value: "*" }];
  return Object.entries(principal).flatMap(([kind, values]) => {
    if (kind !== "Service" && kind !== "AWS") throw new NotModelledError(`the principal ${kind} in ${where}`);
    return values.map((value) => {
      if (kind === "AWS" && value === "*") return { kind: "*", value };
      if (!principalTexts[kind].test(value)) {
        throw new NotModelledError(`the principal ${kind} ${value} in ${where}`);
      }
      return { kind, value };
    });
  });
}

/** IAM has rules of its own for texts of fewer parts than an ARN's six. */
function refusePartOfArn(text: string, where: string): void {
  if (text !== "*" && arnParts(text).length < 6) {
    throw new NotModelledError(`${text} in the place of an ARN in ${where}`);
  }
}

/** The parts of an operator's name; a name that has others fits no operator. */
const operatorParts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

function condition(where: string, operator: string, key: string, values: readonly string[]): Condition {
  const [, set, name = "", ifExists] = operatorParts.exec(operator) ?? [];
  const isNull = operator === "Null";
  if (!isNull && !Object.hasOwn(operators, name))
    throw new NotModelledError(`the condition operator ${operator} in ${where}`);
  const known = key.toLowerCase();
  if (!keys.some((one) => (one.endsWith("/") ? known.startsWith(one) : known === one))) {
    throw new NotModelledError(`the condition key ${key} in ${where}`);
  }
  if (multivalued.includes(known) && set === undefined && !isNull) {
    throw new NotModelledError(`${operator} without a set operator on the values of ${key} in ${where}`);
  }
  for (const value of values) {
    // The lab's accounts are in no organization, so that no request has this key, and nothing is held against the value.
    if (known !== organizationOfResource) refuseVariables(value);
    if (name.startsWith("Arn")) refusePartOfArn(value, where);
    if (isNull && !/^(true|false)$/i.test(value)) {
      throw new AwsError("MalformedPolicyDocument", `${where}: Null takes true or false, got ${value}`);
    }
  }
  return {
    operator: name as OperatorName,
    set: set as SetOperator | undefined,
    key: known,
    values,
    ifExists: ifExists !== undefined,
  };
}
