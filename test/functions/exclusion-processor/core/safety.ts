import type { Rule } from "#functions/exclusion-processor/core/placement.js";
import type { Cohort } from "#shared/contract/exclusionNames.js";
import { violations } from "#test/memory/exclusionProcessor/safe.js";
import { desired } from "./desired.js";
import type { FleetNode, History } from "./generate.js";
import { appliesTo, record, type World } from "./support.js";

/** Adds the rules of all cohorts that there are to be now. */
export function learn(rules: Map<Cohort, Rule>, { world, inForce, fleet }: History): void {
  for (const region of world.regions.values()) {
    const manifests = [...inForce].map(([key, entries]) => ({
      key,
      entries,
      wasInForce: false,
      uploadedAt: 0,
    }));
    // What a stopped node is may be known from before.
    const systems = new Map(fleet.map(({ state }) => [state.id, state.operatingSystem]));
    const nodes = region.state.nodes.map((node) => ({ ...node, operatingSystem: systems.get(node.id) }));
    for (const state of [region.state, { ...region.state, nodes }]) {
      const { placements } = desired(manifests, state, record(), appliesTo, world.now).desired;
      for (const placement of placements.values()) {
        if (placement.kind === "moved") rules.set(placement.rule.word, placement.rule);
      }
    }
  }
}

/** Everything that is unsafe in a world; unless a run has come to its end, nodes that others have changed are left out. */
export function unsafe(
  world: World,
  fleet: readonly FleetNode[],
  rules: ReadonlyMap<Cohort, Rule>,
  isWhole = false,
): string[] {
  const changed = fleet.filter(({ kind }) => !isWhole && (kind === "foreign" || kind === "drifted"));
  const except = new Set(changed.map(({ state }) => state.id));
  return [...world.regions.values()].flatMap(({ state }) =>
    violations({ state, record: record(), rules, appliesTo, except }),
  );
}
