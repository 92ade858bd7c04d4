import type { Result } from "#functions/shared/errors.js";
import type { Advisories } from "./patches.js";

/** Tags of a node. */
export type TagMap = Readonly<Record<string, string>>;

/** An EC2 instance, whether or not SSM knows it (API DescribeInstances). Terminated ones are left out. */
export interface Instance {
  readonly id: string;
  /** InstanceStateName. */
  readonly state: string;
  readonly tags: TagMap;
  /** ARN of its instance profile. */
  readonly profile: string | undefined;
}

/** A node that SSM manages and that is not stopped (API DescribeInstanceInformation). */
export interface ManagedNode {
  readonly id: string;
  readonly name: string;
  readonly ping: string;
  /** When its agent was last heard, epoch milliseconds. */
  readonly lastPing: number | undefined;
  readonly platformName: string;
  readonly platformVersion: string;
}

/** What SSM tells of a node's last scan or install (API InstancePatchState). */
export interface NodePatchState {
  readonly id: string;
  readonly patchGroup: string;
  readonly baselineId: string;
  readonly operation: string;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly snapshotId: string | undefined;
  readonly installed: number;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
  readonly installedRejected: number;
  readonly criticalNonCompliant: number;
  readonly securityNonCompliant: number;
  readonly otherNonCompliant: number;
  /** Since it was last installed without the reboot that something asked for, epoch milliseconds. */
  readonly lastNoRebootInstall: number | undefined;
}

/** What a window or an association selects: all criteria must match, one value each; ids are those of resource groups too. */
export interface Selection {
  readonly criteria: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Members of a resource group; undefined where it selects by criteria alone. */
  readonly members?: ReadonlySet<string>;
}

/** A maintenance window that patches. */
export interface PatchWindow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** `Scan`, `Install`, or what its task says; `unknown` where only another program knows. */
  readonly operation: string;
  readonly document: string;
  /** When it opens next, as the API has it (ISO 8601); undefined when it does not. */
  readonly next: string | undefined;
  readonly durationHours: number;
  /** OwnerInformation of its targets, the first that has any. */
  readonly owner: string | undefined;
  readonly selections: readonly Selection[];
}

/** An association of State Manager that patches. */
export interface PatchAssociation {
  readonly id: string;
  readonly name: string;
  readonly document: string;
  readonly schedule: string | undefined;
  /** Whether a patch policy or host management of Quick Setup has made it. */
  readonly isQuickSetup: boolean;
  readonly selections: readonly Selection[];
}

/** Which baseline AWS gives to a patch group for an operating system (API DescribePatchGroups). */
export interface GroupBaseline {
  readonly group: string;
  readonly operatingSystem: string;
  readonly baselineId: string;
}

/** A patch that a node lacks, or that has failed on it (API DescribeInstancePatches). */
export interface OpenPatch {
  /** Its KB, or its title where that is all there is. */
  readonly name: string;
  readonly title: string;
  readonly state: "Missing" | "Failed" | "InstalledPendingReboot" | "InstalledRejected";
  readonly severity: string;
  readonly classification: string;
}

/** What one Region has shown; what could not be seen says why. */
export interface RegionReading {
  readonly region: string;
  readonly instances: Result<readonly Instance[]>;
  readonly managed: Result<readonly ManagedNode[]>;
  /** By id, as the tagging API has them: of nodes that were ever tagged. */
  readonly tags: Result<ReadonlyMap<string, TagMap>>;
  /** By id. */
  readonly states: Result<ReadonlyMap<string, NodePatchState>>;
  readonly windows: Result<readonly PatchWindow[]>;
  readonly associations: Result<readonly PatchAssociation[]>;
  readonly groups: Result<readonly GroupBaseline[]>;
  /** Of the nodes whose names of patches were read, by id. */
  readonly patches: ReadonlyMap<string, Result<readonly OpenPatch[]>>;
  /** When patches that are missing there were released. */
  readonly releases: Result<Advisories>;
}
