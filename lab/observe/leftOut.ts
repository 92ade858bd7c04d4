import { packageManagers } from "#shared/contract/operatingSystems.js";
import { blocksDependency, listNames } from "../aws/patching/matcher.js";
import { type PatchedNode, planOperation } from "../aws/patching/operation.js";
import type { Snapshot } from "../aws/patching/snapshot.js";
import { none, type Patch } from "../fleet/model.js";
import { fits } from "../fleet/requirement.js";

/** A patch that an exclusion keeps off a node. */
export interface LeftOut {
  readonly patch: Patch;
  /** The rejected names that keep it off, by itself or by what it needs; none where nothing at all is installed. */
  readonly rejectedBy: readonly string[];
}

const install = { operation: "Install", rebootOption: "RebootIfNeeded" } as const;

/**
 * What would be installed on a node by one baseline and is not by another. What fails on the node with both, or is
 * approved by neither, has other reasons.
 *
 * @param base what the node's base group has
 * @param actual what is installed by; undefined where nothing is installed
 */
export function leftOut(node: PatchedNode, base: Snapshot, actual: Snapshot | undefined): LeftOut[] {
  const steps = (snapshot: Snapshot) => planOperation(node, snapshot, install, 0).steps;
  const done = new Map(
    (actual === undefined ? [] : steps(actual)).map((one) => [one.packageIndex, one.versionIndex]),
  );
  return steps(base).flatMap(({ packageIndex, versionIndex }): LeftOut[] => {
    const patch = base.patch(packageIndex, versionIndex);
    if (patch === undefined || (done.get(packageIndex) ?? none) >= versionIndex) return [];
    return [{ patch, rejectedBy: actual === undefined ? [] : rejectedNames(node, base, actual, patch) }];
  });
}

/** The names of a rejected list that a patch, or something that it needs and the node has not, goes by. */
function rejectedNames(
  { installed }: PatchedNode,
  base: Snapshot,
  { baseline }: Snapshot,
  patch: Patch,
): string[] {
  const { operatingSystem } = baseline;
  // dnf leaves a patch out for whatever it needs, be it there or not.
  const asksAll = packageManagers[operatingSystem] === "dnf";
  const needed = new Set([patch]);
  for (const one of needed) {
    for (const requirement of one.requires) {
      const { packageIndex } = requirement;
      if (!asksAll && fits(requirement, installed[packageIndex] ?? none)) continue;
      for (let version = 0; version <= (base.newest[packageIndex] ?? none); version++) {
        const other = base.patch(packageIndex, version);
        if (other !== undefined && fits(requirement, version)) needed.add(other);
      }
    }
  }
  needed.delete(patch);
  return baseline.rejectedPatches.filter(
    (name) =>
      listNames([name], "rejected", operatingSystem, patch) ||
      [...needed].some((one) => blocksDependency([name], operatingSystem, one)),
  );
}
