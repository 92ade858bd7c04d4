import { believedKey, parseBelieved } from "#shared/contract/believed.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { verdictsKey } from "#shared/contract/keptVerdicts.js";
import { memoryKey, parseMemory, type RegionMemory } from "#shared/contract/regionMemory.js";
import { partOfMoved, partsOf, partText, type RetiredPart, retiredKeys } from "#shared/contract/retired.js";
import type { Store } from "../ports.js";
import { type Listing, listingOf, textOf } from "./gather.js";
import { Sealed } from "./sealed.js";
import { readVerdicts, type Verdicts } from "./verdicts.js";

/** Rights of a role that was just made may not be known for two minutes: the pauses between tries come to 135 seconds. */
const maxTries = 13;
const firstPause = 1_000;
const longestPause = 15_000;

/** Why nobody can tell what exclusions have, where no run has ended since the bucket was made, or emptied by somebody. */
export function lostWithAll({ objects }: Pick<Listing, "objects">): string | undefined {
  const isKept = objects.some(({ key }) => key === believedKey || key === verdictsKey);
  return isKept ? undefined : "no run has left what it knows, or somebody has deleted it";
}

/**
 * Why a deployment may not go on; undefined when it may: what it drops without having it retired first, exclusions must not have
 * anything of. The record still says what there was, since it is written after this was asked; the first deployment has none.
 *
 * @param staying what the deployment has, and what is retired
 * @throws whatever the store throws: in doubt nothing goes
 */
export async function leavingRefusal(
  store: Pick<Store, "list" | "read">,
  staying: readonly RetiredPart[],
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<string | undefined> {
  const record = await recordIn(store, wait);
  if (record === undefined) return undefined;
  // What was retired is asked about where it goes.
  const known = [...staying, ...(record.retired === undefined ? [] : partsOf(record.retired))];
  const leaving = partsOf({ ...record, regions: record.regions.map(({ name }) => name) }).filter(
    (part) => !known.some((one) => isSame(one, part)),
  );
  if (leaving.length === 0) return undefined;
  const listing = listingOf(await store.list(""));
  const [verdicts, believed] = await Promise.all([readVerdicts(store, listing), store.read(believedKey)]);
  const isBelieved = parseBelieved(believed === undefined ? "" : (textOf(believed) ?? ""))?.objects ?? {};
  const refusals: string[] = [];
  const found = new Map<RetiredPart, string[]>();
  for (const { name: region } of record.regions) {
    const concerned = leaving.filter(({ kind, name }) => kind !== "region" || name === region);
    if (concerned.length === 0) continue;
    const left = await leftIn(store, region, { listing, verdicts, isBelieved, record });
    if ("lost" in left)
      refusals.push(
        `${left.lost}, so that nobody can tell what exclusions have in ${region}. The next run makes it anew, within the hour: deploy again then.`,
      );
    else
      for (const part of concerned)
        if (left.parts.some((one) => isSame(one, part)))
          found.set(part, [...(found.get(part) ?? []), region]);
  }
  for (const [part, regions] of found) refusals.push(refusalOf(part, regions));
  return refusals.length === 0 ? undefined : refusals.join(" ");
}

async function recordIn(
  store: Pick<Store, "read">,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<DeploymentRecord | undefined> {
  const stored = await patiently(() => store.read(keys.record), wait);
  if (stored === undefined) return undefined;
  const parsed = parseDeploymentRecord(textOf(stored) ?? "");
  if (parsed.ok) return parsed.record;
  throw new Error(
    `The deployment record ${keys.record} is not valid (${parsed.problems.join("; ")}), so that nobody can tell what leaves the stack. Deploy first what was deployed last: pulumi up --refresh.`,
  );
}

async function patiently<T>(
  read: () => Promise<T>,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      const isEarly = error instanceof Error && error.name === "AccessDenied";
      if (!isEarly || tries >= maxTries) throw error;
      await wait(Math.min(longestPause, firstPause * 2 ** (tries - 1)));
    }
  }
}

/** What the last run has left, and what it was told. */
interface LastRun {
  readonly listing: Listing;
  readonly verdicts: Verdicts;
  /** The objects that there were, as far as it has ended well. */
  readonly isBelieved: Readonly<Record<string, unknown>>;
  readonly record: DeploymentRecord;
}

/** What exclusions have in a Region, by what the last run has kept; or why that is not known. */
async function leftIn(
  store: Pick<Store, "read">,
  region: string,
  { listing, verdicts, isBelieved, record }: LastRun,
): Promise<{ readonly parts: readonly RetiredPart[] } | { readonly lost: string }> {
  const key = memoryKey(region);
  const { text, isSpoiled } = await Sealed.read(store, key, listing.objects);
  if (text === undefined && !isSpoiled) {
    // Nothing is kept where exclusions have never had anything.
    if (verdicts.kind === "lost") return { lost: verdicts.why };
    const lost = lostWithAll(listing);
    if (lost !== undefined) return { lost };
    return hasToldOf(verdicts, region) || Object.hasOwn(isBelieved, key)
      ? { lost: `${key} is gone` }
      : { parts: [] };
  }
  const memory = text === undefined ? undefined : parseMemory(text);
  if (memory === undefined) return { lost: `${key} is not as a run has left it` };
  return { parts: memory.left ?? olderLeft(memory, region, record) };
}

function hasToldOf({ statuses }: Verdicts & { readonly kind: "known" }, region: string): boolean {
  return [...statuses.values()].some(({ entries }) =>
    entries.some(({ nodes }) => nodes.some((node) => node.region === region)),
  );
}

/** What an older version has kept does not tell of operating systems: it may be any. */
function olderLeft(
  { promised, written, made, unused }: RegionMemory,
  region: string,
  { operatingSystems }: DeploymentRecord,
): readonly RetiredPart[] {
  const groups = [...Object.keys(promised), ...Object.keys(written)].map(partOfMoved);
  const isAny = groups.length + made.baselines.length + Object.keys(unused).length > 0;
  const systems = groups.length === 0 ? [] : operatingSystems;
  return [
    ...partsOf({ regions: isAny ? [region] : [], patchGroups: [], operatingSystems: systems }),
    ...groups,
  ];
}

function refusalOf(part: RetiredPart, regions: readonly string[]): string {
  const where = part.kind === "region" ? "there" : `of it in ${regions.join(", ")}`;
  const key = retiredKeys[part.kind];
  return `${partText(part)} cannot leave yet: exclusions have something ${where}. Put it into ${key} and deploy; npm run exclusions -- status tells when it is empty, and then take it out of ${key}.`;
}

function isSame(a: RetiredPart, b: RetiredPart): boolean {
  return a.kind === b.kind && a.name === b.name;
}
