import type { DocumentDescription } from "@aws-sdk/client-ssm";

const optional = (Name: string, Description: string, DefaultValue = "") => ({
  Name,
  Type: "String" as const,
  Description,
  DefaultValue,
});

/** What the lab knows of Amazon's AWS-RunPatchBaseline: its parameters, not its content. */
export const runPatchBaseline: DocumentDescription = {
  Name: "AWS-RunPatchBaseline",
  Owner: "Amazon",
  Status: "Active",
  DocumentVersion: "1",
  Description: "Scans for or installs patches from a patch baseline.",
  Parameters: [
    { Name: "Operation", Type: "String", Description: "Scan or Install." },
    optional("AssociationId", "Association of a patch policy."),
    optional("SnapshotId", "Snapshot of the patch baseline that the nodes share."),
    optional("RebootOption", "RebootIfNeeded or NoReboot.", "RebootIfNeeded"),
    optional("InstallOverrideList", "Where a list of patches to install lies."),
    optional("BaselineOverride", "Where patch baselines to use instead lie."),
    optional("StepTimeoutSeconds", "Longest time of a step.", "7200"),
  ],
  PlatformTypes: ["Windows", "Linux", "MacOS"],
  DocumentType: "Command",
  SchemaVersion: "2.2",
  LatestVersion: "1",
  DefaultVersion: "1",
  DocumentFormat: "JSON",
  Tags: [],
};
