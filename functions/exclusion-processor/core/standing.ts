import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  baseGroupTagKey,
  baseOfReturned,
  type Cohort,
  markOf,
  parseGroup,
  patchGroupTagKeys,
} from "#shared/contract/exclusionNames.js";

/**
 * Where a node stands, by its tags alone. The patch group is the word that counts, whoever wrote it; the mark only repeats
 * its base group, so that whatever is wrong with it can be mended.
 */
export type Standing =
  | {
      readonly kind: "patched";
      readonly base: string;
      /** What has moved it; undefined in the base group itself. */
      readonly word: Cohort | undefined;
      /** Whether its mark is the one that goes with its group: none in a base group. */
      readonly isMarked: boolean;
      /** What somebody else has made of its tags; missing when they are as a run leaves them, or one that was cut off. */
      readonly drift?: string;
      /** Why entries do not reach it, so that it goes back; missing when they do. */
      readonly leaves?: string;
      /** Why nobody can tell which patch group counts; missing when one can. */
      readonly doubt?: string;
    }
  /** Somebody has taken it to a group that is none of the stack's, and its mark still leads windows to it. */
  | { readonly kind: "foreign"; readonly why: string }
  | { readonly kind: "outside"; readonly why: string };

export type Patched = Extract<Standing, { kind: "patched" }>;

/** Reads nodes' tags. Total. */
type ReadStanding = (tags: Readonly<Record<string, string>>) => Standing;

/**
 * A reader of nodes' tags.
 *
 * @param made groups that are registered to baselines which this stack's processor has made. What another stack does with
 *   a base group of the same name, on nodes with other target tags, is not among them
 */
export function standingsOf(record: DeploymentRecord, made: ReadonlySet<string>): ReadStanding {
  const key = record.patchGroupTagKey;
  const otherKey = patchGroupTagKeys.find((one) => one !== key) ?? key;
  const bases = new Set(record.patchGroups);
  const left = [...made].flatMap((group) => parseGroup(group)?.base ?? []);
  const retired = new Set([...left, ...(record.retired?.patchGroups ?? [])]);
  const targets = Object.entries(record.targetTags).map(
    ([name, values]) => [name, new Set(values), values] as const,
  );
  const isOurs = (base: string) => bases.has(base) || retired.has(base);

  const read: ReadStanding = (tags) => {
    const group = tags[key];
    const mark = tags[baseGroupTagKey];
    const [lacks] = targets.flatMap(([name, allowed, values]) => {
      const value = tags[name];
      return value !== undefined && allowed.has(value)
        ? []
        : [`lacks the tag ${name} = ${values.join(" or ")}`];
    });
    const derived = group === undefined ? undefined : parseGroup(group);
    const base = derived?.base ?? group;
    const word = derived?.word;
    // Without the tags of its targets a node may be another stack's, unless it is in a group that only this one has made.
    if (
      group === undefined ||
      base === undefined ||
      !isOurs(base) ||
      (lacks !== undefined && !made.has(group))
    ) {
      if (lacks !== undefined) return { kind: "outside", why: lacks };
      if (mark !== undefined && bases.has(baseOfMark(mark)) && baseOfReturned(mark) === undefined) {
        return { kind: "foreign", why: changed(key, group, mark) };
      }
      const why =
        group === undefined ? `has no tag ${key}` : `${key} is ${group}, which this stack does not patch`;
      return { kind: "outside", why };
    }
    // A mark that is none of ours leads no window to the node, and may be another stack's.
    const isMarked =
      word === undefined ? mark === undefined || !isOurs(baseOfMark(mark)) : mark === markOf(base, word);
    // A run that was cut off on a node's way back leaves such a mark, and no window looks for it.
    const isLeft = word === undefined && mark !== undefined && baseOfReturned(mark) !== undefined;
    const leaves = bases.has(base) ? lacks : `its base group ${base} is not this stack's any more`;
    const other = otherKey === key ? undefined : tags[otherKey];
    return {
      kind: "patched",
      base,
      word,
      isMarked,
      ...(isMarked || isLeft ? {} : { drift: changed(key, group, mark) }),
      ...(leaves === undefined ? {} : { leaves }),
      ...(other === undefined
        ? {}
        : {
            doubt: `also carries ${otherKey} = ${other}, and AWS does not say which of the two keys counts`,
          }),
    };
  };
  // Most nodes of a large fleet have the same tags, as far as these decide: one standing serves them all.
  const counting = [key, otherKey, baseGroupTagKey, ...targets.map(([name]) => name)];
  const known = new Map<string, Standing>();
  return (tags) => {
    const values = JSON.stringify(counting.map((name) => tags[name] ?? null));
    const standing = known.get(values) ?? read(tags);
    known.set(values, standing);
    return standing;
  };
}

function baseOfMark(mark: string): string {
  return parseGroup(mark)?.base ?? baseOfReturned(mark) ?? mark;
}

function changed(key: string, group: string | undefined, mark: string | undefined): string {
  const found = group === undefined ? `${key} is gone` : `${key} is ${group}`;
  return mark === undefined
    ? `${found}, and ${baseGroupTagKey} is gone: somebody else has taken it`
    : `${found}, and ${baseGroupTagKey} is ${mark}: somebody else has changed one of the two`;
}
