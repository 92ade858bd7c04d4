import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { baselineName, type Cohort, parseGroup } from "#shared/contract/exclusionNames.js";
import { compare } from "#shared/text/words.js";
import { type Shortage, shortages } from "./budget.js";
import { RegionFleet } from "./fleet.js";
import { Ledger } from "./ledger.js";
import type { AppliesTo, BaselineContent, Entry, RegionState } from "./model.js";
import { type EntryOutcome, outcomesOf } from "./outcome.js";
import type { Placement } from "./placement.js";

/** A derived baseline that has to be there. */
export interface WantedBaseline {
  readonly name: string;
  readonly word: Cohort;
  readonly operatingSystem: string;
  readonly content: BaselineContent;
  /** Patch groups that have to be registered to it, in order. */
  readonly groups: readonly string[];
}

/** What a Region should look like. */
export interface Desired {
  readonly region: string;
  /** Where nodes belong; those that are not named here belong to their base group. */
  readonly placements: ReadonlyMap<string, Placement>;
  /** In order of their names. */
  readonly baselines: readonly WantedBaseline[];
}

/** What the ledger of a Region comes to. */
export function desiredOf(ledger: Ledger): Desired {
  const { fleet, placer } = ledger;
  const groups = new Map<string, string[]>();
  for (const [group, systems] of ledger.groups()) {
    for (const system of systems) {
      const key = `${parseGroup(group)?.word}|${system}`;
      groups.set(key, [...(groups.get(key) ?? []), group]);
    }
  }
  const baselines = [...ledger.needs].flatMap(([key, { rule, system }]): WantedBaseline[] => {
    const content = placer.content(rule, system);
    if (content === undefined) return [];
    return [
      {
        name: baselineName(fleet.record.namePrefix, rule.word, system),
        word: rule.word,
        operatingSystem: system,
        content,
        groups: [...(groups.get(key) ?? [])].sort(compare),
      },
    ];
  });
  return {
    region: ledger.region,
    placements: ledger.placements(),
    baselines: baselines.sort((a, b) => compare(a.name, b.name)),
  };
}

/** A manifest's entries with what decides who comes first when there is no room for all. */
interface RankedEntries {
  readonly key: string;
  readonly entries: readonly Entry[];
  readonly wasInForce: boolean;
  readonly uploadedAt: number;
}

/** Who comes first: manifests in force already, then the older upload, then the key. */
export function byRank(a: Omit<RankedEntries, "entries">, b: Omit<RankedEntries, "entries">): number {
  if (a.wasInForce !== b.wasInForce) return a.wasInForce ? -1 : 1;
  return a.uploadedAt - b.uploadedAt || compare(a.key, b.key);
}

/** A manifest that a Region has no room for. */
interface OverBudget extends Shortage {
  readonly key: string;
}

/**
 * What one Region should look like by the entries of all manifests. One that does not fit is left out as a whole and
 * named in `overBudget`; the order in which they are given is of no account.
 */
export function desired(
  manifests: readonly RankedEntries[],
  state: RegionState,
  record: DeploymentRecord,
  appliesTo: AppliesTo,
  now: number,
): {
  desired: Desired;
  overBudget: readonly OverBudget[];
  outcomes: ReadonlyMap<string, readonly EntryOutcome[]>;
} {
  const ledger = new Ledger(new RegionFleet(state, record), appliesTo, now);
  const overBudget: OverBudget[] = [];
  const outcomes = new Map<string, readonly EntryOutcome[]>();
  const admitted = [...manifests].sort(byRank).filter(({ key, entries }) => {
    ledger.set(key, entries);
    const found = shortages(ledger, key);
    if (found.length > 0) ledger.set(key, []);
    overBudget.push(...found.map((shortage) => ({ key, ...shortage })));
    return found.length === 0;
  });
  for (const { key } of admitted) outcomes.set(key, outcomesOf(ledger, key));
  return { desired: desiredOf(ledger), overBudget, outcomes };
}
