import {
  type OperatingSystem,
  operatingSystemNames,
  packageManagers,
} from "#shared/contract/operatingSystems.js";
import { bareName, nearest } from "#shared/text/nearest.js";
import { shown } from "#shared/text/quotes.js";

/**
 * How AWS begins the names of a system's products, and one of them. Each release adds products, so that no list is complete;
 * the beginnings stay. The values of PRODUCT in the API reference of PatchFilter as it was until 2019, which named them, and
 * of AmazonLinux2023 in the User Guide. ALMA_LINUX, CENTOS, MACOS, RASPBIAN and ROCKY_LINUX have no documented spelling.
 */
const products: { readonly [system in OperatingSystem]?: { readonly all: RegExp; readonly such: string } } = {
  AMAZON_LINUX: { all: /^AmazonLinux201\d\.\d\d$/, such: "AmazonLinux2018.03" },
  AMAZON_LINUX_2: { all: /^AmazonLinux2(\.0)?$/, such: "AmazonLinux2" },
  AMAZON_LINUX_2022: { all: /^AmazonLinux2022$/, such: "AmazonLinux2022" },
  AMAZON_LINUX_2023: { all: /^AmazonLinux2023$/, such: "AmazonLinux2023" },
  DEBIAN: { all: /^Debian\d/, such: "Debian12" },
  ORACLE_LINUX: { all: /^OracleLinux\d/, such: "OracleLinux8.5" },
  REDHAT_ENTERPRISE_LINUX: { all: /^RedhatEnterpriseLinux\d/, such: "RedhatEnterpriseLinux8.4" },
  SUSE: { all: /^Suse\d/, such: "Suse15.4" },
  UBUNTU: { all: /^Ubuntu\d\d\.\d\d$/, such: "Ubuntu22.04" },
};

const windowsServers = ["2012", "2012R2", "2016", "2019", "2022", "2025"].map(
  (year) => `WindowsServer${year}`,
);

/** What a product is surely not: one of this system. `instead` is what was meant, where the value leaves no doubt. */
export function productProblem(
  system: OperatingSystem,
  value: string,
): { readonly reason: string; readonly instead?: string } | undefined {
  const own = products[system];
  if (value === "*" || own?.all.test(value) === true) return undefined;
  if (system === "WINDOWS" && windowsServers.includes(value)) return undefined;
  const meant = own === undefined ? windowsMeant(system, value) : respelled(own, value);
  if (meant !== undefined)
    return { reason: `got ${shown(value)}, which matches no patch; did you mean ${meant}?`, instead: meant };
  const other = operatingSystemNames.find((name) => products[name]?.all.test(value) === true);
  if (other !== undefined && other !== system)
    return { reason: `got ${shown(value)}, a product of ${other}: it matches no patch of ${system}.` };
  if (windowsServers.includes(value) && packageManagers[system] !== "windows")
    return { reason: `got ${shown(value)}, a product of WINDOWS: it matches no patch of ${system}.` };
  if (own === undefined) return undefined;
  return {
    reason: `got ${shown(value)}, which matches no patch; products of ${system} are named as ${own.such}.`,
  };
}

/** The same product in AWS's spelling: another case, blanks, or the number alone. */
function respelled(
  { all, such }: { readonly all: RegExp; readonly such: string },
  value: string,
): string | undefined {
  const [beginning = ""] = /^[A-Za-z]+/.exec(such) ?? [];
  const [, letters = "", number = ""] = /^([A-Za-z\s_-]*?)[\s_-]*(\d\S*)$/.exec(value.trim()) ?? [];
  const isSame = letters === "" || nearest(letters, [beginning]).length > 0;
  const meant = `${beginning}${number}`;
  return isSame && number !== "" && all.test(meant) ? meant : undefined;
}

function windowsMeant(system: OperatingSystem, value: string): string | undefined {
  if (system !== "WINDOWS") return undefined;
  return windowsServers.find((server) => bareName(server) === bareName(value));
}
