import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { counted } from "#shared/text/words.js";
import type { Ledger } from "./ledger.js";

/** What may be changed without an approval. */
export interface Limits {
  /** Nodes under patching. */
  readonly fleet: number;
  /** Most nodes that one manifest may move in one go, and all of them together within a day. */
  readonly most: number;
  /** Most nodes that may be held at once. */
  readonly mostHeld: number;
  /** Nodes that were moved within a day without an approval. */
  readonly recent: ReadonlySet<string>;
}

/** A change that is tried. */
interface Change {
  /** How many nodes it moves. */
  readonly moves: number;
  /** Those of them that are known. */
  readonly nodes: readonly string[];
  readonly heldBefore: number;
  readonly heldAfter: number;
}

/** @param recent see `Limits` */
export function limitsOf(
  record: DeploymentRecord,
  ledgers: readonly Ledger[],
  recent: ReadonlySet<string>,
): Limits {
  const fleet = ledgers.reduce((sum, one) => sum + one.fleet.patchedCount, 0);
  return {
    fleet,
    most: record.maxChangedNodes ?? Math.max(50, Math.floor(fleet / 10)),
    // However small a fleet is, one node can be held.
    mostHeld: Math.max(1, Math.floor((fleet * (record.maxHeldPercent ?? 20)) / 100)),
    recent,
  };
}

/** Why a change needs an approval, as the end of a sentence; undefined when it needs none. */
export function excessOf(
  { moves, nodes, heldBefore, heldAfter }: Change,
  limits: Limits,
): string | undefined {
  const { fleet, most, mostHeld, recent } = limits;
  const without = `${most} may move without an approval`;
  if (moves > most) return `it would move ${counted(moves, "node")}, and ${without}`;
  const news = nodes.filter((node) => !recent.has(node)).length;
  const together = recent.size + news;
  if (news > 0 && together > most) {
    return `it would move ${counted(moves, "node")}, with all others of the last 24 hours ${together}, and ${without}`;
  }
  if (heldAfter > heldBefore && heldAfter > mostHeld) {
    return `${heldAfter} of ${counted(fleet, "node")} would be held at once, and ${mostHeld} may be without an approval`;
  }
  return undefined;
}

/** How many nodes the entries of all manifests hold. */
export function heldIn(ledgers: readonly Ledger[]): number {
  return ledgers.reduce((sum, { held }) => sum + held, 0);
}
