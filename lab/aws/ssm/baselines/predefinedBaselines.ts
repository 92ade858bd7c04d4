import type { PatchFilterKey, PatchRule } from "@aws-sdk/client-ssm";
import { hash32 } from "#lab/random.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import type { Baseline } from "../../patching/approval.js";

type Filters = Partial<Record<PatchFilterKey, string[]>>;

function rule(filters: Filters, approveAfterDays?: number): PatchRule {
  return {
    PatchFilterGroup: {
      PatchFilters: (Object.entries(filters) as [PatchFilterKey, string[]][]).map(([Key, Values]) => ({
        Key,
        Values,
      })),
    },
    ComplianceLevel: "UNSPECIFIED",
    EnableNonSecurity: false,
    ...(approveAfterDays === undefined ? {} : { ApproveAfterDays: approveAfterDays }),
  };
}

const rpm = [
  rule({ CLASSIFICATION: ["Security"], SEVERITY: ["Critical", "Important"] }, 7),
  rule({ CLASSIFICATION: ["Bugfix"] }, 7),
];
const apt = [rule({ PRIORITY: ["Required", "Important", "Standard", "Optional", "Extra"] })];

/** Name and rules of the baselines that AWS provides (user guide: predefined patch baselines). */
const predefined: { readonly [system in OperatingSystem]: { name: string; rules: PatchRule[] } } = {
  ALMA_LINUX: { name: "AWS-AlmaLinuxDefaultPatchBaseline", rules: rpm },
  AMAZON_LINUX: { name: "AWS-AmazonLinuxDefaultPatchBaseline", rules: rpm },
  AMAZON_LINUX_2: { name: "AWS-AmazonLinux2DefaultPatchBaseline", rules: rpm },
  AMAZON_LINUX_2022: { name: "AWS-AmazonLinux2022DefaultPatchBaseline", rules: rpm },
  AMAZON_LINUX_2023: { name: "AWS-AmazonLinux2023DefaultPatchBaseline", rules: rpm },
  CENTOS: {
    name: "AWS-CentOSDefaultPatchBaseline",
    // "including nonsecurity updates", as the user guide says of this one alone.
    rules: [{ ...rule({ CLASSIFICATION: ["*"] }, 7), EnableNonSecurity: true }],
  },
  DEBIAN: { name: "AWS-DebianDefaultPatchBaseline", rules: apt },
  MACOS: { name: "AWS-MacOSDefaultPatchBaseline", rules: [rule({ CLASSIFICATION: ["*"] })] },
  ORACLE_LINUX: { name: "AWS-OracleLinuxDefaultPatchBaseline", rules: rpm },
  RASPBIAN: { name: "AWS-RaspbianDefaultPatchBaseline", rules: apt },
  REDHAT_ENTERPRISE_LINUX: { name: "AWS-RedHatDefaultPatchBaseline", rules: rpm },
  ROCKY_LINUX: { name: "AWS-RockyLinuxDefaultPatchBaseline", rules: rpm },
  SUSE: {
    name: "AWS-SuseDefaultPatchBaseline",
    rules: [rule({ CLASSIFICATION: ["Security"], SEVERITY: ["Critical", "Important"] }, 7)],
  },
  UBUNTU: { name: "AWS-UbuntuDefaultPatchBaseline", rules: apt },
  WINDOWS: {
    name: "AWS-DefaultPatchBaseline",
    rules: [
      rule(
        { CLASSIFICATION: ["CriticalUpdates", "SecurityUpdates"], MSRC_SEVERITY: ["Critical", "Important"] },
        7,
      ),
    ],
  },
};

/** AWS's account that owns them: the one that its documentation shows. It is another one in most Regions. */
export const baselineOwner = "733109147000";

/** The baseline that AWS uses for an operating system when nothing else is registered. */
export function predefinedBaseline(operatingSystem: OperatingSystem): Baseline {
  const { name, rules } = predefined[operatingSystem];
  const digits = [0, 1, 2].map((part) => hash32(name, part).toString(16).padStart(8, "0")).join("");
  return {
    id: `pb-${digits.slice(0, 17)}`,
    name,
    operatingSystem,
    approvalRules: rules,
    globalFilters: [],
    approvedPatches: [],
    approvedPatchesComplianceLevel: "UNSPECIFIED",
    rejectedPatches: [],
    rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
  };
}
