import { paginateDescribeInstancePatchStates, type SSMClient } from "@aws-sdk/client-ssm";
import { chunks } from "../chunks.js";
import type { PatchState } from "../patchState.js";
import { allPages } from "./clients.js";

/** Most nodes of a call (API DescribeInstancePatchStates). */
const statesPerCall = 50;

/** Patch states of nodes, 50 of them in a call. Those that have never been patched or scanned have none. */
export async function patchStatesOf(
  client: SSMClient,
  ids: readonly string[],
  abortSignal?: AbortSignal,
): Promise<PatchState[]> {
  const states: PatchState[] = [];
  for (const InstanceIds of chunks(ids, statesPerCall)) {
    const pages = paginateDescribeInstancePatchStates(
      { client, pageSize: statesPerCall },
      { InstanceIds },
      abortSignal === undefined ? {} : { abortSignal },
    );
    const found = await allPages(pages, ({ InstancePatchStates }) => InstancePatchStates);
    for (const { InstallOverrideList: overrideList, ...state } of found) {
      states.push({
        id: state.InstanceId ?? "",
        patchGroup: state.PatchGroup ?? "",
        baselineId: state.BaselineId ?? "",
        snapshotId: state.SnapshotId,
        operation: state.Operation ?? "",
        startedAt: state.OperationStartTime?.getTime() ?? 0,
        endedAt: state.OperationEndTime?.getTime() ?? 0,
        ...(overrideList === undefined || overrideList === "" ? {} : { overrideList }),
        missing: state.MissingCount ?? 0,
        failed: state.FailedCount ?? 0,
        pendingReboot: state.InstalledPendingRebootCount ?? 0,
      });
    }
  }
  return states;
}
