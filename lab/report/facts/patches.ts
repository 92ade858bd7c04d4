import { iso } from "#shared/text/format.js";
import { listNames } from "../../aws/patching/matcher.js";
import { packageState } from "../../aws/patching/patchState.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import { none, type Patch } from "../../fleet/model.js";
import type { LabRun } from "../../run.js";
import type { PatchRow } from "../summary/csvFiles.js";

/** States that somebody may want to look at, as SSM's filters write them. */
const openStates = {
  MISSING: "Missing",
  FAILED: "Failed",
  INSTALLED_PENDING_REBOOT: "InstalledPendingReboot",
  INSTALLED_REJECTED: "InstalledRejected",
  AVAILABLE_SECURITY_UPDATE: "AvailableSecurityUpdate",
} as const;

type StateName = ReturnType<typeof packageState>;

/** A patch that a node's last report did not simply call installed. */
export interface OpenPatch {
  readonly patch: Patch;
  readonly state: (typeof openStates)[keyof typeof openStates];
  /** Names of its baseline's rejected list that it goes by. */
  readonly rejectedBy: readonly string[];
}

function isOpen(name: StateName): name is keyof typeof openStates {
  return name !== undefined && Object.hasOwn(openStates, name);
}

/** What a node's last report did not simply call installed, in the order of its catalog. */
export function openPatches(node: LabNode): OpenPatch[] {
  const { state } = node;
  if (state === undefined) return [];
  const { missing, failed, installedPendingReboot, installedRejected, availableSecurityUpdates } = state;
  // Nearly every node of a fleet, which need not be looked through then.
  if (missing + failed + installedPendingReboot + installedRejected + availableSecurityUpdates === 0)
    return [];
  const { snapshot } = state;
  const { operatingSystem, rejectedPatches } = snapshot.baseline;
  return node.catalog.packages.flatMap(({ index }): OpenPatch[] => {
    const name = packageState(node, snapshot, index);
    if (!isOpen(name)) return [];
    const versions = {
      MISSING: snapshot.target,
      FAILED: snapshot.target,
      INSTALLED_PENDING_REBOOT: node.installed,
      INSTALLED_REJECTED: node.installed,
      AVAILABLE_SECURITY_UPDATE: snapshot.newest,
    };
    const patch = snapshot.patch(index, versions[name][index] ?? none);
    if (patch === undefined) return [];
    const rejectedBy = rejectedPatches.filter((one) => listNames([one], "rejected", operatingSystem, patch));
    return [{ patch, state: openStates[name], rejectedBy }];
  });
}

/** The same of all nodes, a row for each, in the order of the fleet: one by one, since a large fleet has millions. */
export function* patchRows({ account, request }: LabRun): Generator<PatchRow> {
  const released = new Map<number, string>();
  const releaseOf = (time: number) => {
    const text = released.get(time) ?? iso(time);
    released.set(time, text);
    return text;
  };
  for (const spec of request.fleet.nodes) {
    const { id, name, region } = spec;
    const node = account.regionOf(spec).nodes.node(id);
    if (node === undefined) continue;
    for (const { patch, state, rejectedBy } of openPatches(node))
      yield {
        nodeId: id,
        node: name,
        region,
        patch: patch.id,
        state,
        classification: patch.classification ?? null,
        severity: patch.severity ?? null,
        released: releaseOf(patch.released),
        rejectedBy,
      };
  }
}
