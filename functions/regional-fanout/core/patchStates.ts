import type { PatchCounts } from "#shared/contract/runRecord.js";
import type { PatchState } from "../../shared/patchState.js";

/** Sums over the patch states of some nodes. */
export function countsOf(ids: readonly string[], states: readonly PatchState[]): PatchCounts {
  const sum = (part: (state: PatchState) => number) =>
    states.reduce((total, state) => total + part(state), 0);
  return {
    nodes: ids.length,
    reported: new Set(states.map(({ id }) => id)).size,
    missing: sum(({ missing }) => missing),
    failed: sum(({ failed }) => failed),
    pendingReboot: sum(({ pendingReboot }) => pendingReboot),
  };
}
