import { type ClosedRun, placeText } from "./closedRun.js";

/**
 * Refuses a final record whose sums do not fit its nodes, or that has a node of a Region twice: it is half of one, or somebody has
 * written it. By whoever counts nodes by it; the functions count none by another's record, and their bundles do without.
 *
 * @param key where it was read, for the message
 * @throws Error that names every problem
 */
export function requireSums(key: string, { regions, totals }: ClosedRun): void {
  const problems: string[] = [];
  const places = regions.map(placeText);
  for (const [index, { counts, patched, findings, notCovered }] of regions.entries()) {
    const place = places[index] ?? "";
    if (places.indexOf(place) < index) problems.push(`${place} is there twice`);
    const ids = [...patched, ...findings.map(({ id }) => id), ...notCovered.flatMap(({ nodes }) => nodes)];
    const seen = new Set<string>();
    const again = ids.find((id) => seen.size === seen.add(id).size);
    if (again !== undefined) problems.push(`${again} is there twice in ${place}`);
    if (counts.members !== ids.length)
      problems.push(`${place} has ${counts.members} nodes, and names ${ids.length}`);
    const sum = counts.patched + counts.failed + counts.notCovered;
    if (counts.members !== sum) problems.push(`${place} has ${counts.members} nodes, and counts ${sum}`);
  }
  for (const part of ["members", "patched", "failed", "notCovered"] as const) {
    const sum = regions.reduce((all, { counts }) => all + counts[part], 0);
    if (totals[part] !== sum) problems.push(`totals.${part} is ${totals[part]}, and Regions have ${sum}`);
  }
  if (problems.length > 0) throw new Error(`${key} is no whole record of a run: ${problems.join("; ")}`);
}
