import { parseSeal, sealDigest, sealOf, sealText } from "#shared/contract/seal.js";
import type { StoredText } from "../runStore.js";
import type { WindowPorts } from "./watch.js";

/** What such an object needs of its bucket. Both throw when they do not know the answer. */
interface Store {
  /** Undefined only when it is certain that there is none. */
  read(key: string): Promise<StoredText | undefined>;
  /** Writes over that version; without one only if there is none. @returns the new ETag; undefined, and nothing is written, when somebody was first */
  writeIf(key: string, text: string, etag: string | undefined): Promise<string | undefined>;
}

interface Found {
  readonly object: StoredText | undefined;
  readonly seal: StoredText | undefined;
  /** Digests of what may stand there. */
  readonly valid: readonly string[];
  readonly isSpoiled: boolean;
}

/**
 * What is kept of windows, with a seal beside it that has the digest of what may stand there. Nobody has a lease: each write is made only
 * over what was read, the seal first, with all that may come to stand there. Who finds that somebody was first leaves it to him,
 * since he has seen the same windows; wherever that is cut off, what stands there is sealed.
 */
export function sealedKept(store: Store): Pick<WindowPorts, "readKept" | "writeKept"> {
  let found: Found = { object: undefined, seal: undefined, valid: [], isSpoiled: false };
  return {
    readKept: async (key) => {
      found = await readBoth(store, key);
      // Between the two reads another invocation may have written both.
      if (found.isSpoiled) found = await readBoth(store, key);
      const { object, isSpoiled } = found;
      return isSpoiled || object === undefined ? { isSpoiled } : { text: object.text, isSpoiled };
    },
    writeKept: async (key, text) => {
      const { object, seal, valid, isSpoiled } = found;
      const next = sealDigest(text);
      const all = [...new Set([...(isSpoiled ? [] : valid), next])];
      const sealed = await store.writeIf(sealOf(key), sealText(all), seal?.etag);
      if (sealed === undefined) return;
      if ((await store.writeIf(key, text, object?.etag)) === undefined) return;
      if (all.length > 1) await store.writeIf(sealOf(key), sealText([next]), sealed);
    },
  };
}

async function readBoth(store: Store, key: string): Promise<Found> {
  const object = await store.read(key);
  const seal = await store.read(sealOf(key));
  const valid = (seal === undefined ? undefined : parseSeal(seal.text)) ?? [];
  const isLeft = object !== undefined && valid.includes(sealDigest(object.text));
  return { object, seal, valid, isSpoiled: !isLeft && (object !== undefined || valid.length > 0) };
}
