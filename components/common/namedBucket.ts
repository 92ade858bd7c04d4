import type * as pulumi from "@pulumi/pulumi";

/** A bucket, by what policies and functions know it by. */
export interface NamedBucket {
  readonly arn: pulumi.Output<string>;
  readonly bucket: pulumi.Output<string>;
}
