import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsContext, regionProblems } from "./awsContext.js";
import { logGroupPrefixProblems, retentionProblems } from "./logSettings.js";
import { arn, policyDocument } from "./policies.js";
import { privateBucket } from "./privateBucket.js";
import { ArgumentChecks } from "./problems.js";

/** What windows and fan-outs write below. Any node may write below another's name there: its output is no evidence. */
const outputPrefixes = ["scan", "install", "fanout"];

export interface PatchLogsArgs {
  /** Region of the bucket. @default the provider's Region */
  region?: string;
  /** Days after which the output of commands is deleted: one of CloudWatch Logs' periods, 1 to 3653 (API: PutRetentionPolicy). */
  retentionDays: pulumi.Input<number>;
  /** Path under which the windows' log groups lie, without a slash at its end. */
  logGroupPrefix: string;
  /** Name of a bucket that is there already; its objects end as its own rules say. @default one is made */
  bucket?: pulumi.Input<string>;
  /** Tags of all that takes tags, by key. @default none */
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
    const days = checks.input(args.retentionDays, retentionProblems("retentionDays"));
    checks.plain(args.logGroupPrefix, logGroupPrefixProblems("logGroupPrefix"));
    checks.done();

    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const { bucket: existing } = args;
    const bucket = existing === undefined ? this.made(name, args, days) : pulumi.output(existing);
    this.bucket = bucket;
    this.nodePolicyArn = this.nodePolicy(name, bucket, args, tags);
    this.registerOutputs({ bucket: this.bucket, nodePolicyArn: this.nodePolicyArn });
  }

  private made(name: string, args: PatchLogsArgs, days: pulumi.Input<number>): pulumi.Output<string> {
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    return privateBucket(this, name, {
      ...(args.region === undefined ? {} : { region: args.region }),
      ...tags,
      lifecycleRules: [
        {
          id: "expire-output",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    }).bucket;
  }

  private nodePolicy(
    name: string,
    bucket: pulumi.Output<string>,
    args: PatchLogsArgs,
    tags: Pick<PatchLogsArgs, "tags">,
  ): pulumi.Output<string> {
    const context = awsContext(this, args.region);
    const bucketArn = arn(context, { service: "s3", region: "", account: "", resource: bucket });
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
            Resource: outputPrefixes.map((prefix) => pulumi.interpolate`${bucketArn}/${prefix}/*`),
          },
          {
            Sid: "AskForEncryption",
            Effect: "Allow",
            Action: "s3:GetEncryptionConfiguration",
            Resource: bucketArn,
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
