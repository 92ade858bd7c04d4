import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { maxPatchNameLength, maxRejectedPatches } from "#shared/contract/patchNames.js";
import { compare, counted, several } from "#shared/text/words.js";
import { canGo } from "./cleanup.js";
import type { Ledger } from "./ledger.js";

/** Patch baselines that a Region has room for, whoever made them. */
export function maxBaselines({ maxBaselines: most = 50 }: DeploymentRecord): number {
  return most;
}

/** Something that a Region has no room for. */
export interface Shortage {
  /** The entries of the manifest in question that are part of it. */
  readonly entryIds: readonly string[];
  /** What is too much, where, whose it is, and what to merge. */
  readonly message: string;
}

/**
 * What a Region has no room for, as its ledger stands now, told to the author of one manifest. Baselines that will go
 * once their nodes have moved count as well, since they are still there while the new ones are made.
 */
export function shortages(ledger: Ledger, key: string): Shortage[] {
  const lists = [...ledger.needs.values()].flatMap(({ rule, system }): Shortage[] => {
    const rejected = ledger.placer.content(rule, system)?.rejectedPatches ?? [];
    const long = rejected.find((name) => name.length > maxPatchNameLength);
    if (rejected.length <= maxRejectedPatches && long === undefined) return [];
    const { entryIds, others, nodes } = partiesOf(ledger, key, rule.word, system);
    const where = `${ledger.region}, ${system}, ${several(nodes)}`;
    if (long !== undefined) {
      const message = `${where}: ${long.slice(0, 40)}... has ${long.length} characters; a name has at most ${maxPatchNameLength}. Shorten it with a wildcard.`;
      return [{ entryIds, message }];
    }
    const base = ledger.fleet.base(system)?.rejectedPatches.length ?? 0;
    const own = entryIds.length === 0 ? "" : `, entries ${several(entryIds)} of this manifest`;
    const foreign = others.length === 0 ? "" : ` and ${several(others)}`;
    const message =
      `${where}: ${rejected.length} rejected patches, and a baseline takes ${maxRejectedPatches}. ` +
      `They come from the base baseline (${base})${own}${foreign}. Merge names of these entries with a wildcard.`;
    return [{ entryIds, message }];
  });
  return [...lists, ...tooManyBaselines(ledger, key)].sort((a, b) => compare(a.message, b.message));
}

function tooManyBaselines(ledger: Ledger, key: string): Shortage[] {
  const { fleet } = ledger;
  const there = new Set(fleet.derived.map(({ baseline, word }) => `${word}|${baseline.operatingSystem}`));
  const made = [...ledger.needs.keys()].filter((need) => !there.has(need));
  const idle = fleet.derived.filter(
    ({ baseline, word }) =>
      !ledger.needs.has(`${word}|${baseline.operatingSystem}`) && !fleet.inUse.has(baseline.id),
  );
  const going = idle.filter(({ baseline }) => canGo(baseline, fleet, ledger.memory));
  const total = fleet.state.baselines.length - going.length + made.length;
  const most = maxBaselines(fleet.record);
  if (made.length === 0 || total <= most) return [];
  const entryIds = entriesBehind(ledger, key, new Set(made));
  const others = fleet.state.baselines.length - fleet.derived.length;
  const later = idle.length - going.length;
  const soon =
    later === 0
      ? ""
      : ` ${counted(later, "baseline")} of exclusions that have ended may make room an hour after their last node has left.`;
  const message =
    `${ledger.region}: ${total} patch baselines would be needed, and a Region has room for ${most}; ` +
    `${counted(others, "baseline")} there are not of exclusions. Each different set of patches on a node takes one per ` +
    `operating system. Merge entries ${several(entryIds)}: give them the same patches, action and nodes, or fewer sets.${soon}`;
  return [{ entryIds, message }];
}

function entriesBehind(ledger: Ledger, key: string, needs: ReadonlySet<string>): string[] {
  const ids = ledger.selections(key).flatMap(({ entry, nodes }) => {
    const isBehind = nodes.some(({ node }) => {
      const placement = ledger.placement(node.id);
      if (placement.kind !== "moved") return false;
      return placement.systems.some((system) => needs.has(`${placement.rule.word}|${system}`));
    });
    return isBehind ? [entry.id] : [];
  });
  return ids.sort(compare);
}

/** Who takes part in a derived baseline: entries of the manifest, entries of others, and nodes. */
function partiesOf(ledger: Ledger, key: string, word: string, system: string) {
  const entryIds = new Set<string>();
  const others = new Set<string>();
  const nodes: string[] = [];
  for (const [id, placement] of ledger.placements()) {
    if (placement.kind !== "moved" || placement.rule.word !== word || !placement.systems.includes(system))
      continue;
    nodes.push(id);
    for (const ask of ledger.asksFor(id)) {
      if (ask.key === key) entryIds.add(ask.entry.id);
      else others.add(`${ask.entry.id} of ${ask.key}`);
    }
  }
  return {
    entryIds: [...entryIds].sort(compare),
    others: [...others].sort(compare),
    nodes: nodes.sort(compare),
  };
}
