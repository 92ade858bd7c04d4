import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
  type Believed,
  type BelievedRegion,
  believedKey,
  believedText,
  nothingBelieved,
  type Search,
  stateFolder,
} from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { evidenceKey } from "#shared/contract/evidence.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { sealKey, verdictsKey } from "#shared/contract/keptVerdicts.js";
import { expiringDays } from "#shared/contract/manifestStatus.js";
import { refusalsKey } from "#shared/contract/refusals.js";
import { memoryFolder, shortUnusedMs, unusedMs } from "#shared/contract/regionMemory.js";
import { retiredKey } from "#shared/contract/retired.js";
import { sealOf } from "#shared/contract/seal.js";
import { dayMs } from "#shared/text/time.js";
import { canonicalJson, compare } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { ListedObject, Store } from "../ports.js";
import type { Decision } from "./admission.js";
import { afterSteps } from "./afterwards.js";
import { derivedOf, foreignNodes, RegionFleet } from "./fleet.js";
import type { Ledger } from "./ledger.js";
import { entriesOf, type ManifestFacts, type Version } from "./manifests.js";
import type { Entry } from "./model.js";
import type { RegionRun } from "./regionRun.js";
import { isListed, listedGroups, sightOf } from "./sight.js";
import type { Written } from "./written.js";

/** A bit less than a day, since the hourly run that comes a day later may come a moment early. */
export const longest = dayMs - 1_800_000;

/** A run that has checked everything and ended well. */
export interface EndedRun {
  readonly listed: readonly ListedObject[];
  readonly recordText: string;
  readonly record: DeploymentRecord;
  readonly manifests: readonly ManifestFacts[];
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly plans: readonly Version[];
  readonly regions: readonly (Pick<RegionRun, "evidence"> & Written & { readonly ledger: Ledger })[];
  /** When to look at nodes' runs next, epoch milliseconds; missing where nothing is promised. */
  readonly lookAt?: number;
  /** What was said of each manifest. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** Keys of the statuses that were written, with their ETags. */
  readonly written: ReadonlyMap<string, string>;
  readonly now: number;
}

/**
 * Takes back what is believed before anything else is done: if the run does not come to its end, for whatever reason, the
 * next one checks everything.
 *
 * @param listed what the bucket has; undefined when nobody knows
 * @returns what went wrong
 */
export async function disbelieve(
  store: Store,
  listed: readonly ListedObject[] | undefined,
): Promise<string | undefined> {
  const own = listed?.find(({ key }) => key === believedKey);
  if (listed !== undefined && own === undefined) return undefined;
  if (own?.etag === createHash("md5").update(nothingBelieved).digest("hex")) return undefined;
  return write(store, nothingBelieved);
}

/** Writes what is believed from now on. Returns what went wrong. */
export function believe(store: Store, run: EndedRun): Promise<string | undefined> {
  return write(store, believedText(believedOf(run)));
}

async function write(store: Store, text: string): Promise<string | undefined> {
  const written = await settle(store.write(believedKey, text));
  return written.ok ? undefined : `${believedKey} could not be written (${written.error}).`;
}

/**
 * Whether the next run can come to nothing else unless something changes that an idle run sees. What waits for room, for
 * an approval, for an object, for tags that could not be written or that AWS may not show yet, may come to pass without that.
 */
export function isSettled({ manifests, decisions, plans, regions }: EndedRun): boolean {
  const versions = manifests.flatMap(({ newest, inForce, recovered }) => [newest, inForce, recovered]);
  return (
    regions.every(
      ({ failedNodes, goneNodes, waiting, settlesAt }) =>
        failedNodes.size === 0 && goneNodes.size === 0 && waiting.size === 0 && settlesAt === undefined,
    ) &&
    ![...versions, ...plans].some((version) => version?.isUnread === true) &&
    [...decisions.values()].every(({ waiting, isPinned }) => waiting === undefined && isPinned === undefined)
  );
}

/** What to believe after a run. */
function believedOf(run: EndedRun): Believed {
  const { record, decisions, plans, now } = run;
  const versions = [...[...decisions.values()].map(({ inForce }) => inForce), ...plans];
  const entries = versions.flatMap(entriesOf).filter(({ expiresAt }) => now < expiresAt);
  const regions = run.regions.map(({ ledger, steps, evidence }) => {
    const after = afterSteps(ledger.fleet.state, steps);
    return { ledger, fleet: new RegionFleet(after, record), breaches: evidence?.breaches.length ?? 0 };
  });
  const moved = new Set(regions.flatMap(({ fleet }) => movedIds(fleet)));
  const searches = searchesOf(entries, moved, record);
  const due = run.regions.flatMap(({ ledger, unused }) => {
    const time = ledger.fleet.isRetired ? shortUnusedMs : unusedMs;
    return [...unused.values()].map((since) => since + time);
  });
  const times = [
    ...entries.flatMap(({ expiresAt }) => [expiresAt, expiresAt - expiringDays * dayMs]),
    ...due,
  ];
  return {
    version: 1,
    checkedAt: now,
    // A look that is due already, and that a window's call has left to the next run, is due in the next hour.
    until: Math.min(now + longest, run.lookAt ?? now + longest, ...times.filter((time) => time > now)),
    objects: objectsOf(run),
    record: run.recordText,
    searches,
    regions: regions.map(({ ledger, fleet, breaches }) => ({
      ...believedRegion(ledger, fleet, searches),
      breaches,
    })),
  };
}

function believedRegion(
  ledger: Ledger,
  fleet: RegionFleet,
  searches: readonly Search[],
): Omit<BelievedRegion, "breaches"> {
  const { record, state } = fleet;
  const made = {
    name: state.region,
    baselines: derivedOf(state.baselines, record).map(({ baseline: { id, name, operatingSystem } }) => ({
      id,
      name,
      operatingSystem,
    })),
    registrations: state.groups.filter(({ baselineId }) => fleet.isDerived(baselineId)),
  };
  const listed = listedGroups(fleet, made, searches);
  const seen = state.nodes.filter(({ tags }) => isListed(tags, listed, record));
  return {
    ...made,
    registrations: [...made.registrations],
    listed,
    sight: sightOf(seen, made, searches, record),
    silent: state.nodes.flatMap(({ id, operatingSystem }) =>
      operatingSystem === undefined && ledger.asksFor(id).length > 0 ? [id] : [],
    ),
    foreign: foreignNodes(fleet),
  };
}

function movedIds(fleet: RegionFleet): string[] {
  return [...fleet.nodes.values()].flatMap(({ node, standing }) =>
    standing.kind === "patched" && standing.word !== undefined ? [node.id] : [],
  );
}

/** What entries look for beside the nodes that they name and have reached, each once. */
function searchesOf(
  entries: readonly Entry[],
  moved: ReadonlySet<string>,
  record: DeploymentRecord,
): Search[] {
  const searches = new Map<string, Search>();
  for (const { selector, regions } of entries) {
    const by = selector.kind === "tags" ? tagSearch(selector.tags) : idSearch(selector.ids, moved);
    if (by === undefined) continue;
    const isEverywhere = record.regions.every(({ name }) => regions.includes(name));
    const search: Search = { ...(isEverywhere ? {} : { regions: [...regions].sort(compare) }), by };
    searches.set(canonicalJson([search.regions ?? null, search.by]), search);
  }
  return [...searches].sort(([a], [b]) => compare(a, b)).map(([, search]) => search);
}

function tagSearch(tags: Readonly<Record<string, readonly string[]>>): Search["by"] {
  const lists = Object.entries(tags).map(([key, values]): [string, string[]] => [key, [...values]]);
  return { kind: "tags", tags: Object.fromEntries(lists) };
}

function idSearch(named: readonly string[], moved: ReadonlySet<string>): Search["by"] | undefined {
  const ids = named.filter((id) => !moved.has(id));
  return ids.length === 0 ? undefined : { kind: "nodes", ids };
}

/** The bucket as the next listing shows it if nobody changes anything. */
function objectsOf({ listed, written, verdicts }: EndedRun): Believed["objects"] {
  const objects: Believed["objects"] = {};
  for (const { key, etag, lastModified } of listed) {
    if (!isLookedAt(key)) continue;
    const verdict = verdicts.get(key);
    const isOwn = key.startsWith(keys.statuses) || key.startsWith(stateFolder);
    const time = isOwn ? {} : { lastModified };
    objects[key] = { etag, ...time, ...(verdict === undefined ? {} : { verdict }) };
  }
  for (const [key, etag] of written) if (isLookedAt(key)) objects[key] = { etag };
  return objects;
}

/** What the function alone writes, and looks at: which versions are in force and which are refused, what runs have shown, and what is left of what has left the stack. */
const ownKeys = [
  ...[verdictsKey, sealKey],
  ...[evidenceKey, refusalsKey, retiredKey].flatMap((key) => [key, sealOf(key)]),
];

/** Whether an idle run looks at an object's ETag. */
function isLookedAt(key: string): boolean {
  return !key.startsWith(stateFolder) || key.startsWith(memoryFolder) || ownKeys.includes(key);
}

/** Whether two runs have left the same belief, but for when. */
export function isSameBelief(a: Believed, b: Believed): boolean {
  const timeless = (one: Believed) => ({ ...one, checkedAt: 0, until: 0 });
  return isDeepStrictEqual(timeless(a), timeless(b));
}

/** Whether a listing shows what it is believed to show. */
export function isAsBelieved(objects: Believed["objects"], listed: readonly ListedObject[]): boolean {
  const others = listed.filter(({ key }) => isLookedAt(key));
  if (others.length !== Object.keys(objects).length) return false;
  return others.every(({ key, etag, lastModified }) => {
    const known = Object.hasOwn(objects, key) ? objects[key] : undefined;
    return known?.etag === etag && (known.lastModified ?? lastModified) === lastModified;
  });
}
