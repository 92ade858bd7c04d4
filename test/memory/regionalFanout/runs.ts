import type { RunStore, StoredText } from "#functions/shared/runStore.js";
import type { Fuse } from "../fuse.js";

/** A bucket in memory, which outlives processes. */
export class MemoryBucket {
  readonly objects = new Map<string, StoredText>();
  private versions = 0;

  put(key: string, text: string): string {
    const etag = `"${++this.versions}"`;
    this.objects.set(key, { text, etag });
    return etag;
  }

  text(key: string): string | undefined {
    return this.objects.get(key)?.text;
  }

  keys(prefix = ""): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** The records of runs in memory, as one process sees them. */
export class MemoryRuns implements RunStore {
  constructor(
    private readonly bucket: MemoryBucket,
    private readonly call: <T>(name: string, work: () => T) => Promise<T>,
  ) {}

  list(prefix: string): Promise<string[]> {
    return this.call("list", () => this.bucket.keys(prefix));
  }

  read(key: string): Promise<StoredText | undefined> {
    return this.call("read", () => this.bucket.objects.get(key));
  }

  create(key: string, text: string): Promise<string | undefined> {
    return this.call("create", () => (this.bucket.objects.has(key) ? undefined : this.bucket.put(key, text)));
  }

  replace(key: string, text: string, etag: string): Promise<string | undefined> {
    return this.call("replace", () =>
      this.bucket.objects.get(key)?.etag === etag ? this.bucket.put(key, text) : undefined,
    );
  }

  async remove(key: string): Promise<void> {
    await this.call("remove", () => this.bucket.objects.delete(key));
  }
}

/** Calls of one process: each is counted by name, and the process may end after one of them. */
export class Calls {
  readonly counts = new Map<string, number>();

  constructor(private readonly fuse: Fuse) {}

  readonly make = async <T>(name: string, work: () => T | Promise<T>): Promise<Awaited<T>> => {
    this.fuse.check();
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    // Whoever calls at the same time has its turn, as it would while a request is under way.
    await Promise.resolve();
    this.fuse.check();
    const result = await work();
    this.fuse.burn();
    return result;
  };
}
