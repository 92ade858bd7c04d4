import type { BelievedRegion, Search } from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { baseGroupTagKey, groupOf, parseGroup, patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { canonicalJson, compare, digest } from "#shared/text/words.js";
import { RegionFleet, type StandingNode } from "./fleet.js";
import type { CountingTags, NodeTags, Selector } from "./model.js";

/** What the processor has made in a Region, as far as it decides how nodes' tags are read. */
type Made = Pick<BelievedRegion, "name" | "baselines" | "registrations">;

/** The tags of nodes that decide about them, where they are looked for in some ways. */
export function tagsThatCount(record: DeploymentRecord, selectors: readonly Selector[]): CountingTags {
  const sought = new Map<string, Set<string>>();
  for (const by of selectors) {
    for (const [key, values] of by.kind === "tags" ? Object.entries(by.tags) : []) {
      const known = sought.get(key) ?? new Set();
      sought.set(key, known);
      for (const value of values) known.add(value);
    }
  }
  const always = [...patchGroupTagKeys, baseGroupTagKey, ...Object.keys(record.targetTags)];
  return new Map<string, ReadonlySet<string> | "any">([
    ...sought,
    ...always.map((key): [string, "any"] => [key, "any"]),
  ]);
}

/**
 * The patch groups whose nodes an idle run lists, one listing for all; none means that the marked nodes are listed.
 *
 * A moved node carries a mark, so that the marked nodes are enough as long as no entry looks for nodes in base groups.
 * If one does, moved nodes are listed by their groups: what leaves these is missed there, and so is noticed as well.
 */
export function listedGroups(fleet: RegionFleet, made: Made, searches: readonly Search[]): string[] {
  const { record } = fleet;
  if (!searches.some((search) => isAbout(search, made.name))) return [];
  const bases = new Set(record.patchGroups);
  const groups = new Set(record.patchGroups.flatMap((base) => [base, groupOf(base, "hold")]));
  for (const { group } of made.registrations) {
    const base = parseGroup(group)?.base ?? group;
    bases.add(base);
    groups.add(group).add(base);
  }
  for (const { node } of fleet.nodes.values()) {
    const group = node.tags[record.patchGroupTagKey];
    const base = group === undefined ? undefined : parseGroup(group)?.base;
    if (group !== undefined && base !== undefined && bases.has(base)) groups.add(group);
  }
  return [...groups].sort(compare);
}

/** Whether the listing of an idle run shows a node. */
export function isListed(
  tags: NodeTags["tags"],
  listed: readonly string[],
  record: DeploymentRecord,
): boolean {
  if (listed.length === 0) return tags[baseGroupTagKey] !== undefined;
  return listed.includes(tags[record.patchGroupTagKey] ?? "");
}

/**
 * What decisions rest on of the nodes that a listing shows: those that have been moved or that somebody has a hand in, and
 * those that entries look for. The order of the nodes is of no account.
 */
export function sightOf(
  nodes: readonly NodeTags[],
  made: Made,
  searches: readonly Search[],
  record: DeploymentRecord,
): string {
  const baselines = made.baselines.map((baseline) => ({ ...baseline, isOwned: true }));
  const states = nodes.map(({ id, tags }) => ({ id, tags, operatingSystem: undefined }));
  const state = { region: made.name, nodes: states, baselines, groups: made.registrations };
  const fleet = new RegionFleet(state, record);
  const hits = new Map<string, number[]>();
  for (const [index, search] of searches.entries()) {
    if (!isAbout(search, made.name)) continue;
    for (const { node } of fleet.select(search.by)) {
      const known = hits.get(node.id);
      if (known === undefined) hits.set(node.id, [index]);
      else known.push(index);
    }
  }
  const lines = [...fleet.nodes.values()].flatMap((found) => {
    const own = hits.get(found.node.id) ?? [];
    return counts(found, own.length > 0) ? [lineOf(found, own, record)] : [];
  });
  return digest(lines.join("\n"), 32);
}

function counts({ standing }: StandingNode, isSought: boolean): boolean {
  switch (standing.kind) {
    case "outside":
      return false;
    case "foreign":
      return true;
    case "patched":
      return isSought || standing.word !== undefined || !standing.isMarked || standing.leaves !== undefined;
  }
}

function lineOf({ node, standing }: StandingNode, hits: readonly number[], record: DeploymentRecord): string {
  const { [record.patchGroupTagKey]: group = null, [baseGroupTagKey]: mark = null } = node.tags;
  const more = standing.kind === "patched" ? [standing.leaves ?? null, standing.doubt ?? null] : [];
  return canonicalJson([node.id, group, mark, standing.kind, ...more, ...hits]);
}

function isAbout({ regions }: Search, region: string): boolean {
  return regions === undefined || regions.includes(region);
}
