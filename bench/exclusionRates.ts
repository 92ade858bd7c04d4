import { Rates } from "#lab/endpoint/rates.js";

/**
 * AWS documents no rates for what the exclusion processor calls: a guess, and meant to be a cautious one, for each
 * operation in each Region.
 */
export const perSecond = 5;
const operations = [
  "ssm:CreatePatchBaseline",
  "ssm:DeletePatchBaseline",
  "ssm:DeregisterPatchBaselineForPatchGroup",
  "ssm:DescribeInstanceInformation",
  "ssm:DescribePatchBaselines",
  "ssm:DescribePatchGroups",
  "ssm:GetPatchBaseline",
  "ssm:ListTagsForResource",
  "ssm:RegisterPatchBaselineForPatchGroup",
  "ssm:UpdatePatchBaseline",
  "tag:GetResources",
  "tag:TagResources",
  "tag:UntagResources",
];

/** The rates, as long as they are wanted, with a count of what they have refused. */
export class AwsRates extends Rates {
  readonly refused = new Map<string, number>();
  isOn = false;

  constructor() {
    super(Object.fromEntries(operations.map((operation) => [operation, perSecond])));
  }

  override take(operation: string, region: string, now: number): boolean {
    const isTaken = !this.isOn || super.take(operation, region, now);
    if (!isTaken) this.refused.set(operation, (this.refused.get(operation) ?? 0) + 1);
    return isTaken;
  }
}
