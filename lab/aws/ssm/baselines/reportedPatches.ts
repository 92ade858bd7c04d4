import { none, type Patch } from "#lab/fleet/model.js";
import { type PatchStateName, packageState } from "../../patching/patchState.js";
import type { Snapshot } from "../../patching/snapshot.js";
import type { LabNode } from "../nodes/labNode.js";

/** Worst first. */
export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"] as const;

export interface ReportedPatch {
  readonly patch: Patch;
  readonly state: PatchStateName;
  /** Of the rule or the list that approves it. */
  readonly level: (typeof severities)[number];
}

/** The patches of a node as the API lists them: what is installed, and what could be. */
export function reportedPatches(node: LabNode, snapshot: Snapshot): ReportedPatch[] {
  return node.catalog.packages.flatMap(({ index }) => {
    const state = packageState(node, snapshot, index);
    if (state === undefined || state === "NOT_APPLICABLE") return [];
    const isOffered = state === "AVAILABLE_SECURITY_UPDATE";
    const source = state.startsWith("INSTALLED")
      ? node.installed
      : isOffered
        ? snapshot.newest
        : snapshot.target;
    const version = source[index] ?? none;
    const patch = snapshot.patch(index, version);
    const decision = snapshot.decision(index, version);
    const level = severities.find((one) => decision?.verdict === "approved" && decision.level === one);
    return patch === undefined ? [] : [{ patch, state, level: level ?? "UNSPECIFIED" }];
  });
}

/**
 * What APIs call a patch: an update of Windows by its KB, a package by name and architecture; of which version it is, its title tells.
 *
 * @see SSM user guide, AWS CLI commands for Patch Manager, describe-instance-patches: KBId `bind-libs.x86_64` of
 *   Title `bind-libs.x86_64:32:9.8.2-0.68.rc1.60.amzn1`
 */
export function reportedId({ id, name, arch, version }: Patch): string {
  if (version === undefined) return id;
  return arch === undefined ? name : `${name}.${arch}`;
}
