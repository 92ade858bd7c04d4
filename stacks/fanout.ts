import {
  afterBaselines,
  type ExclusionProcessor,
  type Foundation,
  RegionalFanout,
  type RegionalFanoutArgs,
  watchedWindows,
} from "#components/index.js";
import type { StackConfig } from "./config/config.js";

/** The central stack: one window that patches the nodes of many Regions. */
export function deployFanout(
  config: StackConfig,
  foundation: Foundation,
  exclusions: ExclusionProcessor | undefined,
): RegionalFanout {
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
      ...(config.rings.length === 0 ? {} : { rings: config.rings.map(({ ring }) => ring) }),
      ...(config.stacks.some((part) => part !== "central") ? { windowRegions: [config.homeRegion] } : {}),
      targets,
      logs,
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
      // One function watches a stack's windows: the exclusion processor where there is one.
      ...(exclusions === undefined
        ? { watchedWindows: watchedWindows(config) }
        : { exclusionProcessor: { functionName: exclusions.functionName, bucket: exclusions.bucket } }),
      ...exclusionsElsewhere(config),
      ...(tags === undefined ? {} : { tags }),
      ...(config.permissionsBoundary === undefined
        ? {}
        : { permissionsBoundary: config.permissionsBoundary }),
    },
    afterBaselines(foundation),
    foundation.runs,
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
