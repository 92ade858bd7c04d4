import type * as pulumi from "@pulumi/pulumi";
import {
  ExclusionProcessor,
  ExclusionRecord,
  ExclusionRetirement,
  HoldBaselines,
} from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import { baselineRegions, type Foundation, registeredGroups } from "./foundation.js";
import { bundleFunction } from "./functionBundle.js";
import { watchedWindows } from "./silence.js";

/** The exclusion processor, in the one stack that owns the baselines of its patch groups; undefined in others. */
export async function deployExclusions(
  config: StackConfig,
  foundation: Foundation,
  owner: string,
): Promise<ExclusionProcessor | undefined> {
  if (foundation.baselines.length === 0) return undefined;
  const { logs, notifications } = foundation.windowArgs;
  const code = await bundleFunction("exclusion-processor");
  const args = {
    namePrefix: config.prefix,
    owner,
    ...regionsOf(config),
    targets: config.targets,
    retiredPatchGroups: config.retired.patchGroups,
    approvers: config.approvers,
    deployers: config.deployers,
    watchedWindows: watchedWindows(config),
    code,
    logs,
    notifications: {
      failuresTopicArn: notifications.failuresTopicArn,
      deadLetterQueueArn: notifications.deadLetterQueueArn,
      kmsKeyArn: logs.kmsKeyArn,
    },
    ...tagsOf(foundation),
  };
  return new ExclusionProcessor("exclusions", args, bounded(config));
}

/** The hold baselines of a Region. */
interface RegionalHolds {
  /** Absent for the home Region. */
  readonly region?: string;
  readonly made: HoldBaselines;
}

/** The baselines of held nodes, wherever the stack has base baselines. The processor makes room for their registrations first. */
export function deployHolds(
  config: StackConfig,
  foundation: Foundation,
  processor: ExclusionProcessor,
): RegionalHolds[] {
  const common = {
    ...tagsOf(foundation),
    namePrefix: config.prefix,
    patchGroups: registeredGroups(config),
    operatingSystems: Object.keys(config.baselines),
  };
  const options = { dependsOn: [processor] };
  return foundation.baselines.map(({ region }) =>
    region === undefined
      ? { made: new HoldBaselines("holds", common, options) }
      : { region, made: new HoldBaselines(`holds-${region}`, { region, ...common }, options) },
  );
}

/**
 * What the processor is told of the deployment; comes last, since it makes the processor run: of what is not there yet,
 * the notification itself among it, the run would know nothing.
 */
export function recordDeployment(
  config: StackConfig,
  foundation: Foundation,
  processor: ExclusionProcessor,
  holds: readonly RegionalHolds[],
  owner: string,
  windows: { scan: pulumi.Output<string> | undefined; install: pulumi.Output<string> | undefined },
): ExclusionRecord {
  return new ExclusionRecord(
    "exclusion-record",
    {
      bucket: processor.bucket,
      owner,
      namePrefix: config.prefix,
      targets: config.targets,
      baselines: config.baselines,
      timezone: config.install.timezone ?? "UTC",
      maxExclusionDays: config.maxExclusionDays,
      ...(config.maxChangedNodes === undefined ? {} : { maxChangedNodes: config.maxChangedNodes }),
      maxHeldPercent: config.maxHeldPercent,
      maxBaselines: config.maxBaselines,
      retired: config.retired,
      ...tagsOf(foundation),
      regions: foundation.baselines.map(({ region, made }) => {
        const held = holds.find((one) => one.region === region)?.made.baselineIds ?? {};
        const common = { baselines: made.baselineIds, holds: held };
        return region === undefined
          ? {
              ...common,
              ...(windows.scan === undefined ? {} : { scanWindowId: windows.scan }),
              ...(windows.install === undefined ? {} : { installWindowId: windows.install }),
            }
          : { name: region, ...common };
      }),
    },
    { dependsOn: [processor, ...[...foundation.baselines, ...holds].map(({ made }) => made)] },
  );
}

/** What has left the stack goes for good only once exclusions have let its nodes go. Made last, and so deleted first. */
export function retireParts(
  { retired }: StackConfig,
  foundation: Foundation,
  processor: ExclusionProcessor,
  later: readonly pulumi.Resource[],
): ExclusionRetirement | undefined {
  if (Object.values(retired).every((list) => list.length === 0)) return undefined;
  const dependsOn = [processor, ...foundation.baselines.map(({ made }) => made), ...later];
  return new ExclusionRetirement(
    "retired",
    { functionName: processor.functionName, ...retired },
    { dependsOn },
  );
}

/** Without other Regions than its own the processor needs no name for that one. */
function regionsOf(config: StackConfig): { regions?: string[] } {
  const { home, others } = baselineRegions(config);
  const { homeRegion = "" } = config;
  if (others.length === 0) return {};
  return { regions: [...(home ? [homeRegion] : []), ...others] };
}

function tagsOf({ windowArgs: { tags } }: Foundation): Pick<Foundation["windowArgs"], "tags"> {
  return tags === undefined ? {} : { tags };
}
