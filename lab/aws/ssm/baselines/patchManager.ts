import { hashUnit } from "#lab/random.js";
import { dayMs } from "#shared/text/time.js";
import {
  applyKilled,
  applyOperation,
  killedOperation,
  type OperationParameters,
  type OperationPlan,
  planOperation,
} from "../../patching/operation.js";
import { report } from "../../patching/patchState.js";
import { Snapshot } from "../../patching/snapshot.js";
import type { Place } from "../../place.js";
import type { TagViews } from "../../tags/tagViews.js";
import type { Harms } from "../nodes/harms.js";
import type { LabNode } from "../nodes/labNode.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { AvailablePatches } from "./availablePatches.js";
import { ComplianceReports } from "./complianceReports.js";
import type { PatchBaselines } from "./patchBaselines.js";
import { PatchReports } from "./patchReports.js";

/** Where nodes are patched, by which baselines. */
type Needs = Place & {
  readonly baselines: PatchBaselines;
  readonly nodes: ManagedNodes;
  readonly harms: Harms;
  readonly tagViews: TagViews;
};

const snapshotLifeMs = 3 * dayMs;

/** A run of AWS-RunPatchBaseline on a node, from its start to its report. */
export interface PatchRun {
  readonly plan: OperationPlan;
  /** Whether the node does not come back from the reboot: what has been installed is, and nobody reports it. */
  readonly isLost: boolean;
  /** As the node saw it when it asked for its baseline. */
  readonly patchGroup: string | undefined;
  readonly snapshot: Snapshot;
  readonly snapshotId: string;
  readonly parameters: OperationParameters;
  readonly startedAt: number;
}

/** Patch Manager: snapshots of baselines, what AWS-RunPatchBaseline does on nodes, and what they reported. */
export class PatchManager {
  private readonly snapshots = new Map<string, Snapshot>();
  readonly reports: PatchReports;
  readonly compliance: ComplianceReports;
  readonly available: AvailablePatches;

  constructor(private readonly region: Needs) {
    this.reports = new PatchReports(region);
    this.compliance = new ComplianceReports(region);
    this.available = new AvailablePatches(region);
  }

  /** Decides what a run does on a node that starts it now. */
  begin(node: LabNode, snapshotId: string, parameters: OperationParameters): PatchRun {
    const { clock, seed } = this.region.account;
    const patchGroup = node.patchGroupIn(this.region.tagViews.seen(node, "node"));
    const snapshot = this.snapshot(node, patchGroup, snapshotId);
    const luck = hashUnit(seed, node.spec.index, Math.floor(clock.now / 1000));
    const plan = planOperation(node, snapshot, parameters, luck);
    const isLost = this.region.harms.isLostBy(node, plan);
    return { plan, isLost, patchGroup, snapshot, snapshotId, parameters, startedAt: clock.now };
  }

  /** Puts on the node what a run has done, and takes its report: the last one wins. */
  finish(node: LabNode, run: PatchRun): void {
    const { clock } = this.region.account;
    const { plan, patchGroup, snapshot, snapshotId, parameters, startedAt } = run;
    applyOperation(node, plan, parameters);
    this.region.harms.installed(node, plan);
    if (run.isLost) return;
    if (parameters.operation === "Install" && parameters.rebootOption === "NoReboot") {
      node.lastNoRebootInstall = clock.now;
    }
    const last = node.state;
    node.state = report(node, {
      patchGroup: patchGroup ?? "",
      snapshot,
      snapshotId,
      operation: parameters.operation,
      rebootOption: parameters.rebootOption,
      startedAt,
      endedAt: clock.now,
    });
    if (last !== undefined && last.patchGroup !== node.state.patchGroup) node.stateBefore = last;
  }

  /**
   * Leaves on the node what a run has done by now, which reports nothing.
   *
   * @returns whether there was anything to kill
   */
  kill(node: LabNode, { plan, snapshot, startedAt }: PatchRun, commandId: string): boolean {
    const { now } = this.region.account.clock;
    const killed = killedOperation(plan, snapshot, (now - startedAt) / 1000);
    if (killed === undefined) return false;
    applyKilled(node, killed);
    this.region.harms.installed(node, { steps: killed.done, reboots: false });
    const { packageIndex = -1 } = killed.halfDone ?? {};
    const packageName = node.catalog.packages[packageIndex]?.name;
    if (packageName !== undefined) node.broken ??= { at: now, packageName, commandId };
    return true;
  }

  /** The first node of a patch group that asks pins the baseline for all nodes with the same snapshot id. */
  private snapshot(node: LabNode, patchGroup: string | undefined, snapshotId: string): Snapshot {
    const { clock } = this.region.account;
    const { operatingSystem } = node.catalog;
    const key = `${snapshotId}|${patchGroup ?? ""}|${node.catalog.key}`;
    const known = this.snapshots.get(key);
    if (known !== undefined && clock.now - known.takenAt < snapshotLifeMs) return known;
    const { baseline } = this.region.baselines.forGroup(operatingSystem, patchGroup);
    const snapshot = new Snapshot(baseline, node.catalog, clock.now);
    // They stand in the order in which they were taken.
    for (const [old, { takenAt }] of this.snapshots) {
      if (clock.now - takenAt < snapshotLifeMs) break;
      this.snapshots.delete(old);
    }
    this.snapshots.set(key, snapshot);
    return snapshot;
  }
}
