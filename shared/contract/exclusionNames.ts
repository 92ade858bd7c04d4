/** The names by which the processor's own groups, tags, baselines and objects are known. */

/** Keys of the patch group tag that Patch Manager reads; the one with a space is unusable with metadata tags. */
export const patchGroupTagKeys = ["PatchGroup", "Patch Group"] as const;

/** The tag that names the base patch group of a node that an exclusion has moved. */
export const baseGroupTagKey = "patchplane:base-group";

/** The tag that marks the baselines that a stack's processor has made; its value is `<project>/<stack>`. */
export const ownerTagKey = "patchplane:owner";

/** The part of a name that tells what a group or baseline is for: a hold, or the hash of a cohort's rules. */
export type Cohort = "hold" | `x-${string}`;

/** The patch group of nodes of a base group; without a word the base group itself. */
export function groupOf(base: string, word: Cohort | undefined): string {
  return word === undefined ? base : `${base}.${word}`;
}

/** The patch group of the held nodes of a base group, and the value of their base group tag. */
export function holdGroup(base: string): string {
  return groupOf(base, "hold");
}

/** Longest name of a patch group (API: PatchGroup), and most groups of a baseline (quota). */
export const maxGroupLength = 256;
export const maxPatchGroups = 25;

/** Characters that an exclusion's group has more than its base group. */
export const derivedGroupExcess = ".x-0123456789".length;

/** Every group that a cohort's rules make of a base group, as a pattern with `*`. */
export function cohortGroups(base: string): string {
  return `${base}.x-*`;
}

/** Every group that any stack's exclusions make, as patterns with `*` and `?`. */
export const madeGroups = ["*.x-??????????", "*.hold"] as const;

/**
 * The value of the base group tag in a group. Held nodes carry one of their own, which the scan window selects and the
 * install window does not.
 */
export function markOf(base: string, word: Cohort): string {
  return word === "hold" ? groupOf(base, word) : base;
}

const returned = ".x-returned";

/** The base group tag of a node on its way back: no target selects it, and it is removed in the next call. */
export function returnedMark(base: string): string {
  return `${base}${returned}`;
}

/** The base group in a base group tag that is left from a node's way back; undefined for every other value. */
export function baseOfReturned(mark: string): string | undefined {
  return mark.endsWith(returned) ? mark.slice(0, -returned.length) : undefined;
}

/** The base group and word of a group that an exclusion made; undefined for every other group. */
export function parseGroup(group: string): { base: string; word: Cohort } | undefined {
  const match = /^(.+)\.(hold|x-[0-9a-f]{10})$/s.exec(group);
  return match === null ? undefined : { base: match[1] ?? "", word: match[2] as Cohort };
}

/** The name of a derived baseline. */
export function baselineName(prefix: string, word: Cohort, operatingSystem: string): string {
  return `${prefix}-${word}-${operatingSystem}`;
}

/**
 * The word in a derived baseline's name, undefined when the name is not one of those. The prefix may be another than
 * today's, because a stack's environment can be renamed while exclusions are in force.
 */
export function cohortOfBaseline(name: string, operatingSystem: string): Cohort | undefined {
  const match = /-(hold|x-[0-9a-f]{10})-([A-Z][A-Z0-9_]*)$/.exec(name);
  return match !== null && match[2] === operatingSystem ? (match[1] as Cohort) : undefined;
}

/** Where objects are in the stack's bucket. */
export const keys = {
  record: "deployment.json",
  manifests: "exclusions/",
  plans: "plans/",
  approvals: "approvals/",
  statuses: "status/",
} as const;

/** Folder of people's words about rings of the central window: approvers' words, which the processor passes over. */
export const decisionFolder = `${keys.approvals}rings/`;

/** Name of a stack's exclusion processor. */
export function exclusionFunctionName(prefix: string): string {
  return `SSM-${prefix}-exclusions`;
}

/** What the exclusion processor is told by its environment. */
export const exclusionVariables = { bucket: "BUCKET", topicArn: "TOPIC_ARN" } as const;

/** The status object of a manifest or plan. */
export function statusKey(key: string): string {
  return `${keys.statuses}${key}.json`;
}

/** The manifest or plan that a status object is about; undefined for other objects. */
export function keyOfStatus(key: string): string | undefined {
  return key.startsWith(keys.statuses) && key.endsWith(".json")
    ? key.slice(keys.statuses.length, -".json".length)
    : undefined;
}

/** The object that releases a held manifest when it names its version id. */
export function approvalKey(key: string): string {
  return `${keys.approvals}${key}`;
}
