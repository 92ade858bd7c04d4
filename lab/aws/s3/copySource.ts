import type { CopyObjectRequest } from "@aws-sdk/client-s3";
import { NotModelledError } from "../base/errors.js";
import { invalidArgument, S3Error } from "./errors.js";

/** What a copy is made of. */
interface CopySource {
  readonly Bucket: string;
  readonly Key: string;
  /** The newest version unless another is named. */
  readonly VersionId?: string;
}

/**
 * Reads what a copy is made of: `BUCKET/KEY`, with or without a slash before it, written as in an address, and
 * `?versionId=ID` behind it for a version (API reference, CopyObject).
 *
 * @throws S3Error InvalidArgument, NotModelledError for an access point
 */
export function copySourceOf(text = ""): CopySource {
  if (text.startsWith("arn:")) throw new NotModelledError(`the copy source ${text}`);
  const [path = "", versionId] = text.split(/\?versionId=(.*)/s);
  const [, Bucket = "", encoded = ""] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  const Key = decoded(encoded);
  if (Bucket === "" || Key === undefined)
    throw invalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  return { Bucket, Key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/**
 * Refuses a copy of an object onto itself that changes nothing of it. A version of it may be copied: that restores it
 * (API reference, CopyObject; user guide, restoring previous versions).
 *
 * @throws S3Error InvalidRequest
 */
export function refuseIdle(input: CopyObjectRequest, { Bucket, Key, VersionId }: CopySource): void {
  const isItself = Bucket === input.Bucket && Key === input.Key && VersionId === undefined;
  const isChanged =
    input.MetadataDirective === "REPLACE" ||
    input.StorageClass !== undefined ||
    input.ServerSideEncryption !== undefined;
  if (!isItself || isChanged) return;
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  throw new S3Error("InvalidRequest", { message });
}
