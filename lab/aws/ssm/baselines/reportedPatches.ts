import { none, type Patch } from "#lab/fleet/model.js";
import { type PatchStateName, packageState } from "../../patching/patchState.js";
import type { Snapshot } from "../../patching/snapshot.js";
import type { LabNode } from "../nodes/labNode.js";

/** Worst first. */
export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"] as const;

interface ReportedPatch {
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
