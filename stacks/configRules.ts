import { baselineProblems } from "../components/baselineRules.js";
import { changedNodesProblems, exclusionDaysProblems } from "../components/exclusionRecord.js";
import { exclusionTargetProblems } from "../components/exclusionRole.js";
import { retentionProblems } from "../components/logSettings.js";
import { operatingSystemNames } from "../components/operatingSystems.js";
import { emailProblems } from "../components/patchNotifications.js";
import { type PatchTargets, targetsProblems } from "../components/patchTargets.js";
import { type Problem, shown } from "../components/problems.js";
import { ownerProblems, rateControlProblems } from "../components/windowArguments.js";
import { scheduleProblems, type WindowSchedule } from "../components/windowSchedule.js";
import { parseSchedule } from "../schedule/expression.js";
import { nextOccurrence } from "../schedule/occurrences.js";
import { firstOverlap } from "../schedule/overlap.js";
import { type ConfigKeyName, configKeys, type RawConfig } from "./configSchema.js";

/** A rule that a well-formed configuration breaks. */
export interface RuleProblem {
  readonly key: ConfigKeyName;
  /** The key, with a path into its value. */
  readonly path: string;
  readonly reason: string;
  /** Other keys that were looked at: while one of them is wrong, nothing is known of this one. */
  readonly needs?: readonly ConfigKeyName[];
}

/** Which nodes the windows reach. */
export function targetsOf(raw: RawConfig): PatchTargets {
  const tags = Object.entries(raw.targetTags).map(([key, value]) => [key, [value].flat()]);
  return {
    patchGroupTagKey: raw.patchGroupTagKey,
    patchGroups: raw.patchGroups,
    tags: Object.fromEntries(tags) as PatchTargets["tags"],
  };
}

/** When the scan window opens. */
export function scanScheduleOf(raw: RawConfig): WindowSchedule {
  return {
    expression: raw.scanSchedule,
    timezone: raw.scheduleTimezone,
    durationHours: raw.scanDurationHours,
    cutoffHours: raw.scanCutoffHours,
  };
}

/** When the install window opens. */
export function installScheduleOf(raw: RawConfig): WindowSchedule {
  return {
    expression: raw.installSchedule,
    timezone: raw.scheduleTimezone,
    durationHours: raw.installDurationHours,
    cutoffHours: raw.installCutoffHours,
    // The configuration cannot leave a declared key out, so 0 stands for no offset.
    ...(raw.installScheduleOffsetDays === 0 ? {} : { offsetDays: raw.installScheduleOffsetDays }),
  };
}

/** Every rule that a well-formed configuration breaks. */
export function configProblems(raw: RawConfig, now: number): RuleProblem[] {
  const targets = targetsProblems("targets")(targetsOf(raw));
  const excluded = raw.ownsBaselines ? exclusionTargetProblems(1, "")(targetsOf(raw)) : [];
  const scan = scheduleProblems("scan")(scanScheduleOf(raw));
  const install = scheduleProblems("install")(installScheduleOf(raw));
  const problems = [
    ...listProblems("stacks", raw.stacks),
    ...environmentProblems(raw.environment),
    ...[...targets, ...excluded].map(renamed(targetKeys)),
    ...listProblems("operatingSystems", raw.operatingSystems),
    ...baselinesProblems(raw),
    ...scan.map(renamed(scanKeys)),
    ...install.map(renamed(installKeys)),
    ...rateControlProblems("maxConcurrency")(raw.maxConcurrency).map(own("maxConcurrency")),
    ...rateControlProblems("maxErrors")(raw.maxErrors).map(own("maxErrors")),
    ...ownerProblems(raw.ownerInformation).map(own("ownerInformation")),
    ...emailProblems("notificationEmails")(raw.notificationEmails).map(own("notificationEmails")),
    ...retentionProblems("logRetentionDays")(raw.logRetentionDays).map(own("logRetentionDays")),
    ...exclusionDaysProblems(raw.maxExclusionDays).map(own("maxExclusionDays")),
    ...changedNodesProblems(0)(raw.maxChangedNodes).map(own("maxChangedNodes")),
  ];
  const schedulesAreValid = scan.length === 0 && install.length === 0;
  if (!schedulesAreValid) return problems;
  return [...problems, ...runsProblems(raw, now).map((problem) => ({ ...problem, needs: runsNeeds }))];
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
};
const installKeys: Readonly<Record<string, ConfigKeyName>> = {
  "install.expression": "installSchedule",
  "install.timezone": "scheduleTimezone",
  "install.durationHours": "installDurationHours",
  "install.cutoffHours": "installCutoffHours",
  "install.offsetDays": "installScheduleOffsetDays",
};

/** A cutoff is judged by its duration, and an offset by the kind of its schedule. */
const needsOf: { readonly [name in ConfigKeyName]?: readonly ConfigKeyName[] } = {
  scanCutoffHours: ["scanDurationHours"],
  installCutoffHours: ["installDurationHours"],
  installScheduleOffsetDays: ["installSchedule"],
};
const runsNeeds: readonly ConfigKeyName[] = [
  ...(["stacks", "scheduleTimezone", "scanSchedule", "scanDurationHours"] as const),
  ...(["installSchedule", "installScheduleOffsetDays", "installDurationHours"] as const),
];

/** Puts the configuration's key in the place of the component's property that it fills. */
function renamed(keys: Readonly<Record<string, ConfigKeyName>>): (problem: Problem) => RuleProblem {
  return ({ propertyPath, reason }) => {
    const found = Object.entries(keys).find(([property]) => propertyPath.startsWith(property));
    if (found === undefined) throw new Error(`no configuration key fills ${propertyPath}`);
    const [property, key] = found;
    const path = `${key}${propertyPath.slice(property.length)}`;
    return { key, path, reason, needs: needsOf[key] ?? [] };
  };
}

function own(key: ConfigKeyName): (problem: Problem) => RuleProblem {
  return ({ propertyPath, reason }) => ({
    key,
    path: propertyPath.startsWith(key) ? propertyPath : key,
    reason,
  });
}

function listProblems(key: "stacks" | "operatingSystems", values: readonly string[]): RuleProblem[] {
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  if (values.length > 0 && repeated.length === 0) return [];
  return [
    { key, path: key, reason: `got ${shown(values)}; allowed is ${configKeys[key].allowed}, at least one.` },
  ];
}

function environmentProblems(environment: string): RuleProblem[] {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,29}$/.test(environment)) return [];
  const reason = `got ${shown(environment)}; allowed is ${configKeys.environment.allowed}.`;
  return [{ key: "environment", path: "environment", reason }];
}

function baselinesProblems(raw: RawConfig): RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const system of operatingSystemNames) {
    const settings = raw.baselines[system];
    const path = `baselines.${system}`;
    if (settings === undefined) continue;
    if (!raw.operatingSystems.includes(system)) {
      const reason = `${system} is not among operatingSystems, so this baseline would not exist. Add it there or remove this.`;
      problems.push({ key: "baselines", path, reason });
    }
    problems.push(...baselineProblems(path, system, settings).map(own("baselines")));
  }
  return problems;
}

/** What shows only when the schedules are followed. A window that this stack does not deploy is not looked at. */
function runsProblems(raw: RawConfig, now: number): RuleProblem[] {
  const windows = [
    { part: "scan", key: "scanSchedule", window: scanScheduleOf(raw) },
    { part: "install", key: "installSchedule", window: installScheduleOf(raw) },
  ] as const;
  const unopened = windows
    .filter(({ part }) => raw.stacks.includes(part))
    .flatMap(({ key, window }) => unopenedProblems(key, window, now));
  return [...unopened, ...overlapProblems(raw, now)];
}

/** SSM takes a schedule that never comes, such as 30 February or a day gone by, and the nodes stay unpatched. */
function unopenedProblems(
  key: "scanSchedule" | "installSchedule",
  window: WindowSchedule,
  now: number,
): RuleProblem[] {
  const { schedule, durationHours: _, ...options } = plan(window);
  if (nextOccurrence(schedule, { ...options, created: now }, now) !== undefined) return [];
  const why =
    schedule.kind === "at"
      ? "which is in the past. Choose a time to come."
      : "which matches no time to come. Choose a day that exists and a year that is not over.";
  const reason = `got ${shown(window.expression)}, a schedule that never opens the window again, ${why}`;
  return [{ key, path: key, reason }];
}

const overlapDays = 366;

/** Two patch runs on one node at once fail on each other's locks, and the later scan hides what the install did. */
function overlapProblems(raw: RawConfig, now: number): RuleProblem[] {
  if (!raw.stacks.includes("scan") || !raw.stacks.includes("install")) return [];
  const overlap = firstOverlap(plan(scanScheduleOf(raw)), plan(installScheduleOf(raw)), now, overlapDays);
  if (overlap === undefined) return [];
  const at = (time: number) => new Date(time).toISOString().replace(/:00\.000Z$/, "Z");
  const reason =
    `the scan window of ${at(overlap.aStart)} and the install window of ${at(overlap.bStart)} overlap; ` +
    "two runs on one node fail on each other. Move one of them, or make it shorter.";
  return [{ key: "scanSchedule", path: "scanSchedule", reason }];
}

function plan(window: WindowSchedule): Parameters<typeof firstOverlap>[0] {
  const parsed = parseSchedule(window.expression);
  if (!parsed.ok) throw new Error(`unchecked schedule ${shown(window.expression)}`);
  const { timezone = "UTC", offsetDays, durationHours } = window;
  return {
    schedule: parsed.schedule,
    timezone,
    durationHours,
    ...(offsetDays === undefined ? {} : { offsetDays }),
  };
}
