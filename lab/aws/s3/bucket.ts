import type { Ids } from "../base/ids.js";
import { byBytes } from "./keys.js";

/** A function that a bucket tells of changes. */
export interface Notification {
  readonly id: string;
  readonly functionArn: string;
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly filterPrefix: string;
  readonly filterSuffix: string;
}

/** What a version holds. */
export interface Content {
  readonly body: Uint8Array;
  /** In quotes, as in headers. */
  readonly etag: string;
  /** Headers that come back as they were given. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

/** A version of an object, or a delete marker in its place. */
export interface Version {
  readonly key: string;
  /** `null` for what was put before the bucket had versions. */
  readonly id: string;
  /** Greater than that of every change of the bucket before it. */
  readonly order: number;
  readonly lastModified: Date;
  /** Undefined for a delete marker. */
  readonly content: Content | undefined;
}

/** A bucket and the versions of its objects. */
export class Bucket {
  readonly arn: string;
  isVersioned = false;
  notifications: readonly Notification[] = [];
  /** Newest first; no key is without any. */
  private readonly versions = new Map<string, Version[]>();
  /** When each version was put, those that are gone as well: a list may go on from one. */
  private readonly orders = new Map<string, number>();
  private sorted: readonly string[] | undefined;
  private changes = 0;

  constructor(
    readonly name: string,
    readonly region: string,
    readonly created: Date,
    partition: string,
    private readonly ids: Ids,
  ) {
    this.arn = `arn:${partition}:s3:::${name}`;
  }

  /** The newest version of a key, which may be a delete marker. */
  current(key: string): Version | undefined {
    return this.versions.get(key)?.[0];
  }

  version(key: string, id: string): Version | undefined {
    return this.versions.get(key)?.find((version) => version.id === id);
  }

  /** Counts a change, and gives its number. */
  nextChange(): number {
    return ++this.changes;
  }

  /** Puts a version, or a delete marker when there is no content, in the place of the last one without an id. */
  add(key: string, content: Content | undefined, lastModified: Date): Version {
    const id = this.isVersioned ? this.ids.hex(32, `version|${this.name}|${key}`) : "null";
    const version = { key, id, order: this.nextChange(), lastModified, content };
    const others = (this.versions.get(key) ?? []).filter((other) => other.id !== id);
    if (!this.versions.has(key)) this.sorted = undefined;
    this.versions.set(key, [version, ...others]);
    this.orders.set(id, version.order);
    return version;
  }

  /** Takes a version away for good. */
  remove({ key, id }: Version): void {
    const left = (this.versions.get(key) ?? []).filter((other) => other.id !== id);
    if (left.length > 0) {
      this.versions.set(key, left);
    } else {
      this.versions.delete(key);
      this.sorted = undefined;
    }
  }

  /** The number of the change that made a version, whether it is still there or not; undefined for an unknown id. */
  orderOf(id: string): number | undefined {
    // Versions without an id come before all others of their key: there is nothing below them to tell apart.
    return id === "null" ? 0 : this.orders.get(id);
  }

  /** All versions in the order of their keys, of each key the newest first. */
  allVersions(): Version[] {
    return this.keys().flatMap((key) => this.versions.get(key) ?? []);
  }

  /** The objects that there are, in the order of their keys. */
  objects(): (Version & { readonly content: Content })[] {
    return this.keys().flatMap((key) => {
      const version = this.current(key);
      return version?.content === undefined ? [] : [{ ...version, content: version.content }];
    });
  }

  private keys(): readonly string[] {
    this.sorted ??= [...this.versions.keys()].sort(byBytes);
    return this.sorted;
  }
}
