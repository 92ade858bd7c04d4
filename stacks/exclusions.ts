import type * as pulumi from "@pulumi/pulumi";
import { ExclusionProcessor, ExclusionRecord, HoldBaselines } from "#components/index.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";
import type { Foundation } from "./foundation.js";
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
  { prefix, targets, baselines }: StackConfig,
  foundation: Foundation,
  processor: ExclusionProcessor,
): RegionalHolds[] {
  const common = {
    ...tagsOf(foundation),
    namePrefix: prefix,
    patchGroups: targets.patchGroups,
    operatingSystems: Object.keys(baselines) as OperatingSystem[],
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

/** Without other Regions than its own the processor needs no name for that one. */
function regionsOf({ regions, homeRegion = "" }: StackConfig): { regions?: string[] } {
  if (regions.others.length === 0) return {};
  return { regions: [...(regions.home ? [homeRegion] : []), ...regions.others] };
}

function tagsOf({ windowArgs: { tags } }: Foundation): Pick<Foundation["windowArgs"], "tags"> {
  return tags === undefined ? {} : { tags };
}
