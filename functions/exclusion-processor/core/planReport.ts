import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { groupOf } from "#shared/contract/exclusionNames.js";
import { manifestOfPlan, type PlannedNode, type PlanReport } from "#shared/contract/planReport.js";
import { compare, sortedUnion } from "#shared/text/words.js";
import { shortages } from "./budget.js";
import { type Ledger, type Move, wordIn } from "./ledger.js";
import { excessOf, heldIn, type Limits } from "./limits.js";
import { entriesOf, type Version } from "./manifests.js";
import { type EntryOutcome, outcomesOf } from "./outcome.js";
import { placeOf } from "./place.js";
import type { Placement } from "./placement.js";

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
  limits: Limits,
): PlanReport {
  const manifest = manifestOfPlan(key);
  const known = new Set(ledgers.map(({ region }) => region));
  const { most } = limits;
  const unreadRegions = record.regions.map(({ name }) => name).filter((name) => !known.has(name));
  const head = { version: 1, key, insteadOf: manifest, versionId: version.versionId } as const;
  if (!version.reading.ok) {
    const { problems } = version.reading;
    const nothing = { changedNodes: 0, mostChangedNodes: most, nodes: [], entries: [], unreadRegions };
    return { ...head, verdict: "would be refused", problems: [...problems], ...nothing };
  }
  const heldBefore = heldIn(ledgers);
  const moves = ledgers.flatMap((ledger) => ledger.set(manifest, entriesOf(version)));
  const found = ledgers.flatMap((ledger) => shortages(ledger, manifest));
  const entries = ledgers.flatMap((ledger) =>
    outcomesOf(ledger, manifest).map(({ entryId, nodes, unknown, left }) => ({
      id: entryId,
      region: ledger.region,
      nodes: nodes.length,
      unknownNodes: [...unknown],
      leftAlone: [...left, ...doubtful(nodes)].slice(0, 100).map(({ id, why }) => ({ id, why })),
    })),
  );
  const heldAfter = heldIn(ledgers);
  const nodes = moves.flatMap((move) => plannedNode(move, ledgers));
  for (const ledger of ledgers) ledger.set(manifest, entriesOf(present));
  const changes = moves.length;
  const change = { moves: changes, nodes: moves.map(placeOf), heldBefore, heldAfter };
  const fits = excessOf(change, limits) === undefined ? "would be applied" : "would be held";
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

/** Nodes that would be moved, and of which nothing would be promised. */
function doubtful(nodes: EntryOutcome["nodes"]): { id: string; why: string }[] {
  return nodes.flatMap(({ id, doubt }) => (doubt === undefined ? [] : [{ id, why: doubt }]));
}

function plannedNode({ region, id, from, to }: Move, ledgers: readonly Ledger[]): PlannedNode[] {
  const found = ledgers.find((ledger) => ledger.region === region)?.fleet.nodes.get(id);
  if (found?.standing.kind !== "patched") return [];
  const { base, word } = found.standing;
  const before = patchesOf(from);
  const after = patchesOf(to);
  const wasHeld = isHold(from);
  const hold = wasHeld === isHold(to) ? {} : { hold: wasHeld ? ("ends" as const) : ("begins" as const) };
  return [
    {
      id,
      region,
      from: groupOf(base, wordIn(from, word)),
      to: groupOf(base, wordIn(to, word)),
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
