import * as patchplane from "patchplane";

const targets = { patchGroups: ["web", "app"] };

// Baselines, the baselines of held nodes and the record that the function works by are made with it.
const exclusions = new patchplane.ExclusionProcessor("exclusions", {
  targets,
  operatingSystems: ["UBUNTU"],
  baselines: { UBUNTU: { approvalRules: [{ priority: ["Required", "Important"] }] } },
  maxExclusionDays: 30,
});

// The window asks it to bring exclusions up to date, and is cancelled where that cannot be vouched for.
const nightly = new patchplane.PatchInstallWindow(
  "nightly",
  {
    targets,
    exclusionProcessor: { functionArn: exclusions.functionArn, roleName: exclusions.roleName },
    exclusionGate: patchplane.ExclusionGate.Cancel,
  },
  { dependsOn: exclusions },
);

export const exclusionBucket = exclusions.bucket;
export const windowId = nightly.windowId;
