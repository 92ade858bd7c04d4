import { compare, counted } from "#shared/text/words.js";
import { approvalProblems, isApproval, isHolding, releasedBy } from "./held.js";
import type { Ledger } from "./ledger.js";
import { excessOf, heldIn, type Limits } from "./limits.js";
import { entriesOf, type ManifestFacts, type Version } from "./manifests.js";
import { outcomesOf } from "./outcome.js";
import { placeOf } from "./place.js";

/** Ids of nodes, by Region. */
export type Reach = ReadonlyMap<string, ReadonlySet<string>>;

/** What has become of a version in force that looks for tags. */
interface Growth {
  /** How many nodes it found when it was admitted. */
  readonly admittedNodes?: number;
  /** Nodes that it has found since the last run, as many as there are more of them; without an approval they count as moved. */
  readonly moved?: readonly string[];
  /** The nodes that it may reach until somebody approves, and what its author is told; missing when it may reach all. */
  readonly held?: { readonly only: Reach; readonly message: readonly string[] };
}

/**
 * Whether the tags of a version in force have come to find so many more nodes than when it was admitted that these are
 * left out until somebody approves. Nodes that come in the place of others are no growth.
 */
export function growthOf(
  { key, last, approval }: ManifestFacts,
  inForce: Version,
  ledgers: readonly Ledger[],
  limits: Limits,
): Growth {
  if (last.kind !== "known" || !looksForTags(inForce)) return {};
  const found = reachOf(ledgers, key);
  const known = new Map<string, Set<string>>();
  for (const { id, region } of last.status.entries.flatMap(({ nodes }) => nodes)) {
    known.set(region, (known.get(region) ?? new Set()).add(id));
  }
  const now = sizeOf(found) + sizeOf(known, (region) => !found.has(region));
  if (isApproval(approval, inForce)) return { admittedNodes: now };
  const { admittedNodes = sizeOf(known) } = last.status;
  const growth = now - admittedNodes;
  const heldAfter = heldIn(ledgers);
  const heldBefore = isHolding(inForce) ? heldAfter - growth : heldAfter;
  const moved = newcomers(found, known);
  const excess = excessOf({ moves: growth, nodes: moved, heldBefore, heldAfter }, limits);
  if (growth <= 0 || excess === undefined) return { admittedNodes, moved };
  const message = [
    `Held: its tags find ${counted(growth, "node")} more than when it was admitted, and ${excess}.`,
    "It is in force on the nodes that it had before.",
    releasedBy(key, inForce),
    ...approvalProblems(key, approval),
  ];
  return { admittedNodes, held: { only: known, message } };
}

/** The nodes that are new, without as many as have gone: those come in the place of these. */
function newcomers(found: Reach, known: Reach): string[] {
  const added = [...found].flatMap(([region, ids]) => {
    const before = known.get(region) ?? new Set();
    return [...ids].filter((id) => !before.has(id)).map((id) => placeOf({ region, id }));
  });
  const more = sizeOf(found) - sizeOf(known, (region) => found.has(region));
  return added.sort(compare).slice(0, Math.max(0, more));
}

/** The nodes on which the entries of a manifest are in force now. */
export function reachOf(ledgers: readonly Ledger[], key: string): Reach {
  return new Map(
    ledgers.map((ledger) => [
      ledger.region,
      new Set(outcomesOf(ledger, key).flatMap(({ nodes }) => nodes.map(({ id }) => id))),
    ]),
  );
}

/** How many nodes these are, in all Regions or those that count. */
export function sizeOf(reach: Reach, isCounted: (region: string) => boolean = () => true): number {
  return [...reach].reduce((sum, [region, ids]) => sum + (isCounted(region) ? ids.size : 0), 0);
}

/** Whether a version can find other nodes from one run to the next. */
export function looksForTags(version: Version): boolean {
  return entriesOf(version).some(({ selector }) => selector.kind === "tags");
}
