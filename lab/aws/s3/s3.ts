import { createHash } from "node:crypto";
import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  GetBucketVersioningOutput,
  GetObjectOutput,
  GetObjectRequest,
  HeadBucketOutput,
  ListBucketsOutput,
  ListBucketsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  Owner,
  PutObjectOutput,
  PutObjectRequest,
} from "@aws-sdk/client-s3";
import { NotModelledError } from "../base/errors.js";
import type { Caller } from "../iam/evaluate.js";
import type { Place } from "../place.js";
import { Bucket, type Content, type Version } from "./bucket.js";
import { S3Error } from "./errors.js";
import { checkKey, isBucketName } from "./keys.js";
import { listBuckets, listObjects, listVersions } from "./listing.js";
import { type NotificationInput, Notifications, type NotifyingAccount } from "./notifications.js";
import { checkRead, checkWrite, type Part, partOf } from "./reading.js";

/** The Region that S3 is called in. */
type Where = Pick<Place, "name">;

/** Where S3 is called, and by whom. */
interface S3Context {
  readonly region: Where;
  readonly caller: Caller;
}

/** As the API has it, with the body complete. */
export type PutObjectInput = Omit<PutObjectRequest, "Body"> & { readonly Body?: Uint8Array | undefined };
type GetObjectResult = Omit<GetObjectOutput, "Body"> & { readonly Body: Uint8Array };

interface BucketRequest {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Headers that S3 keeps with an object and gives back. */
export const keptHeaders = [
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ContentType",
] as const;

/** S3: buckets, the versions of their objects, and whom they tell. One namespace for all Regions. */
export class S3 {
  private readonly buckets = new Map<string, Bucket>();
  private readonly notifications: Notifications;
  private readonly owner: Owner;

  constructor(private readonly account: NotifyingAccount) {
    this.notifications = new Notifications(account);
    this.owner = { ID: account.ids.hex(64, "s3 owner") };
  }

  /**
   * Makes a bucket, or finds the one that was made in the same Region before.
   *
   * @throws S3Error InvalidBucketName, or BucketAlreadyOwnedByYou when it lies in another Region
   */
  createBucket({ Bucket: name }: { readonly Bucket: string }, { name: region }: Where): Bucket {
    if (!isBucketName(name)) throw new S3Error("InvalidBucketName");
    const known = this.buckets.get(name);
    if (known !== undefined && known.region !== region) throw new S3Error("BucketAlreadyOwnedByYou");
    const { partition, ids } = this.account;
    const bucket = known ?? new Bucket(name, region, this.thisSecond(), partition, ids);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /**
   * A bucket of a request.
   *
   * @throws S3Error NoSuchBucket, InvalidBucketName, AccessDenied for another owner's, PermanentRedirect in a Region
   * that is not the bucket's
   */
  bucket({ Bucket: name = "", ExpectedBucketOwner: owner }: BucketRequest, region: Where): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new S3Error(isBucketName(name) ? "NoSuchBucket" : "InvalidBucketName");
    if (owner !== undefined && owner !== this.account.id) throw new S3Error("AccessDenied");
    if (bucket.region !== region.name) {
      throw new S3Error("PermanentRedirect", { headers: { "x-amz-bucket-region": bucket.region } });
    }
    return bucket;
  }

  /** @throws NotModelledError for Suspended */
  putBucketVersioning(input: BucketRequest & { readonly Status: string }, region: Where): void {
    const bucket = this.bucket(input, region);
    const isEnabled = input.Status === "Enabled";
    // A bucket that never had versions may be told so again.
    if (!isEnabled && (input.Status !== "Disabled" || bucket.isVersioned)) {
      throw new NotModelledError(`the versioning ${input.Status} of a bucket`);
    }
    bucket.isVersioned = isEnabled;
  }

  putBucketPolicy(input: BucketRequest & { readonly Policy: string }, region: Where): void {
    const bucket = this.bucket(input, region);
    this.account.iam.putResourcePolicy(bucket.arn, input.Policy);
  }

  deleteBucketPolicy(input: BucketRequest, region: Where): void {
    this.account.iam.deleteResourcePolicy(this.bucket(input, region).arn);
  }

  /** @throws S3Error BucketNotEmpty while it has a version of anything */
  deleteBucket(input: BucketRequest, region: Where): void {
    const bucket = this.bucket(input, region);
    if (bucket.allVersions().length > 0) throw new S3Error("BucketNotEmpty");
    this.buckets.delete(bucket.name);
    this.account.iam.deleteResourcePolicy(bucket.arn);
  }

  /**
   * Replaces what a bucket tells functions, and which.
   *
   * @throws S3Error InvalidArgument when two say the same, or S3 may not invoke a function
   */
  putBucketNotification(
    input: { readonly bucket: string; readonly lambdaFunctions: readonly NotificationInput[] },
    region: Where,
  ): void {
    this.notifications.put(this.bucket({ Bucket: input.bucket }, region), input.lambdaFunctions);
  }

  listBuckets(input: ListBucketsRequest): ListBucketsOutput {
    return listBuckets([...this.buckets.values()], input, this.owner);
  }

  headBucket(input: BucketRequest, { region }: S3Context): HeadBucketOutput {
    const bucket = this.bucket(input, region);
    return { BucketArn: bucket.arn, BucketRegion: bucket.region, AccessPointAlias: false };
  }

  /** The Region of a bucket; nothing for the first of all Regions. */
  getBucketLocation(input: BucketRequest, { region }: S3Context): { readonly LocationConstraint?: string } {
    const { region: name } = this.bucket(input, region);
    return name === "us-east-1" ? {} : { LocationConstraint: name };
  }

  getBucketVersioning(input: BucketRequest, { region }: S3Context): GetBucketVersioningOutput {
    return this.bucket(input, region).isVersioned ? { Status: "Enabled" } : {};
  }

  listObjectsV2(input: ListObjectsV2Request, { region }: S3Context): ListObjectsV2Output {
    return listObjects(this.bucket(input, region), input, this.owner);
  }

  listObjectVersions(input: ListObjectVersionsRequest, { region }: S3Context): ListObjectVersionsOutput {
    return listVersions(this.bucket(input, region), input, this.owner);
  }

  putObject(input: PutObjectInput, { region, caller }: S3Context): PutObjectOutput {
    const bucket = this.bucket(input, region);
    const { Key: key = "", Body: body = new Uint8Array() } = input;
    const { ServerSideEncryption = "AES256", StorageClass = "STANDARD" } = input;
    checkKey(key);
    if (ServerSideEncryption !== "AES256")
      throw new NotModelledError(`encryption by ${ServerSideEncryption}`);
    if (StorageClass !== "STANDARD") throw new NotModelledError(`the storage class ${StorageClass}`);
    checkWrite(input, bucket.current(key)?.content);
    const version = bucket.add(key, contentOf(input, body), this.thisSecond());
    this.notifications.tell(bucket, { event: "ObjectCreated:Put", version, order: version.order, caller });
    return { ETag: version.content?.etag, ServerSideEncryption, ...this.versionId(bucket, version) };
  }

  getObject(input: GetObjectRequest, context: S3Context): GetObjectResult {
    const { content, part, output } = this.read(input, context);
    const { body } = content;
    return { ...output, Body: part === undefined ? body : body.subarray(part.from, part.to + 1) };
  }

  /** As GetObject, without the body. */
  headObject(input: GetObjectRequest, context: S3Context): Omit<GetObjectOutput, "Body"> {
    return this.read(input, context).output;
  }

  /** Deletes an object, which leaves a delete marker in a bucket with versions, or a version of it for good. */
  deleteObject(input: DeleteObjectRequest, { region, caller }: S3Context): DeleteObjectOutput {
    const bucket = this.bucket(input, region);
    const { Key: key = "", VersionId } = input;
    checkKey(key);
    if (VersionId === undefined && bucket.isVersioned) {
      const version = bucket.add(key, undefined, this.thisSecond());
      const event = "ObjectRemoved:DeleteMarkerCreated";
      this.notifications.tell(bucket, { event, version, order: version.order, caller });
      return { DeleteMarker: true, VersionId: version.id };
    }
    const version = bucket.version(key, VersionId ?? "null");
    if (version !== undefined) {
      bucket.remove(version);
      this.notifications.tell(bucket, {
        event: "ObjectRemoved:Delete",
        version,
        order: bucket.nextChange(),
        caller,
      });
    }
    if (VersionId === undefined) return {};
    const wasMarker = version !== undefined && version.content === undefined;
    return { VersionId, ...(wasMarker ? { DeleteMarker: true } : {}) };
  }

  private read(
    input: GetObjectRequest,
    { region, caller }: S3Context,
  ): { content: Content; part: Part | undefined; output: Omit<GetObjectOutput, "Body"> } {
    const bucket = this.bucket(input, region);
    const version = this.wanted(bucket, input, caller);
    const { content } = version;
    checkRead(input, content, version);
    const size = content.body.length;
    const part = partOf(input.Range, size);
    const output = {
      AcceptRanges: "bytes",
      ContentLength: part === undefined ? size : part.to - part.from + 1,
      ...(part === undefined ? {} : { ContentRange: `bytes ${part.from}-${part.to}/${size}` }),
      ETag: content.etag,
      LastModified: version.lastModified,
      Metadata: { ...content.metadata },
      ServerSideEncryption: "AES256" as const,
      ...content.headers,
      ...this.versionId(bucket, version),
    };
    return { content, part, output };
  }

  private wanted(
    bucket: Bucket,
    { Key: key = "", VersionId }: GetObjectRequest,
    caller: Caller,
  ): Version & { readonly content: Content } {
    checkKey(key);
    const version = VersionId === undefined ? bucket.current(key) : bucket.version(key, VersionId);
    if (version?.content !== undefined) return { ...version, content: version.content };
    const marker =
      version === undefined ? {} : { "x-amz-delete-marker": "true", "x-amz-version-id": version.id };
    if (VersionId !== undefined && version === undefined) throw new S3Error("NoSuchVersion");
    if (VersionId !== undefined)
      throw new S3Error("MethodNotAllowed", { headers: { allow: "DELETE", ...marker } });
    // Only those who may list a bucket are told what is not in it.
    const listing = { caller, action: "s3:ListBucket", resource: bucket.arn };
    if (!this.account.iam.wouldAllow(listing)) {
      throw new S3Error("AccessDenied", { message: notListed(bucket, caller) });
    }
    throw new S3Error("NoSuchKey", { headers: marker });
  }

  private versionId({ isVersioned }: Bucket, { id }: Version): { readonly VersionId?: string } {
    return isVersioned ? { VersionId: id } : {};
  }

  /** S3 knows no milliseconds. */
  private thisSecond(): Date {
    return new Date(Math.floor(this.account.clock.now / 1000) * 1000);
  }
}

function contentOf(input: PutObjectInput, body: Uint8Array): Content {
  const hash = createHash("md5").update(body).digest();
  if (input.ContentMD5 !== undefined && input.ContentMD5 !== hash.toString("base64")) {
    throw new S3Error("BadDigest");
  }
  const metadata = Object.entries(input.Metadata ?? {}).map(([name, text]) => [name.toLowerCase(), text]);
  if (Buffer.byteLength(metadata.flat().join("")) > 2048) throw new S3Error("MetadataTooLarge");
  const kept = keptHeaders.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]));
  return {
    body,
    etag: `"${hash.toString("hex")}"`,
    headers: { ContentType: "binary/octet-stream", ...Object.fromEntries(kept) },
    metadata: Object.fromEntries(metadata),
  };
}

function notListed({ arn }: Bucket, caller: Caller): string {
  const name = caller.kind === "role" ? caller.arn : caller.name;
  return `User: ${name} is not authorized to perform: s3:ListBucket on resource: "${arn}"`;
}
