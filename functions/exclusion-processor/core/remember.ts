import type { LastStatus } from "./manifests.js";
import type { RegionState } from "./model.js";

/** Region and id of a node to its operating system. */
export type KnownSystems = ReadonlyMap<string, string>;

/**
 * The operating systems of nodes as the last run has seen them. A stopped node does not tell its own; without this it
 * would go to another cohort each time that it stops.
 */
export function knownSystems(statuses: readonly LastStatus[]): KnownSystems {
  const known = new Map<string, string>();
  for (const last of statuses) {
    if (last.kind !== "known") continue;
    for (const { nodes, leftAlone } of last.status.entries) {
      for (const { id, region, operatingSystem } of [...nodes, ...leftAlone]) {
        if (operatingSystem !== undefined) known.set(`${region}|${id}`, operatingSystem);
      }
    }
  }
  return known;
}

/** A Region with the operating systems that its nodes do not tell, as far as they are known. */
export function withSystems(state: RegionState, known: KnownSystems): RegionState {
  const nodes = state.nodes.map((node) => {
    const operatingSystem = node.operatingSystem ?? known.get(`${state.region}|${node.id}`);
    return operatingSystem === node.operatingSystem ? node : { ...node, operatingSystem };
  });
  return { ...state, nodes };
}
