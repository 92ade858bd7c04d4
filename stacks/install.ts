import { type ExclusionProcessor, PatchInstallWindow } from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import { afterBaselines, type Foundation } from "./foundation.js";

/** The install stack: every node of the targets gets the approved patches that it misses. */
export function deployInstall(
  config: StackConfig,
  foundation: Foundation,
  exclusions: ExclusionProcessor | undefined,
): PatchInstallWindow {
  return new PatchInstallWindow(
    "install",
    {
      ...foundation.windowArgs,
      windowName: `${config.prefix}-install`,
      schedule: config.install,
      rebootOption: config.rebootOption,
      ...(exclusions === undefined
        ? {}
        : {
            exclusionProcessor: { functionArn: exclusions.functionArn, roleName: exclusions.roleName },
            exclusionGate: config.exclusionGate,
          }),
    },
    bounded(config, afterBaselines(foundation)),
  );
}
