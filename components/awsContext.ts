import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where a component's resources live: what every ARN and every confused-deputy condition is made of. */
export interface AwsContext {
  readonly partition: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  /** The Region of the component's regional resources. */
  readonly region: pulumi.Output<string>;
}

/**
 * Asks the provider where it works.
 *
 * @param parent the component that asks, so that its provider answers
 * @param region the Region that the component was given; without it the provider's own
 */
export function awsContext(parent: pulumi.Resource, region: string | undefined): AwsContext {
  const options = { parent };
  return {
    partition: aws.getPartitionOutput({}, options).partition,
    accountId: aws.getCallerIdentityOutput({}, options).accountId,
    region: aws.getRegionOutput(region === undefined ? {} : { region }, options).region,
  };
}
