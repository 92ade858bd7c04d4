import type { Facts, RoleFacts } from "../facts.js";
import { broken, type Finding, known, named, rebuilt, unseen } from "../finding.js";
import { policySays } from "../resourcePolicy.js";

/** Roles: there, taken on by whom it must be, allowed what it must; and the roles of nodes. */
export function roleFindings(facts: Facts): Finding[] {
  return [...facts.roles.flatMap((role) => ofRole(facts.stack, role)), ...profiles(facts), ...bucket(facts)];
}

/** IAM is one for all Regions. */
const where = "iam";

function ofRole(stack: string, { arn, usedBy, service, trust, needs }: RoleFacts): Finding[] {
  const isOfNodes = usedBy === "nodes";
  const mend = isOfNodes
    ? `aws iam attach-role-policy --role-name ${arn.replace(/^.*\//, "")} --policy-arn $(pulumi stack output nodePolicyArn --stack ${stack})`
    : rebuilt(stack);
  const lost = usedBy.startsWith("function ") ? "it cannot run" : "none of its tasks runs";
  if (!trust.ok) return [unseen(where, `role ${arn}`, trust.error)];
  if (trust.value === undefined)
    return [broken("role-gone", where, `there is no role ${arn}, of ${usedBy}`, lost, mend)];
  const says = policySays(trust.value, service, "sts:AssumeRole");
  const denied = needs.filter(({ decision }) => decision.ok && decision.value !== "allowed");
  const notAsked = needs.find(({ decision }) => !decision.ok);
  return [
    ...(says === "allows"
      ? []
      : [
          broken(
            "role-untrusting",
            where,
            `role ${arn}, of ${usedBy}, does not let ${service} take it on`,
            lost,
            rebuilt(stack),
          ),
        ]),
    ...denied.map(({ action, resource, why, decision }) =>
      broken(
        isOfNodes ? "node-right-missing" : "right-missing",
        where,
        `role ${arn}, of ${usedBy}, may not do ${action} on ${resource} (${decision.ok ? decision.value : ""})`,
        why,
        mend,
      ),
    ),
    ...(notAsked?.decision.ok === false
      ? [unseen(where, `what role ${arn}, of ${usedBy}, may do`, notAsked.decision.error)]
      : []),
  ];
}

/** A node without a profile that SSM knows all the same has its rights by Default Host Management Configuration. */
function profiles({ profiles: found, regions }: Facts): Finding[] {
  const nodes = regions.flatMap(({ nodes: some }) => (some.ok ? some.value : []));
  const without = nodes.filter(
    ({ state, profile, ping }) => state !== undefined && profile === undefined && ping !== undefined,
  );
  return [
    ...Object.entries(found).flatMap(([arn, role]) => {
      if (!role.ok) return [unseen(where, `instance profile ${arn}`, role.error)];
      if (role.value !== undefined) return [];
      const of = nodes.filter(({ profile }) => profile === arn).map(({ id }) => id);
      const what = `instance profile ${arn}, of ${named(of)}, is gone or has no role`;
      const mend = `aws iam add-role-to-instance-profile --instance-profile-name ${arn.replace(/^.*\//, "")} --role-name ROLE`;
      return [broken("profile-empty", where, what, "these nodes get no rights", mend)];
    }),
    ...(without.length === 0
      ? []
      : [
          known(
            "profile-missing",
            where,
            `${named(without.map(({ id }) => id))} have no instance profile, and are managed by the default of the account`,
            "nobody has looked whether that role may upload output",
            "attach the stack's nodePolicyArn to the role of Default Host Management Configuration",
          ),
        ]),
  ];
}

function bucket({ stack, bucket: found, roles }: Facts): Finding[] {
  if (found === undefined) return [];
  const { name, policy } = found;
  if (!policy.ok) return [unseen("s3", `the policy of bucket ${name}`, policy.error)];
  const document = policy.value;
  if (document === undefined) return [];
  const shut = roles.filter(
    ({ usedBy, arn }) => usedBy === "nodes" && policySays(document, arn, "s3:PutObject") === "denies",
  );
  return shut.map(({ arn }) =>
    broken(
      "bucket-shut",
      "s3",
      `the policy of bucket ${name} keeps ${arn} from writing into it`,
      "the output of commands is lost, and a window that patched looks hollow",
      rebuilt(stack),
    ),
  );
}
