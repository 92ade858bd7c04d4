import type { CompleteTargets, FilledFanout, WindowSchedule } from "#components/index.js";
import type { RawConfig } from "./configSchema.js";

/** Every patch group of the stack, those of rings among them. */
export function allGroups({
  stacks,
  patchGroups,
  rings,
}: Pick<RawConfig, "stacks" | "patchGroups" | "rings">): string[] {
  const ofRings = stacks.includes("central") ? rings.flatMap((ring) => ring.patchGroups) : [];
  return [...new Set([...patchGroups, ...ofRings])];
}

/** Which nodes the windows reach. The scan window covers all. */
export function targetsOf(raw: RawConfig): CompleteTargets {
  const tags = Object.entries(raw.targetTags).map(([key, value]) => [key, [value].flat()]);
  return {
    patchGroupTagKey: raw.patchGroupTagKey,
    patchGroups: allGroups(raw),
    tags: Object.fromEntries(tags) as CompleteTargets["tags"],
  };
}

/** Windows as the keys of the configuration begin. */
type WindowPart = "scan" | "install" | "fanout";

/** The configuration cannot leave a declared key out, so 0 stands for no offset, and an empty text for no date. */
function scheduleOf(raw: RawConfig, part: WindowPart, timezone: string): WindowSchedule {
  const offsetDays = raw[`${part}ScheduleOffsetDays`];
  const startDate = raw[`${part}StartDate`];
  const endDate = raw[`${part}EndDate`];
  return {
    expression: raw[`${part}Schedule`],
    timezone,
    durationHours: raw[`${part}DurationHours`],
    cutoffHours: raw[`${part}CutoffHours`],
    ...(offsetDays === 0 ? {} : { offsetDays }),
    ...(startDate === "" ? {} : { startDate }),
    ...(endDate === "" ? {} : { endDate }),
    ...(raw[`${part}Enabled`] ? {} : { enabled: false }),
  };
}

/** When the scan window opens. */
export function scanScheduleOf(raw: RawConfig): WindowSchedule {
  return scheduleOf(raw, "scan", raw.scheduleTimezone);
}

/** When the install window opens. */
export function installScheduleOf(raw: RawConfig): WindowSchedule {
  return scheduleOf(raw, "install", raw.scheduleTimezone);
}

/** What the central window's zone is while nothing says so. */
const defaultFanoutZone = "US/Eastern";

/** The zone of the central window, and the key that says so. */
export function fanoutZoneOf(raw: RawConfig): {
  readonly key: "fanoutTimezone" | "scheduleTimezone";
  readonly zone: string;
} {
  if (raw.fanoutTimezone !== "") return { key: "fanoutTimezone", zone: raw.fanoutTimezone };
  // A zone that is not set is UTC, as is one that is set to it.
  if (raw.scheduleTimezone === "UTC") return { key: "fanoutTimezone", zone: defaultFanoutZone };
  return { key: "scheduleTimezone", zone: raw.scheduleTimezone };
}

/** When the central window opens. */
export function fanoutScheduleOf(raw: RawConfig): WindowSchedule {
  return scheduleOf(raw, "fanout", fanoutZoneOf(raw).zone);
}

/** What the central window does, and where. */
export function fanoutOf(raw: RawConfig): FilledFanout {
  return {
    regions: raw.fanoutRegions,
    operation: raw.fanoutOperation,
    rebootOption: raw.rebootOption,
    executionMode: raw.fanoutExecutionMode,
    perInstanceNodes: raw.fanoutPerInstanceNodes,
    maxConcurrency: raw.fanoutMaxConcurrency,
    maxErrors: raw.fanoutMaxErrors,
    locationMaxConcurrency: raw.fanoutLocationMaxConcurrency,
    locationMaxErrors: raw.fanoutLocationMaxErrors,
    accounts: raw.fanoutAccounts,
    calendars: raw.fanoutCalendars,
    // The configuration cannot leave a declared key out, so an empty list stands for the stack's own groups.
    ...(raw.fanoutResourceGroups.length === 0 ? {} : { resourceGroups: raw.fanoutResourceGroups }),
  };
}

/** Where the nodes under patching are. */
export interface PatchedRegions {
  /** Whether the home Region is among them. */
  readonly home: boolean;
  readonly others: readonly string[];
}

export function regionsOf(raw: RawConfig, homeRegion: string | undefined): PatchedRegions {
  const fanoutRegions = raw.stacks.includes("central") ? raw.fanoutRegions : [];
  const isWindowed = raw.stacks.includes("scan") || raw.stacks.includes("install");
  return {
    home: isWindowed || fanoutRegions.some((region) => region === homeRegion),
    others: fanoutRegions.filter((region) => region !== homeRegion),
  };
}

/** Start of the names that people see in the console. */
export function prefixOf({ environment }: Pick<RawConfig, "environment">): string {
  return `patchplane-${environment}`;
}
