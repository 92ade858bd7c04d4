import { type OperatingSystem, operatingSystems } from "#shared/contract/operatingSystems.js";
import type { BaselineSettings } from "./baselineRules.js";

/** A baseline that approves each patch some days later, where its system knows delays. */
export function delayed(system: OperatingSystem, settings: BaselineSettings, days: number): BaselineSettings {
  if (days === 0 || !operatingSystems[system].approvalDelay) return settings;
  const approvalRules = settings.approvalRules.map((rule) =>
    rule.approveUntilDate === undefined
      ? { ...rule, approveAfterDays: (rule.approveAfterDays ?? 0) + days }
      : rule,
  );
  return { ...settings, approvalRules };
}
