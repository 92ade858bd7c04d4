import { type Believed, type BelievedRegion, believedKey, parseBelieved } from "#shared/contract/believed.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { type Result, settle } from "../../shared/errors.js";
import type { ListedObject, Ports, StoredObject } from "../ports.js";
import { isAsBelieved, longest } from "./belief.js";
import { textOf } from "./gather.js";
import type { RunSummary } from "./runSummary.js";
import { sightOf, tagsThatCount } from "./sight.js";

/** What a look around has come to: nothing to do, or why everything is to be checked. */
export type Look = { readonly summary: RunSummary } | { readonly why: string };

/**
 * Looks whether anything differs from what the last whole run has left, at the cost of a listing in each Region. It never
 * writes, and in doubt it says that everything is to be checked.
 */
export async function lookAround(
  ports: Ports,
  listed: readonly ListedObject[],
  stored: Result<StoredObject | undefined>,
  now: number,
): Promise<Look> {
  if (!stored.ok) return { why: `${believedKey} cannot be read (${stored.error})` };
  const believed = stored.value === undefined ? undefined : parseBelieved(textOf(stored.value) ?? "");
  if (believed === undefined) return { why: "nothing is believed, since the last run did not end well" };
  if (now < believed.checkedAt || now >= believed.until || now >= believed.checkedAt + longest) {
    return { why: "an entry ends or is about to, or the last check was a day ago" };
  }
  if (!isAsBelieved(believed.objects, listed)) return { why: "the bucket has changed" };
  const parsed = parseDeploymentRecord(believed.record);
  if (!parsed.ok) return { why: "the believed deployment record is not valid" };
  const looks = await Promise.all(
    believed.regions.map(async (region) => {
      const look = await settle(newsOf(ports, region, believed, parsed.record));
      return look.ok ? look.value : `${region.name} cannot be read (${look.error})`;
    }),
  );
  const [why] = looks.filter((news) => news !== undefined);
  return why === undefined ? { summary: summaryOf(believed) } : { why };
}

/** What is new in a Region. */
async function newsOf(
  ports: Ports,
  known: BelievedRegion,
  { searches }: Believed,
  record: DeploymentRecord,
): Promise<string | undefined> {
  const access = ports.region(known.name, record);
  const [nodes, told] = await Promise.all([
    access.readTagged(
      known.listed,
      tagsThatCount(
        record,
        searches.map(({ by }) => by),
      ),
    ),
    known.silent.length === 0 ? [] : access.readTold(known.silent),
  ]);
  if (sightOf(nodes, known, searches, record) !== known.sight)
    return `the nodes of ${known.name} have changed`;
  return told.length === 0 ? undefined : `nodes of ${known.name} tell their operating system now`;
}

function summaryOf({ objects, regions }: Believed): RunSummary {
  const verdicts: Record<string, number> = {};
  for (const { verdict } of Object.values(objects)) {
    if (verdict !== undefined) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
  return {
    ok: true,
    errors: [],
    verdicts,
    regions: regions.map(({ name, foreign, breaches }) => ({
      region: name,
      done: {},
      failedNodes: 0,
      foreign,
      ...(breaches === 0 ? {} : { breaches }),
    })),
    messages: 0,
    statusWrites: 0,
  };
}
