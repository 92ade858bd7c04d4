import type { Entry, NodeState } from "#functions/exclusion-processor/core/model.js";
import { baseOf, type FleetNode, type History, tagsAtRest } from "./generate.js";
import { appliesTo, baseGroups, systems } from "./support.js";

/** A world, and what people have asked for in it. */
type Told = Pick<History, "world" | "fleet" | "inForce">;

/** Everything that is not as the entries in force ask for, found node by node without any of the processor's code. */
export function mistakes({ world, fleet, inForce }: Told): string[] {
  const entries = [...inForce.values()].flat().filter(({ expiresAt }) => world.now < expiresAt);
  const found: string[] = [];
  for (const one of fleet) {
    const state = world.region(one.region).nodes.get(one.state.id);
    const say = (text: string) => found.push(`${one.region} ${one.state.id}: ${text}`);
    if (state === undefined) {
      say("is gone");
      continue;
    }
    if (one.kind === "outside" || one.kind === "foreign") {
      if (JSON.stringify(state.tags) !== JSON.stringify(tagsAtRest(one))) say("was touched");
      continue;
    }
    const asked = entries.filter((entry) => entry.regions.includes(one.region) && selects(entry, one));
    // A stopped node has a system, even if it does not tell.
    const system = state.operatingSystem ?? one.state.operatingSystem;
    const text = nodeMistake({ ...state, operatingSystem: system }, one, asked, world);
    if (text !== undefined) say(text);
  }
  return [...found, ...strangers(world)];
}

function selects({ selector }: Entry, one: FleetNode): boolean {
  if (selector.kind === "nodes") return selector.ids.includes(one.state.id);
  const tags = tagsAtRest(one);
  return Object.entries(selector.tags).every(([key, values]) => {
    // Our own mark is no tag that people have given.
    const value = key === "patchplane:base-group" ? undefined : tags[key];
    return value !== undefined && values.includes(value);
  });
}

function nodeMistake(
  state: NodeState,
  one: FleetNode,
  asked: readonly Entry[],
  world: History["world"],
): string | undefined {
  const {
    state: { tags: before },
    region,
  } = one;
  const base = baseOf(one);
  const group = state.tags.PatchGroup;
  const mark = state.tags["patchplane:base-group"];
  const others = (tags: Readonly<Record<string, string>>) =>
    JSON.stringify({ ...tags, PatchGroup: "", "patchplane:base-group": "" });
  if (others(state.tags) !== others(before)) return "has lost other tags";
  if (asked.some(({ effect }) => effect.kind === "hold")) {
    return group === `${base}.hold` && mark === group
      ? undefined
      : `should be held, is in ${group} (${mark})`;
  }
  const system = state.operatingSystem;
  const may = system === undefined ? [...systems] : systems.filter((name) => name === system);
  const named = asked.flatMap(({ effect }) => (effect.kind === "reject" ? effect.patches : []));
  const counting = may.filter((name) => named.some((patch) => appliesTo(patch, name)));
  const isTold = world.region(region).nodes.get(state.id)?.operatingSystem !== undefined;
  if (!isTold && may.length === 0 && mark === base) return undefined;
  if (counting.length === 0 && (isTold || group === base)) {
    return group === base && mark === undefined
      ? undefined
      : `should be at ${base}, is in ${group} (${mark})`;
  }
  if (mark !== base || group === undefined || !group.startsWith(`${base}.x-`)) {
    return `should be excluded, is in ${group} (${mark})`;
  }
  const registered = world.region(region).groups.filter((one) => one.group === group);
  if (registered.length === 0) return `${group} has no baseline`;
  for (const { operatingSystem, baselineId } of registered) {
    if (system !== undefined && operatingSystem !== system) continue;
    const { content } = world.region(region).baselines.get(baselineId) ?? {};
    const expected = [
      ...new Set(["bad-package", ...named.filter((patch) => appliesTo(patch, operatingSystem))]),
    ].sort();
    if (JSON.stringify(content?.rejectedPatches) !== JSON.stringify(expected)) {
      return `${operatingSystem}: rejects ${content?.rejectedPatches}, not ${expected}`;
    }
    const isBlocked = asked.some(
      ({ effect }) =>
        effect.kind === "reject" &&
        effect.action === "BLOCK" &&
        effect.patches.some((patch) => may.some((name) => appliesTo(patch, name))),
    );
    if (isTold && (content?.rejectedPatchesAction === "BLOCK") !== isBlocked) {
      return `action is ${content?.rejectedPatchesAction}`;
    }
  }
  if (system !== undefined && !registered.some((one) => one.operatingSystem === system)) {
    return `${group} has no baseline for ${system}`;
  }
  return undefined;
}

/** Registrations and baselines that no node needs. */
export function leftovers({ world }: History): string[] {
  return [...world.regions.values()].flatMap((region) => {
    const found: string[] = [];
    const carried = new Set([...region.nodes.values()].map(({ tags }) => tags.PatchGroup));
    for (const { group, baselineId } of region.groups) {
      if (baselineId.startsWith("pb-0") && !carried.has(group)) found.push(`${group} is still registered`);
    }
    for (const { id, name } of region.baselines.values()) {
      const isUsed = region.groups.some(({ baselineId }) => baselineId === id);
      if (id.startsWith("pb-0") && !isUsed) found.push(`${name} is left`);
    }
    return found;
  });
}

/** Things of other people that are not as they were. */
function strangers(world: History["world"]): string[] {
  return [...world.regions.values()].flatMap((region) => {
    const found: string[] = [];
    const kept = [...region.baselines.keys()].filter((id) => !id.startsWith("pb-0"));
    const deployed = ["base", "hold"].flatMap((kind) =>
      ["al", "ub", "win"].map((end) => `pb-${kind}-${end}`),
    );
    if (kept.join() !== [...deployed, "pb-other", "pb-mine"].join()) found.push(`baselines: ${kept}`);
    const groups = region.groups.filter(({ baselineId }) => !baselineId.startsWith("pb-0"));
    if (groups.length !== baseGroups().length + 1) found.push(`registrations of others: ${groups.length}`);
    return found;
  });
}
