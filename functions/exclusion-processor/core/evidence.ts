import type { Breach, RegionEvidence } from "#shared/contract/evidence.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { compare } from "#shared/text/words.js";

/** What Patch Manager tells of the last run of AWS-RunPatchBaseline on a node (DescribeInstancePatchStates). */
export interface PatchReport {
  readonly id: string;
  readonly operation: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly baselineId: string;
  /** Where the list is that the run has installed in the place of what its baseline approves. */
  readonly overrideList?: string;
}

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
export type Evidence =
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
const longestRun = 24 * 3_600_000;

const none: Evidence = { kind: "none" };

/**
 * Holds a promise to what the node's last run says of itself. A run that had begun there before the promise was in force says
 * nothing: a node keeps the patches that its run has fetched. Total.
 */
export function evidenceOf(
  { isHeld, baselineIds, since }: Expected,
  { operation, startedAt, baselineId, overrideList }: PatchReport,
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

/** What was read of a Region. */
export interface Reading {
  readonly reports: readonly PatchReport[];
  /** Ids of the baselines that keep the promise of a node that is told to be in a patch group. */
  readonly baselinesOf: (id: string, group: string) => ReadonlySet<string>;
}

/**
 * What is kept of a Region after a run. A node counts from when its group was first told; without a reading nothing else changes.
 *
 * @param before what was kept; undefined when nothing was
 * @param promised the nodes on which entries are in force, and the patch group that keeps the promise
 * @param reading what was read, if anything was
 * @param now the run's time, ISO 8601
 */
export function evidenceAfter(
  before: RegionEvidence | undefined,
  promised: ReadonlyMap<string, string>,
  reading: Reading | undefined,
  now: string,
): RegionEvidence {
  const since = sinceOf(before?.promised ?? [], promised, now);
  const kept = {
    readAt: before?.readAt ?? now,
    promised: bySince(promised, since),
    proved: (before?.proved ?? []).filter((id) => promised.has(id) && since.get(id) !== now),
    breaches: before?.breaches ?? [],
  };
  if (reading === undefined) return kept;
  const proved = new Set(kept.proved);
  const told = new Map(kept.breaches.map((breach) => [breach.id, breach]));
  const breaches: Breach[] = [];
  for (const report of reading.reports) {
    const { id } = report;
    const at = new Date(report.endedAt).toISOString();
    const known = told.get(id);
    // People hear of it until the node has installed as it should: a scan takes nothing away.
    if (known !== undefined && (known.at === at || report.operation !== "Install")) {
      breaches.push(known);
      continue;
    }
    const group = promised.get(id);
    // A node may report its end a while later.
    if (group === undefined || report.endedAt + settleMs <= Date.parse(kept.readAt)) continue;
    const expected = {
      isHeld: parseGroup(group)?.word === "hold",
      baselineIds: reading.baselinesOf(id, group),
      since: Date.parse(since.get(id) ?? now),
    };
    const evidence = evidenceOf(expected, report);
    if (evidence.kind === "proved") proved.add(id);
    if (evidence.kind === "breach") {
      proved.delete(id);
      breaches.push({ id, why: evidence.why, at });
    }
  }
  const sorted = [...proved].sort(compare);
  return { ...kept, readAt: now, proved: sorted, breaches: breaches.sort((a, b) => compare(a.id, b.id)) };
}

function sinceOf(
  before: RegionEvidence["promised"],
  promised: ReadonlyMap<string, string>,
  now: string,
): ReadonlyMap<string, string> {
  const known = new Map(
    before.flatMap(({ group, since, ids }) => ids.map((id) => [`${group}|${id}`, since] as const)),
  );
  return new Map([...promised].map(([id, group]) => [id, known.get(`${group}|${id}`) ?? now]));
}

function bySince(
  promised: ReadonlyMap<string, string>,
  times: ReadonlyMap<string, string>,
): RegionEvidence["promised"] {
  const lists = new Map<string, RegionEvidence["promised"][number]>();
  for (const [id, group] of [...promised].sort(([a], [b]) => compare(a, b))) {
    const since = times.get(id) ?? "";
    const key = `${group}|${since}`;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, { group, since, ids: [id] });
    else list.ids.push(id);
  }
  return [...lists].sort(([a], [b]) => compare(a, b)).map(([, list]) => list);
}
