import type { OperatingSystem, PatchRule } from "@aws-sdk/client-ssm";
import { autonamed, given, type Inputs, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";
import { approvalRule, criteria, taskMembers, windowMembers } from "./ssmRequests.js";

/** Windows and baselines. */
export const ssmMakers: Readonly<Record<string, Maker>> = {
  "aws:ssm/maintenanceWindow:MaintenanceWindow": ({ windows }, name, inputs, send) => {
    const request = { ...windowMembers(name, inputs), ...tagList(inputs, "Tags") };
    const { WindowId = "" } = windows.createMaintenanceWindow(
      send("ssm", "CreateMaintenanceWindow", request, autonamed(inputs, "name", "Name")),
    );
    // The API makes no window that is disabled, so the provider disables it afterwards.
    if (optional<boolean>(inputs, "enabled") === false) {
      windows.updateMaintenanceWindow(send("ssm", "UpdateMaintenanceWindow", { WindowId, Enabled: false }));
    }
    return { id: WindowId };
  },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": ({ windows }, _name, inputs, send) => {
    const { WindowTargetId = "" } = windows.registerTargetWithMaintenanceWindow(
      send("ssm", "RegisterTargetWithMaintenanceWindow", {
        WindowId: given<string>(inputs, "windowId"),
        ResourceType: given<"INSTANCE" | "RESOURCE_GROUP">(inputs, "resourceType"),
        Targets: criteria(given(inputs, "targets")),
        ...passSet<"Name", string>(inputs, "name", "Name"),
        ...passSet<"Description", string>(inputs, "description", "Description"),
        ...passSet<"OwnerInformation", string>(inputs, "ownerInformation", "OwnerInformation"),
      }),
    );
    return { id: WindowTargetId };
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": ({ windows }, _name, inputs, send) => {
    const { WindowTaskId = "" } = windows.registerTaskWithMaintenanceWindow(
      send("ssm", "RegisterTaskWithMaintenanceWindow", {
        WindowId: given<string>(inputs, "windowId"),
        TaskType: given<"RUN_COMMAND" | "LAMBDA">(inputs, "taskType"),
        ...passSet<"Priority", number>(inputs, "priority", "Priority"),
        ...taskMembers(inputs),
      }),
    );
    return { id: WindowTaskId };
  },
  "aws:ssm/patchBaseline:PatchBaseline": ({ baselines }, name, inputs, send) => {
    const rules = optional<Inputs[]>(inputs, "approvalRules") ?? [];
    const request = {
      Name: optional<string>(inputs, "name") ?? name,
      ...(rules.length === 0 ? {} : { ApprovalRules: { PatchRules: rules.map(approvalRule) } }),
      OperatingSystem: optional<OperatingSystem>(inputs, "operatingSystem") ?? "WINDOWS",
      ApprovedPatchesComplianceLevel:
        optional<PatchRule["ComplianceLevel"]>(inputs, "approvedPatchesComplianceLevel") ?? "UNSPECIFIED",
      ...passSet<"ApprovedPatches", string[]>(inputs, "approvedPatches", "ApprovedPatches"),
      ...passSet<"ApprovedPatchesEnableNonSecurity", boolean>(
        inputs,
        "approvedPatchesEnableNonSecurity",
        "ApprovedPatchesEnableNonSecurity",
      ),
      ...passSet<"RejectedPatches", string[]>(inputs, "rejectedPatches", "RejectedPatches"),
      ...passSet<"RejectedPatchesAction", "ALLOW_AS_DEPENDENCY" | "BLOCK">(
        inputs,
        "rejectedPatchesAction",
        "RejectedPatchesAction",
      ),
      ...passSet<"AvailableSecurityUpdatesComplianceStatus", "COMPLIANT" | "NON_COMPLIANT">(
        inputs,
        "availableSecurityUpdatesComplianceStatus",
        "AvailableSecurityUpdatesComplianceStatus",
      ),
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...tagList(inputs, "Tags"),
    };
    const { BaselineId = "" } = baselines.createPatchBaseline(
      send("ssm", "CreatePatchBaseline", request, autonamed(inputs, "name", "Name")),
    );
    return { id: BaselineId };
  },
  "aws:ssm/patchGroup:PatchGroup": ({ baselines }, _name, inputs, send) => {
    const request = send("ssm", "RegisterPatchBaselineForPatchGroup", {
      BaselineId: given<string>(inputs, "baselineId"),
      PatchGroup: given<string>(inputs, "patchGroup"),
    });
    baselines.registerPatchBaselineForPatchGroup(request);
    return { id: `${request.PatchGroup},${request.BaselineId}` };
  },
};
