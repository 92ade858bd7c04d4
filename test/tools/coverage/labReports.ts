import { PatchManager } from "#lab/aws/ssm/baselines/patchManager.js";
import { reportedId, reportedPatches } from "#lab/aws/ssm/baselines/reportedPatches.js";

/** What a node has reported at a time, as the lab saw it: no API keeps any report but the last. */
export interface LabReport {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly failed: number;
  readonly pendingReboot: number;
  readonly patchGroup: string;
  /** What is missing or has failed, by name, with its severity. */
  readonly open: ReadonlyMap<string, { readonly isMissing: boolean; readonly severity: string }>;
}

/** Does something while the lab's nodes report, and gives all that they have reported, in the order of time. */
export async function withReports<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly reports: readonly LabReport[] }> {
  const reports: LabReport[] = [];
  const { finish } = PatchManager.prototype;
  PatchManager.prototype.finish = function (node, run) {
    finish.call(this, node, run);
    const { state } = node;
    if (run.isLost || state === undefined) return;
    const open = reportedPatches(node, state.snapshot).flatMap(({ patch, state: is }) => {
      const isMissing = is === "MISSING";
      if (!isMissing && is !== "FAILED") return [];
      return [[reportedId(patch), { isMissing, severity: patch.severity ?? "" }] as const];
    });
    const { endedAt: at, failed, installedPendingReboot: pendingReboot, patchGroup } = state;
    reports.push({ id: node.id, at, failed, pendingReboot, patchGroup, open: new Map(open) });
  };
  try {
    return { result: await work(), reports };
  } finally {
    PatchManager.prototype.finish = finish;
  }
}
