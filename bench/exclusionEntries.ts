import { keys } from "#shared/contract/exclusionNames.js";

/** How much there is of what a run may grow with. */
export interface Size {
  readonly entries: number;
  readonly nodes: number;
  readonly regions: number;
}

/** A node's tags beside its patch group: some that many have, and as many that no other node has. */
export const sharedTags = 19;
export const uniqueTags = 10;

/** The value of a tag that a node alone has. */
export function uniqueTag(id: string, at: number): string {
  return `${id}.${at}.corp.example.com`;
}

/** Of so many entries one looks for its nodes by a tag. */
const byTagEvery = 10;

/** Sets of patches that entries reject; each takes up to six of a Region's 50 baselines, stopped nodes being a cohort of their own. */
const patchSets = 6;
const mostNodesOfEntry = 5;

/** An entry of a manifest, a line of YAML. No node has two, so that there are no more cohorts than sets of patches. */
function entryText(
  index: number,
  { entries, nodes }: Pick<Size, "entries" | "nodes">,
  ids: readonly string[],
  isChanged: boolean,
) {
  const each = Math.min(mostNodesOfEntry, Math.floor(nodes / entries));
  // From all Regions, which have their nodes one after the other.
  const apart = Math.floor(nodes / each);
  const step = Math.max(1, Math.floor(apart / entries));
  const chosen = Array.from({ length: each }, (_, at) => ids[(at * apart + index * step) % nodes]);
  const values = chosen.map((id = "") => uniqueTag(id, 0));
  const selector = index % byTagEvery === 0 ? `tags: { company:own-0: [${values}] }` : `nodes: [${chosen}]`;
  const set = isChanged ? patchSets : index % patchSets;
  return `  - { id: entry-${index}, patches: ["library-${set}*", KB${5_000_000 + set}], ${selector}, reason: breaks the service, owner: team@example.com, expires: 2026-12-01 }`;
}

const entriesPerManifest = 500;

/** Keys and texts of manifests with all entries, one of which may be changed. */
export function manifestsOf(
  size: Pick<Size, "entries" | "nodes">,
  ids: readonly string[],
  changed?: number,
): [string, string][] {
  const firsts = Array.from(
    { length: Math.ceil(size.entries / entriesPerManifest) },
    (_, at) => at * entriesPerManifest,
  );
  return firsts.map((first) => {
    const count = Math.min(entriesPerManifest, size.entries - first);
    const texts = Array.from({ length: count }, (_, at) =>
      entryText(first + at, size, ids, first + at === changed),
    );
    return [`${keys.manifests}${first}.yaml`, `version: 1\nexclusions:\n${texts.join("\n")}\n`];
  });
}
