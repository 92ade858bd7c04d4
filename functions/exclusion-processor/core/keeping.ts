import { parseGroup } from "#shared/contract/exclusionNames.js";
import type { RegionFleet } from "./fleet.js";
import type { AppliesTo, BaselineContent, BaselineState } from "./model.js";
import type { ToldEntry } from "./promiseEnds.js";

type Rejected = Pick<BaselineContent, "rejectedPatches" | "rejectedPatchesAction">;

/**
 * Ids of the stack's baselines that keep off whatever the baselines of a patch group do: where tags were written while nobody
 * could keep when, a node may have been installed with what another entry, which has joined since, has made of them. What is
 * asked of a node now is of no account: an entry of today does not make right what was installed yesterday.
 */
export function keepingAs(fleet: RegionFleet, group: string): ReadonlySet<string> {
  const { state } = fleet;
  const keeping = holding(fleet);
  if (parseGroup(group)?.word === "hold") return keeping;
  const registered = state.groups.filter((one) => one.group === group && fleet.isOurs(one.baselineId));
  const own = registered.flatMap(
    ({ baselineId }) => state.baselines.find(({ id }) => id === baselineId) ?? [],
  );
  for (const { baseline } of fleet.derived)
    if (own.some((of) => keeps(baseline, of))) keeping.add(baseline.id);
  return keeping;
}

/** Ids of the stack's baselines that keep off whatever some entries ask for, none of which is a hold. */
export function keepingAll(
  fleet: RegionFleet,
  appliesTo: AppliesTo,
  entries: readonly ToldEntry[],
): ReadonlySet<string> {
  const keeping = holding(fleet);
  for (const { baseline } of fleet.derived) {
    const { id, content, operatingSystem } = baseline;
    const isKept = entries.every(({ patches = [], action = "BLOCK" }) => {
      const rejectedPatches = patches.filter((name) => appliesTo(name, operatingSystem));
      const asked = { rejectedPatches, rejectedPatchesAction: action };
      return rejectedPatches.length === 0 || (content !== undefined && rejectsAll(content, asked));
    });
    if (isKept) keeping.add(id);
  }
  return keeping;
}

/** Ids of the baselines of held nodes, which approve nothing at all. */
function holding(fleet: RegionFleet): Set<string> {
  const held = fleet.state.baselines.filter(({ id }) => fleet.isOurs(id) && !fleet.isDerived(id));
  return new Set(held.map(({ id }) => id));
}

/** Whether one baseline rejects all that another one does, and as firmly. */
function keeps(one: BaselineState, other: BaselineState): boolean {
  if (one.operatingSystem !== other.operatingSystem) return false;
  if (one.content === undefined || other.content === undefined) return one.id === other.id;
  return rejectsAll(one.content, other.content);
}

/** Whether one rejects all that the other does, and as firmly. */
export function rejectsAll(one: Rejected, other: Rejected): boolean {
  const rejected = new Set(one.rejectedPatches);
  const isAsFirm = one.rejectedPatchesAction === "BLOCK" || other.rejectedPatchesAction !== "BLOCK";
  return isAsFirm && other.rejectedPatches.every((name) => rejected.has(name));
}
