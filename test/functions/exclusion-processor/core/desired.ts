import { type Shortage, shortages } from "#functions/exclusion-processor/core/budget.js";
import { byRank, type Desired, desiredOf, type Ranked } from "#functions/exclusion-processor/core/desired.js";
import { RegionFleet } from "#functions/exclusion-processor/core/fleet.js";
import { Ledger } from "#functions/exclusion-processor/core/ledger.js";
import { blankMemory, type Memory } from "#functions/exclusion-processor/core/memory.js";
import type { AppliesTo, Entry, RegionState } from "#functions/exclusion-processor/core/model.js";
import { type EntryOutcome, outcomesOf } from "#functions/exclusion-processor/core/outcome.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";

/** A manifest that a Region has no room for. */
interface OverBudget extends Shortage {
  readonly key: string;
}

/**
 * What one Region should look like by the entries of all manifests. One that does not fit is left out as a whole and
 * named in `overBudget`; the order in which they are given is of no account.
 */
export function desired(
  manifests: readonly (Ranked & { readonly entries: readonly Entry[] })[],
  state: RegionState,
  record: DeploymentRecord,
  appliesTo: AppliesTo,
  now: number,
  memory: Memory = blankMemory(now),
): {
  desired: Desired;
  overBudget: readonly OverBudget[];
  outcomes: ReadonlyMap<string, readonly EntryOutcome[]>;
} {
  const ledger = new Ledger(new RegionFleet(state, record), appliesTo, now, memory);
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
