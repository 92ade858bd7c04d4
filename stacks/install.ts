import { type ExclusionProcessor, PatchInstallWindow } from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import { afterBaselines, type Foundation } from "./foundation.js";
import { bundleFunction } from "./functionBundle.js";

/** The install stack: every node of the targets gets the approved patches that it misses. */
export async function deployInstall(
  config: StackConfig,
  foundation: Foundation,
  exclusions: ExclusionProcessor | undefined,
): Promise<PatchInstallWindow> {
  const { logs } = foundation.windowArgs;
  return new PatchInstallWindow(
    "install",
    {
      ...foundation.windowArgs,
      windowName: `${config.prefix}-install`,
      schedule: config.install,
      rebootOption: config.rebootOption,
      end: { code: await bundleFunction("window-end"), topicKmsKeyArn: logs.kmsKeyArn },
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
