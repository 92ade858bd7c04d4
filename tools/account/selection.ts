import type { Selection, TagMap } from "./model.js";

/** A node as targets look at it. */
interface Selectable {
  readonly id: string;
  readonly tags: TagMap;
}

/** Whether a window's or an association's targets select a node (API: Target). */
export function selects({ criteria, members }: Selection, { id, tags }: Selectable): boolean {
  if (members !== undefined) return members.has(id);
  return criteria.length > 0 && criteria.every((criterion) => meets(criterion, id, tags));
}

function meets({ key, values }: Selection["criteria"][number], id: string, tags: TagMap): boolean {
  if (key === "InstanceIds") return values.includes(id) || values.includes("*");
  if (key === "tag-key") return values.every((name) => Object.hasOwn(tags, name));
  if (!key.startsWith("tag:")) return false;
  const name = key.slice("tag:".length);
  return Object.hasOwn(tags, name) && values.includes(tags[name] ?? "");
}
