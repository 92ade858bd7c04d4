import { autonamed, given, ignored, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";

/** Resources that decide who may do what. Documents that nothing in the lab asks yet are read all the same. */
export const iamMakers: Readonly<Record<string, Maker>> = {
  "aws:iam/role:Role": ({ account: { iam } }, name, inputs, send) => {
    const RoleName = optional<string>(inputs, "name") ?? name;
    const request = {
      RoleName,
      AssumeRolePolicyDocument: given<string>(inputs, "assumeRolePolicy"),
      Path: "/",
      MaxSessionDuration: 3600,
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...passSet<"PermissionsBoundary", string>(inputs, "permissionsBoundary", "PermissionsBoundary"),
      ...tagList(inputs, "Tags"),
    };
    const { Role } = iam.createRole(
      send("iam", "CreateRole", request, autonamed(inputs, "name", "RoleName")),
    );
    iam.willKnow(RoleName);
    return { id: RoleName, state: { arn: Role.Arn, name: RoleName } };
  },
  "aws:iam/rolePolicy:RolePolicy": ({ account: { iam } }, name, inputs, send) => {
    const RoleName = given<string>(inputs, "role");
    const PolicyName = optional<string>(inputs, "name") ?? name;
    const request = { RoleName, PolicyName, PolicyDocument: given<string>(inputs, "policy") };
    iam.willKnow(RoleName);
    iam.putRolePolicy(send("iam", "PutRolePolicy", request, autonamed(inputs, "name", "PolicyName")));
    return { id: `${RoleName}:${PolicyName}`, state: { name: PolicyName } };
  },
  "aws:iam/policy:Policy": ({ account }, name, inputs, send) => {
    const request = {
      PolicyName: optional<string>(inputs, "name") ?? name,
      Path: "/",
      PolicyDocument: given<string>(inputs, "policy"),
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...tagList(inputs, "Tags"),
    };
    const { PolicyName, PolicyDocument } = send(
      "iam",
      "CreatePolicy",
      request,
      autonamed(inputs, "name", "PolicyName"),
    );
    const arn = `arn:${account.partition}:iam::${account.id}:policy/${PolicyName}`;
    account.iam.putManagedPolicy(arn, PolicyDocument);
    return { id: arn, state: { arn, name: PolicyName } };
  },
  "aws:kms/key:Key": (region, name, inputs, send) => {
    // Of account when the key is deleted.
    ignored(inputs, "deletionWindowInDays");
    const tags = Object.entries(optional<Record<string, string>>(inputs, "tags") ?? {});
    const { Policy } = send("kms", "CreateKey", {
      BypassPolicyLockoutSafetyCheck: false,
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      Policy: given<string>(inputs, "policy"),
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...(tags.length === 0 ? {} : { Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })) }),
    });
    const arn = region.arn("kms", `key/${name}`);
    region.account.iam.putResourcePolicy(arn, Policy);
    if (optional<boolean>(inputs, "enableKeyRotation")) send("kms", "EnableKeyRotation", { KeyId: name });
    return { id: name, state: { arn } };
  },
};
