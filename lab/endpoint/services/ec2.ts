import type { DescribeInstancesRequest, DescribeRegionsRequest } from "@aws-sdk/client-ec2";
import { describeInstances, describeRegions } from "../../aws/ec2/instances.js";
import type { ApiContext, Handlers } from "../operation.js";

/** EC2: the servers, as whoever runs them sees them. */
export const ec2Handlers = {
  DescribeInstances: (input: DescribeInstancesRequest, { region }: ApiContext) =>
    describeInstances(region, input),
  DescribeRegions: (input: DescribeRegionsRequest, { region: { account } }: ApiContext) =>
    describeRegions((name) => account.isEnabled(name), account.partition, input),
} as const satisfies Handlers;
