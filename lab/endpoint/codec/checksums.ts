import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32cJs, Crc64NvmeJs } from "@aws-sdk/checksums/crc";
import { AwsError } from "../../aws/base/errors.js";
import type { OperationModel } from "../../aws/model/model.js";
import type { WireRequest } from "./wire.js";

type Sum = (body: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const hashed =
  (algorithm: string): Sum =>
  (body) =>
    createHash(algorithm).update(body).digest();

const digested =
  (Kind: typeof Crc32cJs | typeof Crc64NvmeJs): Sum =>
  (body) => {
    const sum = new Kind();
    sum.update(body);
    return sum.digest();
  };

/** How each header of S3's that stands for a body is reckoned. */
const sums: Readonly<Record<string, Sum>> = {
  "content-md5": hashed("md5"),
  "x-amz-checksum-crc32": (body) => Buffer.from(crc32(body).toString(16).padStart(8, "0"), "hex"),
  "x-amz-checksum-crc32c": digested(Crc32cJs),
  "x-amz-checksum-crc64nvme": digested(Crc64NvmeJs),
  "x-amz-checksum-sha1": hashed("sha1"),
  "x-amz-checksum-sha256": hashed("sha256"),
};

/**
 * Holds the body of a request against the checksums that come with it, before it or behind its chunks, and asks for one
 * where the model requires it.
 *
 * @param request with a body without chunks
 * @returns when that is known; undefined where there is none to compare
 * @throws AwsError InvalidRequest without one, or InvalidDigest and InvalidRequest for what is none, or BadDigest
 */
export function checkSums(
  { checksumRequired }: Pick<OperationModel, "checksumRequired">,
  { headers, body }: Pick<WireRequest, "headers" | "body">,
): Promise<void> | undefined {
  const given = Object.entries(sums).filter(([name]) => headers[name] !== undefined);
  if (given.length === 0 && checksumRequired === true) {
    throw new AwsError(
      "InvalidRequest",
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    );
  }
  return given.length === 0 ? undefined : compareEach(given, headers, body);
}

async function compareEach(
  given: readonly (readonly [name: string, sum: Sum])[],
  headers: WireRequest["headers"],
  body: Uint8Array,
): Promise<void> {
  for (const [name, sum] of given) {
    const expected = await sum(body);
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
