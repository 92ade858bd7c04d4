/** What SSM tells of a node's last scan or install (API InstancePatchState). */
export interface PatchState {
  readonly id: string;
  readonly patchGroup: string;
  readonly baselineId: string;
  readonly snapshotId: string | undefined;
  readonly operation: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Where the list is that the run has installed in the place of what its baseline approves. */
  readonly overrideList?: string;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
}
