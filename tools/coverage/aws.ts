import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { AwsAccountRegion, accountSettings } from "../account/awsRegion.js";
import type { CoveragePorts } from "./ports.js";
import { readStack, readUploads } from "./stack.js";

/** What reaches AWS or the lab, as whoever the environment's credentials are. */
export function awsPorts(): CoveragePorts {
  const regions = new Map<string, AwsAccountRegion>();
  return {
    stack: readStack,
    uploads: readUploads,
    region: (name) => {
      const known = regions.get(name) ?? new AwsAccountRegion(name);
      regions.set(name, known);
      return known;
    },
    enabledRegions: async (region) => {
      const { Regions = [] } = await new EC2Client({ ...accountSettings, region }).send(
        new DescribeRegionsCommand({}),
      );
      return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
    },
  };
}
