import { parseGroup } from "#shared/contract/exclusionNames.js";
import { partsOf, type RetiredPart } from "#shared/contract/retired.js";
import { compare } from "#shared/text/words.js";
import type { RegionFleet } from "./fleet.js";
import type { Standing } from "./standing.js";

/** Whether exclusions, or what somebody has made of their tags, still have a node. */
export function isTaken(standing: Standing): boolean {
  if (standing.kind === "outside") return false;
  return standing.kind === "foreign" || standing.word !== undefined || !standing.isMarked;
}

/**
 * The parts of a stack in which exclusions have something in a Region: nodes, or baselines, which nobody could delete there any more.
 *
 * @param written the patch groups that nodes get now
 * @param before those that they got a moment ago, which AWS may not show yet
 */
export function leftParts(
  fleet: RegionFleet,
  written: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): RetiredPart[] {
  const { state, record } = fleet;
  const groups = new Set(
    [...written.values(), ...before.values()].map((one) => parseGroup(one)?.base ?? one),
  );
  const systems = new Set<string>();
  let isAny = fleet.derived.length > 0 || groups.size > 0;
  for (const { node, standing } of fleet.nodes.values()) {
    // Of a node in its base group a mark alone is left.
    const isMoved = standing.kind === "patched" ? standing.word !== undefined : isTaken(standing);
    if (!isMoved && !written.has(node.id)) continue;
    isAny = true;
    if (standing.kind === "patched") groups.add(standing.base);
    // One that has been stopped ever since it was first seen may be of any system.
    const { operatingSystem } = node;
    for (const name of operatingSystem === undefined ? record.operatingSystems : [operatingSystem])
      systems.add(name);
  }
  return partsOf({
    regions: isAny ? [state.region] : [],
    patchGroups: [...groups].sort(compare),
    operatingSystems: [...systems].sort(compare),
  });
}
