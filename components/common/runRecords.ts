import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stateFolder } from "#shared/contract/believed.js";
import { ringFolder } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { regionProblems } from "./awsContext.js";
import type { Statement } from "./policies.js";
import { bucketPolicy, privateBucket } from "./privateBucket.js";
import { ArgumentChecks } from "./problems.js";

/** Records are small, and an auditor may ask for a year of them. */
const recordDays = 400;

interface RunRecordsArgs {
  /** Region of the bucket. @default the provider's Region */
  region?: string;
  /**
   * Name of the RegionalFanout that had the bucket in earlier versions: it is taken over as it stands.
   * @default a new bucket
   */
  formerlyOf?: string;
  /** Whether runs of rings leave entries of their own. @default no */
  hasRings?: boolean;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The bucket with a record of each run of a stack's windows, below `runs/`: kept for 400 days.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class RunRecords extends pulumi.ComponentResource {
  /** Name of the bucket. */
  readonly bucket: pulumi.Output<string>;
  /** ARN of the bucket. */
  readonly arn: pulumi.Output<string>;
  readonly #guarded: (statements: readonly Statement[]) => void;

  constructor(called: string, args: RunRecordsArgs, options?: pulumi.ComponentResourceOptions) {
    super(
      "patchplane:index:RunRecords",
      called,
      { ...args, formerlyOf: undefined },
      pulumi.mergeOptions(options, formerly(called, args)),
    );
    const checks = new ArgumentChecks(`RunRecords ${called}`);
    checks.plain(args.region, regionProblems);
    checks.done();
    const made = privateBucket(this, called, {
      ...(args.region === undefined ? {} : { region: args.region }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
      lifecycleRules: recordLifecycle({
        "expire-records": runKeys.closed,
        "expire-window-records": runKeys.windowsClosed,
        ...(args.hasRings === true ? { "expire-entries-of-rings": ringFolder } : {}),
      }),
      policyComesLater: true,
    });
    this.#guarded = (statements) => bucketPolicy(this, called, made, args.region, statements);
    this.bucket = made.bucket;
    this.arn = made.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }

  /**
   * Keeps everybody else from writing records: a denial holds whatever somebody's policies allow. Call it once, when the
   * functions are made.
   *
   * @param writers ARNs of the roles of the functions that write records
   * @param deployers ARNs of who may delete them too, so that a stack can be emptied
   */
  guard(writers: readonly pulumi.Input<string>[], deployers: readonly string[]): void {
    const deny = (Sid: string, Action: string[], principals: pulumi.Input<string>[]): Statement => ({
      Sid,
      Effect: "Deny",
      Principal: "*",
      Action,
      Resource: [runKeys.all, stateFolder].map((folder) => pulumi.interpolate`${this.arn}/${folder}*`),
      // Of a role's session it is the ARN of the role (IAM User Guide, global condition keys).
      Condition: { ArnNotLike: { "aws:PrincipalArn": principals } },
    });
    this.#guarded([
      deny("FunctionsWriteRecords", ["s3:PutObject"], [...writers]),
      deny(
        "FunctionsDeleteRecords",
        ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        [...writers, ...deployers],
      ),
    ]);
  }
}

/** The names by which Pulumi knows a bucket that was another component's: without them it would make a new one. */
function formerly(called: string, { formerlyOf }: RunRecordsArgs): pulumi.ComponentResourceOptions {
  if (formerlyOf === undefined) return {};
  const parent = pulumi.createUrn(formerlyOf, "patchplane:index:RegionalFanout");
  return {
    transformations: [
      ({ props, opts, name, type }) =>
        type.startsWith("aws:s3/")
          ? {
              props,
              opts: pulumi.mergeOptions(opts, {
                aliases: [{ name: `${formerlyOf}${name.slice(called.length)}`, parent }],
              }),
            }
          : undefined,
    ],
  };
}

/** How long records are kept, and versions of them. @param folders what they are below, by the names of the rules */
export function recordLifecycle(
  folders: Readonly<Record<string, string>>,
): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    ...Object.entries(folders).map(([id, prefix]) => ({
      id,
      status: "Enabled",
      filter: { prefix },
      expiration: { days: recordDays },
    })),
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: recordDays },
      // Each open record is deleted once; what marks that would stay for ever.
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
}
