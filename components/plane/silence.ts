import { fanoutWindowName } from "#shared/contract/fanoutNames.js";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import type { ExclusionProcessor } from "../exclusions/exclusionProcessor.js";
import type { ExclusionRecord } from "../exclusions/exclusionRecord.js";
import type { RegionalFanout } from "../fanout/regionalFanout.js";
import { OverdueAlarm } from "../windows/overdueAlarm.js";
import type { Foundation } from "./foundation.js";
import type { Place, Plane } from "./plane.js";

/** The windows of a stack that are to open, all of its home Region. */
export function watchedWindows({
  prefix,
  stacks,
  scan,
  install,
  fanoutSchedule,
  rings = [],
}: Pick<Plane, "prefix" | "stacks" | "scan" | "install" | "fanoutSchedule" | "rings">): WatchedWindow[] {
  const central = fanoutWindowName(prefix);
  const windows = {
    scan: [{ name: `${prefix}-scan`, schedule: scan }],
    install: [{ name: `${prefix}-install`, schedule: install }],
    central:
      rings.length === 0
        ? [{ name: central, schedule: fanoutSchedule }]
        : rings.map(({ ring: { name, schedule } }) => ({ name: `${central}-${name}`, schedule })),
  };
  return stacks
    .flatMap((part) => windows[part])
    .filter(({ schedule }) => schedule.enabled !== false)
    .map(({ name, schedule }) => ({ name, mayEnd: schedule.endDate !== undefined }));
}

/**
 * The alarm for windows that do not open. The exclusion processor watches them, in stacks without one the function that closes
 * records; a stack that has neither has nobody who does. Comes last, once the function has been called for the first time.
 */
export function deployOverdueAlarm(
  config: Plane,
  place: Place,
  { windowArgs: { notifications, tags } }: Foundation,
  {
    exclusions,
    record,
    fanout,
  }: {
    exclusions: ExclusionProcessor | undefined;
    record: ExclusionRecord | undefined;
    fanout: RegionalFanout | undefined;
  },
): OverdueAlarm | undefined {
  const functionName = exclusions?.functionName ?? fanout?.closingFunctionName;
  // With no window to watch nothing is published, which the alarm takes for silence.
  if (functionName === undefined || watchedWindows(config).length === 0) return undefined;
  const { failuresTopicArn } = notifications;
  return new OverdueAlarm(
    place.name("overdue"),
    { functionName, failuresTopicArn, ...(tags === undefined ? {} : { tags }) },
    place.options(record === undefined ? {} : { dependsOn: [record] }),
  );
}
