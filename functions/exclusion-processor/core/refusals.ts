import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { parseRefusals, type Refusal, refusalsKey, refusalsText } from "#shared/contract/refusals.js";
import { canonicalJson, digest } from "#shared/text/words.js";
import { maxManifestBytes } from "../manifest/source.js";
import type { ListedObject, Store } from "../ports.js";
import { longest } from "./belief.js";
import { type Listing, textOf } from "./gather.js";
import type { ManifestFacts, Version } from "./manifests.js";
import { manifestRules } from "./reading.js";

/**
 * The versions that earlier runs have refused for what stands in them. To read one again would come to the same: a large one
 * takes seconds. Once a day it is read all the same, since a newer version of patchplane may understand it.
 */
export class Refusals {
  private readonly rules: string;

  private constructor(
    private readonly known: ReadonlyMap<string, Refusal>,
    private readonly text: string | undefined,
    record: DeploymentRecord,
    private readonly now: number,
  ) {
    this.rules = digest(canonicalJson({ ...manifestRules(record) }), 16);
  }

  /** @throws whatever the store throws */
  static async read(
    store: Pick<Store, "read">,
    { objects }: Pick<Listing, "objects">,
    record: DeploymentRecord,
    now: number,
  ): Promise<Refusals> {
    const isThere = objects.some(({ key }) => key === refusalsKey);
    const stored = isThere ? await store.read(refusalsKey) : undefined;
    const text = stored === undefined ? undefined : textOf(stored);
    return new Refusals(
      (text === undefined ? undefined : parseRefusals(text)) ?? new Map(),
      text,
      record,
      now,
    );
  }

  /** Those that nobody knows. */
  static none(record: DeploymentRecord, now: number): Refusals {
    return new Refusals(new Map(), undefined, record, now);
  }

  /** The version of a listed object, if it was refused; undefined when it is to be read. */
  versionOf({ key, etag, lastModified }: ListedObject): Version | undefined {
    const refusal = this.known.get(key);
    if (refusal === undefined) return undefined;
    const { versionId, uploadedAt, problems } = refusal;
    const isSame = refusal.etag === etag && uploadedAt === lastModified && refusal.rules === this.rules;
    const age = this.now - Date.parse(refusal.at);
    if (!isSame || age < 0 || age >= longest) return undefined;
    return { versionId, uploadedAt, reading: { ok: false, problems }, isRemembered: true };
  }

  /** What to keep for the next run; undefined when that is there already. */
  next(manifests: readonly ManifestFacts[], { manifests: listed }: Listing): string | undefined {
    const objects = new Map(listed.map((object) => [object.key, object]));
    const refused = manifests.flatMap(({ key, newest }): [string, Refusal][] => {
      const object = objects.get(key);
      const { versionId, uploadedAt, reading, isUnread, isRemembered } = newest;
      const before = this.known.get(key);
      if (isRemembered && before !== undefined) return [[key, before]];
      // What has not been read has cost nothing.
      const isRead = isUnread === undefined && object !== undefined && object.size <= maxManifestBytes;
      if (!isRead || reading.ok || uploadedAt !== object.lastModified) return [];
      const { etag } = object;
      const at = new Date(this.now).toISOString();
      return [[key, { versionId, etag, uploadedAt, rules: this.rules, at, problems: [...reading.problems] }]];
    });
    if (refused.length === 0 && this.text === undefined) return undefined;
    const text = refusalsText(Object.fromEntries(refused));
    return text === this.text ? undefined : text;
  }
}
