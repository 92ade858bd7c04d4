import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  evidenceKey,
  evidenceText,
  type KeptEvidence,
  parseEvidence,
  type RegionEvidence,
} from "#shared/contract/evidence.js";
import { memoryKey } from "#shared/contract/regionMemory.js";
import { compare } from "#shared/text/words.js";
import { type Result, settle } from "../../shared/errors.js";
import type { ListedObject, Ports } from "../ports.js";
import { longest } from "./belief.js";
import { type After, evidenceAfter, type Reading } from "./evidence.js";
import { tell } from "./evidenceNotices.js";
import type { RegionFleet } from "./fleet.js";
import { longestRunMs } from "./keeper.js";
import { keepingAll, keepingAs } from "./keeping.js";
import type { Ledger } from "./ledger.js";
import { endingOf, type ToldEntry } from "./promiseEnds.js";
import type { Told } from "./promiseSpans.js";
import type { RegionRun } from "./regionRun.js";
import type { Occasion } from "./runSummary.js";
import { Sealed } from "./sealed.js";

/** What a look at runs knows beside its Regions. */
interface LookTime {
  readonly objects: readonly ListedObject[];
  /** When windows make a look due, epoch milliseconds. */
  readonly looks: readonly number[];
  /** A window's call has nothing to do with what earlier ones have done, and nodes wait for it. */
  readonly occasion: Occasion;
  /** A node's entries as people were told. */
  readonly entries: (region: string, id: string) => readonly ToldEntry[];
  readonly now: number;
}

/** What nodes' runs have shown so far. */
export interface Looked {
  readonly regions: ReadonlyMap<string, RegionEvidence>;
  /** When to look next, epoch milliseconds; missing where nothing is promised. */
  readonly due?: number;
  /** What was kept for the next run, with its ETags. */
  readonly kept: ReadonlyMap<string, string>;
  readonly messages: number;
  /** Whole sentences. */
  readonly errors: readonly string[];
}

/** What an earlier run has kept, or why nothing of it is known although something was. */
interface Before {
  readonly evidence?: KeptEvidence;
  readonly lost?: string;
  /** The bytes. */
  readonly text?: string;
  /** Where that stands. */
  readonly sealed: Sealed;
}

/**
 * Holds what was told as in force to what nodes report of their last run: when windows make it due, and daily, since people and
 * other stacks patch nodes at any time. Where nothing is or was promised nothing is asked.
 */
export async function lookAtRuns(
  ports: Ports,
  record: DeploymentRecord,
  runs: readonly RegionRun[],
  time: LookTime,
): Promise<Looked> {
  const { looks, occasion, now } = time;
  const nothing = { regions: new Map(), kept: new Map(), messages: 0, errors: [] };
  const read = await readBefore(ports, runs, time);
  if (!read.ok) return { ...nothing, errors: [`${evidenceKey} cannot be read (${read.error}).`] };
  const { evidence: before, lost, text, sealed } = read.value;
  if (text === undefined && runs.every(({ promised }) => promised.size === 0)) return nothing;
  const next = Math.min(now + longest, ...looks.filter((at) => at > now));
  const due = before === undefined ? next : Math.min(Date.parse(before.due), next);
  const isDue = (now >= due || lost !== undefined) && occasion !== "window" && !ports.isLate();
  const errors: string[] = [];
  const found = await Promise.all(
    runs.map(async (run): Promise<[string, After][]> => {
      const { region, ledger } = run;
      const known = before?.regions[region];
      // What holds in a Region that could not be read is what held before.
      if (ledger === undefined)
        return known === undefined ? [] : [[region, { evidence: known, doubtful: [] }]];
      const ids = new Set([
        ...run.promised.keys(),
        ...[...(known?.promised ?? []), ...(known?.ended ?? [])].flatMap((list) => list.ids),
        ...(known?.breaches ?? []).map(({ id }) => id),
      ]);
      if (ids.size === 0) return [];
      const reading = isDue ? await settle(readingOf(ports, record, ledger, [...ids])) : undefined;
      if (reading?.ok === false) {
        errors.push(`What runs have done in ${region} cannot be read (${reading.error}).`);
      }
      const value = reading?.ok === true ? reading.value : undefined;
      return [[region, evidenceAfter(known, toldIn(ports, run, ledger, time), value)]];
    }),
  );
  const after = new Map(found.flat().sort(([a], [b]) => compare(a, b)));
  const told = await tell(ports, after, lost, now);
  const lookAt = isDue && errors.length === 0 ? next : lost === undefined ? due : now;
  errors.push(...told.errors);
  const regions = new Map([...told.regions].filter(([, evidence]) => hasAny(evidence)));
  const isEmpty = regions.size === 0;
  // Where nothing is promised there is nothing to look at, and nothing new to keep.
  const keptDue = isEmpty && before !== undefined ? before.due : new Date(lookAt).toISOString();
  const keptText = evidenceText({ version: 2, due: keptDue, regions: Object.fromEntries(regions) });
  // Who was not told that it is lost is told by the next run, which finds it lost as well.
  const keep = async () => {
    if (keptText !== text) await sealed.write(ports.store, keptText);
    await sealed.rest(ports.store);
  };
  const written = told.isLossTold ? await settle(keep()) : undefined;
  if (written?.ok === false) errors.push(`${evidenceKey} could not be written (${written.error}).`);
  return {
    regions,
    ...(isEmpty ? {} : { due: lookAt }),
    kept: sealed.written,
    messages: told.messages,
    errors,
  };
}

/** Whether anything is, or was, promised in a Region, or people hear of a breach there. */
function hasAny({ promised, ended, breaches }: RegionEvidence): boolean {
  return promised.length + ended.length + breaches.length > 0;
}

async function readBefore(
  { store }: Pick<Ports, "store">,
  runs: readonly RegionRun[],
  { objects }: LookTime,
): Promise<Result<Before>> {
  const read = await settle(Sealed.read(store, evidenceKey, objects));
  if (!read.ok) return read;
  const sealed = read.value;
  if (!objects.some(({ key }) => key === evidenceKey)) {
    const isMissed = runs.some(({ ledger }) => ledger !== undefined && ledger.memory.promised.size > 0);
    return { ok: true, value: isMissed ? { sealed, lost: "is not there" } : { sealed } };
  }
  const { text = "" } = sealed;
  const evidence = parseEvidence(text);
  const value =
    evidence === undefined
      ? { sealed, text, lost: "is not as a run has left it" }
      : { sealed, text, evidence };
  return { ok: true, value };
}

/** What a Region's nodes were told, and when. */
function toldIn(
  { appliesTo }: Pick<Ports, "appliesTo">,
  { region, promised }: RegionRun,
  { fleet, memory }: Ledger,
  { objects, entries, now }: LookTime,
): Told {
  const kept = objects.find(({ key }) => key === memoryKey(region));
  return {
    promised,
    found: memory.promised,
    ...(kept === undefined ? {} : { foundSince: kept.lastModified }),
    ...(memory.wroteAt === undefined ? {} : { wroteFrom: memory.wroteAt - longestRunMs }),
    registered: registeredIn(fleet),
    ending: (id) => endingOf(entries(region, id), now),
    keepingAll: (left) => keepingAll(fleet, appliesTo, left),
    now,
  };
}

/** Ids of the baselines of patch groups; somebody else's keeps nothing off. */
function registeredIn(fleet: RegionFleet): Map<string, Set<string>> {
  const registered = new Map<string, Set<string>>();
  for (const { group, baselineId } of fleet.state.groups) {
    if (!fleet.isOurs(baselineId)) continue;
    const known = registered.get(group);
    if (known === undefined) registered.set(group, new Set([baselineId]));
    else known.add(baselineId);
  }
  return registered;
}

async function readingOf(
  ports: Ports,
  record: DeploymentRecord,
  ledger: Ledger,
  ids: readonly string[],
): Promise<Reading> {
  const { fleet, region } = ledger;
  const reports = await ports.region(region, record).readReports([...ids].sort(compare));
  return { reports, keeping: (group) => keepingAs(fleet, group) };
}
