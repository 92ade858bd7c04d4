import { keys } from "#shared/contract/exclusionNames.js";
import {
  type KeptVerdicts,
  type PackedStatus,
  parseVerdicts,
  sealKey,
  toldByRegion,
  verdictsKey,
  verdictsText,
} from "#shared/contract/keptVerdicts.js";
import { nodesInForce, type Status } from "#shared/contract/manifestStatus.js";
import { parseSeal, sealDigest, sealText } from "#shared/contract/seal.js";
import { dayMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";
import type { Store, StoredObject } from "../ports.js";
import { type Listing, textOf } from "./gather.js";
import type { LastStatus } from "./manifests.js";
import type { Promises } from "./memory.js";
import { placeOf } from "./place.js";
import type { ToldEntry } from "./promiseEnds.js";

type Moved = KeptVerdicts["moved"];

/** The verdicts of the last run. */
export type Verdicts =
  | {
      readonly kind: "known";
      readonly statuses: ReadonlyMap<string, Status>;
      readonly moved: Moved;
      readonly digest: string;
      /** Whether no other object would be taken for it. */
      readonly isSealed: boolean;
    }
  /** There are none, or not those that a run has left: which versions are in force is not known. */
  | Lost;

interface Lost {
  readonly kind: "lost";
  readonly why: string;
  /** Whether it is sealed, and so is what another version of patchplane has left. */
  readonly isOurs?: true;
}

const nothing = sealDigest("");

/** @throws whatever the store throws: in doubt nothing is decided */
export async function readVerdicts(store: Pick<Store, "read">, listing: Listing): Promise<Verdicts> {
  const there = new Set(listing.objects.map(({ key }) => key));
  const read = async (key: string) => (there.has(key) ? textIn(await store.read(key)) : "");
  const [text, sealed] = await Promise.all([read(verdictsKey), read(sealKey)]);
  const told = [...listing.statuses.keys()].filter((key) => key.startsWith(keys.manifests));
  const isFirst = text === "" && sealed === "" && told.length === 0;
  if (isFirst) return none(nothing, true);
  const digest = sealDigest(text);
  const valid = parseSeal(sealed);
  if (valid?.includes(digest) !== true) {
    const what = text === "" ? "is gone" : "is not as the last run has left it";
    return { kind: "lost", why: `${verdictsKey} ${what}` };
  }
  const isSealed = valid.length === 1;
  if (text === "") return none(digest, isSealed);
  const parsed = parseVerdicts(text);
  if (parsed === undefined)
    return { kind: "lost", why: `${verdictsKey} is of another version of patchplane`, isOurs: true };
  const { manifests, moved } = parsed;
  return { kind: "known", statuses: manifests, moved, digest, isSealed };
}

function none(digest: string, isSealed: boolean): Verdicts {
  return { kind: "known", statuses: new Map(), moved: [], digest, isSealed };
}

/** Nodes that were moved without an approval within the last 24 hours. */
export function recentlyMoved(last: Verdicts, now: number): ReadonlySet<string> {
  return new Set(recent(last, now).flatMap(({ nodes }) => nodes));
}

function recent(last: Verdicts, now: number): Moved {
  return last.kind === "known" ? last.moved.filter(({ at }) => now - at < dayMs) : [];
}

/** What the last run has said of a manifest. */
export function lastOf(last: Verdicts, key: string): LastStatus {
  if (last.kind === "lost") return last;
  const status = last.statuses.get(key);
  return status === undefined ? { kind: "missing" } : { kind: "known", status };
}

/** The nodes of each Region that people were told an entry is in force on, with their patch groups. */
export function lastTold(last: Verdicts): (region: string) => Promises {
  const told = toldByRegion(last.kind === "known" ? last.statuses.values() : []);
  return (region) => told.get(region) ?? new Map();
}

/** The entries that people were told as in force on a node. */
export function toldEntries(last: Verdicts): (region: string, id: string) => readonly ToldEntry[] {
  let told: Map<string, ToldEntry[]> | undefined;
  const all = () => {
    const found = new Map<string, ToldEntry[]>();
    const entries = last.kind === "known" ? [...last.statuses.values()].flatMap((one) => one.entries) : [];
    for (const entry of entries)
      for (const node of nodesInForce(entry)) {
        const key = placeOf(node);
        found.set(key, [...(found.get(key) ?? []), { ...entry, from: node.from }]);
      }
    return found;
  };
  return (region, id) => {
    // Most runs end no promise, and need none of it.
    told ??= all();
    return told.get(placeOf({ region, id })) ?? [];
  };
}

/** Since when a Region cannot be read, as far as any manifest was told of it. */
export function unreadSince(last: Verdicts, region: string): string | undefined {
  const statuses = last.kind === "known" ? [...last.statuses.values()] : [];
  const times = statuses.flatMap(({ failedRegions }) =>
    failedRegions.flatMap((failed) => (failed.region === region ? (failed.since ?? []) : [])),
  );
  return times.sort(compare)[0];
}

/**
 * Keeps the verdicts of a run. Sealed beside the ones before, then written, then sealed alone: wherever that is cut off,
 * what stands there is sealed.
 *
 * @returns the objects that were written, with their ETags
 * @throws whatever the store throws
 */
export async function keepVerdicts(
  store: Pick<Store, "write">,
  last: Verdicts,
  {
    statuses,
    moved,
    now,
  }: {
    readonly statuses: ReadonlyMap<string, PackedStatus>;
    readonly moved: readonly string[];
    readonly now: number;
  },
): Promise<ReadonlyMap<string, string>> {
  const written = new Map<string, string>();
  const write = async (key: string, text: string) => written.set(key, await store.write(key, text));
  const textWith = verdictsText(statuses);
  const before = last.kind === "known" ? [last.digest] : [];
  // What is over goes with the next change, lest it be one.
  const same = textWith(last.kind === "known" ? last.moved : []);
  const isSame = moved.length === 0 && before.includes(sealDigest(same));
  const own = moved.length === 0 ? [] : [{ at: now, nodes: [...moved] }];
  const text = isSame ? same : textWith([...recent(last, now), ...own]);
  const next = sealDigest(text);
  if (before.includes(nothing) && statuses.size === 0) return written;
  if (!before.includes(next)) {
    await write(sealKey, sealText([...before, next]));
    await write(verdictsKey, text);
  } else if (last.kind === "known" && last.isSealed) return written;
  await write(sealKey, sealText([next]));
  return written;
}

/** Tells people that what was known is lost, and whether somebody else had a hand in it. */
export function lostNotice({ why, isOurs }: Lost): Notice {
  const cause =
    isOurs === true
      ? ", as the first run after an update finds it; nobody else wrote it."
      : ". Somebody else wrote or deleted it; the bucket's policy lets the processor alone do so.";
  return {
    ...{ kind: "exclusions-lost", about: "verdicts" },
    subject: "patchplane: exclusions: what the processor knew of them was lost",
    text: [
      `${why}${cause}`,
      "",
      "Each manifest was looked at as if it were new: the newest good version is in force, what would move too many nodes",
      "is held, and nodes whose manifest is not clear stay where they are.",
      "npm run exclusions -- status tells what became of each.",
      "",
    ].join("\n"),
  };
}

const notLeft = "gone, or not as the last run has left it";
/** How that comes about, but for the last way. */
export const orElse = "An update of patchplane leaves it so once; else somebody wrote or deleted it, or";

/** Tells people that what was kept of refused versions is not believed. */
export function spoiledNotice(key: string): Notice {
  return {
    ...{ kind: "exclusions-lost", about: "refused" },
    subject: "patchplane: exclusions: what the processor knew of refused versions was lost",
    text: [
      `${key} is ${notLeft}. ${orElse} put an older one back.`,
      "",
      "It was not believed: each manifest was read again, and what stands in them counts.",
      "",
    ].join("\n"),
  };
}

/** Tells people that somebody else had a hand in what was kept of Regions. @param lines which, with how many nodes are promised */
export function lostRegionsNotice(lines: readonly string[]): Notice {
  return {
    ...{ kind: "exclusions-lost", about: "regions" },
    subject: "patchplane: exclusions: what the processor kept of Regions was lost",
    text: [
      `What was kept of these is ${notLeft}, although exclusions are in force there.`,
      `${orElse} put an older one back:`,
      "",
      ...lines,
      "",
      "They stay in force, and tags were written again. For ten minutes no window's gate vouches for these nodes.",
      "",
    ].join("\n"),
  };
}

function textIn(object: StoredObject | undefined): string {
  return (object === undefined ? undefined : textOf(object)) ?? "";
}
