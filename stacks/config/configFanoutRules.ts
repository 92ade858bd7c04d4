import { isDeepStrictEqual } from "node:util";
import {
  executionRoleProblems,
  fanoutPrefixExcess,
  fanoutProblems,
  homeRegionProblems,
  payloadProblems,
} from "#components/index.js";
import { shown } from "#shared/text/quotes.js";
import { configKeys } from "./configKeys.js";
import { type ConfigKeyName, defaults, type RawConfig } from "./configSchema.js";
import { fanoutOf, fanoutScheduleOf, prefixOf, targetsOf } from "./configWindows.js";
import { environmentProblems } from "./environment.js";
import type { RuleProblem } from "./found.js";
import { fanoutKeys, renamed } from "./renamed.js";

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

function fanoutGiven(raw: RawConfig, homeRegion: string | undefined) {
  return {
    ...{ fanout: fanoutOf(raw), region: homeRegion ?? "us-east-1" },
    ...{ targets: targetsOf(raw), namePrefix: prefixOf(raw) },
  };
}

/** What is set for a central window that is put aside is judged as if it were there: else its return would be refused. */
export function unreadFanoutProblems(raw: RawConfig, homeRegion: string | undefined): RuleProblem[] {
  return fanoutProblems("fanout", fanoutGiven(raw, homeRegion))
    .map(renamed(fanoutKeys))
    .filter(
      ({ key }) => key?.startsWith("fanout") && !isDeepStrictEqual(raw[key], Reflect.get(defaults, key)),
    );
}

/** What is wrong with a stack that deploys the central window. */
export function fanoutStackProblems(raw: RawConfig, homeRegion: string | undefined): RuleProblem[] {
  const home = homeRegion === undefined ? [unknownHome] : homeRegionProblems("aws:region")(homeRegion);
  const given = fanoutGiven(raw, homeRegion);
  return [
    ...home.map(({ propertyPath, ...said }) => ({ key: "stacks" as const, path: propertyPath, ...said })),
    ...fanoutNameProblems(raw),
    ...[...fanoutProblems("fanout", given), ...executionRoleProblems(given)]
      .map(renamed(fanoutKeys))
      .map((problem) => (problem.key === "patchGroups" ? { ...problem, needs: fanoutGroupNeeds } : problem)),
    ...payloadProblems({ ...given, schedule: fanoutScheduleOf(raw) }).map(({ reason }) => ({
      key: "fanoutRegions" as const,
      path: "fanoutRegions",
      reason,
    })),
  ];
}

/** What is wrong with what a ring changes of the central window beside its Regions. */
export function fanoutRangeProblems(ring: RawConfig["rings"][number], at: string): RuleProblem[] {
  const { maxConcurrency = "1", maxErrors = "0", calendars = [] } = ring;
  const fanout = {
    regions: ["us-east-1"],
    operation: "Install" as const,
    maxConcurrency,
    maxErrors,
    calendars,
  };
  const targets = { patchGroupTagKey: "PatchGroup" as const, patchGroups: ["x"], tags: {} };
  return fanoutProblems(at, { fanout, region: "us-east-1", targets }).map(({ propertyPath, ...said }) => ({
    ...{ key: "rings" as const, path: propertyPath },
    ...said,
  }));
}

/** An installation is started only where an exclusion processor vouches for it: the stack's own, or the one that is named. */
export function vouchingProblems(raw: RawConfig): RuleProblem[] {
  const isNeeded = raw.stacks.includes("central") && !raw.ownsBaselines && raw.fanoutOperation === "Install";
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
