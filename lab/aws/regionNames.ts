/** The Regions of the partition `aws` that every account has; all others an account has to enable. */
const enabledByDefault: ReadonlySet<string> = new Set(
  [
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1",
    "eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
  ]
    .join(" ")
    .split(" "),
);

export function isEnabledByDefault(region: string): boolean {
  return enabledByDefault.has(region);
}
