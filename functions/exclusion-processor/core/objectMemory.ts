import type { ListedObject, Store, StoredObject } from "../ports.js";

/** Objects beyond it are few, and are read each time. */
const largestObject = 64 * 1024;
const mostBytes = 16 * 1024 * 1024;
/** S3 counts seconds: only once this much has passed can no further version have the same time. Milliseconds. */
const settledAfter = 60_000;

interface Kept {
  readonly etag: string;
  readonly object: StoredObject;
}

/**
 * What a warm function has read of the bucket: an object that is listed as it was when it was read is not read again.
 * Nothing is taken from here that a listing of the same run has not named so.
 */
export class ObjectMemory {
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  /**
   * The store as one run sees it.
   *
   * @param now time of the run, epoch milliseconds
   */
  over(store: Store, now: number): Store {
    let listed: ReadonlyMap<string, ListedObject> = new Map();
    return {
      list: async (prefix) => {
        const objects = await store.list(prefix);
        listed = new Map(objects.map((object) => [object.key, object]));
        if (prefix === "") this.keepOnly(listed);
        return objects;
      },
      read: async (key, versionId) => {
        const named = listed.get(key);
        const known = named === undefined ? undefined : this.known(named, versionId);
        if (known !== undefined) return known;
        const object = await store.read(key, versionId);
        if (named !== undefined && object !== undefined && versionId === undefined) {
          this.keep(named, object, now);
        }
        return object;
      },
      write: async (key, text) => {
        this.drop(key);
        await store.write(key, text);
      },
      olderVersions: (key) => store.olderVersions(key),
    };
  }

  private known(listed: ListedObject, versionId: string | undefined): StoredObject | undefined {
    const kept = this.kept.get(listed.key);
    if (kept === undefined || !isSame(kept, listed)) return undefined;
    return versionId === undefined || versionId === kept.object.versionId ? kept.object : undefined;
  }

  private keep({ key, etag, lastModified }: ListedObject, object: StoredObject, now: number): void {
    // Written since the listing: what was read is another object than what was listed.
    if (object.lastModified !== lastModified || now - lastModified < settledAfter) return;
    if (object.bytes.length > largestObject) return;
    if (this.bytes + object.bytes.length > mostBytes) return;
    this.drop(key);
    this.kept.set(key, { etag, object });
    this.bytes += object.bytes.length;
  }

  private keepOnly(listed: ReadonlyMap<string, ListedObject>): void {
    for (const [key, kept] of this.kept) {
      const named = listed.get(key);
      if (named === undefined || !isSame(kept, named)) this.drop(key);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.kept.get(key)?.object.bytes.length ?? 0;
    this.kept.delete(key);
  }
}

function isSame({ etag, object }: Kept, listed: ListedObject): boolean {
  return etag === listed.etag && object.lastModified === listed.lastModified;
}
