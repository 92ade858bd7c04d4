import { NotModelledError } from "../aws/base/errors.js";
import type { NotificationInput } from "../aws/s3/notifications.js";
import { autonamed, given, type Inputs, ignored, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";
import type { Send } from "./send.js";

interface LambdaFunction {
  readonly id?: string;
  readonly lambdaFunctionArn?: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
}

/** A setting of a bucket that changes nothing in the lab. */
function quietSetting(operation: string, setting: (inputs: Inputs) => object): Maker {
  return (region, _name, inputs, send) => {
    const Bucket = given<string>(inputs, "bucket");
    region.account.s3.bucket({ Bucket }, region);
    send("s3", operation, { Bucket, ...setting(inputs) });
    return { id: Bucket };
  };
}

function lifecycleRule(rule: Inputs) {
  const { prefix = "" } = optional<{ prefix?: string }>(rule, "filter") ?? {};
  const expiration = optional<Inputs>(rule, "expiration");
  const old = optional<Inputs>(rule, "noncurrentVersionExpiration");
  const parts = optional<Inputs>(rule, "abortIncompleteMultipartUpload");
  return {
    ID: given<string>(rule, "id"),
    Status: given<string>(rule, "status"),
    Filter: { Prefix: prefix },
    ...(expiration === undefined
      ? {}
      : {
          Expiration: {
            ...passSet<"Days", number>(expiration, "days", "Days"),
            ...passSet<"Date", Date>(expiration, "date", "Date"),
            ...passSet<"ExpiredObjectDeleteMarker", boolean>(
              expiration,
              "expiredObjectDeleteMarker",
              "ExpiredObjectDeleteMarker",
            ),
          },
        }),
    ...(old === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: {
            NoncurrentDays: given<number>(old, "noncurrentDays"),
            ...passSet<"NewerNoncurrentVersions", number>(
              old,
              "newerNoncurrentVersions",
              "NewerNoncurrentVersions",
            ),
          },
        }),
    ...(parts === undefined
      ? {}
      : {
          AbortIncompleteMultipartUpload: {
            DaysAfterInitiation: given<number>(parts, "daysAfterInitiation"),
          },
        }),
  };
}

function encryptionRule(rule: Inputs) {
  const byDefault = given<Inputs>(rule, "applyServerSideEncryptionByDefault");
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: given<string>(byDefault, "sseAlgorithm"),
      ...passSet<"KMSMasterKeyID", string>(byDefault, "kmsMasterKeyId", "KMSMasterKeyID"),
    },
    ...passSet<"BucketKeyEnabled", boolean>(rule, "bucketKeyEnabled", "BucketKeyEnabled"),
  };
}

export function sendNotification(send: Send, bucket: string, functions: readonly NotificationInput[]): void {
  const LambdaFunctionConfigurations = functions.map(({ id, functionArn, events, ...filter }) => {
    const rules = [
      { Name: "prefix", Value: filter.filterPrefix ?? "" },
      { Name: "suffix", Value: filter.filterSuffix ?? "" },
    ].filter(({ Value }) => Value !== "");
    return {
      ...(id === undefined ? {} : { Id: id }),
      LambdaFunctionArn: functionArn,
      Events: events,
      ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
    };
  });
  send("s3", "PutBucketNotificationConfiguration", {
    Bucket: bucket,
    NotificationConfiguration: { LambdaFunctionConfigurations },
  });
}

/** Buckets, their settings and their objects. */
export const s3Makers: Readonly<Record<string, Maker>> = {
  "aws:s3/bucket:Bucket": (region, name, inputs, send) => {
    // Of account when the bucket is deleted.
    ignored(inputs, "forceDestroy");
    const request = {
      Bucket: optional<string>(inputs, "bucket") ?? name,
      ...(region.name === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region.name } }),
    };
    const { arn, name: bucket } = region.account.s3.createBucket(
      send("s3", "CreateBucket", request, autonamed(inputs, "bucket", "Bucket")),
      region,
    );
    const tags = tagList(inputs, "TagSet");
    if (tags.TagSet !== undefined) send("s3", "PutBucketTagging", { Bucket: bucket, Tagging: tags });
    return { id: bucket, state: { arn, bucket, region: region.name } };
  },
  "aws:s3/bucketVersioning:BucketVersioning": (region, _name, inputs, send) => {
    const Bucket = given<string>(inputs, "bucket");
    const { status: Status, mfaDelete } = given<{ status: string; mfaDelete?: string }>(
      inputs,
      "versioningConfiguration",
    );
    if (mfaDelete === "Enabled") throw new NotModelledError("versions that are deleted with MFA alone");
    // S3 knows no such status, so the provider leaves a bucket without versions alone.
    if (Status === "Disabled") region.account.s3.bucket({ Bucket }, region);
    else {
      region.account.s3.putBucketVersioning({ Bucket, Status }, region);
      send("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status } });
    }
    return { id: Bucket };
  },
  "aws:s3/bucketPolicy:BucketPolicy": (region, _name, inputs, send) => {
    const request = send("s3", "PutBucketPolicy", {
      Bucket: given<string>(inputs, "bucket"),
      Policy: given<string>(inputs, "policy"),
    });
    region.account.s3.putBucketPolicy(request, region);
    return { id: request.Bucket };
  },
  "aws:s3/bucketNotification:BucketNotification": (region, _name, inputs, send) => {
    const bucket = given<string>(inputs, "bucket");
    const functions = optional<readonly LambdaFunction[]>(inputs, "lambdaFunctions") ?? [];
    const lambdaFunctions = functions.map(
      ({ lambdaFunctionArn = "", events, id, filterPrefix, filterSuffix }): NotificationInput => ({
        functionArn: lambdaFunctionArn,
        events: [...events],
        id,
        filterPrefix,
        filterSuffix,
      }),
    );
    sendNotification(send, bucket, lambdaFunctions);
    region.account.s3.putBucketNotification({ bucket, lambdaFunctions }, region);
    return { id: bucket };
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": (region, name, inputs, send) => {
    const { s3, iam } = region.account;
    const tags = Object.entries(optional<Record<string, string>>(inputs, "tags") ?? {});
    const object = {
      Bucket: given<string>(inputs, "bucket"),
      Key: optional<string>(inputs, "key") ?? name,
      Body: Buffer.from(given<string>(inputs, "content")),
      ...passSet<"ContentType", string>(inputs, "contentType", "ContentType"),
      ...(tags.length === 0 ? {} : { Tagging: new URLSearchParams(tags).toString() }),
    };
    send("s3", "PutObject", object);
    const { ETag = "", VersionId } = s3.putObject(object, { region, caller: iam.owner });
    const { Bucket, Key } = object;
    const versionId = VersionId === undefined ? {} : { versionId: VersionId };
    return { id: `${Bucket}/${Key}`, state: { key: Key, etag: ETag.replaceAll('"', ""), ...versionId } };
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": quietSetting(
    "PutBucketOwnershipControls",
    (inputs) => ({
      OwnershipControls: {
        Rules: [{ ObjectOwnership: given<string>(given<Inputs>(inputs, "rule"), "objectOwnership") }],
      },
    }),
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": quietSetting(
    "PutPublicAccessBlock",
    (inputs) => ({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: optional<boolean>(inputs, "blockPublicAcls") ?? false,
        BlockPublicPolicy: optional<boolean>(inputs, "blockPublicPolicy") ?? false,
        IgnorePublicAcls: optional<boolean>(inputs, "ignorePublicAcls") ?? false,
        RestrictPublicBuckets: optional<boolean>(inputs, "restrictPublicBuckets") ?? false,
      },
    }),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": quietSetting(
    "PutBucketLifecycleConfiguration",
    (inputs) => ({
      LifecycleConfiguration: { Rules: given<readonly Inputs[]>(inputs, "rules").map(lifecycleRule) },
    }),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": quietSetting(
    "PutBucketEncryption",
    (inputs) => ({
      ServerSideEncryptionConfiguration: {
        Rules: given<readonly Inputs[]>(inputs, "rules").map(encryptionRule),
      },
    }),
  ),
};
