import {
  baselineCountProblems,
  baselineProblems,
  calendarsProblems,
  changedNodesProblems,
  emailProblems,
  exclusionDaysProblems,
  exclusionTargetProblems,
  heldPercentProblems,
  knownRegionProblems,
  ownerProblems,
  rateControlProblems,
  retentionProblems,
  scheduleProblems,
  targetsProblems,
  twice,
  writersProblems,
} from "#components/index.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import { fanoutStackProblems, unreadFanoutProblems, vouchingProblems } from "./configFanoutRules.js";
import { configKeys } from "./configKeys.js";
import { retiredProblems } from "./configRetired.js";
import { ringProblems } from "./configRings.js";
import type { runsProblems } from "./configRuns.js";
import type { ConfigKeyName, RawConfig } from "./configSchema.js";
import {
  allGroups,
  fanoutScheduleOf,
  fanoutZoneOf,
  installScheduleOf,
  regionsOf,
  scanScheduleOf,
  targetsOf,
} from "./configWindows.js";
import { environmentProblems } from "./environment.js";
import type { RuleProblem } from "./found.js";
import { baselineOf } from "./predefinedBaselines.js";
import { fanoutKeys, installKeys, own, renamed, scanKeys, targetKeys } from "./renamed.js";

/**
 * Every rule that a well-formed configuration breaks.
 *
 * @param homeRegion the Region of the stack, when its configuration says so
 * @param runsOf what shows only when the schedules are followed, which takes most of the time
 */
export function configProblems(
  raw: RawConfig,
  homeRegion: string | undefined,
  runsOf: typeof runsProblems,
  now: number,
): RuleProblem[] {
  // Groups of rings are judged where they stand, and stand for those that the key has none of.
  const named =
    raw.patchGroups.length > 0 ? { ...targetsOf(raw), patchGroups: raw.patchGroups } : targetsOf(raw);
  const targets = targetsProblems("targets")(named);
  const { home, others } = regionsOf(raw, homeRegion);
  const regionCount = others.length + (home ? 1 : 0) + raw.retiredRegions.length;
  const rights = { ...targetsOf(raw), patchGroups: [...allGroups(raw), ...raw.retiredPatchGroups] };
  const roomProblems = raw.ownsBaselines ? exclusionTargetProblems(regionCount, "") : () => [];
  const excluded = roomProblems(targetsOf(raw));
  // What fits by itself is too much with those that are to leave.
  const crowded = excluded.length > 0 ? [] : roomProblems(rights);
  const scan = scheduleProblems("scan")(scanScheduleOf(raw));
  const install = scheduleProblems("install")(installScheduleOf(raw));
  const fanout = scheduleProblems("fanout")(fanoutScheduleOf(raw));
  const zoneKeys = { "fanout.timezone": fanoutZoneOf(raw).key };
  const problems = [
    ...listProblems("stacks", raw.stacks),
    ...environmentProblems(raw.environment),
    ...[...targets, ...excluded].map(renamed(targetKeys)),
    ...listProblems("operatingSystems", raw.operatingSystems),
    ...baselinesProblems(raw),
    ...scan.map(renamed(scanKeys)),
    ...install.map(renamed(installKeys)),
    ...fanout.map(renamed({ ...fanoutKeys, ...zoneKeys })),
    ...(raw.stacks.includes("central")
      ? fanoutStackProblems(raw, homeRegion)
      : [...regionProblems(homeRegion), ...unreadFanoutProblems(raw, homeRegion)]),
    ...vouchingProblems(raw),
    ...(["scanCalendars", "installCalendars"] as const).flatMap((key) =>
      calendarsProblems(key)(raw[key]).map(own(key)),
    ),
    ...rateControlProblems("maxConcurrency")(raw.maxConcurrency).map(own("maxConcurrency")),
    ...rateControlProblems("maxErrors")(raw.maxErrors).map(own("maxErrors")),
    ...ownerProblems(raw.ownerInformation).map(own("ownerInformation")),
    ...emailProblems("notificationEmails")(raw.notificationEmails).map(own("notificationEmails")),
    ...emailProblems("completionEmails")(raw.completionEmails).map(own("completionEmails")),
    ...boundaryProblems(raw.permissionsBoundary),
    ...retentionProblems("logRetentionDays")(raw.logRetentionDays).map(own("logRetentionDays")),
    ...exclusionDaysProblems(raw.maxExclusionDays).map(own("maxExclusionDays")),
    ...changedNodesProblems(0)(raw.maxChangedNodes).map(own("maxChangedNodes")),
    ...baselineCountProblems(raw.maxBaselines).map(own("maxBaselines")),
    ...heldPercentProblems(raw.maxHeldPercent).map(own("maxHeldPercent")),
    ...writersProblems("approvers")(raw.approvers).map(own("approvers")),
    ...writersProblems("deployers")(raw.deployers).map(own("deployers")),
    ...crowded.map(({ reason }) => own("retiredPatchGroups")({ propertyPath: "retiredPatchGroups", reason })),
    ...retiredProblems(raw, homeRegion),
  ];
  const schedulesAreValid = scan.length === 0 && install.length === 0 && fanout.length === 0;
  if (!schedulesAreValid) return problems;
  const rings = ringProblems(raw, now);
  if (rings.length > 0) return [...problems, ...rings.map((problem) => ({ ...problem, needs: ringNeeds }))];
  const runs = runsOf(raw, homeRegion, now);
  return [...problems, ...runs.map((problem) => ({ ...problem, needs: runsNeeds }))];
}

const ringNeeds: readonly ConfigKeyName[] = [
  ...(["stacks", "patchGroups", "fanoutRegions", "operatingSystems", "baselines"] as const),
  ...(["fanoutTimezone", "fanoutDurationHours", "fanoutCutoffHours", "fanoutOperation"] as const),
];

const runsNeeds: readonly ConfigKeyName[] = [
  ...(["stacks", "scheduleTimezone", "fanoutTimezone", "fanoutRegions"] as const),
  ...(["scan", "install", "fanout"] as const).flatMap((part) => [
    ...([`${part}Schedule`, `${part}ScheduleOffsetDays`, `${part}DurationHours`] as const),
    ...([`${part}StartDate`, `${part}EndDate`, `${part}Enabled`] as const),
  ]),
];

function boundaryProblems(boundary: string): RuleProblem[] {
  if (boundary === "" || /^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/.test(boundary))
    return [];
  const reason = `got ${shown(boundary)}; allowed is ${configKeys.permissionsBoundary.allowed}.`;
  return [{ key: "permissionsBoundary", path: "permissionsBoundary", reason }];
}

function regionProblems(homeRegion: string | undefined): RuleProblem[] {
  const problems = homeRegion === undefined ? [] : knownRegionProblems("aws:region")(homeRegion);
  return problems.map(({ propertyPath, ...said }) => ({ path: propertyPath, ...said }));
}

function listProblems(key: "stacks" | "operatingSystems", values: readonly string[]): RuleProblem[] {
  if (values.length === 0) {
    return [{ key, path: key, reason: `got []; allowed is ${configKeys[key].allowed}, at least one.` }];
  }
  const repeated = [...values.entries()].filter(([index, value]) => values.indexOf(value) !== index);
  return repeated.map(([index, value]) => twice(`${key}[${index}]`, value)).map(own(key));
}

function baselinesProblems(raw: RawConfig): RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const system of operatingSystemNames) {
    const settings = raw.baselines[system];
    const path = `baselines.${system}`;
    if (settings === undefined) continue;
    if (![...raw.operatingSystems, ...raw.retiredOperatingSystems].includes(system)) {
      const reason = `${system} is not among operatingSystems, so this baseline would not exist. Add it there or remove this.`;
      const examples = [{ path: ["operatingSystems", raw.operatingSystems.length] as const, value: system }];
      problems.push({ key: "baselines", path, reason, examples });
    }
    const { approvalRules, predefined } = settings;
    if ((approvalRules === undefined) === (predefined === undefined)) {
      const got = predefined === undefined ? "has neither" : "has both";
      const reason = `${got} approvalRules and predefined: true; it takes one of the two.`;
      problems.push({ key: "baselines", path, reason });
      continue;
    }
    problems.push(...baselineProblems(path, system, baselineOf(system, settings)).map(own("baselines")));
  }
  return problems;
}
