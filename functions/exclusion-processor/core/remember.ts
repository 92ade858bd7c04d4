import type { Status } from "#shared/contract/manifestStatus.js";
import { compare } from "#shared/text/words.js";
import { isReachable } from "./fleet.js";
import type { Ledger } from "./ledger.js";
import { entriesOf, type LastStatus, type Version } from "./manifests.js";
import type { RegionState } from "./model.js";
import type { RegionRun } from "./regionRun.js";

/** Of each Region the operating systems of its nodes, by their ids. */
export type KnownSystems = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The operating systems of nodes as the last run has seen them. A stopped node does not tell its own; without this it
 * would go to another cohort each time that it stops.
 */
export function knownSystems(statuses: readonly LastStatus[]): KnownSystems {
  const known = new Map<string, Map<string, string>>();
  const add = (region: string, id: string, system: string) => {
    const own = known.get(region);
    if (own === undefined) known.set(region, new Map([[id, system]]));
    else own.set(id, system);
  };
  for (const last of statuses) {
    if (last.kind !== "known") continue;
    for (const { nodes, leftAlone } of last.status.entries) {
      for (const { id, region, operatingSystem } of [...nodes, ...leftAlone]) {
        if (operatingSystem !== undefined) add(region, id, operatingSystem);
      }
    }
    for (const [region, systems] of Object.entries(last.status.waitingNodes ?? {})) {
      for (const [system, ids] of Object.entries(systems)) {
        for (const id of ids) add(region, id, system);
      }
    }
  }
  return known;
}

/** A Region with the operating systems that its nodes do not tell, as far as they are known. */
export function withSystems(state: RegionState, known: KnownSystems): RegionState {
  const own = known.get(state.region);
  const nodes = state.nodes.map((node) => {
    const operatingSystem = node.operatingSystem ?? own?.get(node.id);
    return operatingSystem === node.operatingSystem ? node : { ...node, operatingSystem };
  });
  return { ...state, nodes };
}

type WaitingNodes = NonNullable<Status["waitingNodes"]>;

/**
 * The operating systems of the nodes that a held or refused version asks for. It is looked at anew in each run, and
 * without these it would come to something else once an entry that names the same stopped nodes has ended.
 *
 * @param before what the last run has remembered, which stands for a Region that could not be read
 */
export function waitingNodesOf(
  version: Version | undefined,
  runs: readonly RegionRun[],
  before: WaitingNodes = {},
): WaitingNodes | undefined {
  if (version === undefined) return undefined;
  const found = runs.flatMap(({ region, ledger }): [string, WaitingNodes[string]][] => {
    const systems = ledger === undefined ? before[region] : systemsIn(ledger, version);
    return systems === undefined || Object.keys(systems).length === 0 ? [] : [[region, systems]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function systemsIn({ fleet, region, now }: Ledger, version: Version): WaitingNodes[string] {
  const systems = new Map<string, Set<string>>();
  for (const { expiresAt, regions, selector } of entriesOf(version)) {
    if (now >= expiresAt || !regions.includes(region)) continue;
    for (const { node, standing } of fleet.select(selector)) {
      if (node.operatingSystem === undefined || !isReachable(standing)) continue;
      const ids = systems.get(node.operatingSystem) ?? new Set();
      systems.set(node.operatingSystem, ids.add(node.id));
    }
  }
  return Object.fromEntries(
    [...systems].sort(([a], [b]) => compare(a, b)).map(([system, ids]) => [system, [...ids].sort(compare)]),
  );
}
