import { sealDigest, sealOf, sealText } from "#shared/contract/seal.js";

/** Puts an object of `state/` into a bucket as a run leaves it, with its seal. */
export function putSealed(
  bucket: { put(key: string, text: string, at: number): unknown } | undefined,
  key: string,
  text: string,
  at = 0,
): void {
  bucket?.put(key, text, at);
  bucket?.put(sealOf(key), sealText([sealDigest(text)]), at);
}
