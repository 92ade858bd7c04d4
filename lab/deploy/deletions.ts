/**
 * What is to be deleted at the same time, the last first: nothing before all that depends on it, through components too.
 *
 * @param left no resource comes before what it depends on
 * @param graph of resources and components, the URNs of what they depend on
 * @param isGone whether a component is no longer there
 * @see ScheduleDeletes and performDeletes of Pulumi's engine, pkg/resource/deploy
 */
export function deletions<T extends { readonly urn: string }>(
  left: readonly T[],
  graph: ReadonlyMap<string, readonly string[]>,
  isGone: (urn: string) => boolean,
): T[][] {
  const condemned = new Set([...left.map(({ urn }) => urn), ...[...graph.keys()].filter(isGone)]);
  const depths = new Map<string, number>();
  const depthOf = (urn: string): number => {
    const known = depths.get(urn);
    if (known !== undefined) return known;
    const own = (graph.get(urn) ?? []).filter((one) => condemned.has(one));
    const depth = 1 + Math.max(-1, ...own.map(depthOf));
    depths.set(urn, depth);
    return depth;
  };
  const found = new Map<number, T[]>();
  for (const resource of [...left].reverse()) {
    const depth = depthOf(resource.urn);
    const together = found.get(depth);
    if (together === undefined) found.set(depth, [resource]);
    else together.push(resource);
  }
  return [...found].sort(([a], [b]) => b - a).map(([, together]) => together);
}
