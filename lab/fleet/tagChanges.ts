import type { FleetNode, TagChange } from "./model.js";
import { type Problems, scope } from "./problems.js";
import type { TagChangeSpec } from "./schema.js";

/**
 * Reads what others do to the tags of nodes.
 *
 * @param specs undefined stands for one whose shape is wrong
 * @returns in the order of time, and of the file where the time is the same
 */
export function compileTagChanges(
  path: string,
  specs: readonly (TagChangeSpec | undefined)[],
  nodes: readonly FleetNode[],
  problems: Problems,
): TagChange[] {
  if (specs.length === 0) return [];
  const places = new Map(nodes.map(({ id, index }) => [id, index]));
  const changes = specs.flatMap((spec, place): TagChange[] => {
    if (spec === undefined) return [];
    const { at, nodes: ids, ...rest } = spec;
    const found = ids.flatMap((id, index) => {
      const node = places.get(id);
      if (node === undefined)
        scope(problems, path, ["tagChanges", place]).add(
          ["nodes", index],
          id,
          "the id of a node of this fleet",
        );
      return node ?? [];
    });
    return [{ at: Date.parse(at), nodes: found, ...rest }];
  });
  return changes.sort((one, other) => one.at - other.at);
}
