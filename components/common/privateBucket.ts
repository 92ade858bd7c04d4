import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./policies.js";

export interface PrivateBucketArgs {
  /** Region of the bucket. @default the provider's Region */
  region?: string;
  /** When objects, and versions that are no longer the newest, are deleted. */
  lifecycleRules: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Whether whoever makes it gives it its policy too, by `bucketPolicy`, since that names what is made later. */
  policyComesLater?: true;
}

// S3 deletes no bucket that holds anything, and a removal would end half-way: it is left to people (README). What is
// left stays as it was: private, versioned, encrypted, and its objects end with their time.
const kept = { retainOnDelete: true };

/** A bucket that is versioned, encrypted, private to the account and reached over TLS only, as children of `parent`. */
export function privateBucket(
  parent: pulumi.ComponentResource,
  name: string,
  args: PrivateBucketArgs,
): aws.s3.Bucket {
  const options = { parent, ...kept };
  const region = args.region === undefined ? {} : { region: args.region };
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const bucket = new aws.s3.Bucket(`${name}-bucket`, { ...region, ...tags }, options);
  const at = { ...region, bucket: bucket.bucket };
  new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...at,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...at, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  // The bucket's own encryption, not a KMS key: with a key, whoever writes into it would need to use that too.
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...at, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    options,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...at, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { ...at, rules: args.lifecycleRules },
    { ...options, dependsOn: [versioning] },
  );
  if (args.policyComesLater !== true) bucketPolicy(parent, name, bucket, args.region);
  return bucket;
}

/** The policy of a private bucket, with further statements. */
export function bucketPolicy(
  parent: pulumi.ComponentResource,
  name: string,
  bucket: aws.s3.Bucket,
  region: string | undefined,
  statements: readonly Statement[] = [],
): void {
  new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      ...(region === undefined ? {} : { region }),
      bucket: bucket.bucket,
      policy: policyDocument([
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...statements,
      ]),
    },
    { parent, ...kept },
  );
}
