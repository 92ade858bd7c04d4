import { baselineName, type Cohort, parseGroup } from "#shared/contract/exclusionNames.js";
import { compare } from "#shared/text/words.js";
import type { Ledger } from "./ledger.js";
import type { BaselineContent } from "./model.js";
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
  /** Nodes on which entries stay in force although these cannot have them where they should be, with the patch group that was told. */
  readonly owed: ReadonlyMap<string, string>;
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
    owed: ledger.owed(),
  };
}

/** What decides which manifest comes first when there is no room for all. */
export interface Ranked {
  readonly key: string;
  readonly wasInForce: boolean;
  readonly uploadedAt: number;
}

/** Who comes first: manifests in force already, then the older upload, then the key. */
export function byRank(a: Ranked, b: Ranked): number {
  if (a.wasInForce !== b.wasInForce) return a.wasInForce ? -1 : 1;
  return a.uploadedAt - b.uploadedAt || compare(a.key, b.key);
}
