import { NotModelledError } from "../base/errors.js";
import type { Content, Version } from "./bucket.js";
import { S3Error } from "./errors.js";

/** Bytes of a body, from the first up to the last. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * The part of a body that a request asks for; undefined for the whole, which S3 also gives for what it cannot read.
 *
 * @param range such as `bytes=0-9`, `bytes=10-` or `bytes=-5`
 * @throws S3Error InvalidRange when no byte of the body is in it
 */
export function partOf(range: string | undefined, size: number): Part | undefined {
  if (range?.includes(",")) throw new NotModelledError(`several ranges of a body at once: ${range}`);
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(first) > Number(last)) return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (from >= size) throw new S3Error("InvalidRange");
  return { from, to };
}

/** Whether a condition names an ETag: one or several, with or without their quotes, or `*` for any. */
function names(condition: string, etag: string): boolean {
  const plain = (tag: string) => tag.trim().replace(/^(W\/)?"?|"$/g, "");
  return condition === "*" || condition.split(",").some((tag) => plain(tag) === plain(etag));
}

/**
 * Holds a version against the conditions of a read.
 *
 * @throws S3Error PreconditionFailed, or NotModified
 */
export function checkRead(
  {
    IfMatch,
    IfNoneMatch,
  }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
  { etag }: Content,
  { lastModified }: Version,
): void {
  if (IfMatch !== undefined && !names(IfMatch, etag)) throw new S3Error("PreconditionFailed");
  if (IfNoneMatch !== undefined && names(IfNoneMatch, etag)) {
    throw new S3Error("NotModified", { headers: { etag, "last-modified": lastModified.toUTCString() } });
  }
}

/**
 * Holds the source of a copy against its conditions, of which none answers NotModified (API reference, CopyObject).
 *
 * @throws S3Error PreconditionFailed
 */
export function checkSource(
  { IfMatch, IfNoneMatch }: Parameters<typeof checkRead>[0],
  { etag }: Content,
): void {
  const isMet =
    (IfMatch === undefined || names(IfMatch, etag)) &&
    (IfNoneMatch === undefined || !names(IfNoneMatch, etag));
  if (!isMet) throw new S3Error("PreconditionFailed");
}

/**
 * Holds what is there against the conditions of a write.
 *
 * @throws S3Error PreconditionFailed, NoSuchKey when there is nothing to match, NotImplemented for what S3 cannot do
 */
export function checkWrite(
  {
    IfMatch,
    IfNoneMatch,
  }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
  current: Content | undefined,
): void {
  if (IfNoneMatch !== undefined && (IfNoneMatch !== "*" || IfMatch !== undefined)) {
    throw new S3Error("NotImplemented");
  }
  if (IfNoneMatch !== undefined && current !== undefined) throw new S3Error("PreconditionFailed");
  if (IfMatch === undefined) return;
  if (current === undefined) throw new S3Error("NoSuchKey");
  if (!names(IfMatch, current.etag)) throw new S3Error("PreconditionFailed");
}
