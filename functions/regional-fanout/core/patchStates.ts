import type { PatchCounts } from "#shared/contract/runRecord.js";

/** What SSM tells of a node's last scan or install (API InstancePatchState). */
export interface PatchState {
  readonly id: string;
  readonly patchGroup: string;
  readonly baselineId: string;
  readonly snapshotId: string | undefined;
  readonly operation: string;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
}

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
