import { leaseKey } from "#shared/contract/believed.js";
import type { Store, StoredObject } from "../ports.js";
import { textOf } from "./gather.js";

/** Milliseconds by which a lease outlasts its holder, for clocks that differ: they are taken to be at most a minute apart. */
const grace = 120_000;
/** Longest lease of any holder, in milliseconds (Lambda: 900 s), so that an object that says more is not believed. */
const longest = 900_000 + grace;

/** Who writes, until when. */
interface Written {
  readonly version: 1;
  /** So that no two have the same ETag. */
  readonly counter: number;
  readonly holder: string;
  /** Epoch milliseconds, by the holder's clock. */
  readonly until: number;
}

/** Why nobody else may write for now, and until when at most. */
interface Taken {
  readonly kind: "taken";
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A lease that nobody had. What has been read since is as good as read under it, if nobody has taken it meanwhile. */
export interface Free {
  readonly found: StoredObject | undefined;
}

/**
 * The right to be the only one that writes, as an object in the bucket that is written on condition. Its holder writes
 * nothing after its own end, and the object is somebody else's only once two minutes more have passed.
 */
export class Lease {
  readonly kind = "lease";

  private constructor(
    private readonly store: Pick<Store, "read" | "writeIf">,
    private readonly written: Written,
    private readonly etag: string,
  ) {}

  /** Looks at the lease before anything else is read. @returns undefined when another invocation has it */
  static async look(store: Pick<Store, "read">, now: number): Promise<Free | undefined> {
    const found = await store.read(leaseKey);
    return now < endOf(found) ? undefined : { found };
  }

  /**
   * Takes the lease unless another invocation has it.
   *
   * @param holder name of the invocation, that no other has
   * @param endsAt when the holder will have ended for sure, epoch milliseconds
   * @param free what a look has found; then it is taken only if nobody has had it since
   */
  static async take(
    store: Pick<Store, "read" | "writeIf">,
    { holder, now, endsAt }: { readonly holder: string; readonly now: number; readonly endsAt: number },
    free?: Free,
  ): Promise<Lease | Taken> {
    const { found } = free ?? { found: await store.read(leaseKey) };
    const before = found === undefined ? undefined : parse(textOf(found));
    const until = endOf(found);
    if (now < until) return { kind: "taken", until };
    const written: Written = {
      version: 1,
      counter: (before?.counter ?? 0) + 1,
      holder,
      until: endsAt + grace,
    };
    const etag = await store.writeIf(leaseKey, textFor(written), found?.etag);
    if (etag !== undefined) return new Lease(store, written, etag);
    // Somebody was first, or an answer was lost and its second try has found the object as the first has left it.
    const there = await store.read(leaseKey);
    if (there !== undefined && textOf(there) === textFor(written))
      return new Lease(store, written, there.etag);
    return { kind: "taken", until: now + longest };
  }

  /** Whether nobody else has had it since it was let go. */
  async isLast(): Promise<boolean> {
    const found = await this.store.read(leaseKey);
    return found !== undefined && textOf(found) === this.endedText;
  }

  /**
   * Lets it go.
   *
   * @returns whether it was still there to be let go
   */
  async end(): Promise<boolean> {
    if ((await this.store.writeIf(leaseKey, this.endedText, this.etag)) !== undefined) return true;
    return this.isLast();
  }

  private get endedText(): string {
    const { counter, holder } = this.written;
    // Not until now: by a clock that is behind, that would be later, and whoever came then would leave it to nobody.
    return textFor({ version: 1, counter: counter + 1, holder, until: 0 });
  }
}

function textFor(written: Written): string {
  return `${JSON.stringify(written)}\n`;
}

/** When a lease is nobody's any more, epoch milliseconds. */
function endOf(found: StoredObject | undefined): number {
  const before = found === undefined ? undefined : parse(textOf(found));
  return Math.min(before?.until ?? 0, (found?.lastModified ?? 0) + longest);
}

/** What an object says; undefined when it is not one of ours, and then it holds nobody up. */
function parse(text = ""): Written | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { counter, until, holder } = value as Partial<Written>;
  if (typeof counter !== "number" || typeof until !== "number" || typeof holder !== "string")
    return undefined;
  return { version: 1, counter, until, holder };
}
