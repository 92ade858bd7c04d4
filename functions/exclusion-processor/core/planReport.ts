import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { groupOf, keys } from "#shared/contract/exclusionNames.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import { compare, sortedUnion } from "#shared/text/words.js";
import { mostChanges } from "./admission.js";
import { shortages } from "./budget.js";
import { groupIn, type Ledger, type Shift } from "./ledger.js";
import { entriesOf, type Version } from "./manifests.js";
import { outcomesOf } from "./outcome.js";
import type { Placement } from "./placement.js";

/** What would become of one node. */
export interface PlannedNode {
  readonly id: string;
  readonly region: string;
  readonly from: string;
  readonly to: string;
  /** Patches that would no longer be installed on it. */
  readonly loses: readonly string[];
  /** Patches that would be installed on it again. */
  readonly gains: readonly string[];
  /** Whether it would begin or cease to be held as a whole. */
  readonly hold?: "begins" | "ends";
}

/** What would happen if a plan were uploaded as a manifest. Nothing has been written. */
export interface PlanReport {
  readonly version: 1;
  readonly key: string;
  /** The manifest that it would be, or take the place of. */
  readonly insteadOf: string;
  readonly versionId: string;
  readonly verdict: "would be applied" | "would be refused" | "would be held";
  readonly problems: readonly StatusProblem[];
  readonly changedNodes: number;
  readonly mostChangedNodes: number;
  readonly nodes: readonly PlannedNode[];
  /** Per entry what it would not reach, and why. */
  readonly entries: readonly {
    readonly id: string;
    readonly region: string;
    readonly nodes: number;
    readonly unknownNodes: readonly string[];
    readonly leftAlone: readonly { readonly id: string; readonly why: string }[];
  }[];
  readonly unreadRegions: readonly string[];
}

/** The manifest that a plan is a draft of. */
export function manifestOfPlan(key: string): string {
  return `${keys.manifests}${key.slice(keys.plans.length)}`;
}

/**
 * Tries a plan in the ledgers as they are after this run's decisions, and takes it out again.
 *
 * @param present the version of the manifest that is in force now
 */
export function planReport(
  key: string,
  version: Version,
  present: Version | undefined,
  ledgers: readonly Ledger[],
  record: DeploymentRecord,
): PlanReport {
  const manifest = manifestOfPlan(key);
  const known = new Set(ledgers.map(({ region }) => region));
  const most = mostChanges(record, ledgers);
  const unreadRegions = record.regions.map(({ name }) => name).filter((name) => !known.has(name));
  const head = { version: 1, key, insteadOf: manifest, versionId: version.versionId } as const;
  if (!version.reading.ok) {
    const { problems } = version.reading;
    const nothing = { changedNodes: 0, mostChangedNodes: most, nodes: [], entries: [], unreadRegions };
    return { ...head, verdict: "would be refused", problems, ...nothing };
  }
  const shifts = ledgers.flatMap((ledger) => ledger.set(manifest, entriesOf(version)));
  const found = ledgers.flatMap((ledger) => shortages(ledger, manifest));
  const entries = ledgers.flatMap((ledger) =>
    outcomesOf(ledger, manifest).map(({ entryId, nodes, unknown, left }) => ({
      id: entryId,
      region: ledger.region,
      nodes: nodes.length,
      unknownNodes: [...unknown],
      leftAlone: left.slice(0, 100).map(({ id, why }) => ({ id, why })),
    })),
  );
  const nodes = shifts.flatMap((shift) => plannedNode(shift, ledgers));
  for (const ledger of ledgers) ledger.set(manifest, entriesOf(present));
  const changes = shifts.length;
  const fits = changes > most ? "would be held" : "would be applied";
  return {
    ...head,
    verdict: found.length > 0 ? "would be refused" : fits,
    problems: found.map(({ entryIds: [entry], message }) => ({
      message,
      ...(entry === undefined ? {} : { entry }),
    })),
    changedNodes: changes,
    mostChangedNodes: most,
    nodes: nodes.sort((a, b) => compare(a.region, b.region) || compare(a.id, b.id)),
    entries,
    unreadRegions,
  };
}

function plannedNode({ region, id, from, to }: Shift, ledgers: readonly Ledger[]): PlannedNode[] {
  const found = ledgers.find((ledger) => ledger.region === region)?.fleet.nodes.get(id);
  if (found?.standing.kind !== "patched") return [];
  const { base, word } = found.standing;
  const present = groupOf(base, word);
  const before = patchesOf(from);
  const after = patchesOf(to);
  const wasHeld = isHold(from);
  const hold = wasHeld === isHold(to) ? {} : { hold: wasHeld ? ("ends" as const) : ("begins" as const) };
  return [
    {
      id,
      region,
      from: groupIn(from, base, present),
      to: groupIn(to, base, present),
      loses: sortedUnion(after.filter((name) => !before.includes(name))),
      gains: sortedUnion(before.filter((name) => !after.includes(name))),
      ...hold,
    },
  ];
}

function patchesOf(placement: Placement): readonly string[] {
  return placement.kind === "moved" ? placement.rule.patches : [];
}

function isHold(placement: Placement): boolean {
  return placement.kind === "moved" && placement.rule.word === "hold";
}
