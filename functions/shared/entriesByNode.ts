import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import { nodesInForce } from "#shared/contract/manifestStatus.js";
import type { WindowEntry } from "#shared/contract/windowRecord.js";

/** The entries that are told as in force on each node of a Region. */
export function entriesByNode(
  verdicts: KeptVerdicts | undefined,
  region: string,
): Map<string, WindowEntry[]> {
  const found = new Map<string, WindowEntry[]>();
  for (const [manifest, { entries, inForceVersionId: versionId }] of verdicts?.manifests ?? []) {
    for (const entry of entries) {
      const { id, owner, expires, effect } = entry;
      const version = versionId === undefined ? {} : { versionId };
      const told: WindowEntry = { manifest, ...version, entry: id, owner, expires, effect };
      for (const node of nodesInForce(entry))
        if (node.region === region) found.set(node.id, [...(found.get(node.id) ?? []), told]);
    }
  }
  return found;
}
