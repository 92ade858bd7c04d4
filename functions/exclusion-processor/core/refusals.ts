import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { parseRefusals, type Refusal, refusalsKey, refusalsText } from "#shared/contract/refusals.js";
import { canonicalJson, digest } from "#shared/text/words.js";
import { maxManifestBytes } from "../manifest/source.js";
import type { ListedObject, Store } from "../ports.js";
import { longest } from "./belief.js";
import type { Listing } from "./gather.js";
import type { ManifestFacts, Version } from "./manifests.js";
import { manifestRules } from "./reading.js";
import { Sealed } from "./sealed.js";

/** What versions of manifests are held to. */
interface Means {
  readonly record: DeploymentRecord;
  /** Of this program: another one may understand what this one refuses. */
  readonly version: () => string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The versions that earlier runs have refused for what stands in them. To read one again would come to the same: a large one
 * takes seconds. Another version of patchplane reads them itself, and once a day they are read all the same.
 */
export class Refusals {
  private readonly known: ReadonlyMap<string, Refusal>;
  private held: string | undefined;

  private constructor(
    readonly sealed: Sealed,
    private readonly means: Means,
  ) {
    this.known = (sealed.text === undefined ? undefined : parseRefusals(sealed.text)) ?? new Map();
  }

  /** @throws whatever the store throws */
  static async read(
    store: Pick<Store, "read">,
    { objects }: Pick<Listing, "objects">,
    means: Means,
  ): Promise<Refusals> {
    return new Refusals(await Sealed.read(store, refusalsKey, objects), means);
  }

  /** Those that nobody knows. */
  static none(means: Means): Refusals {
    return new Refusals(Sealed.none(refusalsKey), means);
  }

  /** The version of a listed object, if it was refused; undefined when it is to be read. */
  versionOf({ key, etag, lastModified }: ListedObject): Version | undefined {
    const refusal = this.known.get(key);
    if (refusal === undefined) return undefined;
    const { versionId, uploadedAt, problems } = refusal;
    const isSame = refusal.etag === etag && uploadedAt === lastModified && refusal.rules === this.rules;
    const age = this.means.now - Date.parse(refusal.at);
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
      const at = new Date(this.means.now).toISOString();
      return [[key, { versionId, etag, uploadedAt, rules: this.rules, at, problems: [...reading.problems] }]];
    });
    const { text: before, isSpoiled } = this.sealed;
    if (refused.length === 0 && before === undefined && !isSpoiled) return undefined;
    const text = refusalsText(Object.fromEntries(refused));
    return text === before ? undefined : text;
  }

  /** What they are held to, as a digest. Told when it is asked for: most stacks have nothing refused. */
  private get rules(): string {
    const { record, version } = this.means;
    this.held ??= digest(canonicalJson({ ...manifestRules(record), version: version() }), 16);
    return this.held;
  }
}
