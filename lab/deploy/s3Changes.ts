import { type Change, listed } from "./change.js";
import { given, ignored } from "./inputs.js";
import { sendNotification } from "./s3Makers.js";

/** A setting of a bucket that changes nothing in the lab. */
function quietSetting(removing: string): Change {
  return {
    replacedBy: ["bucket"],
    update: "asMade",
    remove: (region, { id: Bucket }, send) => {
      region.account.s3.bucket({ Bucket }, region);
      send("s3", removing, { Bucket });
    },
  };
}

/** Buckets, their settings and their objects. */
export const s3Changes: Readonly<Record<string, Change>> = {
  "aws:s3/bucket:Bucket": {
    replacedBy: ["bucket", "bucketPrefix"],
    update: (_region, _standing, inputs) => {
      // Of account when the bucket is deleted.
      ignored(inputs, "forceDestroy");
      return undefined;
    },
    retag: (_region, { id: Bucket }, { all }, send) => {
      const TagSet = listed(all);
      if (TagSet.length === 0) send("s3", "DeleteBucketTagging", { Bucket });
      else send("s3", "PutBucketTagging", { Bucket, Tagging: { TagSet } });
    },
    remove: (region, { id: Bucket }, send) =>
      region.account.s3.deleteBucket(send("s3", "DeleteBucket", { Bucket }), region),
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    replacedBy: ["bucket"],
    update: "asMade",
    // S3 cannot take versions away: they are suspended, which the lab refuses.
    remove: (region, { id: Bucket }, send) => {
      const Status = "Suspended";
      send("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status } });
      region.account.s3.putBucketVersioning({ Bucket, Status }, region);
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    replacedBy: ["bucket"],
    update: "asMade",
    remove: (region, { id: Bucket }, send) =>
      region.account.s3.deleteBucketPolicy(send("s3", "DeleteBucketPolicy", { Bucket }), region),
  },
  "aws:s3/bucketNotification:BucketNotification": {
    replacedBy: ["bucket"],
    update: "asMade",
    remove: (region, { id: bucket }, send) => {
      sendNotification(send, bucket, []);
      region.account.s3.putBucketNotification({ bucket, lambdaFunctions: [] }, region);
    },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    replacedBy: ["bucket", "key"],
    update: "asMade",
    retag: (region, { inputs, state }, { all }, send) => {
      const at = { Bucket: given<string>(inputs, "bucket"), Key: given<string>(state, "key") };
      const TagSet = listed(all);
      if (TagSet.length === 0) send("s3", "DeleteObjectTagging", at);
      else send("s3", "PutObjectTagging", { ...at, Tagging: { TagSet } });
      const { s3, iam } = region.account;
      s3.putObjectTagging({ ...at, tags: all }, { region, caller: iam.owner });
    },
    // With all of its versions, as the provider does.
    remove: (region, { inputs, state }, send) => {
      const { s3, iam } = region.account;
      const context = { region, caller: iam.owner };
      const at = { Bucket: given<string>(inputs, "bucket"), Key: given<string>(state, "key") };
      const { Versions = [], DeleteMarkers = [] } = s3.listObjectVersions(
        send("s3", "ListObjectVersions", { Bucket: at.Bucket, Prefix: at.Key }),
        context,
      );
      for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
        if (Key === at.Key && VersionId !== undefined)
          s3.deleteObject(send("s3", "DeleteObject", { ...at, VersionId }), context);
      }
    },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": quietSetting("DeleteBucketOwnershipControls"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": quietSetting("DeletePublicAccessBlock"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": quietSetting("DeleteBucketLifecycle"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    quietSetting("DeleteBucketEncryption"),
};
