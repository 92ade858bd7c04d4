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

/** Regions by the places that AWS names them after, in small letters without blanks. */
export const regionPlaces: Readonly<Record<string, string>> = {
  ...{ virginia: "us-east-1", nvirginia: "us-east-1", northernvirginia: "us-east-1", ohio: "us-east-2" },
  ...{
    california: "us-west-1",
    ncalifornia: "us-west-1",
    northerncalifornia: "us-west-1",
    oregon: "us-west-2",
  },
  ...{ canada: "ca-central-1", montreal: "ca-central-1", calgary: "ca-west-1", mexico: "mx-central-1" },
  ...{ saopaulo: "sa-east-1", frankfurt: "eu-central-1", zurich: "eu-central-2", ireland: "eu-west-1" },
  ...{ dublin: "eu-west-1", london: "eu-west-2", paris: "eu-west-3", stockholm: "eu-north-1" },
  ...{ milan: "eu-south-1", spain: "eu-south-2", capetown: "af-south-1", telaviv: "il-central-1" },
  ...{ bahrain: "me-south-1", uae: "me-central-1", mumbai: "ap-south-1", hyderabad: "ap-south-2" },
  ...{ singapore: "ap-southeast-1", sydney: "ap-southeast-2", jakarta: "ap-southeast-3" },
  ...{ melbourne: "ap-southeast-4", malaysia: "ap-southeast-5", newzealand: "ap-southeast-6" },
  ...{ thailand: "ap-southeast-7", hongkong: "ap-east-1", taipei: "ap-east-2", tokyo: "ap-northeast-1" },
  ...{ seoul: "ap-northeast-2", osaka: "ap-northeast-3", beijing: "cn-north-1", ningxia: "cn-northwest-1" },
};

/** Every Region of every partition. */
export const allRegions: readonly string[] = Object.values(partitions).flat();

/** The partition of a Region; undefined for what is none. */
export function partitionOf(region: string): string | undefined {
  return Object.entries(partitions).find(([, regions]) => regions.includes(region))?.[0];
}

/** The Regions of a partition. */
export function regionsOf(partition: string): readonly string[] {
  return partitions[partition] ?? [];
}

/** Whether an account must enable the Region before it can use it. */
export function isOptIn(region: string): boolean {
  return optIn.includes(region);
}
