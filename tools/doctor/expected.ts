import { accountIds, fanoutRunbookName } from "#components/fanout/fanoutNames.js";
import { fanoutWindows, groupsOf } from "#components/fanout/rings.js";
import { baseCriteria, excludedCriteria } from "#components/windows/patchTargets.js";
import { sentSchedule } from "#components/windows/windowSchedule.js";
import { exclusionFunctionName } from "#shared/contract/exclusionNames.js";
import {
  closingFunctionName,
  fanoutWindowName,
  startFunctionName,
  stoppingFunctionName,
} from "#shared/contract/fanoutNames.js";
import { calendarFunctionName } from "#shared/contract/windowCalendars.js";
import { windowClosingName } from "#shared/contract/windowClosing.js";
import { windowEndFunctionName } from "#shared/contract/windowEnd.js";
import type { StackConfig } from "#stacks/config/config.js";
import type { ExpectedWindow } from "./facts.js";

/** What a function is for. */
export interface Work {
  /** Without which it does nothing, asked of every resource. */
  readonly action: string;
  readonly region: string;
  /** What comes of a refusal. */
  readonly why: string;
}

/** What a stack is to have, by its configuration. */
export interface Expected {
  readonly windows: readonly ExpectedWindow[];
  readonly functions: readonly string[];
  /** By a function's name. */
  readonly works: ReadonlyMap<string, Work>;
  /** Those that a rule calls every hour. */
  readonly hourly: readonly string[];
  /** Regions with nodes under patching, the home Region first. */
  readonly regions: readonly string[];
  readonly centralRegions: readonly string[];
  /** Other accounts that it patches, by their ids; those of units only AWS Organizations tells. */
  readonly accounts: readonly string[];
  /** The central window's groups in a Region; with rings those of the rings that patch it. */
  readonly groupsIn: (region: string) => readonly string[];
  readonly runbook: string;
  /** Name of the baseline for nodes of a group; whether no other of the stack will do, as for a ring that approves later. */
  readonly baselineFor: (
    group: string,
    operatingSystem: string,
  ) => { readonly name: string; readonly isAlone: boolean };
}

/** Total. */
export function expectedOf(config: StackConfig & { readonly homeRegion: string }): Expected {
  const { stacks, prefix, scan, install, fanoutSchedule, fanout, targets, homeRegion, ownsBaselines } =
    config;
  const has = (part: StackConfig["stacks"][number]) => stacks.includes(part);
  const rings = config.rings.map(({ ring }) => ring);
  const all = fanoutWindows("", { namePrefix: prefix, schedule: fanoutSchedule, fanout, targets, rings });
  const names = { scan: `${prefix}-scan`, install: `${prefix}-install` };
  const own = {
    scan: [{ name: names.scan, schedule: scan }],
    install: [{ name: names.install, schedule: install }],
    central: all.map(({ suffix, schedule }) => ({ name: `${fanoutWindowName(prefix)}${suffix}`, schedule })),
  };
  const operations = { scan: "Scan", install: "Install" } as const;
  const windows = stacks.flatMap((part) =>
    own[part].map(({ name, schedule }) => ({
      ...{ part, name, schedule: sentSchedule(schedule).expression },
      ...{ timezone: schedule.timezone ?? "UTC", isOff: schedule.enabled === false },
      targets: part === "central" ? [] : [baseCriteria(targets), excludedCriteria(targets, operations[part])],
    })),
  );
  const closing = has("central") ? [closingFunctionName(prefix)] : [];
  const calendars = (["scan", "install"] as const).flatMap((part) =>
    has(part) && config[`${part}Calendars`].length > 0 ? [calendarFunctionName(names[part])] : [],
  );
  const processor = ownsBaselines ? [exclusionFunctionName(prefix)] : [];
  const central = has("central") ? [startFunctionName(prefix), stoppingFunctionName(prefix), ...closing] : [];
  const records = has("scan") || has("install") ? [windowClosingName(prefix)] : [];
  const centralRegions = has("central") ? fanout.regions : [];
  const late = "nodes begin after the cutoff";
  const there = centralRegions[0] ?? homeRegion;
  return {
    windows,
    works: new Map(
      (
        [
          [exclusionFunctionName(prefix), "ssm:DescribeInstanceInformation", "no exclusion takes effect"],
          [windowEndFunctionName(names.install), "ssm:CancelCommand", late],
          [windowClosingName(prefix), "tag:GetResources", "no record of a window is written"],
          [startFunctionName(prefix), "tag:GetResources", "the central window starts nothing", there],
          [stoppingFunctionName(prefix), "ssm:CancelCommand", late, there],
          [closingFunctionName(prefix), "tag:GetResources", "no run of the central window is closed", there],
        ] as const
      ).map(([name, action, why, region = homeRegion]) => [name, { action, why, region }]),
    ),
    functions: [
      ...processor,
      ...(has("install") ? [windowEndFunctionName(names.install)] : []),
      ...calendars,
      ...records,
      ...central,
    ],
    hourly: [...processor, ...closing],
    regions: [...new Set([homeRegion, ...centralRegions])],
    centralRegions,
    accounts: has("central") ? accountIds(fanout) : [],
    groupsIn: (region) =>
      all.flatMap((window) => (window.fanout.regions.includes(region) ? groupsOf(window) : [])),
    runbook: fanoutRunbookName(prefix),
    baselineFor: (group, operatingSystem) => {
      const later = config.rings.find(
        ({ ring, delayDays }) => delayDays > 0 && ring.patchGroups.includes(group),
      );
      const whose = later === undefined ? prefix : `${prefix}-${later.ring.name}`;
      return { name: `${whose}-${operatingSystem}`, isAlone: later !== undefined };
    },
  };
}
