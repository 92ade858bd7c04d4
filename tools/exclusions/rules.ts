import type { ManifestRules } from "#functions/exclusion-processor/manifest/model.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import type { StackSettings } from "#stacks/stackFiles.js";
import { configOf } from "../configuration.js";

/**
 * What the manifests of a stack are held to, by its configuration as it is in the files. The deployed processor has that
 * of the last deployment.
 *
 * @throws CannotRun when the configuration is wrong, or the stack takes no exclusions
 */
export function rulesOf(files: StackSettings, now: number): ManifestRules {
  const { baselines, install, maxExclusionDays, ownsBaselines, homeRegion, regions } = configOf(files, now);
  if (!ownsBaselines) {
    throw new CannotRun(
      `Stack ${files.stack} takes no exclusions: its ownsBaselines is false. Name the stack that has the baselines.`,
    );
  }
  return {
    operatingSystems: Object.keys(baselines),
    regions: [...(regions.home ? [homeRegion] : []), ...regions.others],
    maxExclusionDays,
    timezone: install.timezone ?? "UTC",
  };
}
