import { createHash } from "node:crypto";
import type {
  ListedObject,
  OlderVersion,
  Store,
  StoredObject,
} from "#functions/exclusion-processor/ports.js";
import type { Fuse } from "../fuse.js";

/** A version, or a delete marker when it has no text. */
interface StoredVersion {
  readonly versionId: string;
  readonly text: string | undefined;
  readonly lastModified: number;
}

/** A versioned bucket in memory. */
export class MemoryBucket {
  private readonly objects = new Map<string, StoredVersion[]>();
  private versions = 0;

  /** Writes a new version and returns its id. */
  put(key: string, text: string, at: number): string {
    return this.add(key, text, at);
  }

  /** Sets a delete marker, as DeleteObject does in a versioned bucket. */
  remove(key: string, at: number): void {
    this.add(key, undefined, at);
  }

  /** The newest version's text; undefined when there is none. */
  text(key: string): string | undefined {
    return this.objects.get(key)?.at(-1)?.text;
  }

  /** Every version, the oldest first. */
  history(key: string): readonly StoredVersion[] {
    return this.objects.get(key) ?? [];
  }

  /** Keys of the objects that are there, in order. */
  keys(): string[] {
    return [...this.objects.keys()].filter((key) => this.text(key) !== undefined).sort();
  }

  private add(key: string, text: string | undefined, lastModified: number): string {
    const versionId = `v${++this.versions}`;
    this.objects.set(key, [...this.history(key), { versionId, text, lastModified }]);
    return versionId;
  }
}

/** A store on a bucket in memory, as one process sees it. */
export class MemoryStore implements Store {
  reads = 0;
  writes = 0;
  /** Keys of its writes, in order. */
  readonly written: string[] = [];
  /** Keys and prefixes that answer with a denial. */
  readonly denied = new Set<string>();

  constructor(
    private readonly bucket: MemoryBucket,
    private readonly fuse: Fuse,
    /** The time of its writes, epoch milliseconds. */
    private readonly now: number,
  ) {}

  async list(prefix: string): Promise<readonly ListedObject[]> {
    this.count(prefix);
    return this.bucket.keys().flatMap((key) => {
      const newest = this.bucket.history(key).at(-1);
      if (!key.startsWith(prefix) || newest?.text === undefined) return [];
      const { text, lastModified } = newest;
      return [{ key, etag: etagOf(text), lastModified, size: Buffer.byteLength(text) }];
    });
  }

  async read(key: string, versionId?: string): Promise<StoredObject | undefined> {
    this.count(key);
    const history = this.bucket.history(key);
    const found =
      versionId === undefined ? history.at(-1) : history.find((version) => version.versionId === versionId);
    if (found?.text === undefined) return undefined;
    const bytes = new TextEncoder().encode(found.text);
    const { lastModified } = found;
    return { bytes, versionId: found.versionId, etag: etagOf(found.text), lastModified };
  }

  async write(key: string, text: string): Promise<string> {
    this.check(key);
    this.bucket.put(key, text, this.now);
    this.writes++;
    this.written.push(key);
    this.fuse.burn();
    return etagOf(text);
  }

  async writeIf(key: string, text: string, etag: string | undefined): Promise<string | undefined> {
    this.check(key);
    const present = this.bucket.text(key);
    if ((present === undefined ? undefined : etagOf(present)) !== etag) return undefined;
    return this.write(key, text);
  }

  async olderVersions(key: string): Promise<readonly OlderVersion[]> {
    this.count(key);
    const older: OlderVersion[] = [];
    for (const { versionId, text, lastModified } of [...this.bucket.history(key)].reverse().slice(1)) {
      if (text === undefined) break;
      older.push({ versionId, lastModified });
    }
    return older;
  }

  private count(key: string): void {
    this.check(key);
    this.reads++;
  }

  private check(key: string): void {
    this.fuse.check();
    if (this.denied.has(key)) throw new Error(`AccessDenied: ${key}`);
  }
}

function etagOf(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
