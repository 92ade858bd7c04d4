import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { baseGroupTagKey, parseGroup } from "#shared/contract/exclusionNames.js";
import { derivedOf } from "./fleet.js";
import { entriesOf, type ManifestFacts, type Version } from "./manifests.js";
import type { CountingTags, NodeState, RegionTraces } from "./model.js";
import { tagsThatCount } from "./sight.js";
import { standingsOf } from "./standing.js";

/**
 * Whether an entry of any version that may come or be in force has not ended. If none has, no node is moved away from
 * its base group, counted or pinned that is not already moved, so a Region without traces needs no further look.
 */
export function asksForNodes(manifests: readonly ManifestFacts[], now: number): boolean {
  return manifests.some(({ newest, inForce, recovered }) =>
    [newest, inForce, recovered].flatMap(entriesOf).some(({ expiresAt }) => now < expiresAt),
  );
}

/** The tags of nodes that count for the entries of any version that may come or be in force, or that somebody tries. */
export function countingTags(
  record: DeploymentRecord,
  manifests: readonly ManifestFacts[],
  tried: readonly Version[],
): CountingTags {
  const versions = manifests.flatMap(({ newest, inForce, recovered }) => [newest, inForce, recovered]);
  const entries = [...versions, ...tried].flatMap(entriesOf);
  return tagsThatCount(
    record,
    entries.map(({ selector }) => selector),
  );
}

/**
 * Whether there is anything in a Region that this stack's exclusions have left, or that somebody else has made of it:
 * a derived baseline, a base group tag that concerns the stack, or a node in a moved group of it, which without its mark no window finds.
 */
export function hasTraces({ baselines, nodes }: RegionTraces, record: DeploymentRecord): boolean {
  // A base group that the stack no longer has counts only as long as an owned baseline is registered for it.
  const standing = standingsOf(record, new Set());
  const isTrace = (tags: NodeState["tags"]) =>
    tags[baseGroupTagKey] !== undefined || parseGroup(tags[record.patchGroupTagKey] ?? "") !== undefined;
  return (
    derivedOf(baselines, record).length > 0 ||
    nodes.some(({ tags }) => isTrace(tags) && standing(tags).kind !== "outside")
  );
}
