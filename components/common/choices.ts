/** What a window does with the patches that nodes miss (AWS-RunPatchBaseline: Operation). */
export const Operation = {
  /** Finds out which patches are missing, and installs none. */
  Scan: "Scan",
  /** Installs the approved patches that are missing. */
  Install: "Install",
} as const;
export type Operation = (typeof Operation)[keyof typeof Operation];

/** Whether nodes are rebooted by the run (AWS-RunPatchBaseline: RebootOption). */
export const RebootOption = {
  /** Reboots a node when the run has installed a patch, or an earlier one waits for a reboot. */
  RebootIfNeeded: "RebootIfNeeded",
  /** Leaves such patches pending; services may be restarted all the same. */
  NoReboot: "NoReboot",
} as const;
export type RebootOption = (typeof RebootOption)[keyof typeof RebootOption];

/** What an install window does when exclusions that were told as in force cannot be vouched for. */
export const ExclusionGate = {
  /** Cancels the opening before a node is patched. */
  Cancel: "cancel",
  /** Patches all the same. */
  Proceed: "proceed",
} as const;
export type ExclusionGate = (typeof ExclusionGate)[keyof typeof ExclusionGate];

/** The tag that puts a node under patching: Patch Manager reads no other (User Guide, "Patch groups"). */
export const PatchGroupTagKey = {
  /** As it must be where instance metadata shows tags. */
  PatchGroup: "PatchGroup",
  /** The older one, with a blank. */
  PatchGroupWithBlank: "Patch Group",
} as const;
export type PatchGroupTagKey = (typeof PatchGroupTagKey)[keyof typeof PatchGroupTagKey];

/** How a central window patches the nodes of a Region. */
export const ExecutionMode = {
  /** One command for each group of a Region. */
  PerRegion: "per-region",
  /** One automation for each node, billed by the step. */
  PerInstance: "per-instance",
} as const;
export type ExecutionMode = (typeof ExecutionMode)[keyof typeof ExecutionMode];

/** Severity that SSM reports for a missing patch that a rule approved (API: PatchComplianceLevel). */
export const ComplianceLevel = {
  CRITICAL: "CRITICAL",
  HIGH: "HIGH",
  MEDIUM: "MEDIUM",
  LOW: "LOW",
  INFORMATIONAL: "INFORMATIONAL",
  UNSPECIFIED: "UNSPECIFIED",
} as const;
export type ComplianceLevel = (typeof ComplianceLevel)[keyof typeof ComplianceLevel];

/** What happens to a rejected patch that another patch needs, or that is installed already (API: PatchAction). */
export const RejectedPatchesAction = {
  /** Installs it when an approved patch needs it. */
  ALLOW_AS_DEPENDENCY: "ALLOW_AS_DEPENDENCY",
  /** Never installs it, and reports one that is installed already as non-compliant. */
  BLOCK: "BLOCK",
} as const;
export type RejectedPatchesAction = (typeof RejectedPatchesAction)[keyof typeof RejectedPatchesAction];

/** What a security update that is available and not approved makes of a node (API: PatchComplianceStatus). */
export const SecurityUpdatesStatus = {
  COMPLIANT: "COMPLIANT",
  NON_COMPLIANT: "NON_COMPLIANT",
} as const;
export type SecurityUpdatesStatus = (typeof SecurityUpdatesStatus)[keyof typeof SecurityUpdatesStatus];
