import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { shown } from "#shared/text/quotes.js";
import type { Problem } from "./problems.js";

/** Where a component's resources live: what every ARN and every confused-deputy condition is made of. */
export interface AwsContext {
  readonly partition: pulumi.Output<string>;
  /** End of the partition's service names: `amazonaws.com`, or `amazonaws.com.cn` in China. */
  readonly dnsSuffix: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  /** The Region of the component's regional resources. */
  readonly region: pulumi.Output<string>;
}

/** What is wrong with a Region. The provider takes an empty one for its own, and says nothing. */
export function regionProblems(region: string | undefined): Problem[] {
  if (region === undefined || /^[a-z]{2,4}(-[a-z]+){1,3}-[1-9][0-9]?$/.test(region)) return [];
  const reason = `got ${shown(region)}; allowed is a Region such as eu-central-1. Leave it out for the provider's own.`;
  return [{ propertyPath: "region", reason }];
}

/**
 * Asks the provider where it works.
 *
 * @param parent the component that asks, so that its provider answers
 * @param region the Region that the component was given; without it the provider's own
 */
export function awsContext(parent: pulumi.Resource, region: string | undefined): AwsContext {
  const options = { parent };
  const partition = aws.getPartitionOutput({}, options);
  return {
    partition: partition.partition,
    dnsSuffix: partition.dnsSuffix,
    accountId: aws.getCallerIdentityOutput({}, options).accountId,
    region: aws.getRegionOutput(region === undefined ? {} : { region }, options).region,
  };
}
