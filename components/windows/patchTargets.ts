import {
  baseGroupTagKey,
  cohortGroups,
  derivedGroupExcess,
  holdGroup,
  maxGroupLength,
  maxPatchGroups,
  patchGroupTagKeys,
} from "#shared/contract/exclusionNames.js";
import { pathText } from "#shared/text/paths.js";
import { shown, shownName } from "#shared/text/quotes.js";
import type { PatchGroupTagKey } from "../common/choices.js";
import { literal } from "../common/policies.js";
import { type Problem, twice } from "../common/problems.js";

/** Ends the name of a patch group that an exclusion made; base groups may not look like one. */
const derivedGroup = /\.(x-[^.]*|hold)$/;
const maxTargetTags = 4;
const maxTagValues = 50;
/** IAM takes 10,240 characters of inline policies a role; the rest of the window's policy takes about 2,000. */
const maxConditionsLength = 8000;
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
/** A window target's key may not hold a `+` (API: TargetKey), and `tag:` takes 4 of its 163 characters. */
const tagKeyText = /^[\p{L}\p{Z}\p{N}_.:/=\-@]{1,128}$/u;

/** Which nodes a window reaches: those of a patch group that also carry every further tag. */
export interface PatchTargets {
  /** The tag that puts a node under patching. One of them everywhere: SSM's targets see two different tags. @default PatchGroup */
  patchGroupTagKey?: PatchGroupTagKey;
  /** Base patch groups, 1 to 25, each of 1 to 243 characters. A node is in one of them. */
  patchGroups: string[];
  /**
   * Further tags that a node must carry, all of them, with one of the values each. At most 4, because a window
   * target takes 5 criteria (API: Targets).
   * @default none
   */
  tags?: Record<string, string[]>;
}

/** Targets with nothing left open. */
export interface CompleteTargets {
  readonly patchGroupTagKey: PatchGroupTagKey;
  readonly patchGroups: string[];
  readonly tags: Record<string, string[]>;
}

/** Fills in what targets leave open. */
export function completeTargets({
  patchGroupTagKey = "PatchGroup",
  patchGroups,
  tags = {},
}: PatchTargets): CompleteTargets {
  return { patchGroupTagKey, patchGroups, tags };
}

/** A window target's criterion, as SSM takes it. */
export interface Criterion {
  key: string;
  values: string[];
}

/** The nodes of the base patch groups. */
export function baseCriteria(targets: CompleteTargets): Criterion[] {
  return [
    { key: `tag:${targets.patchGroupTagKey}`, values: [...targets.patchGroups] },
    ...tagCriteria(targets),
  ];
}

/**
 * The nodes that an exclusion has moved out of the base patch groups.
 *
 * @param operation held nodes are scanned and never installed: they carry a value of their own
 */
export function excludedCriteria(targets: CompleteTargets, operation: "Scan" | "Install"): Criterion[] {
  const held = operation === "Scan" ? targets.patchGroups.map(holdGroup) : [];
  return [
    { key: `tag:${baseGroupTagKey}`, values: [...targets.patchGroups, ...held] },
    ...tagCriteria(targets),
  ];
}

/** Conditions under which the window's role may send a command to a node, by tags that the node carries. */
export function nodeConditions(
  targets: CompleteTargets,
  operation: "Scan" | "Install",
): Record<string, string[]> {
  const groups = targets.patchGroups.flatMap((group) => [
    literal(group),
    cohortGroups(literal(group)),
    ...(operation === "Scan" ? [literal(holdGroup(group))] : []),
  ]);
  const tags = Object.entries(targets.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    [`ssm:resourceTag/${targets.patchGroupTagKey}`]: groups,
    ...Object.fromEntries(tags.map(([key, values]) => [`ssm:resourceTag/${key}`, values.map(literal)])),
  };
}

function tagCriteria(targets: CompleteTargets): Criterion[] {
  return Object.entries(targets.tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => ({ key: `tag:${key}`, values: [...values] }));
}

/** Everything that is wrong with a list of base patch groups. */
export function patchGroupProblems(path: string): (groups: readonly string[]) => Problem[] {
  return (groups) => {
    const problems: Problem[] = [];
    if (groups.length < 1 || groups.length > maxPatchGroups) {
      problems.push({
        propertyPath: path,
        reason: `got ${groups.length} patch groups; allowed are 1 to ${maxPatchGroups} (patch groups per baseline).`,
      });
    }
    groups.forEach((group, index) => {
      const at = `${path}[${index}]`;
      const found = patchGroupProblem(group);
      if (found !== undefined) problems.push({ propertyPath: at, ...found });
      else if (groups.indexOf(group) !== index) problems.push(twice(at, group));
    });
    return problems;
  };
}

function patchGroupProblem(group: string): Omit<Problem, "propertyPath"> | undefined {
  const most = maxGroupLength - derivedGroupExcess;
  if (group.trim() === "" || !tagText.test(group)) {
    return {
      reason: `got ${shown(group)}; allowed are 1 to ${most} letters, digits, spaces and _ . : / = + - @.`,
    };
  }
  if (group.trim() !== group) {
    const reason = `got ${shown(group)}; allowed is a name without blanks at its ends.`;
    return { reason, instead: group.trim() };
  }
  if (group.length > most) {
    return {
      reason: `got a name of ${group.length} characters; allowed are ${most}, since an exclusion makes groups of it with ${derivedGroupExcess} more, and SSM takes ${maxGroupLength}.`,
    };
  }
  if (derivedGroup.test(group)) {
    return {
      reason: `got ${shown(group)}; names that end in .hold or .x-... belong to exclusions. Choose another name.`,
    };
  }
  return undefined;
}

/** Everything that is wrong with a window's targets. */
export function targetsProblems(path: string): (targets: PatchTargets) => Problem[] {
  return (given) => {
    const targets = completeTargets(given);
    const problems = patchGroupProblems(`${path}.patchGroups`)(targets.patchGroups);
    if (!patchGroupTagKeys.some((key) => key === targets.patchGroupTagKey)) {
      problems.push({
        propertyPath: `${path}.patchGroupTagKey`,
        reason: `got ${shown(targets.patchGroupTagKey)}; Patch Manager reads only ${patchGroupTagKeys.join(" or ")}.`,
      });
    }
    problems.push(...tagsProblems(`${path}.tags`)(targets.tags));
    const length = JSON.stringify(nodeConditions(targets, "Scan")).length;
    if (length > maxConditionsLength) {
      problems.push({
        propertyPath: `${path}.patchGroups`,
        reason: `takes ${length} characters with the tags as conditions of the window's role, where IAM leaves room for ${maxConditionsLength}. Use fewer or shorter names.`,
      });
    }
    return problems;
  };
}

/** Everything that is wrong with the further tags of a target. */
function tagsProblems(path: string): (tags: CompleteTargets["tags"]) => Problem[] {
  return (tags) => {
    const problems: Problem[] = [];
    const entries = Object.entries(tags);
    if (entries.length > maxTargetTags) {
      problems.push({
        propertyPath: path,
        reason: `got ${entries.length} tags; allowed are ${maxTargetTags}, since a window target takes 5 criteria with the patch group.`,
      });
    }
    const [one, other] = entries.map(([key]) => key.toLowerCase()).sort();
    if (entries.length === 2 && one === "key" && other === "value") {
      const [name = "Environment", value = "dev"] = ["key", "value"].map(
        (part) => entries.find(([key]) => key.toLowerCase() === part)?.[1][0],
      );
      const reason = `got tags named Key and Value, as AWS's API writes one tag; nodes carry it as ${shownName(name)}. Write ${shownName(name)}: ${shownName(value)}`;
      return [...problems, { propertyPath: path, reason: `${reason}, and leave Key and Value out.` }];
    }
    for (const [key, values] of entries) {
      problems.push(...tagProblems(`${path}${tagPath(key)}`, key, values));
    }
    return problems;
  };
}

/** The way from a map of tags to one of them. */
export function tagPath(key: string): string {
  return pathText(["_", key]).slice(1);
}

function tagProblems(path: string, key: string, values: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const say = (reason: string) => problems.push({ propertyPath: path, reason });
  if (key === baseGroupTagKey || patchGroupTagKeys.some((known) => known === key)) {
    say("is the tag that targets are made of. Use patchGroups for it.");
  } else if (key.trim() === "" || !tagKeyText.test(key)) {
    say("is not a tag key; allowed are 1 to 128 letters, digits, spaces and _ . : / = - @ (no +).");
  }
  if (values.length < 1 || values.length > maxTagValues) {
    say(`got ${values.length} values; a tag takes 1 to ${maxTagValues}.`);
  }
  return [
    ...problems,
    ...values.flatMap((value, index) => {
      const at = values.length > 1 ? `${path}[${index}]` : path;
      return values.indexOf(value) === index ? tagValueProblems(at, value) : [twice(at, value)];
    }),
  ];
}

function tagValueProblems(propertyPath: string, value: string): Problem[] {
  if (value.trim() !== value && tagText.test(value)) {
    const reason = `got the value ${shown(value)}; allowed is one without blanks at its ends.`;
    return [{ propertyPath, reason, instead: value.trim() }];
  }
  if (value.length <= 256 && tagText.test(value)) return [];
  const list = value.includes(",") ? " Write a list where any of several values will do." : "";
  const reason = `got the value ${shown(value)}; allowed are up to 256 letters, digits, spaces and _ . : / = + - @.${list}`;
  return [{ propertyPath, reason }];
}
