import {
  baselineCountProblems,
  baselineProblems,
  changedNodesProblems,
  emailProblems,
  exclusionDaysProblems,
  exclusionTargetProblems,
  executionRoleProblems,
  fanoutPrefixExcess,
  fanoutProblems,
  heldPercentProblems,
  homeRegionProblems,
  knownRegionProblems,
  ownerProblems,
  type Problem,
  payloadProblems,
  rateControlProblems,
  retentionProblems,
  scheduleProblems,
  targetsProblems,
  twice,
  writersProblems,
} from "#components/index.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import { configKeys } from "./configKeys.js";
import { retiredProblems } from "./configRetired.js";
import type { runsProblems } from "./configRuns.js";
import type { ConfigKeyName, RawConfig } from "./configSchema.js";
import {
  fanoutOf,
  fanoutScheduleOf,
  fanoutZoneOf,
  installScheduleOf,
  prefixOf,
  regionsOf,
  scanScheduleOf,
  targetsOf,
} from "./configWindows.js";
import type { RuleProblem } from "./found.js";
import { baselineOf } from "./predefinedBaselines.js";

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
  const targets = targetsProblems("targets")(targetsOf(raw));
  const { home, others } = regionsOf(raw, homeRegion);
  const regionCount = others.length + (home ? 1 : 0) + raw.retiredRegions.length;
  const rights = { ...targetsOf(raw), patchGroups: [...raw.patchGroups, ...raw.retiredPatchGroups] };
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
    ...(raw.stacks.includes("central") ? fanoutStackProblems(raw, homeRegion) : regionProblems(homeRegion)),
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
    ...(raw.ownsBaselines ? retiredProblems(raw, homeRegion) : []),
  ];
  const schedulesAreValid = scan.length === 0 && install.length === 0 && fanout.length === 0;
  if (!schedulesAreValid) return problems;
  const runs = runsOf(raw, homeRegion, now);
  return [...problems, ...runs.map((problem) => ({ ...problem, needs: runsNeeds }))];
}

const targetKeys: Readonly<Record<string, ConfigKeyName>> = {
  "targets.patchGroupTagKey": "patchGroupTagKey",
  "targets.patchGroups": "patchGroups",
  "targets.tags": "targetTags",
};
const scanKeys: Readonly<Record<string, ConfigKeyName>> = {
  "scan.expression": "scanSchedule",
  "scan.timezone": "scheduleTimezone",
  "scan.durationHours": "scanDurationHours",
  "scan.cutoffHours": "scanCutoffHours",
  "scan.offsetDays": "scanScheduleOffsetDays",
  "scan.startDate": "scanStartDate",
  "scan.endDate": "scanEndDate",
};
const installKeys: Readonly<Record<string, ConfigKeyName>> = {
  "install.expression": "installSchedule",
  "install.timezone": "scheduleTimezone",
  "install.durationHours": "installDurationHours",
  "install.cutoffHours": "installCutoffHours",
  "install.offsetDays": "installScheduleOffsetDays",
  "install.startDate": "installStartDate",
  "install.endDate": "installEndDate",
};
const fanoutKeys: Readonly<Record<string, ConfigKeyName>> = {
  "fanout.expression": "fanoutSchedule",
  "fanout.durationHours": "fanoutDurationHours",
  "fanout.cutoffHours": "fanoutCutoffHours",
  "fanout.offsetDays": "fanoutScheduleOffsetDays",
  "fanout.startDate": "fanoutStartDate",
  "fanout.endDate": "fanoutEndDate",
  "fanout.regions": "fanoutRegions",
  "fanout.operation": "fanoutOperation",
  "fanout.rebootOption": "rebootOption",
  "fanout.executionMode": "fanoutExecutionMode",
  "fanout.perInstanceNodes": "fanoutPerInstanceNodes",
  "fanout.maxConcurrency": "fanoutMaxConcurrency",
  "fanout.maxErrors": "fanoutMaxErrors",
  "fanout.locationMaxConcurrency": "fanoutLocationMaxConcurrency",
  "fanout.locationMaxErrors": "fanoutLocationMaxErrors",
  "fanout.accounts": "fanoutAccounts",
  "fanout.calendars": "fanoutCalendars",
  "fanout.resourceGroups": "fanoutResourceGroups",
  ...targetKeys,
};

/** A cutoff is judged by its duration, and an offset by the kind of its schedule. */
const needsOf: { readonly [name in ConfigKeyName]?: readonly ConfigKeyName[] } = {
  scanCutoffHours: ["scanDurationHours"],
  installCutoffHours: ["installDurationHours"],
  fanoutCutoffHours: ["fanoutDurationHours"],
  scanScheduleOffsetDays: ["scanSchedule"],
  installScheduleOffsetDays: ["installSchedule"],
  fanoutScheduleOffsetDays: ["fanoutSchedule"],
  scanEndDate: ["scanStartDate"],
  installEndDate: ["installStartDate"],
  fanoutEndDate: ["fanoutStartDate"],
};
const runsNeeds: readonly ConfigKeyName[] = [
  ...(["stacks", "scheduleTimezone", "fanoutTimezone", "fanoutRegions"] as const),
  ...(["scan", "install", "fanout"] as const).flatMap((part) => [
    ...([`${part}Schedule`, `${part}ScheduleOffsetDays`, `${part}DurationHours`] as const),
    ...([`${part}StartDate`, `${part}EndDate`, `${part}Enabled`] as const),
  ]),
];

/** Puts the configuration's key in the place of the component's property that it fills. */
function renamed(keys: Readonly<Record<string, ConfigKeyName>>): (problem: Problem) => RuleProblem {
  return ({ propertyPath, ...said }) => {
    const found = Object.entries(keys).find(([property]) => propertyPath.startsWith(property));
    if (found === undefined) throw new Error(`no configuration key fills ${propertyPath}`);
    const [property, key] = found;
    const path = `${key}${propertyPath.slice(property.length)}`;
    return { key, path, ...said, needs: needsOf[key] ?? [] };
  };
}

function own(key: ConfigKeyName): (problem: Problem) => RuleProblem {
  return ({ propertyPath, ...said }) => ({
    key,
    path: propertyPath.startsWith(key) ? propertyPath : key,
    ...said,
  });
}

/** With groups of its own a stack needs none made of its patch groups. */
const fanoutGroupNeeds: readonly ConfigKeyName[] = ["fanoutResourceGroups", "fanoutRegions"];

function fanoutNameProblems(raw: RawConfig): RuleProblem[] {
  const excess = fanoutPrefixExcess(prefixOf(raw));
  if (excess === 0 || environmentProblems(raw.environment).length > 0) return [];
  const reason = `got ${shown(raw.environment)}; in a stack with the central window it has up to ${raw.environment.length - excess} characters, since roles are named after it and IAM takes 64.`;
  return [{ key: "environment", path: "environment", reason }];
}

const unknownHome = {
  propertyPath: "aws:region",
  reason: "is not set, and the central window must know which of its Regions is its own.",
  examples: [{ path: ["aws:region"], value: "us-east-1" }] as const,
};

/** What is wrong with a stack that deploys the central window. */
function fanoutStackProblems(raw: RawConfig, homeRegion: string | undefined): RuleProblem[] {
  const home = homeRegion === undefined ? [unknownHome] : homeRegionProblems("aws:region")(homeRegion);
  const fanout = fanoutOf(raw);
  const given = {
    ...{ fanout, region: homeRegion ?? "us-east-1" },
    ...{ targets: targetsOf(raw), namePrefix: prefixOf(raw) },
  };
  return [
    ...home.map(({ propertyPath, ...said }) => ({ key: "stacks" as const, path: propertyPath, ...said })),
    ...fanoutNameProblems(raw),
    ...vouchingProblems(raw),
    ...[...fanoutProblems("fanout", given), ...executionRoleProblems(given)]
      .map(renamed(fanoutKeys))
      .map((problem) => (problem.key === "patchGroups" ? { ...problem, needs: fanoutGroupNeeds } : problem)),
    ...payloadProblems(given).map(({ reason }) => ({
      key: "fanoutRegions" as const,
      path: "fanoutRegions",
      reason,
    })),
  ];
}

/** An installation is started only where an exclusion processor vouches for it: the stack's own, or the one that is named. */
function vouchingProblems(raw: RawConfig): RuleProblem[] {
  const isNeeded = !raw.ownsBaselines && raw.fanoutOperation === "Install";
  const patterns = {
    exclusionFunction: /^[a-zA-Z0-9_-]{1,64}$/,
    exclusionBucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  } as const;
  return (["exclusionFunction", "exclusionBucket"] as const).flatMap((key) => {
    const value = raw[key];
    if (value === "" ? !isNeeded : patterns[key].test(value)) return [];
    const why =
      value === "" ? ", since an Install is started only where its exclusion processor vouches for it" : "";
    return [{ key, path: key, reason: `got ${shown(value)}; allowed is ${configKeys[key].allowed}${why}.` }];
  });
}

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

function environmentProblems(environment: string): RuleProblem[] {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,29}$/.test(environment)) return [];
  const reason = `got ${shown(environment)}; allowed is ${configKeys.environment.allowed}.`;
  const plain = environment
    .replaceAll(/[^a-zA-Z0-9]+/g, "-")
    .replaceAll(/^[^a-zA-Z]+|-+$/g, "")
    .slice(0, 30);
  const examples = plain === "" ? {} : { examples: [{ path: ["environment"] as const, value: plain }] };
  return [{ key: "environment", path: "environment", reason, ...examples }];
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
