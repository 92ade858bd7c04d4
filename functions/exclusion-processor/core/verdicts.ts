import * as z from "zod/mini";
import { stateFolder } from "#shared/contract/believed.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { type Status, statusSchema } from "#shared/contract/manifestStatus.js";
import { readStored } from "#shared/contract/storedJson.js";
import { compare, digest } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";
import type { Store, StoredObject } from "../ports.js";
import { type Listing, textOf } from "./gather.js";
import type { LastStatus } from "./manifests.js";

/** What the processor has last said of every manifest. What lies below `status/` is for people, and is never read back. */
export const verdictsKey = `${stateFolder}verdicts.json`;
/** Digests of what may stand there, so that an object of somebody else, or an older one of our own, is noticed. */
export const sealKey = `${stateFolder}seal.json`;

const verdicts = z.object({ version: z.literal(1), manifests: z.record(z.string(), statusSchema) });
const seal = z.object({ version: z.literal(1), valid: z.array(z.string()) });

/** The verdicts of the last run. */
export type Verdicts =
  | {
      readonly kind: "known";
      readonly statuses: ReadonlyMap<string, Status>;
      readonly digest: string;
      /** Whether no other object would be taken for it. */
      readonly isSealed: boolean;
    }
  /** There are none, or not those that a run has left: which versions are in force is not known. */
  | { readonly kind: "lost"; readonly why: string };

const nothing = digestOf("");

/** @throws whatever the store throws: in doubt nothing is decided */
export async function readVerdicts(store: Pick<Store, "read">, listing: Listing): Promise<Verdicts> {
  const there = new Set(listing.objects.map(({ key }) => key));
  const read = async (key: string) => (there.has(key) ? textIn(await store.read(key)) : "");
  const [text, sealed] = await Promise.all([read(verdictsKey), read(sealKey)]);
  const told = [...listing.statuses.keys()].filter((key) => key.startsWith(keys.manifests));
  const isFirst = text === "" && sealed === "" && told.length === 0;
  if (isFirst) return { kind: "known", statuses: new Map(), digest: nothing, isSealed: true };
  const digest = digestOf(text);
  const valid = readStored(seal, sealed);
  if (!valid.ok || !valid.value.valid.includes(digest)) {
    const what = text === "" ? "is gone" : "is not as the last run has left it";
    return { kind: "lost", why: `${verdictsKey} ${what}` };
  }
  const isSealed = valid.value.valid.length === 1;
  if (text === "") return { kind: "known", statuses: new Map(), digest, isSealed };
  const parsed = readStored(verdicts, text);
  if (!parsed.ok) return { kind: "lost", why: `${verdictsKey} is of another version of patchplane` };
  return { kind: "known", statuses: new Map(Object.entries(parsed.value.manifests)), digest, isSealed };
}

/** What the last run has said of a manifest. */
export function lastOf(last: Verdicts, key: string): LastStatus {
  if (last.kind === "lost") return last;
  const status = last.statuses.get(key);
  return status === undefined ? { kind: "missing" } : { kind: "known", status };
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
  statuses: ReadonlyMap<string, Status>,
): Promise<ReadonlyMap<string, string>> {
  const written = new Map<string, string>();
  const write = async (key: string, text: string) => written.set(key, await store.write(key, text));
  const manifests = Object.fromEntries([...statuses].sort(([a], [b]) => compare(a, b)));
  const text = `${JSON.stringify({ version: 1, manifests })}\n`;
  const next = digestOf(text);
  const before = last.kind === "known" ? [last.digest] : [];
  if (before.includes(nothing) && statuses.size === 0) return written;
  if (!before.includes(next)) {
    await write(sealKey, sealText([...before, next]));
    await write(verdictsKey, text);
  } else if (last.kind === "known" && last.isSealed) return written;
  await write(sealKey, sealText([next]));
  return written;
}

/** Tells people that somebody else had a hand in it. */
export function lostNotice(why: string): Notice {
  return {
    subject: "patchplane: exclusions: what the processor knew of them was lost",
    text: [
      `${why}. Somebody else has written or deleted it; the bucket's policy lets the processor alone do so.`,
      "",
      "Nobody knows which versions of manifests were in force, so that each was looked at as if it were new: the newest good",
      "version is in force, what would move too many nodes is held, and nodes whose manifest is not clear stay where they are.",
      "npm run exclusions -- status tells what became of each.",
      "",
    ].join("\n"),
  };
}

function digestOf(text: string): string {
  return digest(text, 32);
}

function sealText(valid: readonly string[]): string {
  return `${JSON.stringify({ version: 1, valid })}\n`;
}

function textIn(object: StoredObject | undefined): string {
  return (object === undefined ? undefined : textOf(object)) ?? "";
}
