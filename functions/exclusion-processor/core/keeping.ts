import { parseGroup } from "#shared/contract/exclusionNames.js";
import type { RegionFleet } from "./fleet.js";
import type { BaselineContent, BaselineState } from "./model.js";

/**
 * Ids of the stack's baselines that keep off whatever the baselines of a patch group do: where tags were written while nobody
 * could keep when, a node may have been installed with what another entry, which has joined since, has made of them. What is
 * asked of a node now is of no account: an entry of today does not make right what was installed yesterday.
 */
export function keepingAs(fleet: RegionFleet, group: string): ReadonlySet<string> {
  const { state } = fleet;
  const registered = state.groups.filter((one) => one.group === group && fleet.isOurs(one.baselineId));
  const own = registered.flatMap(
    ({ baselineId }) => state.baselines.find(({ id }) => id === baselineId) ?? [],
  );
  // The baselines of held nodes approve nothing at all.
  const keeping = state.baselines.filter(({ id }) => fleet.isOurs(id) && !fleet.isDerived(id));
  if (parseGroup(group)?.word !== "hold")
    keeping.push(
      ...fleet.derived.map(({ baseline }) => baseline).filter((one) => own.some((of) => keeps(one, of))),
    );
  return new Set(keeping.map(({ id }) => id));
}

/** Whether one baseline rejects all that another one does, and as firmly. */
function keeps(one: BaselineState, other: BaselineState): boolean {
  if (one.operatingSystem !== other.operatingSystem) return false;
  if (one.content === undefined || other.content === undefined) return one.id === other.id;
  return rejectsAll(one.content, other.content);
}

function rejectsAll(one: BaselineContent, other: BaselineContent): boolean {
  const rejected = new Set(one.rejectedPatches);
  const isAsFirm = one.rejectedPatchesAction === "BLOCK" || other.rejectedPatchesAction !== "BLOCK";
  return isAsFirm && other.rejectedPatches.every((name) => rejected.has(name));
}
