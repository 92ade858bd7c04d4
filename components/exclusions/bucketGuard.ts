import * as pulumi from "@pulumi/pulumi";
import { stateFolder } from "#shared/contract/believed.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { shown } from "#shared/text/quotes.js";
import type { Statement } from "../common/policies.js";
import { type Check, type Problem, twice } from "../common/problems.js";

/** Who beside authors may write into the bucket of exclusions: ARNs of roles and users, with `*` and `?`. */
export interface BucketWriters {
  /** Who may approve held manifests: write and delete below `approvals/`. Nobody is kept from it without. At most 10. @default nobody is kept from it */
  approvers?: string[];
  /**
   * Who may write and delete `deployment.json`, whoever runs Pulumi among them, and delete everything, so that a stack can
   * be emptied. Nobody is kept from the first without. At most 10.
   * @default nobody is kept from it
   */
  deployers?: string[];
}

/** IAM takes 20,480 characters of a bucket's policy, where an ARN may stand four times. */
const maxWriters = 10;
const maxArnLength = 300;

const remove = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
const write = ["s3:PutObject"];

/**
 * Keeps apart what lies in one bucket: what the processor believes and says is its own, and where approvers and deployers
 * are named, approvals and the deployment record are theirs. Denials hold whatever else somebody's policies allow.
 */
export function guardStatements(
  bucketArn: pulumi.Input<string>,
  roleArn: pulumi.Input<string>,
  { approvers = [], deployers = [] }: BucketWriters,
): Statement[] {
  const own = [`${keys.statuses}*`, `${stateFolder}*`];
  const deny = (
    Sid: string,
    Action: string[],
    prefixes: string[],
    writers: pulumi.Input<string>[],
  ): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: prefixes.map((prefix) => pulumi.interpolate`${bucketArn}/${prefix}`),
    // Of a role's session it is the ARN of the role (IAM User Guide, global condition keys).
    Condition: { ArnNotLike: { "aws:PrincipalArn": writers } },
  });
  const named = (list: readonly string[], ...statements: Statement[]) =>
    list.length === 0 ? [] : statements;
  return [
    deny("ProcessorWritesItsOwn", write, own, [roleArn]),
    deny("ProcessorDeletesItsOwn", remove, own, [roleArn, ...deployers]),
    ...named(approvers, deny("ApproversApprove", write, [`${keys.approvals}*`], [...approvers])),
    ...named(
      approvers,
      deny("ApproversTakeBack", remove, [`${keys.approvals}*`], [...approvers, ...deployers]),
    ),
    ...named(deployers, deny("DeployersDeploy", [...write, ...remove], [keys.record], [...deployers])),
  ];
}

/** What is wrong with a list of those who may write. */
export function writersProblems(path: string): Check<readonly string[]> {
  return (writers) => [
    ...(writers.length > maxWriters
      ? [
          {
            propertyPath: path,
            reason: `has ${writers.length} ARNs; allowed are up to ${maxWriters}. Use * for several.`,
          },
        ]
      : []),
    ...writers.flatMap((arn, index) =>
      writers.indexOf(arn) === index
        ? writerProblems(`${path}[${index}]`, arn)
        : [twice(`${path}[${index}]`, arn)],
    ),
  ];
}

/** The ARN of a managed policy, likewise. */
export function examplePolicy(name: string): string {
  return exampleRole(name).replace("role/", "policy/");
}

/** The ARN of a role, for those who write their own. */
export function exampleRole(name: string): string {
  return ["arn", "aws", "iam", "", "123456789012", `role/${name}`].join(":");
}

const allowed = `an ARN of up to ${maxArnLength} characters such as ${exampleRole("PatchApprovers")}, * and ? in its name`;

function writerProblems(propertyPath: string, arn: string): Problem[] {
  const session = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})(\/.*)?$/.exec(arn);
  if (session !== null) return [sessionProblem(propertyPath, arn, session)];
  const [, name = ""] = /^arn:aws[a-z-]*:iam::\d{12}:((?:role|user)\/[\w+=,.@/*?-]+|root)$/.exec(arn) ?? [];
  if (name === "" || arn.length > maxArnLength) {
    return [{ propertyPath, reason: `got ${shown(arn)}; allowed is ${allowed}.` }];
  }
  if (name === "root" || /[A-Za-z0-9]/.test(name.slice("role/".length))) return [];
  return [
    { propertyPath, reason: `got ${shown(arn)}, which is everybody of the account; allowed is ${allowed}.` },
  ];
}

/** IAM compares with the role, never with its session. A session does not tell its role's path. */
function sessionProblem(
  propertyPath: string,
  arn: string,
  [, partition, account, name = ""]: RegExpExecArray,
): Problem {
  const role = `arn:${partition}:iam::${account}:role/`;
  const got = `got ${shown(arn)}, a session of a role; IAM compares with the role itself.`;
  const [, permissionSet] = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(name) ?? [];
  if (permissionSet === undefined) {
    return {
      propertyPath,
      reason: `${got} Write ${role}${name}, with the role's path before its name if it has one.`,
    };
  }
  // Identity Center puts its Region into the path, other than us-east-1, and a new suffix whenever it makes the role anew.
  const instead = `${role}aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${permissionSet}_*`;
  return { propertyPath, reason: `${got} Write ${instead}.`, instead };
}
