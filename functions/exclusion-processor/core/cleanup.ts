import { parseGroup } from "#shared/contract/exclusionNames.js";
import { compare } from "#shared/text/words.js";
import type { Desired } from "./desired.js";
import type { RegionFleet } from "./fleet.js";
import type { NodeState } from "./model.js";
import type { DeleteBaseline, DeregisterGroup, Step } from "./steps.js";

/** What can go: what no node is in even now, and what will be empty when nodes have moved. */
interface Cleanup {
  readonly idle: readonly Step[];
  readonly emptied: readonly Step[];
}

/**
 * The registrations and baselines of exclusions that nobody needs any more. A registration stays while any node, also
 * one that somebody else has a hand in, is in the group or will be; a baseline stays while any group is registered.
 */
export function cleanup(
  desired: Desired,
  fleet: RegionFleet,
  kept: ReadonlySet<string>,
  groupAfter: (node: NodeState) => string | undefined,
): Cleanup {
  const wanted = new Set(
    desired.baselines.flatMap(({ operatingSystem, groups }) =>
      groups.map((group) => `${operatingSystem}|${group}`),
    ),
  );
  const before = carriers(fleet, (node) => node.tags[fleet.record.patchGroupTagKey]);
  const after = carriers(fleet, groupAfter);
  const gone = fleet.state.groups
    .filter(({ group, operatingSystem, baselineId }) => {
      if (!fleet.isDerived(baselineId) || parseGroup(group) === undefined) return false;
      return !wanted.has(`${operatingSystem}|${group}`) && !after(group, operatingSystem);
    })
    .map(
      ({ group, operatingSystem, baselineId }): DeregisterGroup => ({
        kind: "deregisterGroup",
        group,
        operatingSystem,
        baselineId,
        why: `no node of ${operatingSystem} is in ${group} any more`,
      }),
    )
    .sort((a, b) => compare(a.group, b.group) || compare(a.operatingSystem, b.operatingSystem));
  const isIdle = (step: DeregisterGroup) => !before(step.group, step.operatingSystem);

  const deletions = fleet.derived.flatMap(({ baseline }): DeleteBaseline[] => {
    if (kept.has(baseline.id)) return [];
    const groups = fleet.state.groups
      .filter(({ baselineId }) => baselineId === baseline.id)
      .map(({ group }) => group);
    const going = gone.filter(({ baselineId }) => baselineId === baseline.id);
    const { id: baselineId, name, operatingSystem } = baseline;
    // A group that is wanted is registered to another baseline by an earlier step, since this one is not kept.
    const isFree = groups.every(
      (group) => wanted.has(`${operatingSystem}|${group}`) || going.some((step) => step.group === group),
    );
    if (!isFree) return [];
    const why = "no group is registered to it any more";
    return [{ kind: "deleteBaseline", baselineId, name, operatingSystem, groups, why }];
  });
  const idleIds = new Set(
    deletions.flatMap(({ baselineId, groups }) => {
      const going = gone.filter((step) => step.baselineId === baselineId && isIdle(step));
      return going.length === groups.length ? [baselineId] : [];
    }),
  );
  return {
    idle: [...gone.filter(isIdle), ...deletions.filter(({ baselineId }) => idleIds.has(baselineId))],
    emptied: [
      ...gone.filter((step) => !isIdle(step)),
      ...deletions.filter(({ baselineId }) => !idleIds.has(baselineId)),
    ],
  };
}

/** Whether a node of an operating system, or one that may be of it, is in a group. */
function carriers(
  fleet: RegionFleet,
  groupOf: (node: NodeState) => string | undefined,
): (group: string, operatingSystem: string) => boolean {
  const systems = new Map<string, Set<string | undefined>>();
  for (const { node } of fleet.nodes.values()) {
    const group = groupOf(node);
    if (group === undefined) continue;
    systems.set(group, (systems.get(group) ?? new Set()).add(node.operatingSystem));
  }
  return (group, operatingSystem) => {
    const found = systems.get(group);
    return found !== undefined && (found.has(operatingSystem) || found.has(undefined));
  };
}
