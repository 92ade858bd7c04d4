import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../../aws/base/errors.js";
import type { OperationModel } from "../../aws/model/model.js";
import type { WireRequest } from "./wire.js";

/** A reflected CRC of all ones at both ends, as those of S3 are. */
function crc(polynomial: bigint, bits: number): (body: Uint8Array) => Buffer {
  const ones = (1n << BigInt(bits)) - 1n;
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? polynomial : 0n);
    return value;
  });
  return (body) => {
    let value = ones;
    for (const byte of body) value = (value >> 8n) ^ (table[Number(value & 255n) ^ byte] ?? 0n);
    return Buffer.from((value ^ ones).toString(16).padStart(bits / 4, "0"), "hex");
  };
}

const hashed = (algorithm: string) => (body: Uint8Array) => createHash(algorithm).update(body).digest();

/** How each header of S3's that stands for a body is reckoned. */
const sums: Readonly<Record<string, (body: Uint8Array) => Buffer>> = {
  "content-md5": hashed("md5"),
  "x-amz-checksum-crc32": (body) => Buffer.from(crc32(body).toString(16).padStart(8, "0"), "hex"),
  "x-amz-checksum-crc32c": crc(0x82f63b78n, 32),
  "x-amz-checksum-crc64nvme": crc(0x9a6c9329ac4bc9b5n, 64),
  "x-amz-checksum-sha1": hashed("sha1"),
  "x-amz-checksum-sha256": hashed("sha256"),
};

/**
 * Holds the body of an operation against the checksums that come with it, where the model requires one.
 *
 * @throws AwsError InvalidRequest without one, or InvalidDigest and InvalidRequest for what is none, or BadDigest
 */
export function checkSums({ checksumRequired }: OperationModel, { headers }: WireRequest, body: Uint8Array) {
  if (checksumRequired !== true) return;
  const given = Object.entries(sums).filter(([name]) => headers[name] !== undefined);
  const trailer = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  if (given.length === 0 && !trailer.some((name) => Object.hasOwn(sums, name))) {
    throw new AwsError(
      "InvalidRequest",
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    );
  }
  for (const [name, sum] of given) {
    const expected = sum(body);
    const found = Buffer.from(headers[name] ?? "", "base64");
    if (found.length !== expected.length) {
      const isMd5 = name === "content-md5";
      const message = isMd5
        ? "The Content-MD5 you specified was invalid."
        : `Value for ${name} header is invalid.`;
      throw new AwsError(isMd5 ? "InvalidDigest" : "InvalidRequest", message);
    }
    if (!found.equals(expected)) {
      throw new AwsError("BadDigest", `The ${name} you specified did not match what we received.`);
    }
  }
}
