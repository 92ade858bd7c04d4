import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { evidenceKey, evidenceText, parseEvidence, type RegionEvidence } from "#shared/contract/evidence.js";
import { groupOf } from "#shared/contract/exclusionNames.js";
import { hourMs } from "#shared/text/time.js";
import { compare, counted } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import type { ListedObject, Ports } from "../ports.js";
import { longest } from "./belief.js";
import { evidenceAfter, type Reading } from "./evidence.js";
import { textOf } from "./gather.js";
import type { Ledger } from "./ledger.js";
import type { RegionRun } from "./regionRun.js";
import type { Occasion } from "./runSummary.js";

/** A bit less than a day, since the run that comes a day later may come a moment early. */
const silence = 23 * hourMs;
const maxLines = 20;

/** What a look at runs knows beside its Regions. */
export interface LookTime {
  readonly objects: readonly ListedObject[];
  /** When windows make a look due, epoch milliseconds. */
  readonly looks: readonly number[];
  /** A window's call has nothing to do with what earlier ones have done, and nodes wait for it. */
  readonly occasion: Occasion;
  readonly now: number;
}

/** What nodes' runs have shown so far. */
export interface Looked {
  readonly regions: ReadonlyMap<string, RegionEvidence>;
  /** When to look next, epoch milliseconds; missing where nothing is promised. */
  readonly due?: number;
  readonly messages: number;
  /** Whole sentences. */
  readonly errors: readonly string[];
}

/**
 * Holds what was told as in force to what nodes report of their last run: when windows make it due, and daily, since people and
 * other stacks patch nodes at any time. Where nothing is promised nothing is asked.
 */
export async function lookAtRuns(
  ports: Ports,
  record: DeploymentRecord,
  runs: readonly RegionRun[],
  { objects, looks, occasion, now }: LookTime,
): Promise<Looked> {
  const isThere = objects.some(({ key }) => key === evidenceKey);
  const nothing = { regions: new Map<string, RegionEvidence>(), messages: 0, errors: [] };
  if (!isThere && runs.every(({ promised }) => promised.size === 0)) return nothing;
  const stored = isThere ? await settle(ports.store.read(evidenceKey)) : undefined;
  if (stored?.ok === false)
    return { ...nothing, errors: [`${evidenceKey} cannot be read (${stored.error}).`] };
  const text = stored?.value === undefined ? undefined : textOf(stored.value);
  const before = text === undefined ? undefined : parseEvidence(text);
  const next = Math.min(now + longest, ...looks.filter((at) => at > now));
  const due = before === undefined ? next : Math.min(Date.parse(before.due), next);
  const isDue = occasion !== "window" && now >= due && !ports.isLate();
  const errors: string[] = [];
  const found = await Promise.all(
    runs.map(async (run): Promise<[string, RegionEvidence][]> => {
      const { region, ledger, promised } = run;
      const known = before?.regions[region];
      // What holds in a Region that could not be read is what held before.
      if (ledger === undefined) return known === undefined ? [] : [[region, known]];
      const ids = new Set([...promised.keys(), ...(known?.breaches ?? []).map(({ id }) => id)]);
      if (ids.size === 0) return [];
      const reading = isDue ? await settle(readingOf(ports, record, ledger, [...ids])) : undefined;
      if (reading?.ok === false) {
        errors.push(`What runs have done in ${region} cannot be read (${reading.error}).`);
      }
      const value = reading?.ok === true ? reading.value : undefined;
      return [[region, evidenceAfter(known, promised, value, new Date(now).toISOString())]];
    }),
  );
  const told = await tell(ports, new Map(found.flat().sort(([a], [b]) => compare(a, b))), now);
  const lookAt = isDue && errors.length === 0 ? next : due;
  // Where nothing is promised there is nothing to look at, and nothing new to keep.
  const kept = told.regions.size === 0 && before !== undefined ? before.due : new Date(lookAt).toISOString();
  const keptText = evidenceText({ version: 1, due: kept, regions: Object.fromEntries(told.regions) });
  const written = keptText === text ? undefined : await settle(ports.store.write(evidenceKey, keptText));
  if (written?.ok === false) errors.push(`${evidenceKey} could not be written (${written.error}).`);
  return {
    ...told,
    ...(told.regions.size === 0 ? {} : { due: lookAt }),
    errors: [...errors, ...told.errors],
  };
}

async function readingOf(
  ports: Ports,
  record: DeploymentRecord,
  ledger: Ledger,
  ids: readonly string[],
): Promise<Reading> {
  const { fleet, region } = ledger;
  const reports = await ports.region(region, record).readReports([...ids].sort(compare));
  const baselines = new Map<string, Set<string>>();
  for (const { group, baselineId } of fleet.state.groups) {
    // Somebody else's keeps nothing off.
    if (!fleet.isOurs(baselineId)) continue;
    const known = baselines.get(group);
    if (known === undefined) baselines.set(group, new Set([baselineId]));
    else known.add(baselineId);
  }
  const baselinesOf = (id: string, group: string) => {
    const place = ledger.placement(id);
    const standing = fleet.nodes.get(id)?.standing;
    // Another entry may have joined since, and what it makes of the group keeps this promise too.
    const wanted =
      place.kind === "moved" && standing?.kind === "patched"
        ? groupOf(standing.base, place.rule.word)
        : group;
    return new Set([...(baselines.get(group) ?? []), ...(baselines.get(wanted) ?? [])]);
  };
  return { reports, baselinesOf };
}

/** Tells people of breaches, of each at once and again when a day has passed, and keeps when. */
async function tell(
  { notifier }: Pick<Ports, "notifier">,
  regions: ReadonlyMap<string, RegionEvidence>,
  now: number,
): Promise<Omit<Looked, "due">> {
  const isUntold = ({ told }: RegionEvidence["breaches"][number]) =>
    told === undefined || now - Date.parse(told) >= silence;
  const lines = [...regions].flatMap(([region, { breaches }]) =>
    breaches.filter(isUntold).map(({ id, why, at }) => `- ${id} (${region}): ${why}, until ${at}`),
  );
  if (lines.length === 0) return { regions, messages: 0, errors: [] };
  const sent = await settle(notifier.publish(breachNotice(lines)));
  if (!sent.ok) {
    return { regions, messages: 0, errors: [`Nobody could be told of breaches (${sent.error}).`] };
  }
  const told = new Date(now).toISOString();
  const after = [...regions].map(([region, evidence]): [string, RegionEvidence] => {
    const breaches = evidence.breaches.map((breach) => (isUntold(breach) ? { ...breach, told } : breach));
    return [region, { ...evidence, breaches }];
  });
  return { regions: new Map(after), messages: 1, errors: [] };
}

function breachNotice(lines: readonly string[]): Notice {
  const more = lines.length - maxLines;
  return {
    ...{ kind: "exclusions-breach", about: "breach", facts: { nodes: String(lines.length) } },
    subject: `patchplane: exclusions: ${counted(lines.length, "node")} installed against them`,
    text: [
      "On these nodes exclusions were in force, and by their own report they may have installed what was to be kept off:",
      "",
      ...lines.slice(0, maxLines),
      ...(more > 0 ? [`- and ${more} more`] : []),
      "",
      'docs/exclusions.md, "What runs have shown", says how that comes about and what to do.',
      "",
    ].join("\n"),
  };
}
