import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import type { BaselineSettings } from "./baselineRules.js";

const rpm: BaselineSettings = {
  approvalRules: [
    {
      classification: ["Security"],
      severity: ["Critical", "Important"],
      approveAfterDays: 3,
      complianceLevel: "HIGH",
    },
    { classification: ["Security", "Bugfix"], approveAfterDays: 7, complianceLevel: "MEDIUM" },
  ],
};

/**
 * CentOS's own repositories carry no notices: no classification, no severity, no date. So as AWS's own baseline
 * (AWS-CentOSDefaultPatchBaseline): everything.
 */
const centos: BaselineSettings = {
  approvalRules: [
    { classification: ["*"], approveAfterDays: 7, complianceLevel: "MEDIUM", enableNonSecurity: true },
  ],
};

const suse: BaselineSettings = {
  approvalRules: [
    {
      classification: ["Security"],
      severity: ["Critical", "Important"],
      approveAfterDays: 3,
      complianceLevel: "HIGH",
    },
    { classification: ["Security", "Recommended"], approveAfterDays: 7, complianceLevel: "MEDIUM" },
  ],
};

const apt: BaselineSettings = {
  approvalRules: [
    { priority: ["Required", "Important"], complianceLevel: "HIGH" },
    { priority: ["Standard", "Optional", "Extra"], complianceLevel: "MEDIUM" },
  ],
};

const windows: BaselineSettings = {
  approvalRules: [
    {
      classification: ["CriticalUpdates", "SecurityUpdates"],
      severity: ["Critical", "Important"],
      approveAfterDays: 3,
      complianceLevel: "HIGH",
    },
    {
      classification: ["CriticalUpdates", "SecurityUpdates", "UpdateRollups"],
      severity: ["*"],
      approveAfterDays: 7,
      complianceLevel: "MEDIUM",
    },
  ],
};

const macos: BaselineSettings = {
  approvalRules: [{ classification: ["*"], approveAfterDays: 7, complianceLevel: "MEDIUM" }],
};

/**
 * What an operating system's baseline approves when the configuration does not say: urgent security updates after
 * three days and other fixes after seven, so that a patch withdrawn in its first days is never installed.
 */
export const defaultBaselines: { readonly [system in OperatingSystem]: BaselineSettings } = {
  ALMA_LINUX: rpm,
  AMAZON_LINUX: rpm,
  AMAZON_LINUX_2: rpm,
  AMAZON_LINUX_2022: rpm,
  AMAZON_LINUX_2023: rpm,
  CENTOS: centos,
  DEBIAN: apt,
  MACOS: macos,
  ORACLE_LINUX: rpm,
  RASPBIAN: apt,
  REDHAT_ENTERPRISE_LINUX: rpm,
  ROCKY_LINUX: rpm,
  SUSE: suse,
  UBUNTU: apt,
  WINDOWS: windows,
};
