import type {
  ListBucketsOutput,
  ListBucketsRequest,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  Owner,
} from "@aws-sdk/client-s3";
import type { Bucket, Version } from "./bucket.js";
import { invalidArgument } from "./errors.js";
import { byBytes, urlEncoded } from "./keys.js";

interface ListRequest {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  /** What keys have in common up to the delimiter, in the place of those keys. */
  readonly prefixes: readonly string[];
  /** The last of the page when more follow: an item, or only what keys have in common. */
  readonly last: { readonly key: string; readonly item: T | undefined } | undefined;
  readonly size: number;
}

const mostPerPage = 1000;

/**
 * A page of items that lie in the order of their keys.
 *
 * @param marker where the page before ended; what keys have in common is not listed again after itself
 * @throws S3Error InvalidArgument for a size that S3 does not take
 */
function pageOf<T extends { readonly key: string }>(
  items: Iterable<T>,
  { Prefix = "", Delimiter = "", MaxKeys = mostPerPage }: ListRequest,
  marker: string | undefined,
): Page<T> {
  if (MaxKeys < 0) throw invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
  const size = Math.min(MaxKeys, mostPerPage);
  const listed: T[] = [];
  const prefixes: string[] = [];
  let last: Page<T>["last"];
  for (const item of items) {
    if (!item.key.startsWith(Prefix)) continue;
    const end = Delimiter === "" ? -1 : item.key.indexOf(Delimiter, Prefix.length);
    const common = end < 0 ? undefined : item.key.slice(0, end + Delimiter.length);
    if (common !== undefined && (common === marker || common === prefixes.at(-1))) continue;
    if (listed.length + prefixes.length === size) return { items: listed, prefixes, last, size };
    if (common === undefined) listed.push(item);
    else prefixes.push(common);
    last = common === undefined ? { key: item.key, item } : { key: common, item: undefined };
  }
  return { items: listed, prefixes, last: undefined, size };
}

/** Answers ListObjectsV2. */
export function listObjects(bucket: Bucket, input: ListObjectsV2Request, owner: Owner): ListObjectsV2Output {
  const { ContinuationToken, StartAfter, Prefix = "" } = input;
  const marker = ContinuationToken === undefined ? StartAfter : fromToken(ContinuationToken);
  const objects = bucket.objects().filter(({ key }) => isAfter(key, marker));
  const { items, prefixes, last, size } = pageOf(objects, input, marker);
  const write = writer(input.EncodingType);
  return {
    Name: bucket.name,
    MaxKeys: size,
    KeyCount: items.length + prefixes.length,
    IsTruncated: last !== undefined,
    EncodingType: input.EncodingType,
    Prefix: write(Prefix),
    Delimiter: write(input.Delimiter),
    StartAfter: write(StartAfter),
    ContinuationToken,
    NextContinuationToken: toToken(last?.key),
    Contents: items.map(({ key, lastModified, content }) => ({
      Key: write(key),
      LastModified: lastModified,
      ETag: content.etag,
      Size: content.body.length,
      StorageClass: "STANDARD",
      Owner: input.FetchOwner === true ? owner : undefined,
    })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  };
}

/** Answers ListObjects: where the next page begins is told only with a delimiter (API reference, NextMarker). */
export function listObjectsV1(bucket: Bucket, input: ListObjectsRequest, owner: Owner): ListObjectsOutput {
  const { Marker = "", ...rest } = input;
  const { StartAfter, NextContinuationToken, KeyCount, ContinuationToken, ...page } = listObjects(
    bucket,
    { ...rest, StartAfter: Marker, FetchOwner: true },
    owner,
  );
  const hasNext = NextContinuationToken !== undefined && (input.Delimiter ?? "") !== "";
  return {
    ...page,
    Marker: StartAfter,
    ...(hasNext ? { NextMarker: writer(input.EncodingType)(fromToken(NextContinuationToken)) } : {}),
  };
}

/** Answers ListObjectVersions. */
export function listVersions(
  bucket: Bucket,
  input: ListObjectVersionsRequest,
  owner: Owner,
): ListObjectVersionsOutput {
  const { KeyMarker, VersionIdMarker, Prefix = "" } = input;
  const order = orderOfMarker(bucket, input);
  const versions = bucket
    .allVersions()
    .filter((version) =>
      version.key === KeyMarker ? version.order < order : isAfter(version.key, KeyMarker),
    );
  const { items, prefixes, last, size } = pageOf(versions, input, KeyMarker);
  const write = writer(input.EncodingType);
  const common = ({ key, id, lastModified }: Version) => ({
    Key: write(key),
    VersionId: id,
    IsLatest: bucket.current(key)?.id === id,
    LastModified: lastModified,
    Owner: owner,
  });
  return {
    Name: bucket.name,
    MaxKeys: size,
    IsTruncated: last !== undefined,
    EncodingType: input.EncodingType,
    Prefix: write(Prefix),
    Delimiter: write(input.Delimiter),
    KeyMarker: write(KeyMarker),
    VersionIdMarker,
    NextKeyMarker: write(last?.key),
    NextVersionIdMarker: last?.item?.id,
    Versions: items.flatMap((version) =>
      version.content === undefined
        ? []
        : [
            {
              ...common(version),
              ETag: version.content.etag,
              Size: version.content.body.length,
              StorageClass: "STANDARD" as const,
            },
          ],
    ),
    DeleteMarkers: items.filter(({ content }) => content === undefined).map(common),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  };
}

/** Answers ListBuckets. Buckets tell their Region to those who ask for anything in particular. */
export function listBuckets(
  buckets: readonly Bucket[],
  input: ListBucketsRequest,
  owner: Owner,
): ListBucketsOutput {
  const { Prefix, MaxBuckets, BucketRegion, ContinuationToken } = input;
  const marker = ContinuationToken === undefined ? undefined : fromToken(ContinuationToken);
  const rows = buckets
    .filter(({ name, region }) => isAfter(name, marker) && region === (BucketRegion ?? region))
    .map((bucket) => ({ key: bucket.name, bucket }))
    .sort((a, b) => byBytes(a.key, b.key));
  const { items, last } = pageOf(rows, { Prefix, MaxKeys: MaxBuckets }, marker);
  const isParticular = Object.values(input).some((value) => value !== undefined);
  return {
    Buckets: items.map(({ bucket }) => ({
      Name: bucket.name,
      CreationDate: bucket.created,
      BucketArn: bucket.arn,
      BucketRegion: isParticular ? bucket.region : undefined,
    })),
    Owner: owner,
    Prefix,
    ContinuationToken: toToken(last?.key),
  };
}

function orderOfMarker(
  bucket: Bucket,
  { KeyMarker, VersionIdMarker }: Pick<ListObjectVersionsRequest, "KeyMarker" | "VersionIdMarker">,
): number {
  if (VersionIdMarker === undefined) return 0;
  if (KeyMarker === undefined) {
    throw invalidArgument("A version-id marker cannot be specified without a key marker.");
  }
  const order = bucket.orderOf(VersionIdMarker);
  if (order === undefined) throw invalidArgument("Invalid version id specified");
  return order;
}

function isAfter(key: string, marker: string | undefined): boolean {
  return marker === undefined || byBytes(key, marker) > 0;
}

/** Writes keys and their parts as a request asks for them. */
function writer(encoding: string | undefined): (text: string | undefined) => string | undefined {
  return (text) => (text === undefined || encoding !== "url" ? text : urlEncoded(text));
}

function toToken(key: string | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(key).toString("base64");
}

function fromToken(token: string): string {
  const key = Buffer.from(token, "base64").toString();
  if (token === "" || toToken(key) !== token) {
    throw invalidArgument("The continuation token provided is incorrect");
  }
  return key;
}
