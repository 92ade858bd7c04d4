import { type BaselineSettings, defaultBaselines } from "#components/index.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import type { RawConfig } from "./configSchema.js";

type Rules = BaselineSettings["approvalRules"];
type GivenBaseline = NonNullable<RawConfig["baselines"][OperatingSystem]>;

const rpm: Rules = [
  { classification: ["Security"], severity: ["Critical", "Important"], approveAfterDays: 7 },
  { classification: ["Bugfix"], approveAfterDays: 7 },
];
const apt: Rules = [{ priority: ["Required", "Important", "Standard", "Optional", "Extra"] }];

/**
 * What AWS's own baseline of a system approves (user guide, "Predefined baselines"). In a baseline of the stack, since nobody
 * but AWS changes AWS's, and exclusions need one that can be derived from; what AWS changes there comes with a release.
 */
export const predefinedRules: { readonly [system in OperatingSystem]: Rules } = {
  ALMA_LINUX: rpm,
  AMAZON_LINUX: rpm,
  AMAZON_LINUX_2: rpm,
  AMAZON_LINUX_2022: rpm,
  AMAZON_LINUX_2023: rpm,
  CENTOS: [{ classification: ["*"], approveAfterDays: 7, enableNonSecurity: true }],
  DEBIAN: apt,
  MACOS: [{ classification: ["*"] }],
  ORACLE_LINUX: rpm,
  RASPBIAN: apt,
  REDHAT_ENTERPRISE_LINUX: rpm,
  ROCKY_LINUX: rpm,
  SUSE: [{ classification: ["Security"], severity: ["Critical", "Important"], approveAfterDays: 7 }],
  UBUNTU: apt,
  WINDOWS: [
    {
      classification: ["CriticalUpdates", "SecurityUpdates"],
      severity: ["Critical", "Important"],
      approveAfterDays: 7,
    },
  ],
};

/** The baseline of a system: what the configuration says, with AWS's rules where it asks for them, or the default. */
export function baselineOf(system: OperatingSystem, given: GivenBaseline | undefined): BaselineSettings {
  if (given === undefined) return defaultBaselines[system];
  const { predefined: _, approvalRules = predefinedRules[system], ...lists } = given;
  return { approvalRules, ...lists };
}
