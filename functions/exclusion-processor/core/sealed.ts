import { parseSeal, sealDigest, sealOf, sealText } from "#shared/contract/seal.js";
import type { ListedObject, Store, StoredObject } from "../ports.js";
import { textOf } from "./gather.js";

/** What there is of an object and of its seal. */
interface Found {
  readonly object: StoredObject | undefined;
  readonly valid: readonly string[];
}

/**
 * An object of `state/` that is believed only if a run has left it: its seal, an object beside it, has the digest of what may
 * stand there. Sealed beside what is there, then written, then sealed alone: wherever that is cut off, what stands there is sealed.
 */
export class Sealed {
  /** The objects that were written, with their ETags. */
  readonly written = new Map<string, string>();
  /** Digests of what may stand there. */
  private valid: readonly string[];
  /** What stands there; undefined where that is none of ours. */
  private current: string | undefined;

  private constructor(
    readonly key: string,
    /** What a run has left; undefined where there is nothing of that kind. */
    readonly text: string | undefined,
    /** Whether what stands there was left by no run, or what was left is gone. */
    readonly isSpoiled: boolean,
    valid: readonly string[],
  ) {
    this.current = text === undefined ? undefined : sealDigest(text);
    this.valid = this.current === undefined ? [] : valid;
  }

  /** @throws whatever the store throws */
  static async read(
    store: Pick<Store, "read">,
    key: string,
    objects: readonly Pick<ListedObject, "key">[],
  ): Promise<Sealed> {
    const isThere = objects.some((one) => one.key === key || one.key === sealOf(key));
    if (!isThere) return Sealed.none(key);
    const first = of(key, await readBoth(store, key));
    // Between the two reads another invocation may have written both.
    return first.isSpoiled ? of(key, await readBoth(store, key)) : first;
  }

  /** One of which nothing is known. */
  static none(key: string): Sealed {
    return new Sealed(key, undefined, false, []);
  }

  static of(key: string, { object, valid }: Found): Sealed {
    const text = object === undefined ? undefined : textOf(object);
    const isLeft = text !== undefined && valid.includes(sealDigest(text));
    const isSpoiled = !isLeft && (object !== undefined || valid.length > 0);
    return new Sealed(key, isLeft ? text : undefined, isSpoiled, valid);
  }

  /** @throws whatever the store throws */
  async write(store: Pick<Store, "write">, text: string): Promise<void> {
    const next = sealDigest(text);
    if (this.current !== next)
      await this.seal(store, this.current === undefined ? [next] : [this.current, next]);
    this.written.set(this.key, await store.write(this.key, text));
    this.current = next;
  }

  /** Comes after the last write. @throws whatever the store throws */
  async rest(store: Pick<Store, "write">): Promise<void> {
    if (this.current !== undefined && this.valid.length > 1) await this.seal(store, [this.current]);
  }

  private async seal(store: Pick<Store, "write">, valid: readonly string[]): Promise<void> {
    const key = sealOf(this.key);
    this.written.set(key, await store.write(key, sealText(valid)));
    this.valid = valid;
  }
}

const { of } = Sealed;

async function readBoth(store: Pick<Store, "read">, key: string): Promise<Found> {
  const object = await store.read(key);
  const seal = await store.read(sealOf(key));
  const text = seal === undefined ? undefined : textOf(seal);
  return { object, valid: (text === undefined ? undefined : parseSeal(text)) ?? [] };
}
