import { arnOf, type Change, listed, retagged } from "./change.js";
import { given, ignored, optional } from "./inputs.js";

/** Roles, policies and keys. */
export const iamChanges: Readonly<Record<string, Change>> = {
  "aws:iam/role:Role": {
    replacedBy: ["name", "namePrefix", "path"],
    update: ({ account: { iam } }, { id: RoleName }, inputs, send, isChanged) => {
      if (isChanged("assumeRolePolicy")) {
        const request = { RoleName, PolicyDocument: given<string>(inputs, "assumeRolePolicy") };
        iam.updateAssumeRolePolicy(send("iam", "UpdateAssumeRolePolicy", request));
      }
      if (isChanged("description")) {
        const Description = optional<string>(inputs, "description") ?? "";
        send("iam", "UpdateRoleDescription", { RoleName, Description });
      }
      if (isChanged("permissionsBoundary")) {
        const PermissionsBoundary = optional<string>(inputs, "permissionsBoundary") ?? "";
        iam.putRolePermissionsBoundary(
          PermissionsBoundary === ""
            ? send("iam", "DeleteRolePermissionsBoundary", { RoleName })
            : send("iam", "PutRolePermissionsBoundary", { RoleName, PermissionsBoundary }),
        );
      }
      return undefined;
    },
    retag: (_region, { id: RoleName }, changes, send) =>
      retagged(
        changes,
        (TagKeys) => send("iam", "UntagRole", { RoleName, TagKeys }),
        (tags) => send("iam", "TagRole", { RoleName, Tags: listed(tags) }),
      ),
    remove: ({ account: { iam } }, { id: RoleName }, send) => {
      iam.deleteRole(send("iam", "DeleteRole", { RoleName }));
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    replacedBy: ["name", "namePrefix", "role"],
    update: "asMade",
    remove: ({ account: { iam } }, { inputs, state }, send) => {
      const RoleName = given<string>(inputs, "role");
      const PolicyName = given<string>(state, "name");
      iam.deleteRolePolicy(send("iam", "DeleteRolePolicy", { RoleName, PolicyName }));
    },
  },
  "aws:iam/policy:Policy": {
    replacedBy: ["name", "namePrefix", "path", "description"],
    update: ({ account: { iam } }, { id: PolicyArn }, inputs, send) => {
      const PolicyDocument = given<string>(inputs, "policy");
      iam.putManagedPolicy(PolicyArn, PolicyDocument);
      send("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true });
      return undefined;
    },
    retag: (_region, { id: PolicyArn }, changes, send) =>
      retagged(
        changes,
        (TagKeys) => send("iam", "UntagPolicy", { PolicyArn, TagKeys }),
        (tags) => send("iam", "TagPolicy", { PolicyArn, Tags: listed(tags) }),
      ),
    remove: ({ account: { iam } }, { id: PolicyArn }, send) => {
      iam.deleteManagedPolicy(send("iam", "DeletePolicy", { PolicyArn }));
    },
  },
  "aws:kms/key:Key": {
    replacedBy: [],
    update: ({ account: { iam } }, standing, inputs, send, isChanged) => {
      const { id: KeyId } = standing;
      ignored(inputs, "deletionWindowInDays");
      if (isChanged("description")) {
        const Description = optional<string>(inputs, "description") ?? "";
        send("kms", "UpdateKeyDescription", { KeyId, Description });
      }
      if (isChanged("enableKeyRotation")) {
        const isOn = optional<boolean>(inputs, "enableKeyRotation") === true;
        send("kms", isOn ? "EnableKeyRotation" : "DisableKeyRotation", { KeyId });
      }
      if (isChanged("policy")) {
        const Policy = given<string>(inputs, "policy");
        send("kms", "PutKeyPolicy", {
          KeyId,
          Policy,
          PolicyName: "default",
          BypassPolicyLockoutSafetyCheck: false,
        });
        iam.putResourcePolicy(arnOf(standing), Policy);
      }
      return undefined;
    },
    retag: (_region, { id: KeyId }, changes, send) =>
      retagged(
        changes,
        (TagKeys) => send("kms", "UntagResource", { KeyId, TagKeys }),
        (tags) => {
          const Tags = Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
          send("kms", "TagResource", { KeyId, Tags });
        },
      ),
    // From now on nobody can use it.
    remove: ({ account: { iam } }, standing, send) => {
      send("kms", "ScheduleKeyDeletion", {
        KeyId: standing.id,
        PendingWindowInDays: optional<number>(standing.inputs, "deletionWindowInDays") ?? 30,
      });
      iam.deleteResourcePolicy(arnOf(standing));
    },
  },
};
