import type { Status, StatusEntry } from "#shared/contract/manifestStatus.js";
import { compare, counted, several } from "#shared/text/words.js";
import type { Decision } from "./admission.js";
import { EntryStatus, phaseOf, type SeenRun } from "./entryStatus.js";
import { entriesOf, type ManifestFacts } from "./manifests.js";
import { outcomesOf } from "./outcome.js";
import type { RegionRun } from "./regionRun.js";
import { waitingNodesOf } from "./remember.js";

/** The status of a manifest after a run. Holds nothing that changes without a cause: no time of the run, no counters. */
export function statusOf(
  facts: Pick<ManifestFacts, "key" | "newest" | "last">,
  decision: Decision,
  runs: readonly RegionRun[],
  now: number,
): Status {
  const last = facts.last.kind === "known" ? facts.last.status : undefined;
  const entries = statusEntries(facts, decision, runs, last, now);
  const concerned = new Set([
    ...entriesOf(decision.inForce).flatMap(({ regions }) => regions),
    ...regionsOf(entries),
    ...regionsOf(last?.entries ?? []),
  ]);
  const { inForce } = decision;
  const { newest } = facts;
  const failedRegions = failures(runs, (region) => concerned.has(region));
  const waitingNodes = waitingNodesOf(decision.waiting, runs, last?.waitingNodes);
  return {
    version: 1,
    key: facts.key,
    versionId: newest.versionId,
    verdict: decision.verdict,
    ...(inForce === undefined ? {} : { inForceVersionId: inForce.versionId }),
    ...(decision.admittedNodes === undefined ? {} : { admittedNodes: decision.admittedNodes }),
    ...(decision.isUnknown === undefined ? {} : { isUnknown: decision.isUnknown }),
    message: [...decision.message, ...summary(entries, failedRegions)],
    problems: [...decision.problems],
    warnings: newest.reading.ok ? [...newest.reading.warnings] : [],
    entries,
    ...(waitingNodes === undefined ? {} : { waitingNodes }),
    failedRegions,
  };
}

/** The status of a manifest that is gone. Without failures it is the same whatever the manifest was. */
export function endedStatus(key: string, last: Status | undefined, runs: readonly RegionRun[]): Status {
  const concerned = new Set([
    ...regionsOf(last?.entries ?? []),
    ...(last?.failedRegions ?? []).map(({ region }) => region),
  ]);
  const failedRegions = failures(runs, (region) => concerned.has(region), true);
  const message =
    failedRegions.length === 0
      ? "Ended: the manifest is gone, and nothing of it is in force."
      : "Ended: the manifest is gone; the Regions named below have not been cleared yet, the next run goes on.";
  return {
    version: 1,
    key,
    verdict: "ended",
    message: [message],
    problems: [],
    warnings: [],
    entries: [],
    failedRegions,
  };
}

function regionsOf(entries: readonly StatusEntry[]): string[] {
  return entries.flatMap(({ nodes }) => nodes.map(({ region }) => region));
}

function failures(
  runs: readonly RegionRun[],
  isConcerned: (region: string) => boolean,
  withNodes = false,
): Status["failedRegions"] {
  return runs
    .flatMap(({ region, error, since, failedNodes }) => {
      if (!isConcerned(region)) return [];
      if (error !== undefined) return [{ region, error, ...(since === undefined ? {} : { since }) }];
      if (!withNodes || failedNodes.size === 0) return [];
      const ids = [...failedNodes.keys()].sort(compare);
      return [{ region, error: `the tags of ${several(ids)} could not be written` }];
    })
    .sort((a, b) => compare(a.region, b.region));
}

function statusEntries(
  { key, newest }: Pick<ManifestFacts, "key" | "newest">,
  { verdict, inForce, isPinned }: Decision,
  runs: readonly RegionRun[],
  last: Status | undefined,
  now: number,
): StatusEntry[] {
  if (isPinned) return (last?.entries ?? []).map((entry) => pinnedEntry(entry, now));
  if (inForce !== undefined) {
    const seen = runs.map((run): SeenRun => {
      const outcomes = run.ledger === undefined ? [] : outcomesOf(run.ledger, key);
      return { ...run, outcomes: new Map(outcomes.map((outcome) => [outcome.entryId, outcome])) };
    });
    const before = new Map(last?.entries.map((entry) => [entry.id, entry]));
    return entriesOf(inForce).map((entry) => new EntryStatus(entry, seen, before.get(entry.id)).at(now));
  }
  if (verdict !== "held") return [];
  return entriesOf(newest).map((entry) => ({
    ...new EntryStatus(entry, [], undefined).at(now),
    phase: "held",
  }));
}

/** An entry of a version that cannot be had any more, as the last run saw it. */
function pinnedEntry(entry: StatusEntry, now: number): StatusEntry {
  const phase = phaseOf(Date.parse(entry.expires), now);
  return phase === "expired"
    ? { ...entry, phase, nodes: [], baselines: [], takesEffect: {} }
    : { ...entry, phase };
}

function summary(entries: readonly StatusEntry[], failed: Status["failedRegions"]): string[] {
  const live = entries.filter(({ phase }) => phase === "in force" || phase === "expiring");
  if (live.length === 0) return [];
  const nodes = new Set(
    live.flatMap((entry) => {
      const failed = new Set(entry.failedNodes.map(placeOf));
      return entry.nodes.flatMap((node) =>
        node.doubt !== undefined || failed.has(placeOf(node)) ? [] : [placeOf(node)],
      );
    }),
  );
  const are = live.length === 1 ? "1 entry is" : `${live.length} entries are`;
  const regions = failed.map(({ region }) => region).join(", ");
  // A Region that failed lists the nodes that should be moved there, and perhaps are not.
  const but = failed.length === 0 ? "" : `, but not all of it is done in ${regions}`;
  return [`${are} in force, on ${counted(nodes.size, "node")}${but}.`, ...doubts(live)];
}

function placeOf({ region, id }: { readonly region: string; readonly id: string }): string {
  return `${region}|${id}`;
}

/** What is not promised, in whole sentences. */
function doubts(entries: readonly StatusEntry[]): string[] {
  const nodes = new Map<string, Set<string>>();
  for (const { id, doubt } of entries.flatMap((entry) => entry.nodes)) {
    if (doubt !== undefined) nodes.set(doubt, (nodes.get(doubt) ?? new Set()).add(id));
  }
  return [...nodes].map(([why, ids]) => `Not sure on ${several([...ids])}: ${why}.`);
}
