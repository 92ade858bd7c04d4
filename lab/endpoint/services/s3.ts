import type {
  CopyObjectRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  GetObjectRequest,
  HeadBucketRequest,
  ListBucketsRequest,
  ListObjectsRequest,
  ListObjectsV2Request,
  ListObjectVersionsRequest,
} from "@aws-sdk/client-s3";
import { refuseOthers } from "../../aws/base/errors.js";
import { keptHeaders, type PutObjectInput } from "../../aws/s3/content.js";
import type { S3 } from "../../aws/s3/s3.js";
import type { ApiContext, Handlers } from "../operation.js";

const ofBucket = ["Bucket", "ExpectedBucketOwner"] as const;
const ofList = [...ofBucket, "Prefix", "Delimiter", "MaxKeys", "EncodingType"] as const;
/** No checksums are kept: a client asks for those there are, and is content with none. */
const ofRead = [...ofBucket, "Key", "VersionId", "Range", "IfMatch", "IfNoneMatch", "ChecksumMode"] as const;
/** Checksums stand for the body on its way here, where nothing gets lost; they are not compared. */
const ofWrite = [
  ...ofBucket,
  ...keptHeaders,
  "Key",
  "Metadata",
  "Tagging",
  "IfMatch",
  "IfNoneMatch",
  "ServerSideEncryption",
  "StorageClass",
  "ChecksumAlgorithm",
] as const;
const ofPut = [
  ...ofWrite,
  "Body",
  "ContentLength",
  "ContentMD5",
  "ChecksumCRC32",
  "ChecksumCRC32C",
  "ChecksumCRC64NVME",
  "ChecksumSHA1",
  "ChecksumSHA256",
] as const;
const ofCopy = [
  ...ofWrite,
  "CopySource",
  "CopySourceIfMatch",
  "CopySourceIfNoneMatch",
  "ExpectedSourceBucketOwner",
  "MetadataDirective",
  "TaggingDirective",
] as const;

/** An operation that looks at these members of its input, and refuses others by their name. */
function served<I extends object>(
  operation: string,
  members: readonly (keyof I & string)[],
  work: (s3: S3, input: I, context: ApiContext) => object,
): (input: I, context: ApiContext) => object {
  return (input, context) => {
    refuseOthers(operation, input, members);
    return work(context.region.account.s3, input, context);
  };
}

/** S3's operations. */
export const s3Handlers = {
  ListBuckets: served<ListBucketsRequest>(
    "ListBuckets",
    ["Prefix", "MaxBuckets", "BucketRegion", "ContinuationToken"],
    (s3, input) => s3.listBuckets(input),
  ),
  HeadBucket: served<HeadBucketRequest>("HeadBucket", ofBucket, (s3, ...call) => s3.headBucket(...call)),
  GetBucketLocation: served<HeadBucketRequest>("GetBucketLocation", ofBucket, (s3, ...call) =>
    s3.getBucketLocation(...call),
  ),
  GetBucketVersioning: served<HeadBucketRequest>("GetBucketVersioning", ofBucket, (s3, ...call) =>
    s3.getBucketVersioning(...call),
  ),
  GetBucketPolicy: served<HeadBucketRequest>("GetBucketPolicy", ofBucket, (s3, ...call) =>
    s3.getBucketPolicy(...call),
  ),
  PutObject: served<PutObjectInput>("PutObject", ofPut, (s3, ...call) => s3.putObject(...call)),
  CopyObject: served<CopyObjectRequest>("CopyObject", ofCopy, (s3, ...call) => s3.copyObject(...call)),
  GetObject: served<GetObjectRequest>("GetObject", ofRead, (s3, ...call) => s3.getObject(...call)),
  HeadObject: served<GetObjectRequest>("HeadObject", ofRead, (s3, ...call) => s3.headObject(...call)),
  DeleteObject: served<DeleteObjectRequest>(
    "DeleteObject",
    [...ofBucket, "Key", "VersionId"],
    (s3, ...call) => s3.deleteObject(...call),
  ),
  DeleteObjects: served<DeleteObjectsRequest>(
    "DeleteObjects",
    [...ofBucket, "Delete", "ChecksumAlgorithm"],
    (s3, ...call) => s3.deleteObjects(...call),
  ),
  GetObjectTagging: served<GetObjectRequest>(
    "GetObjectTagging",
    [...ofBucket, "Key", "VersionId"],
    (s3, ...call) => s3.getObjectTagging(...call),
  ),
  ListObjects: served<ListObjectsRequest>("ListObjects", [...ofList, "Marker"], (s3, ...call) =>
    s3.listObjects(...call),
  ),
  ListObjectsV2: served<ListObjectsV2Request>(
    "ListObjectsV2",
    [...ofList, "ContinuationToken", "StartAfter", "FetchOwner"],
    (s3, ...call) => s3.listObjectsV2(...call),
  ),
  ListObjectVersions: served<ListObjectVersionsRequest>(
    "ListObjectVersions",
    [...ofList, "KeyMarker", "VersionIdMarker"],
    (s3, ...call) => s3.listObjectVersions(...call),
  ),
} as const satisfies Handlers;
