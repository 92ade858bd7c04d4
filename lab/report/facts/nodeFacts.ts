import { iso } from "#shared/text/format.js";
import { isCompliant, type PatchState } from "../../aws/patching/patchState.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import type { FleetNode } from "../../fleet/model.js";

/** Who a node is. */
export function identity(spec: FleetNode, node: LabNode | undefined) {
  return {
    id: spec.id,
    name: spec.name,
    region: spec.region,
    ...(spec.account === undefined ? {} : { account: spec.account }),
    operatingSystem: spec.catalog.operatingSystem,
    platform: `${spec.catalog.platformName} ${spec.catalog.platformVersion}`,
    patchGroup:
      (node === undefined ? (spec.tags.PatchGroup ?? spec.tags["Patch Group"]) : node.patchGroup) ?? null,
  };
}

/** What its last report says. */
export function patchCounts(state: PatchState | undefined) {
  return {
    state:
      state === undefined
        ? ("unknown" as const)
        : isCompliant(state)
          ? ("compliant" as const)
          : ("non-compliant" as const),
    baselineId: state?.snapshot.baseline.id ?? null,
    installed: state?.installed ?? 0,
    installedOther: state?.installedOther ?? 0,
    installedRejected: state?.installedRejected ?? 0,
    pendingReboot: state?.installedPendingReboot ?? 0,
    missing: state?.missing ?? 0,
    failed: state?.failed ?? 0,
    availableSecurityUpdates: state?.availableSecurityUpdates ?? 0,
    lastOperation: state?.operation ?? null,
    lastReportedAt: state === undefined ? null : iso(state.endedAt),
  };
}
