import { PatchScanWindow } from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import { afterBaselines, type Foundation } from "./foundation.js";

/** The scan stack: every node of the targets learns which patches it misses. */
export function deployScan(config: StackConfig, foundation: Foundation): PatchScanWindow {
  return new PatchScanWindow(
    "scan",
    { ...foundation.windowArgs, windowName: `${config.prefix}-scan`, schedule: config.scan },
    bounded(config, afterBaselines(foundation)),
  );
}
