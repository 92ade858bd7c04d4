import { type ExclusionProcessor, RegionalFanout, type RegionalFanoutArgs } from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import { afterBaselines, type Foundation } from "./foundation.js";
import { bundleFunction } from "./functionBundle.js";
import { watchedWindows } from "./silence.js";

/** The central stack: one window that patches the nodes of many Regions. */
export async function deployFanout(
  config: StackConfig,
  foundation: Foundation,
  exclusions: ExclusionProcessor | undefined,
): Promise<RegionalFanout> {
  const { logs, notifications, ownerInformation, targets, tags } = foundation.windowArgs;
  if (config.homeRegion === undefined)
    throw new Error("a central window without a home Region was let through");
  return new RegionalFanout(
    "central",
    {
      region: config.homeRegion,
      namePrefix: config.prefix,
      schedule: config.fanoutSchedule,
      ownerInformation,
      fanout: config.fanout,
      ...(config.stacks.some((part) => part !== "central") ? { windowRegions: [config.homeRegion] } : {}),
      targets,
      code: {
        start: await bundleFunction("regional-fanout"),
        closing: await bundleFunction("regional-fanout", "closing"),
        stopping: await bundleFunction("regional-fanout", "stopping"),
      },
      logs,
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
      // One function watches a stack's windows: the exclusion processor where there is one.
      ...(exclusions === undefined
        ? { watchedWindows: watchedWindows(config) }
        : { exclusionProcessor: { functionName: exclusions.functionName, bucket: exclusions.bucket } }),
      ...exclusionsElsewhere(config),
      ...(tags === undefined ? {} : { tags }),
    },
    bounded(config, afterBaselines(foundation)),
  );
}

/** The processor of the stack that owns the baselines. */
function exclusionsElsewhere({
  ownsBaselines,
  exclusionFunction: functionName,
  exclusionBucket: bucket,
}: StackConfig): Pick<RegionalFanoutArgs, "exclusionProcessor"> {
  if (ownsBaselines || functionName === undefined || bucket === undefined) return {};
  return { exclusionProcessor: { functionName, bucket } };
}
