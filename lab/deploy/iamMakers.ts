import { readPolicy } from "../aws/iam/policy.js";
import { given, type Maker, optional } from "./makers.js";

/** Resources that decide who may do what. Documents that nothing in the lab asks yet are read all the same. */
export const iamMakers: Readonly<Record<string, Maker>> = {
  "aws:iam/role:Role": ({ account: { iam } }, name, inputs) => {
    const RoleName = optional<string>(inputs, "name") ?? name;
    const document = given<string>(inputs, "assumeRolePolicy");
    const { Role } = iam.createRole({ RoleName, AssumeRolePolicyDocument: document });
    return { id: RoleName, state: { arn: Role.Arn, name: RoleName } };
  },
  "aws:iam/rolePolicy:RolePolicy": ({ account: { iam } }, name, inputs) => {
    const RoleName = given<string>(inputs, "role");
    const PolicyName = optional<string>(inputs, "name") ?? name;
    iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: given(inputs, "policy") });
    return { id: `${RoleName}:${PolicyName}`, state: { name: PolicyName } };
  },
  "aws:iam/policy:Policy": ({ account }, name, inputs) => {
    readPolicy(name, given(inputs, "policy"));
    const arn = `arn:${account.partition}:iam::${account.id}:policy/${name}`;
    return { id: arn, state: { arn, name } };
  },
  "aws:kms/key:Key": (region, name, inputs) => {
    const arn = region.arn("kms", `key/${name}`);
    region.account.iam.putResourcePolicy(arn, given(inputs, "policy"));
    return { id: name, state: { arn } };
  },
  "aws:sns/topicPolicy:TopicPolicy": ({ account: { iam } }, _name, inputs) => {
    const arn = given<string>(inputs, "arn");
    iam.putResourcePolicy(arn, given(inputs, "policy"));
    return { id: arn };
  },
};
