import type { BaselineSettings, CompleteTargets, FilledFanout, WindowSchedule } from "#components/index.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { unreadKeys } from "./configParts.js";
import { rememberedRuns } from "./configRuns.js";
import type { RawConfig } from "./configSchema.js";
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
import type { Values } from "./edit.js";
import { findingsOf } from "./findings.js";
import { type ConfigProblem, withMends } from "./mends.js";
import { baselineOf } from "./predefinedBaselines.js";
import { type RingPlan, ringPlans } from "./rings.js";

export type { ConfigProblem } from "./mends.js";

/** What leaves a stack. */
interface Retired {
  readonly regions: string[];
  readonly patchGroups: string[];
  readonly operatingSystems: OperatingSystem[];
}

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
  /** Path under which log groups lie. */
  readonly logGroupPrefix: string;
  /** Tags of all that takes tags. */
  readonly tags: Record<string, string>;
  /** Start of the names that people see in the console. */
  readonly prefix: string;
  readonly targets: CompleteTargets;
  /** Whether this stack makes the baselines and registrations of its patch groups. */
  readonly ownsBaselines: boolean;
  /** Of retired operating systems as well. */
  readonly baselines: { readonly [system in OperatingSystem]?: BaselineSettings };
  readonly scan: WindowSchedule;
  readonly install: WindowSchedule;
  readonly fanoutSchedule: WindowSchedule;
  /** What the central window does, and where. */
  readonly fanout: FilledFanout;
  /** Windows that follow each other in the place of the central one; none without rings. */
  readonly rings: readonly RingPlan[];
  /** Change Calendars that must be open, or an opening is cancelled. */
  readonly scanCalendars: readonly string[];
  readonly installCalendars: readonly string[];
  readonly rebootOption: RawConfig["rebootOption"];
  /** What the install window does when exclusions cannot be vouched for. */
  readonly exclusionGate: RawConfig["exclusionGate"];
  /** Name of the exclusion processor that vouches for the central window, of the stack that owns the baselines. */
  readonly exclusionFunction?: string;
  /** Name of its bucket. */
  readonly exclusionBucket?: string;
  readonly rateControl: { readonly maxConcurrency: string; readonly maxErrors: string };
  readonly ownerInformation: string;
  readonly notificationEmails: string[];
  readonly completionEmails: string[];
  /** ARN of a managed policy that bounds what every role may do. */
  readonly permissionsBoundary?: string;
  readonly logRetentionDays: number;
  /** Most days that an exclusion may last. */
  readonly maxExclusionDays: number;
  /** Most nodes that one manifest of exclusions may move at once without an approval. */
  readonly maxChangedNodes?: number;
  /** What is set and nobody reads, as sentences. */
  readonly unread: readonly string[];
  /** Most of the nodes under patching that may be held at once without an approval, in percent. */
  readonly maxHeldPercent: number;
  /** Patch baselines that a Region has room for. */
  readonly maxBaselines: number;
  /** What has left the stack, and still has its baselines and the processor's rights until exclusions have let it go. */
  readonly retired: Retired;
  /** ARNs of those who may approve manifests of exclusions; anybody who may write into the bucket when it is empty. */
  readonly approvers: string[];
  /** ARNs of those who may write what the exclusion processor knows of the deployment, as above. */
  readonly deployers: string[];
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
 * @param secretKeys keys, with their namespace, whose values Pulumi keeps encrypted: none of ours may be one
 */
export function readConfig(
  values: Values,
  project: string,
  now: number,
  secretKeys: readonly string[] = [],
): ConfigResult {
  const context = { project, now, secretKeys, runsOf: rememberedRuns() };
  const { raw, problems } = findingsOf(values, context);
  if (raw !== undefined) return { ok: true, config: complete(raw, values["aws:region"], now) };
  const find = (changed: Values) => findingsOf(changed, context).problems;
  return { ok: false, problems: withMends(problems, values, find, project) };
}

/** The problems as one message for a person, one problem a paragraph. */
export function configMessage(stack: string, problems: readonly ConfigProblem[]): string {
  const paragraphs = problems.map(({ key, reason, mend, example }) => {
    const line = mend ?? example;
    const lines =
      line === undefined ? [] : [`    ${mend === undefined ? "for example" : "mend it"}: ${line}`];
    return [`  ${key}: ${reason}`, ...lines].join("\n");
  });
  return `The configuration of stack ${stack} has ${problems.length} problem(s), so nothing is deployed:\n${paragraphs.join("\n")}`;
}

function complete(raw: RawConfig, homeRegion: string | undefined, now: number): StackConfig {
  const baselines: { [system in OperatingSystem]?: BaselineSettings } = {};
  for (const system of [...raw.operatingSystems, ...raw.retiredOperatingSystems])
    baselines[system] = baselineOf(system, raw.baselines[system]);
  return {
    stacks: raw.stacks,
    ...(homeRegion === undefined ? {} : { homeRegion }),
    regions: regionsOf(raw, homeRegion),
    environment: raw.environment,
    logGroupPrefix: `/patchplane/${raw.environment}`,
    tags: { ManagedBy: "patchplane", Environment: raw.environment },
    prefix: prefixOf(raw),
    targets: targetsOf(raw),
    ownsBaselines: raw.ownsBaselines,
    baselines,
    scan: scanScheduleOf(raw),
    install: installScheduleOf(raw),
    fanoutSchedule: fanoutScheduleOf(raw),
    fanout: fanoutOf(raw),
    rings: ringPlans(raw, now),
    scanCalendars: raw.scanCalendars,
    installCalendars: raw.installCalendars,
    rebootOption: raw.rebootOption,
    exclusionGate: raw.exclusionGate,
    ...(raw.exclusionFunction === "" ? {} : { exclusionFunction: raw.exclusionFunction }),
    ...(raw.exclusionBucket === "" ? {} : { exclusionBucket: raw.exclusionBucket }),
    rateControl: { maxConcurrency: raw.maxConcurrency, maxErrors: raw.maxErrors },
    ownerInformation: raw.ownerInformation,
    notificationEmails: raw.notificationEmails,
    completionEmails: raw.completionEmails,
    ...(raw.permissionsBoundary === "" ? {} : { permissionsBoundary: raw.permissionsBoundary }),
    logRetentionDays: raw.logRetentionDays,
    maxExclusionDays: raw.maxExclusionDays,
    // The configuration cannot leave a declared key out, so 0 stands for the processor's own limit.
    ...(raw.maxChangedNodes === 0 ? {} : { maxChangedNodes: raw.maxChangedNodes }),
    unread: unreadKeys(raw),
    maxHeldPercent: raw.maxHeldPercent,
    maxBaselines: raw.maxBaselines,
    retired: {
      regions: raw.retiredRegions,
      patchGroups: raw.retiredPatchGroups,
      operatingSystems: raw.retiredOperatingSystems,
    },
    approvers: raw.approvers,
    deployers: raw.deployers,
  };
}
