import type { OperatingSystem, PatchRule, ResourceTypeForTagging } from "@aws-sdk/client-ssm";
import { AwsError } from "../aws/base/errors.js";
import type { Region } from "../aws/region.js";
import { type Change, listed, retagged, type Standing } from "./change.js";
import { accountsOf, share } from "./groupMakers.js";
import { given, type Inputs, optional, passSet } from "./inputs.js";
import type { Send } from "./send.js";
import { approvalRule, criteria, taskMembers, windowMembers } from "./ssmRequests.js";

/** How resources of a type get other tags, which the lab keeps by their ARNs. */
function retag(ResourceType: ResourceTypeForTagging, path: string): NonNullable<Change["retag"]> {
  return (region, { id: ResourceId }, changes, send) => {
    const arn = region.arn("ssm", `${path}/${ResourceId}`);
    retagged(
      changes,
      (TagKeys) => {
        send("ssm", "RemoveTagsFromResource", { ResourceType, ResourceId, TagKeys });
        region.tags.remove(arn, TagKeys);
      },
      (tags) => {
        send("ssm", "AddTagsToResource", { ResourceType, ResourceId, Tags: listed(tags) });
        region.tags.merge(arn, tags);
      },
    );
  };
}

/** Members of a request to change a baseline, each sent only where it changes: an empty list takes all away. */
function baselineChanges(inputs: Inputs, isChanged: (...inputs: readonly string[]) => boolean) {
  const list = (key: string) => [...(optional<string[]>(inputs, key) ?? [])];
  const rules = () => (optional<Inputs[]>(inputs, "approvalRules") ?? []).map(approvalRule);
  const level = "approvedPatchesComplianceLevel";
  return {
    ...(isChanged("approvalRules") ? { ApprovalRules: { PatchRules: rules() } } : {}),
    ...(isChanged("approvedPatches") ? { ApprovedPatches: list("approvedPatches") } : {}),
    ...(isChanged(level)
      ? { ApprovedPatchesComplianceLevel: optional<PatchRule["ComplianceLevel"]>(inputs, level) }
      : {}),
    ...(isChanged("approvedPatchesEnableNonSecurity")
      ? {
          ApprovedPatchesEnableNonSecurity:
            optional<boolean>(inputs, "approvedPatchesEnableNonSecurity") ?? false,
        }
      : {}),
    ...(isChanged("availableSecurityUpdatesComplianceStatus")
      ? passSet<"AvailableSecurityUpdatesComplianceStatus", "COMPLIANT" | "NON_COMPLIANT">(
          inputs,
          "availableSecurityUpdatesComplianceStatus",
          "AvailableSecurityUpdatesComplianceStatus",
        )
      : {}),
    ...(isChanged("description") ? { Description: optional<string>(inputs, "description") ?? "" } : {}),
    ...(isChanged("name") ? { Name: given<string>(inputs, "name") } : {}),
    ...(isChanged("rejectedPatches") ? { RejectedPatches: list("rejectedPatches") } : {}),
    ...(isChanged("rejectedPatchesAction")
      ? passSet<"RejectedPatchesAction", "ALLOW_AS_DEPENDENCY" | "BLOCK">(
          inputs,
          "rejectedPatchesAction",
          "RejectedPatchesAction",
        )
      : {}),
  };
}

/** Makes AWS's own baseline the default of an operating system again. */
function restoreDefault({ baselines }: Region, operatingSystem: string, send: Send): void {
  const { BaselineIdentities = [] } = baselines.describePatchBaselines(
    send("ssm", "DescribePatchBaselines", {
      Filters: [
        { Key: "OWNER", Values: ["AWS"] },
        { Key: "OPERATING_SYSTEM", Values: [operatingSystem] },
      ],
    }),
  );
  const BaselineId = BaselineIdentities[0]?.BaselineId ?? "";
  baselines.registerDefaultPatchBaseline(send("ssm", "RegisterDefaultPatchBaseline", { BaselineId }));
}

function removeBaseline(region: Region, { id: BaselineId, inputs }: Standing, send: Send): void {
  const remove = () =>
    region.baselines.deletePatchBaseline(send("ssm", "DeletePatchBaseline", { BaselineId }));
  try {
    remove();
  } catch (error) {
    // The provider takes it for the default of its operating system then, and tries once more.
    if (!(error instanceof AwsError) || error.code !== "ResourceInUseException") throw error;
    restoreDefault(region, optional<OperatingSystem>(inputs, "operatingSystem") ?? "WINDOWS", send);
    remove();
  }
}

/** Windows, baselines and documents. */
export const ssmChanges: Readonly<Record<string, Change>> = {
  "aws:ssm/maintenanceWindow:MaintenanceWindow": {
    replacedBy: [],
    update: ({ windows }, { id: WindowId, name }, inputs, send) => {
      const request = { WindowId, Replace: true, Enabled: true, ...windowMembers(name, inputs) };
      windows.updateMaintenanceWindow(send("ssm", "UpdateMaintenanceWindow", request));
      return undefined;
    },
    retag: retag("MaintenanceWindow", "maintenancewindow"),
    remove: ({ windows }, { id: WindowId }, send) => {
      windows.deleteMaintenanceWindow(send("ssm", "DeleteMaintenanceWindow", { WindowId }));
    },
  },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": {
    replacedBy: ["windowId", "resourceType", "name", "description"],
    update: ({ windows }, { id: WindowTargetId }, inputs, send, isChanged) => {
      windows.updateMaintenanceWindowTarget(
        send("ssm", "UpdateMaintenanceWindowTarget", {
          Targets: criteria(given(inputs, "targets")),
          WindowId: given<string>(inputs, "windowId"),
          WindowTargetId,
          ...(isChanged("ownerInformation")
            ? { OwnerInformation: optional<string>(inputs, "ownerInformation") ?? "" }
            : {}),
        }),
      );
      return undefined;
    },
    remove: ({ windows }, { id: WindowTargetId, inputs }, send) => {
      windows.deregisterTargetFromMaintenanceWindow(
        send("ssm", "DeregisterTargetFromMaintenanceWindow", {
          WindowId: given<string>(inputs, "windowId"),
          WindowTargetId,
        }),
      );
    },
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": {
    replacedBy: ["windowId", "taskType"],
    update: ({ windows }, { id: WindowTaskId }, inputs, send) => {
      windows.updateMaintenanceWindowTask(
        send("ssm", "UpdateMaintenanceWindowTask", {
          WindowId: given<string>(inputs, "windowId"),
          WindowTaskId,
          Replace: true,
          Priority: optional<number>(inputs, "priority") ?? 0,
          ...taskMembers(inputs),
        }),
      );
      return undefined;
    },
    remove: ({ windows }, { id: WindowTaskId, inputs }, send) => {
      windows.deregisterTaskFromMaintenanceWindow(
        send("ssm", "DeregisterTaskFromMaintenanceWindow", {
          WindowId: given<string>(inputs, "windowId"),
          WindowTaskId,
        }),
      );
    },
  },
  "aws:ssm/patchBaseline:PatchBaseline": {
    replacedBy: ["operatingSystem"],
    update: ({ baselines }, { id: BaselineId }, inputs, send, isChanged) => {
      const request = { BaselineId, ...baselineChanges(inputs, isChanged) };
      baselines.updatePatchBaseline(send("ssm", "UpdatePatchBaseline", request));
      return undefined;
    },
    retag: retag("PatchBaseline", "patchbaseline"),
    remove: removeBaseline,
  },
  "aws:ssm/patchGroup:PatchGroup": {
    replacedBy: ["baselineId", "patchGroup"],
    remove: ({ baselines }, { inputs }, send) => {
      baselines.deregisterPatchBaselineForPatchGroup(
        send("ssm", "DeregisterPatchBaselineForPatchGroup", {
          BaselineId: given<string>(inputs, "baselineId"),
          PatchGroup: given<string>(inputs, "patchGroup"),
        }),
      );
    },
  },
  "aws:ssm/document:Document": {
    replacedBy: ["name"],
    update: (region, { id: Name, state, inputs: before }, inputs, send, isChanged) => {
      const { documents } = region;
      if (isChanged("permissions")) share(region, Name, accountsOf(before), accountsOf(inputs), send);
      const request = {
        Name,
        Content: given<string>(inputs, "content"),
        DocumentFormat: optional<"JSON" | "YAML" | "TEXT">(inputs, "documentFormat") ?? "JSON",
        DocumentVersion: given<string>(state, "defaultVersion"),
        ...passSet<"TargetType", string>(inputs, "targetType", "TargetType"),
        ...passSet<"VersionName", string>(inputs, "versionName", "VersionName"),
      };
      let version = given<string>(state, "latestVersion");
      try {
        const { DocumentDescription } = documents.updateDocument(send("ssm", "UpdateDocument", request));
        version = DocumentDescription?.DocumentVersion ?? version;
      } catch (error) {
        // The provider takes the refusal for success, and the latest version for the one that was meant.
        if (!(error instanceof AwsError) || error.code !== "DuplicateDocumentContent") throw error;
      }
      documents.updateDocumentDefaultVersion(
        send("ssm", "UpdateDocumentDefaultVersion", { Name, DocumentVersion: version }),
      );
      const { Document = {} } = documents.describeDocument({ Name });
      const { DefaultVersion, DocumentVersion, Hash, LatestVersion, SchemaVersion } = Document;
      return {
        defaultVersion: DefaultVersion,
        documentVersion: DocumentVersion,
        hash: Hash,
        latestVersion: LatestVersion,
        schemaVersion: SchemaVersion,
      };
    },
    retag: retag("Document", "document"),
    remove: (region, { id: Name, inputs }, send) => {
      const { documents } = region;
      share(region, Name, accountsOf(inputs), [], send);
      documents.deleteDocument(send("ssm", "DeleteDocument", { Name }));
    },
  },
  "aws:resourcegroups/group:Group": {
    replacedBy: ["name"],
    update: ({ resourceGroups }, { id: GroupName }, inputs, send, isChanged) => {
      if (isChanged("description")) {
        const Description = optional<string>(inputs, "description") ?? "";
        resourceGroups.updateGroup(send("resource-groups", "UpdateGroup", { GroupName, Description }));
      }
      if (isChanged("resourceQuery")) {
        const { query: Query, type: Type = "TAG_FILTERS_1_0" } = given<{
          query: string;
          type?: "TAG_FILTERS_1_0" | "CLOUDFORMATION_STACK_1_0";
        }>(inputs, "resourceQuery");
        const request = { GroupName, ResourceQuery: { Type, Query } };
        resourceGroups.updateGroupQuery(send("resource-groups", "UpdateGroupQuery", request));
      }
      return undefined;
    },
    retag: ({ tags: kept }, { state }, changes, send) => {
      const Arn = given<string>(state, "arn");
      retagged(
        changes,
        (Keys) => {
          send("resource-groups", "Untag", { Arn, Keys });
          kept.remove(Arn, Keys);
        },
        (Tags) => {
          send("resource-groups", "Tag", { Arn, Tags });
          kept.merge(Arn, Tags);
        },
      );
    },
    remove: ({ resourceGroups }, { id: GroupName }, send) => {
      resourceGroups.deleteGroup(send("resource-groups", "DeleteGroup", { GroupName }));
    },
  },
};
