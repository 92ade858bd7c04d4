import type { BaselineSettings, Fanout, PatchTargets, WindowSchedule } from "#components/index.js";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { valueAt } from "#shared/text/paths.js";
import { shownName } from "#shared/text/quotes.js";
import { shapeProblems } from "./configIssues.js";
import { configProblems } from "./configRules.js";
import {
  type ConfigKeyName,
  type ConfigType,
  configKeys,
  configSchema,
  type RawConfig,
} from "./configSchema.js";
import {
  fanoutOf,
  fanoutScheduleOf,
  installScheduleOf,
  type PatchedRegions,
  prefixOf,
  regionsOf,
  scanScheduleOf,
  targetsOf,
} from "./configWindows.js";
import { baselineOf } from "./predefinedBaselines.js";

/** A stack's configuration, checked and complete. */
export interface StackConfig {
  /** Which parts this stack deploys. */
  readonly stacks: RawConfig["stacks"];
  /** The stack's own Region, when its configuration names one; with the central window it does. */
  readonly homeRegion?: string;
  /** Regions with nodes under patching. */
  readonly regions: PatchedRegions;
  /** Used in names and tags. */
  readonly environment: string;
  /** Start of the names that people see in the console. */
  readonly prefix: string;
  readonly targets: PatchTargets;
  /** Whether this stack makes the baselines and registrations of its patch groups. */
  readonly ownsBaselines: boolean;
  readonly baselines: { readonly [system in OperatingSystem]?: BaselineSettings };
  readonly scan: WindowSchedule;
  readonly install: WindowSchedule;
  readonly fanoutSchedule: WindowSchedule;
  /** What the central window does, and where. */
  readonly fanout: Fanout;
  readonly rebootOption: RawConfig["rebootOption"];
  readonly rateControl: { readonly maxConcurrency: string; readonly maxErrors: string };
  readonly ownerInformation: string;
  readonly notificationEmails: readonly string[];
  readonly completionEmails: readonly string[];
  /** ARN of a managed policy that bounds what every role may do. */
  readonly permissionsBoundary?: string;
  readonly logRetentionDays: number;
  /** Most days that an exclusion may last. */
  readonly maxExclusionDays: number;
  /** Most nodes that one manifest of exclusions may move at once without an approval. */
  readonly maxChangedNodes?: number;
}

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** The key, with a path into its value where that helps, such as `baselines.UBUNTU.approvalRules[0]`. */
  readonly key: string;
  readonly reason: string;
  /** A line for the shell that mends it; none where it would set what is there already. */
  readonly mend?: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: StackConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Reads a stack's configuration. Total: it never throws, and names every problem.
 *
 * @param values every configuration value as Pulumi hands it over: `project:key` to text, with lists, maps, numbers
 *   and booleans as JSON. Of other namespaces only `aws:region` is read.
 * @param project the Pulumi project's name, the namespace of our keys
 * @param now the time from which a year of schedules is checked for overlaps, in milliseconds since the epoch
 */
export function readConfig(
  values: Readonly<Record<string, string>>,
  project: string,
  now: number,
): ConfigResult {
  const given: Record<string, unknown> = Object.create(null);
  const problems: ConfigProblem[] = [];
  for (const [qualified, value] of Object.entries(values)) {
    if (!qualified.startsWith(`${project}:`)) continue;
    const key = qualified.slice(project.length + 1);
    if (!isKey(key)) {
      problems.push(unknownKey(key));
      continue;
    }
    const decoded = decode(value, configKeys[key].type);
    given[key] = decoded.value;
    if (decoded.poisoned) problems.push(poisonedKey(key, decoded.value));
  }
  const parsed = configSchema.safeParse(given);
  const broken = new Set<ConfigKeyName>();
  const seen = new Set<string>();
  for (const issue of parsed.error?.issues ?? []) {
    for (const { key, path, reason } of shapeProblems(issue, given)) {
      broken.add(key);
      if (!seen.has(path)) problems.push({ key: path, reason, ...mendOf(key, given[key]) });
      seen.add(path);
    }
  }
  const homeRegion = values["aws:region"];
  const raw = parsed.data ?? withoutBroken(given, broken);
  for (const { key, path, reason, needs = [], mend } of configProblems(raw, homeRegion, now)) {
    if ([key, ...needs].some((needed) => broken.has(needed))) continue;
    // Both windows share the zone, and would report it each.
    const isKnown = problems.some((known) => known.key === path && known.reason === reason);
    const own = mend === undefined ? mendOf(key, raw[key]) : { mend };
    if (!isKnown) problems.push({ key: path, reason, ...own });
  }
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: complete(parsed.data, homeRegion) };
}

/** What stands in for a key whose shape is wrong, so that the rules can look at the others in the same run. */
const standIns = { environment: "x", patchGroups: ["x"], operatingSystems: [...operatingSystemNames] };

function withoutBroken(
  given: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<ConfigKeyName>,
): RawConfig {
  const sound = Object.entries(given).filter(([key]) => !broken.has(key as ConfigKeyName));
  return configSchema.parse({ ...standIns, ...Object.fromEntries(sound) });
}

/** The problems as one message for a person, one problem a paragraph. */
export function configMessage(stack: string, problems: readonly ConfigProblem[]): string {
  const paragraphs = problems.map(({ key, reason, mend }) =>
    [`  ${key}: ${reason}`, ...(mend === undefined ? [] : [`    mend it: ${mend}`])].join("\n"),
  );
  return `The configuration of stack ${stack} has ${problems.length} problem(s), so nothing is deployed:\n${paragraphs.join("\n")}`;
}

function complete(raw: RawConfig, homeRegion: string | undefined): StackConfig {
  const baselines: { [system in OperatingSystem]?: BaselineSettings } = {};
  for (const system of raw.operatingSystems) baselines[system] = baselineOf(system, raw.baselines[system]);
  return {
    stacks: raw.stacks,
    ...(homeRegion === undefined ? {} : { homeRegion }),
    regions: regionsOf(raw, homeRegion),
    environment: raw.environment,
    prefix: prefixOf(raw),
    targets: targetsOf(raw),
    ownsBaselines: raw.ownsBaselines,
    baselines,
    scan: scanScheduleOf(raw),
    install: installScheduleOf(raw),
    fanoutSchedule: fanoutScheduleOf(raw),
    fanout: fanoutOf(raw),
    rebootOption: raw.rebootOption,
    rateControl: { maxConcurrency: raw.maxConcurrency, maxErrors: raw.maxErrors },
    ownerInformation: raw.ownerInformation,
    notificationEmails: raw.notificationEmails,
    completionEmails: raw.completionEmails,
    ...(raw.permissionsBoundary === "" ? {} : { permissionsBoundary: raw.permissionsBoundary }),
    logRetentionDays: raw.logRetentionDays,
    maxExclusionDays: raw.maxExclusionDays,
    // The configuration cannot leave a declared key out, so 0 stands for the processor's own limit.
    ...(raw.maxChangedNodes === 0 ? {} : { maxChangedNodes: raw.maxChangedNodes }),
  };
}

function isKey(key: string): key is ConfigKeyName {
  return Object.hasOwn(configKeys, key);
}

/** A value, and whether a map in it has a key that the schema would pass over without a word. */
interface Decoded {
  readonly value: unknown;
  readonly poisoned: boolean;
}

function decode(value: string, type: ConfigType): Decoded {
  if (type === "string") return { value, poisoned: false };
  let poisoned = false;
  const look = (key: string, item: unknown): unknown => {
    if (key === "__proto__") poisoned = true;
    return item;
  };
  try {
    return { value: JSON.parse(value, look), poisoned };
  } catch {
    // Not JSON is not the type either, so the schema refuses the text itself and can show it.
    return { value, poisoned };
  }
}

function poisonedKey(key: ConfigKeyName, value: unknown): ConfigProblem {
  const reason = "holds a key named __proto__, which would be lost without a word. Choose another name.";
  return { key, reason, ...mendOf(key, value) };
}

function unknownKey(key: string): ConfigProblem {
  const name = shownName(key);
  return {
    key: name,
    reason: `is not a key of patchplane; the keys are ${Object.keys(configKeys).join(", ")}.`,
    mend: `pulumi config rm ${name}`,
  };
}

/** The line that sets a key to its example, unless that is its value: it would mend nothing, however often it is run. */
function mendOf(key: ConfigKeyName, value: unknown): { readonly mend?: string } {
  const { example } = configKeys[key];
  return isExample(example, value) ? {} : { mend: `pulumi config set ${example}` };
}

/** Whether a value is, at the place that an example sets, what the example sets there. */
function isExample(example: string, value: unknown): boolean {
  const [, path = "", quoted, plain, typed] =
    /^(?:--path )?'?\w+([^' ]*)'? (?:"(.*)"|(\S+))( --type string)?$/.exec(example) ?? [];
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const found = valueAt(value, steps);
  const isPlain = typeof found === "string" || (typed === undefined && typeof found !== "object");
  return isPlain && String(found) === (quoted ?? plain);
}
