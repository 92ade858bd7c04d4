import type * as pulumi from "@pulumi/pulumi";
import { HoldBaselines } from "../baselines/holdBaselines.js";
import { ExclusionProcessor } from "../exclusions/exclusionProcessor.js";
import { ExclusionRecord } from "../exclusions/exclusionRecord.js";
import { ExclusionRetirement } from "../exclusions/exclusionRetirement.js";
import { RecordComesLater } from "../exclusions/ownRecord.js";
import { baselineRegions, boundaryOf, type Foundation, registeredGroups } from "./foundation.js";
import type { Place, Plane } from "./plane.js";
import { watchedWindows } from "./silence.js";

/** The exclusion processor, in the one stack that owns the baselines of its patch groups; undefined in others. */
export function deployExclusions(
  config: Plane,
  place: Place,
  foundation: Foundation,
  owner: string,
): ExclusionProcessor | undefined {
  if (foundation.baselines.length === 0) return undefined;
  const { logs, notifications } = foundation.windowArgs;
  const args = {
    namePrefix: config.prefix,
    owner,
    ...regionsOf(config),
    targets: config.targets,
    retiredPatchGroups: config.retired.patchGroups,
    approvers: config.approvers,
    deployers: config.deployers,
    watchedWindows: watchedWindows(config),
    operatingSystems: Object.keys(config.baselines),
    logs,
    notifications: {
      failuresTopicArn: notifications.failuresTopicArn,
      deadLetterQueueArn: notifications.deadLetterQueueArn,
      kmsKeyArn: notifications.kmsKeyArn ?? logs.kmsKeyArn,
    },
    ...boundaryOf(config),
    ...tagsOf(foundation),
  };
  return new ExclusionProcessor(place.name("exclusions"), args, place.options(), new RecordComesLater());
}

/** The hold baselines of a Region. */
interface RegionalHolds {
  /** Absent for the home Region. */
  readonly region?: string;
  readonly made: HoldBaselines;
}

/** The baselines of held nodes, wherever the stack has base baselines. The processor makes room for their registrations first. */
export function deployHolds(
  config: Plane,
  place: Place,
  foundation: Foundation,
  processor: ExclusionProcessor,
): RegionalHolds[] {
  const common = {
    ...tagsOf(foundation),
    namePrefix: config.prefix,
    patchGroups: registeredGroups(config),
    operatingSystems: Object.keys(config.baselines),
  };
  const options = place.options({ dependsOn: [processor] });
  return foundation.baselines.map(({ region }) =>
    region === undefined
      ? { made: new HoldBaselines(place.name("holds"), common, options) }
      : { region, made: new HoldBaselines(place.name(`holds-${region}`), { region, ...common }, options) },
  );
}

/**
 * What the processor is told of the deployment; comes last, since it makes the processor run: of what is not there yet,
 * the notification itself among it, the run would know nothing.
 */
export function recordDeployment(
  config: Plane,
  place: Place,
  foundation: Foundation,
  processor: ExclusionProcessor,
  holds: readonly RegionalHolds[],
  owner: string,
  windows: { scan: pulumi.Output<string> | undefined; install: pulumi.Output<string> | undefined },
): ExclusionRecord {
  return new ExclusionRecord(
    place.name("exclusion-record"),
    {
      bucket: processor.bucket,
      functionName: processor.functionName,
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
        const rings = foundation.ringBaselines
          .filter((one) => one.region === region)
          .map(({ ring, patchGroups, made: own }) => ({
            name: ring,
            patchGroups: [...patchGroups],
            baselines: own.baselineIds,
          }));
        const common = {
          ...{ baselines: made.baselineIds, holds: held },
          ...(rings.length === 0 ? {} : { rings }),
        };
        return region === undefined
          ? {
              ...common,
              ...(windows.scan === undefined ? {} : { scanWindowId: windows.scan }),
              ...(windows.install === undefined ? {} : { installWindowId: windows.install }),
            }
          : { name: region, ...common };
      }),
    },
    place.options({
      dependsOn: [
        processor,
        ...[...foundation.baselines, ...foundation.ringBaselines, ...holds].map(({ made }) => made),
      ],
    }),
  );
}

/**
 * What has left the stack goes for good only once exclusions have let its nodes go, and so does the processor. Made last, and so
 * deleted first, before anything else is.
 */
export function retireParts(
  { retired }: Plane,
  place: Place,
  { baselines, ringBaselines }: Foundation,
  processor: ExclusionProcessor,
  holds: readonly RegionalHolds[],
  others: readonly (pulumi.Resource | undefined)[],
): ExclusionRetirement {
  const made = [...baselines, ...ringBaselines, ...holds].map((one) => one.made);
  const dependsOn = [processor, ...made, ...others.flatMap((one) => one ?? [])];
  return new ExclusionRetirement(
    place.name("retired"),
    { functionName: processor.functionName, ...retired },
    place.options({ dependsOn }),
  );
}

/** Without other Regions than its own the processor needs no name for that one. */
function regionsOf(config: Plane): { regions?: string[] } {
  const { home, others } = baselineRegions(config);
  const { homeRegion = "" } = config;
  if (others.length === 0) return {};
  return { regions: [...(home ? [homeRegion] : []), ...others] };
}

function tagsOf({ windowArgs: { tags } }: Foundation): Pick<Foundation["windowArgs"], "tags"> {
  return tags === undefined ? {} : { tags };
}
