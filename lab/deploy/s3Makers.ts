import { NotModelledError } from "../aws/base/errors.js";
import type { NotificationInput } from "../aws/s3/notifications.js";
import { given, ignored, type Maker, optional, pass } from "./makers.js";

interface LambdaFunction {
  readonly id?: string;
  readonly lambdaFunctionArn?: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
}

/** A setting of a bucket that changes nothing in the lab, with the inputs that it may have. */
function quietSetting(...members: readonly string[]): Maker {
  return (region, _name, inputs) => {
    const bucket = given<string>(inputs, "bucket");
    region.account.s3.bucket({ Bucket: bucket }, region);
    ignored(inputs, ...members);
    return { id: bucket };
  };
}

/** Buckets, their settings and their objects. */
export const s3Makers: Readonly<Record<string, Maker>> = {
  "aws:s3/bucket:Bucket": (region, name, inputs) => {
    // Whether objects may go with their bucket is of account to those alone who take it away.
    ignored(inputs, "forceDestroy");
    const { arn, name: bucket } = region.account.s3.createBucket(
      { Bucket: optional<string>(inputs, "bucket") ?? name },
      region,
    );
    return { id: bucket, state: { arn, bucket, region: region.name } };
  },
  "aws:s3/bucketVersioning:BucketVersioning": (region, _name, inputs) => {
    const Bucket = given<string>(inputs, "bucket");
    const { status: Status, mfaDelete } = given<{ status: string; mfaDelete?: string }>(
      inputs,
      "versioningConfiguration",
    );
    if (mfaDelete === "Enabled") throw new NotModelledError("versions that are deleted with MFA alone");
    region.account.s3.putBucketVersioning({ Bucket, Status }, region);
    return { id: Bucket };
  },
  "aws:s3/bucketPolicy:BucketPolicy": (region, _name, inputs) => {
    const Bucket = given<string>(inputs, "bucket");
    region.account.s3.putBucketPolicy({ Bucket, Policy: given(inputs, "policy") }, region);
    return { id: Bucket };
  },
  "aws:s3/bucketNotification:BucketNotification": (region, _name, inputs) => {
    const bucket = given<string>(inputs, "bucket");
    const functions = optional<readonly LambdaFunction[]>(inputs, "lambdaFunctions") ?? [];
    const lambdaFunctions = functions.map(
      ({ lambdaFunctionArn: functionArn = "", ...rest }): NotificationInput => ({
        functionArn,
        ...rest,
      }),
    );
    region.account.s3.putBucketNotification({ bucket, lambdaFunctions }, region);
    return { id: bucket };
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": (region, name, inputs) => {
    const { s3, iam } = region.account;
    const Bucket = given<string>(inputs, "bucket");
    const Key = optional<string>(inputs, "key") ?? name;
    const { ETag = "", VersionId } = s3.putObject(
      {
        Bucket,
        Key,
        Body: Buffer.from(given<string>(inputs, "content")),
        ...pass<"ContentType", string>(inputs, "contentType", "ContentType"),
      },
      { region, caller: iam.owner },
    );
    const versionId = VersionId === undefined ? {} : { versionId: VersionId };
    return { id: `${Bucket}/${Key}`, state: { key: Key, etag: ETag.replaceAll('"', ""), ...versionId } };
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": quietSetting("rule"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": quietSetting(
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": quietSetting("rules"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    quietSetting("rules"),
};
