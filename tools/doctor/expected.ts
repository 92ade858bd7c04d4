import { fanoutGroupNames, fanoutRunbookName } from "#components/fanout/fanoutNames.js";
import { baseCriteria, excludedCriteria } from "#components/windows/patchTargets.js";
import { exclusionFunctionName } from "#shared/contract/exclusionNames.js";
import {
  closingFunctionName,
  fanoutWindowName,
  startFunctionName,
  stoppingFunctionName,
} from "#shared/contract/fanoutNames.js";
import { windowEndFunctionName } from "#shared/contract/windowEnd.js";
import type { StackConfig } from "#stacks/config/config.js";
import type { ExpectedWindow } from "./facts.js";

/** What a stack is to have, by its configuration. */
export interface Expected {
  readonly windows: readonly ExpectedWindow[];
  readonly functions: readonly string[];
  /** Those that a rule calls every hour. */
  readonly hourly: readonly string[];
  /** Regions with nodes under patching, the home Region first. */
  readonly regions: readonly string[];
  readonly centralRegions: readonly string[];
  readonly groups: readonly string[];
  readonly runbook: string;
}

/** Total. */
export function expectedOf(config: StackConfig & { readonly homeRegion: string }): Expected {
  const { stacks, prefix, scan, install, fanoutSchedule, fanout, targets, homeRegion, ownsBaselines } =
    config;
  const has = (part: StackConfig["stacks"][number]) => stacks.includes(part);
  const schedules = { scan, install, central: fanoutSchedule };
  const names = { scan: `${prefix}-scan`, install: `${prefix}-install`, central: fanoutWindowName(prefix) };
  const operations = { scan: "Scan", install: "Install" } as const;
  const windows = stacks.map((part) => ({
    part,
    name: names[part],
    timezone: schedules[part].timezone ?? "UTC",
    isOff: schedules[part].enabled === false,
    targets: part === "central" ? [] : [baseCriteria(targets), excludedCriteria(targets, operations[part])],
  }));
  const closing = has("central") ? [closingFunctionName(prefix)] : [];
  const processor = ownsBaselines ? [exclusionFunctionName(prefix)] : [];
  const central = has("central") ? [startFunctionName(prefix), stoppingFunctionName(prefix), ...closing] : [];
  const centralRegions = has("central") ? fanout.regions : [];
  return {
    windows,
    functions: [...processor, ...(has("install") ? [windowEndFunctionName(names.install)] : []), ...central],
    hourly: [...processor, ...closing],
    regions: [...new Set([homeRegion, ...centralRegions])],
    centralRegions,
    groups: fanout.resourceGroups ?? fanoutGroupNames(prefix),
    runbook: fanoutRunbookName(prefix),
  };
}
