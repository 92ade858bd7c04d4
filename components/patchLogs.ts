import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsContext, regionProblems } from "./awsContext.js";
import { logGroupPrefixProblems, retentionProblems } from "./logSettings.js";
import { arn, policyDocument } from "./policies.js";
import { ArgumentChecks } from "./problems.js";

export interface PatchLogsArgs {
  /** Region of the bucket. @default the provider's Region */
  region?: string;
  /** Days after which the output of commands is deleted: one of CloudWatch Logs' periods, 1 to 3653. */
  retentionDays: number;
  /** Path under which the windows' log groups lie, without a slash at its end. */
  logGroupPrefix: string;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The bucket for the full output of patch commands, and the policy with which nodes may write there and to the
 * log groups: it is the node's own role that uploads, not the window's.
 */
export class PatchLogs extends pulumi.ComponentResource {
  /** Name of the bucket. */
  readonly bucket: pulumi.Output<string>;
  /** ARN of the policy to attach to the roles of nodes (instance profiles and hybrid service roles). */
  readonly nodePolicyArn: pulumi.Output<string>;

  constructor(name: string, args: PatchLogsArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:PatchLogs", name, args, options);
    const checks = new ArgumentChecks(`PatchLogs ${name}`);
    checks.plain(args.region, regionProblems);
    checks.plain(args.retentionDays, retentionProblems("retentionDays"));
    checks.plain(args.logGroupPrefix, logGroupPrefixProblems("logGroupPrefix"));
    checks.done();

    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const region = args.region === undefined ? {} : { region: args.region };
    const bucket = new aws.s3.Bucket(`${name}-bucket`, { ...region, ...tags }, { parent: this });
    this.bucket = bucket.bucket;
    this.secure(name, bucket, args.retentionDays, region);
    this.nodePolicyArn = this.nodePolicy(name, bucket, args, tags);
    this.registerOutputs({ bucket: this.bucket, nodePolicyArn: this.nodePolicyArn });
  }

  private secure(name: string, bucket: aws.s3.Bucket, days: number, region: { region?: string }): void {
    const options = { parent: this };
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
    // The bucket's own encryption, not a KMS key: with a key, every node's role would need to use it too.
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
      {
        ...at,
        rules: [
          {
            id: "expire-output",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days },
            noncurrentVersionExpiration: { noncurrentDays: 7 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      { ...options, dependsOn: [versioning] },
    );
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        ...at,
        policy: policyDocument([
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      options,
    );
  }

  private nodePolicy(
    name: string,
    bucket: aws.s3.Bucket,
    args: PatchLogsArgs,
    tags: Pick<PatchLogsArgs, "tags">,
  ): pulumi.Output<string> {
    const context = awsContext(this, args.region);
    const groups = arn(context, { service: "logs", resource: `log-group:${args.logGroupPrefix}/*` });
    const policy = new aws.iam.Policy(
      `${name}-node-policy`,
      {
        description:
          "patchplane: lets a node upload the output of its patch commands. Attach it to nodes' roles.",
        policy: policyDocument([
          {
            Sid: "UploadOutput",
            Effect: "Allow",
            Action: "s3:PutObject",
            Resource: pulumi.interpolate`${bucket.arn}/*`,
          },
          {
            Sid: "AskForEncryption",
            Effect: "Allow",
            Action: "s3:GetEncryptionConfiguration",
            Resource: bucket.arn,
          },
          {
            Sid: "WriteLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: groups,
          },
          {
            Sid: "FindLogGroups",
            Effect: "Allow",
            Action: "logs:DescribeLogGroups",
            Resource: arn(context, { service: "logs", resource: "log-group:*" }),
          },
        ]),
        ...tags,
      },
      { parent: this },
    );
    return policy.arn;
  }
}
