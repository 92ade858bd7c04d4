import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  baseGroupTagKey,
  type Cohort,
  isReturnedMark,
  markOf,
  parseGroup,
} from "#shared/contract/exclusionNames.js";

/** Where a node stands, by its tags alone. */
export type Standing =
  | {
      readonly kind: "patched";
      readonly base: string;
      /** What has moved it; undefined in the base group itself. */
      readonly word: Cohort | undefined;
      /** Whether a base group tag is left from its way back. */
      readonly isStray: boolean;
      /** Whether the stack no longer has its base group: entries do not reach it, and it goes back. */
      readonly isRetired: boolean;
    }
  /** It carries our names in a way that we never leave behind, so somebody else has a hand in its tags. */
  | { readonly kind: "foreign"; readonly why: string }
  | { readonly kind: "outside"; readonly why: string };

export type Patched = Extract<Standing, { kind: "patched" }>;

/** Reads nodes' tags. Total. */
type ReadStanding = (tags: Readonly<Record<string, string>>) => Standing;

/**
 * A reader of nodes' tags.
 *
 * @param retired base groups that the stack no longer has and that owned baselines are still registered for
 */
export function standingsOf(record: DeploymentRecord, retired: ReadonlySet<string>): ReadStanding {
  const key = record.patchGroupTagKey;
  const bases = new Set(record.patchGroups);
  const targets = Object.entries(record.targetTags).map(
    ([name, values]) => [name, new Set(values), values] as const,
  );
  const isBase = (group: string) => bases.has(group) || retired.has(group);

  return (tags) => {
    const group = tags[key];
    const mark = tags[baseGroupTagKey];
    for (const [name, allowed, values] of targets) {
      const value = tags[name];
      if (value !== undefined && allowed.has(value)) continue;
      const trace = mark === undefined ? "" : `; its tag ${baseGroupTagKey} stays as it is`;
      return { kind: "outside", why: `lacks the tag ${name} = ${values.join(" or ")}${trace}` };
    }
    if (group !== undefined && isBase(group)) {
      if (mark === undefined || isReturnedMark(mark)) {
        const isRetired = !bases.has(group);
        return { kind: "patched", base: group, word: undefined, isStray: mark !== undefined, isRetired };
      }
      return { kind: "foreign", why: changed(key, group, mark) };
    }
    const derived = group === undefined ? undefined : parseGroup(group);
    if (group !== undefined && derived !== undefined && isBase(derived.base)) {
      const { base, word } = derived;
      if (mark === markOf(base, word)) {
        return { kind: "patched", base, word, isStray: false, isRetired: !bases.has(base) };
      }
      return mark === undefined
        ? { kind: "foreign", why: `${key} is ${group}, but the tag ${baseGroupTagKey} is missing` }
        : { kind: "foreign", why: changed(key, group, mark) };
    }
    if (mark !== undefined && isBase(baseOfMark(mark))) {
      return { kind: "foreign", why: changed(key, group, mark) };
    }
    const why =
      group === undefined ? `has no tag ${key}` : `${key} is ${group}, which this stack does not patch`;
    return { kind: "outside", why };
  };
}

function baseOfMark(mark: string): string {
  return parseGroup(mark)?.base ?? mark;
}

function changed(key: string, group: string | undefined, mark: string): string {
  const found = group === undefined ? `${key} is gone` : `${key} is ${group}`;
  return `${found}, and ${baseGroupTagKey} is ${mark}: somebody else has changed one of the two`;
}
