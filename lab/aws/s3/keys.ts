import { invalidArgument, S3Error } from "./errors.js";

/** Orders keys as S3 does, by the bytes of their UTF-8, which is the order of their code points. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [rank(a.charCodeAt(at)), rank(b.charCodeAt(at))];
    if (one !== other) return one - other;
  }
  return a.length - b.length;
}

/** Puts halves of a surrogate pair, which stand for code points from U+10000, behind all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** A key as lists (when asked to) and events write it: a space as `+`, and slashes as they are. */
export function urlEncoded(key: string): string {
  return encodeURIComponent(key)
    .replace(/%20/g, "+")
    .replace(/%2F/g, "/")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @throws S3Error KeyTooLongError for more than 1,024 bytes */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 1024) throw new S3Error("KeyTooLongError");
}

/** Whether S3 would have a bucket of this name. How short it may be is not asked. */
export function isBucketName(name: string): boolean {
  return (
    name.length <= 63 &&
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) &&
    !/\.\.|^\d+(\.\d+){3}$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ols-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  );
}

/** @throws S3Error InvalidArgument for what cannot be the id of a version; S3's have 32 characters or more */
export function checkVersion(id: string | undefined): void {
  if (id !== undefined && id !== "null" && !/^[\w./+=-]{32,1024}$/.test(id))
    throw invalidArgument("Invalid version id specified");
}
