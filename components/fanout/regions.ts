import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

/** Regions per partition that every account has from its first day. */
const enabledByDefault: Readonly<Record<string, readonly string[]>> = {
  aws: [
    ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"],
    ...["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"],
    ...[
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-southeast-1",
      "ap-southeast-2",
    ],
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
  "aws-iso": ["us-iso-east-1", "us-iso-west-1"],
  "aws-iso-b": ["us-isob-east-1", "us-isob-west-1"],
  "aws-iso-e": ["eu-isoe-west-1"],
  "aws-iso-f": ["us-isof-east-1", "us-isof-south-1"],
  "aws-eusc": ["eusc-de-east-1"],
};

/** Regions of the partition `aws` that an account must enable before it can use them (opt-in Regions). */
const optIn: readonly string[] = [
  ...["af-south-1", "ca-west-1", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"],
  ...["ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...["ap-southeast-6", "ap-southeast-7", "eu-central-2", "eu-south-1", "eu-south-2"],
];

const partitions: Readonly<Record<string, readonly string[]>> = {
  ...enabledByDefault,
  aws: [...(enabledByDefault.aws ?? []), ...optIn].sort(),
};

/** Most Regions of a target location (API: StartAutomationExecution, TargetLocation.Regions). */
const maxRegions = 50;

function partitionOf(region: string): string | undefined {
  return Object.entries(partitions).find(([, regions]) => regions.includes(region))?.[0];
}

/** Whether an account must enable the Region before it can use it. */
export function isOptIn(region: string): boolean {
  return optIn.includes(region);
}

/** What is wrong with the Region that a fan-out starts from: SSM starts nothing elsewhere from an opt-in Region. */
export function homeRegionProblems(propertyPath: string): (region: string) => Problem[] {
  return (region) => {
    if (isOptIn(region)) {
      const reason = `${shown(region)} is an opt-in Region, from which Automation reaches no other. Deploy the central window to a Region that is enabled by default, such as us-east-1 or eu-central-1.`;
      return [{ propertyPath, reason }];
    }
    if (partitionOf(region) !== undefined) return [];
    return [{ propertyPath, reason: `${shown(region)} is not a Region of AWS.` }];
  };
}

/** What is wrong with the Regions that a fan-out from `home` patches. */
export function fanoutRegionsProblems(
  propertyPath: string,
  home: string,
): (regions: readonly string[]) => Problem[] {
  return (regions) => {
    const problems: Problem[] = [];
    if (regions.length < 1 || regions.length > maxRegions) {
      const reason = `got ${regions.length} Regions; allowed are 1 to ${maxRegions}.`;
      problems.push({ propertyPath, reason });
    }
    const partition = partitionOf(home) ?? "aws";
    regions.forEach((region, index) => {
      const say = (reason: string) => problems.push({ propertyPath: `${propertyPath}[${index}]`, reason });
      if (partitions[partition]?.includes(region) !== true) {
        say(
          `${shown(region)} is not a Region of the partition ${partition}; its Regions are ${partitions[partition]?.join(", ")}.`,
        );
      } else if (regions.indexOf(region) !== index)
        say(`${shown(region)} is there twice. Remove one of them.`);
    });
    return problems;
  };
}
