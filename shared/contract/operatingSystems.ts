/**
 * The operating systems that SSM knows for patch baselines, what installs their patches, and what an approval rule may
 * say for each of them.
 *
 * Filter keys: the API reference of DescribePatchProperties and PatchFilter. Classifications, severities and
 * priorities are the values that the console offers; products change with every release and are not listed.
 * ApproveAfterDays has no effect on Debian and Ubuntu, whose repositories carry no release dates.
 */

/** What can be said in an approval rule, named as in the stack's configuration. */
export type FilterName =
  | "product"
  | "productFamily"
  | "patchSet"
  | "classification"
  | "severity"
  | "priority";

/** What installs patches, and so how they are named. */
export type PackageManager = "apt" | "dnf" | "macos" | "windows" | "yum" | "zypper";

/** The approval rules' rules for one operating system. */
export interface OperatingSystemRules {
  /** The filters that this operating system accepts: configuration name to SSM's PatchFilterKey. */
  readonly filters: Partial<Record<FilterName, string>>;
  /** Values that SSM accepts, for the filters whose values are a closed set. */
  readonly values: Partial<Record<FilterName, readonly string[]>>;
  /** Whether AWS honours ApproveAfterDays and ApproveUntilDate. */
  readonly approvalDelay: boolean;
  /** Whether EnableNonSecurity may be set (Linux only). */
  readonly nonSecurity: boolean;
}

const rpmFilters = { product: "PRODUCT", classification: "CLASSIFICATION", severity: "SEVERITY" } as const;
const rpmClassifications = ["Security", "Bugfix", "Enhancement", "Recommended", "Newpackage"] as const;

const amazonLinux: OperatingSystemRules = {
  filters: rpmFilters,
  values: { classification: rpmClassifications, severity: ["Critical", "Important", "Medium", "Low"] },
  approvalDelay: true,
  nonSecurity: true,
};

const enterpriseLinux: OperatingSystemRules = {
  filters: rpmFilters,
  values: {
    classification: rpmClassifications,
    severity: ["Critical", "Important", "Moderate", "Low", "None"],
  },
  approvalDelay: true,
  nonSecurity: true,
};

const suse: OperatingSystemRules = {
  filters: rpmFilters,
  values: {
    classification: ["Security", "Recommended", "Optional", "Feature", "Document", "Yast"],
    severity: ["Critical", "Important", "Moderate", "Low"],
  },
  approvalDelay: true,
  nonSecurity: true,
};

const debianLike: OperatingSystemRules = {
  filters: { product: "PRODUCT", priority: "PRIORITY" },
  values: { priority: ["Required", "Important", "Standard", "Optional", "Extra"] },
  approvalDelay: false,
  nonSecurity: true,
};

const macos: OperatingSystemRules = {
  filters: { product: "PRODUCT", classification: "CLASSIFICATION" },
  values: {},
  approvalDelay: true,
  nonSecurity: false,
};

const windows: OperatingSystemRules = {
  filters: {
    product: "PRODUCT",
    productFamily: "PRODUCT_FAMILY",
    patchSet: "PATCH_SET",
    classification: "CLASSIFICATION",
    severity: "MSRC_SEVERITY",
  },
  values: {
    patchSet: ["OS", "APPLICATION"],
    classification: [
      "CriticalUpdates",
      "DefinitionUpdates",
      "Drivers",
      "FeaturePacks",
      "SecurityUpdates",
      "ServicePacks",
      "Tools",
      "UpdateRollups",
      "Updates",
      "Upgrades",
    ],
    severity: ["Critical", "Important", "Moderate", "Low", "Unspecified"],
  },
  approvalDelay: true,
  nonSecurity: false,
};

/** What installs the patches of each of SSM's OperatingSystem values. A table of its own: functions need no more of them. */
export const packageManagers = {
  ALMA_LINUX: "dnf",
  AMAZON_LINUX: "yum",
  AMAZON_LINUX_2: "yum",
  AMAZON_LINUX_2022: "dnf",
  AMAZON_LINUX_2023: "dnf",
  CENTOS: "dnf",
  DEBIAN: "apt",
  MACOS: "macos",
  ORACLE_LINUX: "dnf",
  RASPBIAN: "apt",
  REDHAT_ENTERPRISE_LINUX: "dnf",
  ROCKY_LINUX: "dnf",
  SUSE: "zypper",
  UBUNTU: "apt",
  WINDOWS: "windows",
} as const satisfies Record<string, PackageManager>;

/** One of SSM's OperatingSystem values. */
export type OperatingSystem = keyof typeof packageManagers;

/** SSM's OperatingSystem values, each with its rules. */
export const operatingSystems: Readonly<Record<OperatingSystem, OperatingSystemRules>> = {
  ALMA_LINUX: enterpriseLinux,
  AMAZON_LINUX: amazonLinux,
  AMAZON_LINUX_2: amazonLinux,
  AMAZON_LINUX_2022: amazonLinux,
  AMAZON_LINUX_2023: amazonLinux,
  CENTOS: enterpriseLinux,
  DEBIAN: debianLike,
  MACOS: macos,
  ORACLE_LINUX: enterpriseLinux,
  RASPBIAN: debianLike,
  REDHAT_ENTERPRISE_LINUX: enterpriseLinux,
  ROCKY_LINUX: enterpriseLinux,
  SUSE: suse,
  UBUNTU: debianLike,
  WINDOWS: windows,
};

/** All of SSM's OperatingSystem values, in alphabetical order. */
export const operatingSystemNames = Object.keys(packageManagers) as readonly OperatingSystem[];

/** What people call them, in small letters without blanks and signs. */
export const otherSystemNames: Readonly<Record<string, OperatingSystem>> = {
  ...{ al1: "AMAZON_LINUX", al2: "AMAZON_LINUX_2", al2022: "AMAZON_LINUX_2022", al2023: "AMAZON_LINUX_2023" },
  ...{ alma: "ALMA_LINUX", rocky: "ROCKY_LINUX", oracle: "ORACLE_LINUX", ol: "ORACLE_LINUX" },
  ...{
    rhel: "REDHAT_ENTERPRISE_LINUX",
    redhat: "REDHAT_ENTERPRISE_LINUX",
    redhatlinux: "REDHAT_ENTERPRISE_LINUX",
  },
  ...{ centosstream: "CENTOS", centoslinux: "CENTOS" },
  ...{ sles: "SUSE", suselinux: "SUSE", suselinuxenterpriseserver: "SUSE", suselinuxenterprise: "SUSE" },
  ...{ windowsserver: "WINDOWS", win: "WINDOWS", raspberrypi: "RASPBIAN", raspberrypios: "RASPBIAN" },
  ...{ mac: "MACOS", osx: "MACOS", macosx: "MACOS" },
};
