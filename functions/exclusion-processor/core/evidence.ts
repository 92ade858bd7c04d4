import type { Breach, RegionEvidence } from "#shared/contract/evidence.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { dayMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import type { PatchState } from "../../shared/patchState.js";
import { lived, type PromiseSpan, PromiseSpans, type Told } from "./promiseSpans.js";

/** What a promised node's report should say. */
export interface Expected {
  /** Whether the whole node is held. */
  readonly isHeld: boolean;
  /** Baselines that keep the promise. */
  readonly baselineIds: ReadonlySet<string>;
  /** Since when it is in force in its patch group, epoch milliseconds. */
  readonly since: number;
}

/** What a report says of a promise. */
type Evidence =
  | { readonly kind: "none" }
  /** A run came back with the baseline that keeps the promise. */
  | { readonly kind: "proved" }
  /** The node got, or may have got, what was to be kept off it. */
  | { readonly kind: "breach"; readonly why: string };

/**
 * The longest that a maintenance window is open. A node that waits in a run as it is held gets its turn even so, with the hold's
 * baseline, which approves nothing.
 *
 * @see SSM API, CreateMaintenanceWindow, Duration: at most 24 hours
 */
const longestRun = dayMs;

const none: Evidence = { kind: "none" };

/**
 * Holds a promise to what the node's last run says of itself. A run that had begun there before the promise was in force says
 * nothing: a node keeps the patches that its run has fetched. Total.
 */
export function evidenceOf(
  { isHeld, baselineIds, since }: Expected,
  { operation, startedAt, baselineId, overrideList }: Report,
): Evidence {
  if (startedAt < since) return none;
  const isExpected = baselineIds.has(baselineId);
  // A scan installs nothing, whatever baseline it has looked at.
  if (operation !== "Install") return isExpected ? { kind: "proved" } : none;
  if (overrideList !== undefined) return { kind: "breach", why: `installed the list ${overrideList}` };
  if (isHeld && isExpected && startedAt < since + longestRun) return none;
  if (isHeld) return { kind: "breach", why: `installed although it is held, with ${baselineId}` };
  if (isExpected) return { kind: "proved" };
  return { kind: "breach", why: `installed with ${baselineId}, which is not its exclusions' baseline` };
}

/** What counts of a node's patch state. */
export type Report = Pick<
  PatchState,
  "id" | "operation" | "startedAt" | "endedAt" | "baselineId" | "snapshotId" | "overrideList"
>;

/** What was read of a Region. */
export interface Reading {
  readonly reports: readonly Report[];
  /** Ids of the baselines that keep off whatever those of a patch group do. */
  readonly keeping: (group: string) => ReadonlySet<string>;
}

/** What is kept of a Region after a run. */
export interface After {
  readonly evidence: RegionEvidence;
  /** Nodes that have installed with another baseline while nobody knows whether they were promised already. */
  readonly doubtful: readonly string[];
}

/**
 * What is kept of a Region after a run. A node counts from when its group was first told, and until what began meanwhile has
 * been reported; without a reading nothing else changes.
 *
 * @param before what was kept; undefined when nothing was
 * @param reading what was read, if anything was
 */
export function evidenceAfter(
  before: RegionEvidence | undefined,
  told: Told,
  reading: Reading | undefined,
): After {
  const promises = new PromiseSpans(before, told);
  const { registered } = told;
  const kept = {
    promised: promises.live(),
    ended: promises.ended(reading === undefined ? undefined : told.now - longestRun - settleMs),
    proved: (before?.proved ?? []).filter((id) => promises.goesOn(id)),
    breaches: before?.breaches ?? [],
    seen: before?.seen ?? {},
  };
  const baselines = new Map(
    [...new Set([...kept.promised, ...kept.ended].map(({ group }) => group))].sort(compare).map((group) => {
      const known = [before?.baselines[group], registered.get(group), promises.keeping.get(group)];
      const ids = new Set(known.flatMap((some) => [...(some ?? [])]));
      return [group, [...ids].sort(compare)];
    }),
  );
  const withBaselines = { ...kept, baselines: Object.fromEntries(baselines) };
  if (reading === undefined) return { evidence: withBaselines, doubtful: [] };
  const expectedOf = ({ group, since }: PromiseSpan): Expected => ({
    isHeld: parseGroup(group)?.word === "hold",
    baselineIds: new Set([...(baselines.get(group) ?? []), ...reading.keeping(group)]),
    since,
  });
  const proved = new Set(kept.proved);
  const known = new Map(kept.breaches.map((breach) => [breach.id, breach]));
  const breaches: Breach[] = [];
  const doubtful: string[] = [];
  for (const report of reading.reports) {
    const { id, endedAt } = report;
    const breach = known.get(id);
    const isNews = kept.seen[id] !== endedAt;
    // People hear of it until the node has installed as it should: a scan takes nothing away.
    if (breach !== undefined && (!isNews || report.operation !== "Install")) breaches.push(breach);
    if (!isNews) continue;
    const rebuilt = promises.rebuilt(id);
    if (rebuilt !== undefined) {
      const early = { ...expectedOf(rebuilt), since: 0 };
      if (report.startedAt < rebuilt.since && evidenceOf(early, report).kind === "breach") doubtful.push(id);
    }
    for (const promise of promises.of(id)) {
      if (!lived(promise, report.startedAt)) continue;
      const evidence = evidenceOf(expectedOf(promise), report);
      if (evidence.kind === "proved" && promise.until === undefined) proved.add(id);
      if (evidence.kind === "breach") {
        proved.delete(id);
        const { snapshotId } = report;
        const run = snapshotId === undefined ? {} : { snapshotId };
        breaches.push({ id, why: evidence.why, at: new Date(endedAt).toISOString(), ...run });
      }
    }
  }
  const counted = new Set([
    ...[...kept.promised, ...kept.ended].flatMap(({ ids }) => ids),
    ...breaches.map(({ id }) => id),
  ]);
  const seen = reading.reports.filter(({ id }) => counted.has(id)).map(({ id, endedAt }) => [id, endedAt]);
  return {
    evidence: {
      ...withBaselines,
      seen: Object.fromEntries(seen.sort(([a], [b]) => compare(String(a), String(b)))),
      proved: [...proved].sort(compare),
      breaches: breaches.sort((a, b) => compare(a.id, b.id)),
    },
    doubtful: doubtful.sort(compare),
  };
}
