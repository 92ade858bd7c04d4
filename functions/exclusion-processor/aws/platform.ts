import type { OperatingSystem } from "#shared/contract/operatingSystems.js";

/** How the names of platforms, as nodes report them, begin; of several that fit the first one counts. */
const platforms: readonly (readonly [name: RegExp, version: RegExp, operatingSystem: OperatingSystem])[] = [
  [/^microsoft windows/i, /./, "WINDOWS"],
  [/^amazon linux/i, /^2023/, "AMAZON_LINUX_2023"],
  [/^amazon linux/i, /^2022/, "AMAZON_LINUX_2022"],
  [/^amazon linux/i, /^2(\.0)?$/, "AMAZON_LINUX_2"],
  [/^amazon linux/i, /^201\d\./, "AMAZON_LINUX"],
  [/^ubuntu/i, /./, "UBUNTU"],
  [/^red hat/i, /./, "REDHAT_ENTERPRISE_LINUX"],
  [/^(sles|suse|opensuse)/i, /./, "SUSE"],
  [/^centos/i, /./, "CENTOS"],
  [/^oracle/i, /./, "ORACLE_LINUX"],
  [/^debian/i, /./, "DEBIAN"],
  [/^mac ?os/i, /./, "MACOS"],
  [/^raspbian/i, /./, "RASPBIAN"],
  [/^rocky/i, /./, "ROCKY_LINUX"],
  [/^alma/i, /./, "ALMA_LINUX"],
];

/**
 * SSM's operating system of a node, from what DescribeInstanceInformation tells of its platform.
 *
 * @returns undefined for a platform that Patch Manager has no baselines for, or that nobody tells
 */
export function operatingSystemOf(platformName = "", platformVersion = ""): OperatingSystem | undefined {
  return platforms.find(([name, version]) => name.test(platformName) && version.test(platformVersion))?.[2];
}
