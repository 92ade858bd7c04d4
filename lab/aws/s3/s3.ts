import type {
  CopyObjectOutput,
  CopyObjectRequest,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  GetObjectOutput,
  GetObjectRequest,
  GetObjectTaggingOutput,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  PutObjectOutput,
} from "@aws-sdk/client-s3";
import { NotModelledError } from "../base/errors.js";
import { denialMessage } from "../iam/denial.js";
import type { Caller } from "../iam/evaluate.js";
import type { Bucket, Content, Version } from "./bucket.js";
import { Buckets, type S3Context } from "./buckets.js";
import { checkedTags, contentOf, copiedContent, type PutObjectInput } from "./content.js";
import { copySourceOf, refuseIdle } from "./copySource.js";
import { deleteEach } from "./deleteEach.js";
import { S3Error } from "./errors.js";
import { checkKey, checkVersion } from "./keys.js";
import { listObjects, listObjectsV1, listVersions } from "./listing.js";
import { checkRead, checkSource, checkWrite, type Part, partOf } from "./reading.js";

type GetObjectResult = Omit<GetObjectOutput, "Body"> & { readonly Body: Uint8Array };

/** S3: buckets, and the versions of their objects. */
export class S3 extends Buckets {
  listObjects(input: ListObjectsRequest, { region }: S3Context): ListObjectsOutput {
    return listObjectsV1(this.bucket(input, region), input, this.owner);
  }

  listObjectsV2(input: ListObjectsV2Request, { region }: S3Context): ListObjectsV2Output {
    return listObjects(this.bucket(input, region), input, this.owner);
  }

  listObjectVersions(input: ListObjectVersionsRequest, { region }: S3Context): ListObjectVersionsOutput {
    return listVersions(this.bucket(input, region), input, this.owner);
  }

  putObject(input: PutObjectInput, { region, caller }: S3Context): PutObjectOutput {
    const bucket = this.bucket(input, region);
    return this.put(bucket, input, contentOf(input, input.Body ?? new Uint8Array()), "Put", caller);
  }

  /** Copies the newest version of an object or the one that is named, within a bucket or from another. */
  copyObject(input: CopyObjectRequest, { region, caller }: S3Context): CopyObjectOutput {
    const bucket = this.bucket(input, region);
    const source = copySourceOf(input.CopySource);
    refuseIdle(input, source);
    // Unlike the bucket that is written to, the other may lie in any Region.
    const of = { Bucket: source.Bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner };
    const from = this.bucket(of, { name: this.buckets.get(source.Bucket)?.region ?? region.name });
    const version = this.copied(from, source, caller);
    const { CopySourceIfMatch: IfMatch, CopySourceIfNoneMatch: IfNoneMatch } = input;
    checkSource({ IfMatch, IfNoneMatch }, version.content);
    const made = copiedContent(version.content, input);
    const { ETag, ...answer } = this.put(bucket, input, made, "Copy", caller);
    return {
      CopyObjectResult: { ETag, LastModified: this.thisSecond() },
      ...(from.isVersioned ? { CopySourceVersionId: version.id } : {}),
      ...answer,
    };
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
    checkVersion(VersionId);
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

  /** Deletes many objects, versions and markers. IAM is asked for each, and a refusal goes to the answer's errors. */
  deleteObjects(input: DeleteObjectsRequest, context: S3Context): DeleteObjectsOutput {
    const { name: Bucket, arn } = this.bucket(input, context.region);
    const { caller, region } = context;
    return deleteEach(input, (one) => {
      const action = `s3:DeleteObject${one.VersionId === undefined ? "" : "Version"}`;
      const values = { "aws:RequestedRegion": region.name };
      const call = { caller, action, resource: `${arn}/${one.Key}`, context: values };
      const denial = this.account.iam.denialOf(call);
      if (denial !== undefined) throw new S3Error("AccessDenied", { message: denialMessage(denial) });
      return this.deleteObject({ Bucket, ...one }, context);
    });
  }

  getObjectTagging(input: GetObjectRequest, { region, caller }: S3Context): GetObjectTaggingOutput {
    const bucket = this.bucket(input, region);
    const version = this.wanted(bucket, input, caller);
    const TagSet = Object.entries(version.content.tags).map(([Key, Value]) => ({ Key, Value }));
    return { TagSet, ...this.versionId(bucket, version) };
  }

  /** Whether an object or a version has tags; false for what there is not. */
  hasTags({ Bucket = "", Key = "", VersionId }: GetObjectRequest): boolean {
    const bucket = this.buckets.get(Bucket);
    const version = VersionId === undefined ? bucket?.current(Key) : bucket?.version(Key, VersionId);
    return Object.keys(version?.content?.tags ?? {}).length > 0;
  }

  /** Replaces the tags of the newest version of an object. */
  putObjectTagging(input: GetObjectRequest & { readonly tags: Content["tags"] }, context: S3Context): void {
    const { content } = this.wanted(this.bucket(input, context.region), input, context.caller);
    content.tags = checkedTags(Object.entries(input.tags));
  }

  private put(
    bucket: Bucket,
    input: Omit<CopyObjectRequest, "CopySource">,
    content: Content,
    how: "Put" | "Copy",
    caller: Caller,
  ): PutObjectOutput {
    const { Key: key = "", ServerSideEncryption = "AES256", StorageClass = "STANDARD" } = input;
    checkKey(key);
    if (ServerSideEncryption !== "AES256")
      throw new NotModelledError(`encryption by ${ServerSideEncryption}`);
    if (StorageClass !== "STANDARD") throw new NotModelledError(`the storage class ${StorageClass}`);
    checkWrite(input, bucket.current(key)?.content);
    const version = bucket.add(key, content, this.thisSecond());
    const event = `ObjectCreated:${how}` as const;
    this.notifications.tell(bucket, { event, version, order: version.order, caller });
    return { ETag: content.etag, ServerSideEncryption, ...this.versionId(bucket, version) };
  }

  private copied(bucket: Bucket, source: GetObjectRequest, caller: Caller) {
    const { Key: key = "", VersionId } = source;
    const version = VersionId === undefined ? undefined : bucket.version(key, VersionId);
    if (version !== undefined && version.content === undefined) {
      const message =
        "The source of a copy request may not specifically refer to a delete marker by version id.";
      throw new S3Error("InvalidRequest", { message });
    }
    return this.wanted(bucket, source, caller);
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
    checkVersion(VersionId);
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
}

function notListed({ arn }: Bucket, caller: Caller): string {
  const name = caller.kind === "role" ? caller.arn : caller.name;
  return `User: ${name} is not authorized to perform: s3:ListBucket on resource: "${arn}"`;
}
