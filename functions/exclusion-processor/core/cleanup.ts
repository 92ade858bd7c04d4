import { parseGroup } from "#shared/contract/exclusionNames.js";
import { shortUnusedMs, unusedMs } from "#shared/contract/regionMemory.js";
import { compare } from "#shared/text/words.js";
import type { Desired } from "./desired.js";
import type { RegionFleet } from "./fleet.js";
import type { Memory } from "./memory.js";
import type { BaselineState } from "./model.js";
import { hold } from "./placement.js";
import type { DeleteBaseline, DeregisterGroup, Step } from "./steps.js";

/** What cleaning up rests on beside the Region's state. */
interface Situation {
  /** Baselines that are wanted. */
  readonly kept: ReadonlySet<string>;
  /** Groups that nodes get in this run, or that somebody was promised. */
  readonly groups: ReadonlySet<string>;
  readonly memory: Memory;
  /** Whether new baselines need the room, or the stack leaves the Region. */
  readonly isTight: boolean;
}

interface Cleanup {
  readonly steps: readonly Step[];
  /** What nobody uses, and since when a settled read has seen that. */
  readonly unused: ReadonlyMap<string, number>;
}

/** Names a registration among what nobody uses; a baseline is named by its id. */
export function unusedKey(operatingSystem: string, group: string): string {
  return `${operatingSystem}|${group}`;
}

/**
 * The registrations and baselines of exclusions that nobody has needed for long. Only a settled read can say that nobody
 * uses one: a node that another read does not show in a group may be in it. A registration stays while any node, also one
 * that somebody else has a hand in, is in the group; a baseline stays while any group is registered to it.
 */
export function cleanup(desired: Desired, fleet: RegionFleet, situation: Situation): Cleanup {
  const { kept, groups, memory, isTight } = situation;
  const wanted = new Set(
    desired.baselines.flatMap(({ operatingSystem, groups: some }) =>
      some.map((group) => unusedKey(operatingSystem, group)),
    ),
  );
  const isCarried = carriers(fleet);
  const unused = new Map<string, number>();
  const keep = (key: string) => {
    const since = memory.unused.get(key);
    if (since !== undefined) unused.set(key, since);
  };
  const see = (key: string) => {
    // A read that is not settled goes on with what an earlier one has seen, and sees nothing new.
    keep(key);
    if (memory.isSettled && !unused.has(key)) unused.set(key, memory.now);
  };
  const isUsed = (group: string, operatingSystem: string) =>
    wanted.has(unusedKey(operatingSystem, group)) || groups.has(group) || isCarried(group, operatingSystem);
  // What was taken away may be there after all: until a settled read has shown that it is gone, it is known as unused.
  for (const { id } of memory.gone.baselines) if (!kept.has(id)) keep(id);
  for (const { group, operatingSystem } of memory.gone.registrations)
    if (!isUsed(group, operatingSystem)) keep(unusedKey(operatingSystem, group));
  // The baselines of held nodes are the deployment's, and it cannot register them before those of an older version are gone.
  const isOld = (group: string) => parseGroup(group)?.word === hold.word;
  const isDue = (key: string) => isUnusedFor(key, memory, isTight ? shortUnusedMs : unusedMs);
  const idle = fleet.state.groups.filter(
    ({ group, operatingSystem, baselineId }) =>
      fleet.isDerived(baselineId) &&
      parseGroup(group) !== undefined &&
      (isOld(group) || !isUsed(group, operatingSystem)),
  );
  for (const { group, operatingSystem } of idle) see(unusedKey(operatingSystem, group));
  const gone = idle
    .filter(({ group, operatingSystem }) => isOld(group) || isDue(unusedKey(operatingSystem, group)))
    .map(
      ({ group, operatingSystem, baselineId }): DeregisterGroup => ({
        kind: "deregisterGroup",
        group,
        operatingSystem,
        baselineId,
        why: isOld(group)
          ? `the deployment registers ${group} to a baseline of its own`
          : `no node of ${operatingSystem} has been in ${group} for long`,
      }),
    )
    .sort((a, b) => compare(a.group, b.group) || compare(a.operatingSystem, b.operatingSystem));

  const deletions = fleet.derived.flatMap(({ baseline, word }): DeleteBaseline[] => {
    if (kept.has(baseline.id)) return [];
    const own = fleet.state.groups
      .filter(({ baselineId }) => baselineId === baseline.id)
      .map(({ group }) => group);
    const { id: baselineId, name, operatingSystem } = baseline;
    // A group that is wanted is registered to another baseline by an earlier step, since this one is not kept.
    const left = own.filter((group) => !wanted.has(unusedKey(operatingSystem, group)));
    if (left.every((group) => idle.some((one) => one.group === group && one.baselineId === baselineId)))
      see(baselineId);
    const isFree =
      left.length === 0
        ? word === hold.word || isDue(baselineId)
        : left.every((group) => gone.some((step) => step.group === group && step.baselineId === baselineId));
    if (!isFree) return [];
    const why = "no group is registered to it any more";
    return [{ kind: "deleteBaseline", baselineId, name, operatingSystem, why }];
  });
  return { steps: [...gone, ...deletions], unused };
}

/** Whether a derived baseline has been used by nobody for so long that it may make room for another one. */
export function canGo(
  { id, operatingSystem }: Pick<BaselineState, "id" | "operatingSystem">,
  { state }: Pick<RegionFleet, "state">,
  memory: Memory,
): boolean {
  const own = state.groups.filter(({ baselineId }) => baselineId === id);
  const names = own.length === 0 ? [id] : own.map(({ group }) => unusedKey(operatingSystem, group));
  return names.every((name) => isUnusedFor(name, memory, shortUnusedMs));
}

function isUnusedFor(name: string, { unused, isSettled, now }: Memory, time: number): boolean {
  const since = unused.get(name);
  return isSettled && since !== undefined && now - since >= time;
}

/** Whether a node of an operating system, or one that may be of it, is in a group. */
function carriers(fleet: RegionFleet): (group: string, operatingSystem: string) => boolean {
  const systems = new Map<string, Set<string | undefined>>();
  for (const { node } of fleet.nodes.values()) {
    const group = node.tags[fleet.record.patchGroupTagKey];
    if (group === undefined) continue;
    systems.set(group, (systems.get(group) ?? new Set()).add(node.operatingSystem));
  }
  return (group, operatingSystem) => {
    const found = systems.get(group);
    return found !== undefined && (found.has(operatingSystem) || found.has(undefined));
  };
}
