import { isInForce, nodesInForce, type Status, type StatusEntry } from "#shared/contract/manifestStatus.js";
import { compare, counted, several } from "#shared/text/words.js";
import type { Decision } from "./admission.js";
import { EntryStatus, phaseOf, type SeenRun } from "./entryStatus.js";
import { entriesOf, type ManifestFacts } from "./manifests.js";
import { outcomesOf } from "./outcome.js";
import { placeOf } from "./place.js";
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
  const verdict = decision.verdict === "applied" ? verdictOf(entries) : decision.verdict;
  return {
    version: 1,
    key: facts.key,
    versionId: newest.versionId,
    verdict,
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

/** What is said of a manifest whose newest version is admitted: as long as one entry is being applied, it is. */
function verdictOf(entries: readonly StatusEntry[]): Status["verdict"] {
  if (entries.some(({ phase }) => phase === "being applied")) return "being applied";
  return entries.some(({ phase }) => phase !== "expired") ? "in force" : "ended";
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
    : { ...entry, phase: entry.phase === "being applied" ? entry.phase : phase };
}

function summary(entries: readonly StatusEntry[], failed: Status["failedRegions"]): string[] {
  const live = entries.filter(isInForce);
  const applying = entries.filter(({ phase }) => phase === "being applied");
  const regions = failed.map(({ region }) => region).join(", ");
  // A Region that failed lists the nodes that should be moved there, and perhaps are not.
  const but = failed.length === 0 ? "" : `, but not all of it is done in ${regions}`;
  if (live.length + applying.length === 0)
    return entries.some(({ phase }) => phase === "expired") ? ["Every entry has ended."] : [];
  const nodes = new Set(live.flatMap(nodesInForce).map(placeOf));
  const lines =
    live.length === 0 ? [] : [`${are(live.length)} in force, on ${counted(nodes.size, "node")}${but}.`];
  if (applying.length > 0)
    lines.push(`${are(applying.length)} being applied${but}: ${progressOf(applying)}.`);
  return [...lines, ...reasons(entries, "Not yet on", "notYet"), ...reasons(entries, "Not sure on", "doubt")];
}

function are(entries: number): string {
  return entries === 1 ? "1 entry is" : `${entries} entries are`;
}

/** Where entries that are being applied stand. */
function progressOf(entries: readonly StatusEntry[]): string {
  const all = new Set(entries.flatMap(({ nodes }) => nodes.map(placeOf)));
  if (all.size === 0) return "so far there is no node to put in force on";
  const done = new Set(entries.flatMap(nodesInForce).map(placeOf));
  return `in force on ${done.size} of ${counted(all.size, "node")} so far`;
}

/** What is not promised and why, in whole sentences. */
function reasons(entries: readonly StatusEntry[], head: string, name: "notYet" | "doubt"): string[] {
  const nodes = new Map<string, Set<string>>();
  for (const node of entries.flatMap((entry) => entry.nodes)) {
    const why = node[name];
    if (why !== undefined) nodes.set(why, (nodes.get(why) ?? new Set()).add(node.id));
  }
  return [...nodes].map(([why, ids]) => `${head} ${several([...ids])}: ${why}.`);
}
