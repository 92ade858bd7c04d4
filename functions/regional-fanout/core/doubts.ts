import { markOf, parseGroup } from "#shared/contract/exclusionNames.js";
import { compare, several } from "#shared/text/words.js";
import type { OwnTags } from "./membership.js";
import type { Promised } from "./promises.js";

/** A Region's members as far as they matter for what is promised there. */
interface SeenMembers {
  /** The run's groups that each node is in. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, OwnTags>;
}

/**
 * Whether all promised nodes carry what the exclusion processor has written, for so long that AWS knows it: their tags alone then say
 * that they are in no group but the one that keeps the promise, however many other members the groups have. Total.
 */
export function isAsWritten({ groups, written, isLost }: Promised, tags: SeenMembers["tags"]): boolean {
  if (isLost) return false;
  return [...groups].every(([id, promised]) => {
    const { groups: [group, ...others] = [], mark } = tags.get(id) ?? {};
    const moved = parseGroup(promised);
    return (
      moved !== undefined &&
      group === promised &&
      others.length === 0 &&
      mark === markOf(moved.base, moved.word) &&
      !written.has(id)
    );
  });
}

/**
 * The nodes that a run may patch against an entry in force, each with why, in order. A promised node that is in none of the run's
 * groups is in no danger. Total.
 *
 * @param base name of the group of nodes that no exclusion has moved; undefined where the stack does not make its groups
 */
export function doubtsOf(
  promised: Promised,
  members: SeenMembers,
  base: string | undefined,
): { readonly id: string; readonly why: string }[] {
  return [...promised.groups]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([id, group]) => {
      const why = doubtOf(id, group, promised, members, base);
      return why === undefined ? [] : [{ id, why }];
    });
}

function doubtOf(
  id: string,
  promised: string,
  { written, isLost }: Promised,
  { groups, tags }: SeenMembers,
  base: string | undefined,
): string | undefined {
  const own = groups.get(id) ?? [];
  if (own.length === 0) return undefined;
  // A group that people have named may well have a held node, which gets nothing as long as its tags are right.
  if (base !== undefined && parseGroup(promised)?.word === "hold")
    return `it is held, and is in ${several(own)}`;
  if (base !== undefined && own.includes(base)) return `it is in ${base}, and an exclusion has moved it`;
  const found = tags.get(id)?.groups ?? [];
  if (found.length !== 1 || found[0] !== promised) {
    return `its patch group is ${found.length === 0 ? "not known" : several(found)}, and not ${promised}`;
  }
  if (isLost) return "what the exclusion processor kept of it is lost";
  return written.has(id)
    ? "its tags were written just now, and AWS may not know them everywhere yet"
    : undefined;
}
