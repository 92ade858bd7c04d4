import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import { nodesInForce } from "#shared/contract/manifestStatus.js";
import type { WindowEntry } from "#shared/contract/windowRecord.js";

/**
 * The entries that are told as in force on each node of a Region, and those that have ended since a run began, or too late before.
 *
 * @param startedAt when the run began, epoch milliseconds
 */
export function entriesByNode(
  verdicts: KeptVerdicts | undefined,
  region: string,
  startedAt: number,
): Map<string, WindowEntry[]> {
  const found = new Map<string, WindowEntry[]>();
  for (const [manifest, { entries, inForceVersionId: versionId }] of verdicts?.manifests ?? []) {
    for (const entry of entries) {
      const { id, owner, expires, effect } = entry;
      const version = versionId === undefined ? {} : { versionId };
      const told: WindowEntry = { manifest, ...version, entry: id, owner, expires, effect };
      const ids = nodesInForce(entry).flatMap((node) => (node.region === region ? [node.id] : []));
      const had = entry.had?.[region];
      for (const node of had !== undefined && startedAt < Date.parse(had.until) ? had.ids : ids)
        found.set(node, [...(found.get(node) ?? []), told]);
    }
  }
  return found;
}
