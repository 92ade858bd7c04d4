import { packageManagers } from "#shared/contract/operatingSystems.js";
import { absent, none } from "../../fleet/model.js";
import type { Snapshot } from "./snapshot.js";

/** The states in which SSM reports a patch on a node; undefined stands for one that is not reported. */
export type PatchStateName =
  | "INSTALLED"
  | "INSTALLED_OTHER"
  | "INSTALLED_PENDING_REBOOT"
  | "INSTALLED_REJECTED"
  | "MISSING"
  | "FAILED"
  | "AVAILABLE_SECURITY_UPDATE"
  | "NOT_APPLICABLE";

/** Bits of what is remembered of a package on a node. */
export const failedFlag = 1;
export const pendingRebootFlag = 2;

/** What a node has installed: per package the version, and flags. */
export interface Installation {
  readonly installed: Int8Array;
  readonly flags: Uint8Array;
}

/** Whether the baseline approves a newer version of a package than the node has. */
export function isMissing(node: Installation, snapshot: Snapshot, index: number): boolean {
  const installed = node.installed[index] ?? absent;
  return installed !== absent && (snapshot.target[index] ?? none) > installed;
}

/** The state of one package of a node, as seen through a baseline. */
export function packageState(
  node: Installation,
  snapshot: Snapshot,
  index: number,
): PatchStateName | undefined {
  const installed = node.installed[index] ?? absent;
  const flags = node.flags[index] ?? 0;
  if (installed === absent) return "NOT_APPLICABLE";
  // Comes before the pending reboot: a version approved since then is missing all the same.
  if (isMissing(node, snapshot, index)) return flags & failedFlag ? "FAILED" : "MISSING";
  if (flags & pendingRebootFlag) return "INSTALLED_PENDING_REBOOT";
  if (offersSecurity(snapshot, index, installed)) return "AVAILABLE_SECURITY_UPDATE";
  if (installed === none) return undefined;
  const decision = snapshot.decision(index, installed);
  if (decision?.verdict === "rejected") {
    return snapshot.baseline.rejectedPatchesAction === "BLOCK" ? "INSTALLED_REJECTED" : "INSTALLED_OTHER";
  }
  return decision?.verdict === "approved" ? "INSTALLED" : "INSTALLED_OTHER";
}

/** Windows only: a security update is there that no rule has approved yet. */
function offersSecurity(snapshot: Snapshot, index: number, installed: number): boolean {
  if (snapshot.baseline.operatingSystem !== "WINDOWS") return false;
  const newest = snapshot.newest[index] ?? none;
  if (newest <= installed || snapshot.decision(index, newest)?.verdict !== "not approved") return false;
  return snapshot.patch(index, newest)?.classification === "SecurityUpdates";
}

/** What the last scan or install of a node reported. */
export interface PatchState {
  readonly patchGroup: string;
  readonly snapshot: Snapshot;
  readonly snapshotId: string;
  readonly operation: "Scan" | "Install";
  readonly rebootOption: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly installed: number;
  readonly installedOther: number;
  readonly installedPendingReboot: number;
  readonly installedRejected: number;
  readonly missing: number;
  readonly failed: number;
  readonly notApplicable: number;
  readonly availableSecurityUpdates: number;
  readonly criticalNonCompliant: number;
  readonly securityNonCompliant: number;
  readonly otherNonCompliant: number;
}

/** A report but for its counts. */
type ReportHeader = Pick<
  PatchState,
  "patchGroup" | "snapshot" | "snapshotId" | "operation" | "rebootOption" | "startedAt" | "endedAt"
>;

/** What a node reports at the end of a run: its packages per state, as the compliance APIs count them. */
export function report(node: Installation, header: ReportHeader): PatchState {
  const { snapshot } = header;
  // Written out and filled in place: millions of reports are made, and copies of this object cost seconds.
  const state: { -readonly [key in keyof PatchState]: PatchState[key] } = {
    patchGroup: header.patchGroup,
    snapshot,
    snapshotId: header.snapshotId,
    operation: header.operation,
    rebootOption: header.rebootOption,
    startedAt: header.startedAt,
    endedAt: header.endedAt,
    installed: 0,
    installedOther: 0,
    installedPendingReboot: 0,
    installedRejected: 0,
    missing: 0,
    failed: 0,
    notApplicable: 0,
    availableSecurityUpdates: 0,
    criticalNonCompliant: 0,
    securityNonCompliant: 0,
    otherNonCompliant: 0,
  };
  const { installed } = node;
  for (let index = 0; index < installed.length; index++) {
    // Told apart without a look at the baseline.
    if (installed[index] === absent) {
      state.notApplicable++;
      continue;
    }
    const name = packageState(node, snapshot, index);
    if (name === undefined) continue;
    // The usual one, counted without a name that is looked up.
    if (name === "INSTALLED") {
      state.installed++;
      continue;
    }
    state[counterOf[name]]++;
    if (isNonCompliant(name)) countSeverity(state, node, snapshot, index);
  }
  return state;
}

const counterOf = {
  INSTALLED: "installed",
  INSTALLED_OTHER: "installedOther",
  INSTALLED_PENDING_REBOOT: "installedPendingReboot",
  INSTALLED_REJECTED: "installedRejected",
  MISSING: "missing",
  FAILED: "failed",
  NOT_APPLICABLE: "notApplicable",
  AVAILABLE_SECURITY_UPDATE: "availableSecurityUpdates",
} as const satisfies Record<PatchStateName, keyof PatchState>;

/** States that make a node non-compliant. */
export function isNonCompliant(state: PatchStateName): boolean {
  return (
    state === "MISSING" ||
    state === "FAILED" ||
    state === "INSTALLED_REJECTED" ||
    state === "INSTALLED_PENDING_REBOOT"
  );
}

/** Whether a node's report makes it compliant. */
export function isCompliant(state: PatchState): boolean {
  const isAvailableCounted = state.snapshot.baseline.availableSecurityUpdates === "NON_COMPLIANT";
  const available = isAvailableCounted ? state.availableSecurityUpdates : 0;
  const { missing, failed, installedRejected, installedPendingReboot } = state;
  return missing + failed + installedRejected + installedPendingReboot + available === 0;
}

/**
 * A patch at level CRITICAL whose notice is of security counts as both (AWS's program, `_get_count`). A rejected one has
 * no level, and on RPM systems no notice.
 */
function countSeverity(
  state: { criticalNonCompliant: number; securityNonCompliant: number; otherNonCompliant: number },
  node: Installation,
  snapshot: Snapshot,
  index: number,
): void {
  const version = Math.max(snapshot.target[index] ?? none, node.installed[index] ?? none);
  const decision = snapshot.decision(index, version);
  const isCritical = decision?.verdict === "approved" && decision.level === "CRITICAL";
  const classification = snapshot.patch(index, version)?.classification ?? "";
  const hasNotice = decision?.verdict !== "rejected" || !byRpm.has(manager(snapshot));
  const isSecurity = hasNotice && classification.toLowerCase().startsWith("security");
  if (isCritical) state.criticalNonCompliant++;
  if (isSecurity) state.securityNonCompliant++;
  if (!isCritical && !isSecurity) state.otherNonCompliant++;
}

const byRpm: ReadonlySet<string> = new Set(["dnf", "yum", "zypper"]);

function manager({ baseline }: Snapshot): string {
  return packageManagers[baseline.operatingSystem];
}
