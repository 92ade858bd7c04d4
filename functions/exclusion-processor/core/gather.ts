import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { approvalKey, keyOfStatus, keys } from "#shared/contract/exclusionNames.js";
import { mapLimited, settle, stableText } from "../../shared/errors.js";
import { maxManifestBytes, tooLarge } from "../manifest/source.js";
import type { ListedObject, ManifestBytes, Ports, StoredObject } from "../ports.js";
import { readApproval } from "./approval.js";
import { isUnknown, type LastStatus, type ManifestFacts, type Reading, type Version } from "./manifests.js";

/** Reads under way at a time. */
const parallelReads = 16;
/** Older versions that are looked at when nothing tells which one is in force. */
const maxOlderVersions = 20;

/** Everything in the bucket, as it was listed at the beginning of a run. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  readonly manifests: readonly ListedObject[];
  readonly plans: readonly ListedObject[];
  readonly approvals: ReadonlySet<string>;
  /** By the key of the manifest or plan that they are about. */
  readonly statuses: ReadonlyMap<string, ListedObject>;
}

/** @throws whatever the store throws: without a complete listing a manifest would seem to be deleted */
export async function listAll({ store }: Ports): Promise<Listing> {
  // The bucket has nothing else in it, so one listing costs less than one for each of its folders.
  return listingOf(await store.list(""));
}

/** Sorts out what the bucket's listing shows. */
export function listingOf(objects: readonly ListedObject[]): Listing {
  const below = (prefix: string) => objects.filter(({ key }) => key.startsWith(prefix));
  const isObject = ({ key }: ListedObject) => !key.endsWith("/");
  return {
    objects,
    manifests: below(keys.manifests).filter(isObject),
    plans: below(keys.plans).filter(isObject),
    approvals: new Set(below(keys.approvals).map(({ key }) => key)),
    statuses: new Map(
      below(keys.statuses).flatMap((status): [string, ListedObject][] => {
        const key = keyOfStatus(status.key);
        return key === undefined ? [] : [[key, status]];
      }),
    ),
  };
}

/** An object's text; undefined when its bytes are not UTF-8. */
export function textOf({ bytes }: StoredObject): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What earlier runs have found. */
export interface Earlier {
  /** What the last run has said of a manifest. */
  readonly lastOf: (key: string) => LastStatus;
  /** The newest version of a manifest, where it need not be read; missing for who does not know any. */
  readonly refusedOf?: (object: ListedObject) => Version | undefined;
}

/** Reads every listed manifest, and of each the version in force. */
export function gatherManifests(
  ports: Ports,
  listing: Listing,
  record: DeploymentRecord,
  earlier: Earlier,
): Promise<ManifestFacts[]> {
  return mapLimited(listing.manifests, parallelReads, (object) =>
    gatherManifest(ports, listing, record, object, earlier),
  );
}

async function gatherManifest(
  ports: Ports,
  listing: Listing,
  record: DeploymentRecord,
  object: ListedObject,
  { lastOf, refusedOf }: Earlier,
): Promise<ManifestFacts> {
  const { key } = object;
  const last = lastOf(key);
  const newest = refusedOf?.(object) ?? (await readVersion(ports, record, object));
  const known = last.kind === "known" ? last.status.inForceVersionId : undefined;
  let facts: ManifestFacts = { key, newest, last };
  if (known !== undefined) {
    const inForce = known === newest.versionId ? newest : await readVersion(ports, record, object, known);
    facts = { ...facts, inForce };
  } else if ((last.kind === "missing" || isUnknown(last)) && !newest.reading.ok) {
    const recovered = await newestGood(ports, record, object);
    if (recovered !== undefined) facts = { ...facts, recovered };
  }
  const approvalAt = approvalKey(key);
  if (listing.approvals.has(approvalAt)) {
    const approval = await readApproval(ports.store.read(approvalAt), key);
    if (approval !== undefined) facts = { ...facts, approval };
  }
  return facts;
}

/** Reads one version of a manifest or plan; whatever goes wrong is a problem of its reading. */
export async function readVersion(
  { store, readManifest }: Ports,
  record: DeploymentRecord,
  { key, lastModified, etag, size }: ListedObject,
  versionId?: string,
): Promise<Version> {
  const refused = (message: string): Version => ({
    // Without an answer the version has no other name; equal content keeps it.
    versionId: versionId ?? `unknown-${etag}`,
    uploadedAt: lastModified,
    reading: { ok: false, problems: [{ message }] },
  });
  const failed = (message: string): Version => ({ ...refused(message), isUnread: true });
  // A large one would take the memory from all others.
  if (versionId === undefined && size > maxManifestBytes) return refused(tooLarge(size));
  const read = await settle(store.read(key, versionId));
  if (!read.ok) return failed(`cannot be read (${read.error})`);
  if (read.value === undefined) return failed("was there when it was listed, and is not any more");
  const { bytes, lastModified: uploadedAt, versionId: id } = read.value;
  return { versionId: id, uploadedAt, reading: parse(readManifest, { key, bytes, uploadedAt, record }) };
}

function parse(readManifest: Ports["readManifest"], manifest: ManifestBytes): Reading {
  try {
    return readManifest(manifest);
  } catch (error) {
    // A fault of ours in one manifest must not keep all others from being looked at.
    return { ok: false, problems: [{ message: `cannot be parsed (${stableText(error)})` }] };
  }
}

async function newestGood(
  ports: Ports,
  record: DeploymentRecord,
  object: ListedObject,
): Promise<Version | undefined> {
  const older = await settle(ports.store.olderVersions(object.key));
  if (!older.ok) return undefined;
  for (const { versionId } of older.value.slice(0, maxOlderVersions)) {
    const version = await readVersion(ports, record, object, versionId);
    if (version.reading.ok) return version;
  }
  return undefined;
}
