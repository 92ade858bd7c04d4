import type { PatchState } from "./patchState.js";

/** The account's default baselines of a Region, which patch nodes whose patch group is registered with none. */
export interface DefaultBaselines {
  /** Ids, without the ARN that AWS's own baselines have. */
  readonly defaults: ReadonlySet<string>;
  /** Ids of baselines by the patch group that they are registered with. */
  readonly registered: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Why a report is of the account's default baseline, in the middle of a sentence; undefined when it is of a registered one. */
export function defaultBaselineUsed(
  { baselineId, patchGroup }: Pick<PatchState, "baselineId" | "patchGroup">,
  { defaults, registered }: DefaultBaselines,
): string | undefined {
  const baseline = baselineId.slice(baselineId.lastIndexOf("/") + 1);
  if (!defaults.has(baseline) || registered.get(patchGroup)?.has(baseline) === true) return undefined;
  const group =
    patchGroup === "" ? "it has no patch group" : `no baseline for it is registered with ${patchGroup}`;
  return `${group}, so that ${baseline} was used`;
}
