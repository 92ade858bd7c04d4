import type {
  DescribeInstancePatchesRequest,
  DescribeInstancePatchesResult,
  DescribeInstancePatchStatesRequest,
  DescribeInstancePatchStatesResult,
  InstancePatchState,
  PatchComplianceData,
} from "@aws-sdk/client-ssm";
import { NONE } from "../../fleet/model.js";
import { hashUnit } from "../../random.js";
import { AwsError, refuseOthers, validationError } from "../errors.js";
import { page } from "../page.js";
import {
  applyOperation,
  type OperationParameters,
  type OperationPlan,
  planOperation,
} from "../patching/operation.js";
import { type PatchState, packageState, report } from "../patching/patchState.js";
import { Snapshot } from "../patching/snapshot.js";
import type { Region } from "../region.js";
import type { LabNode } from "./managedNodes.js";

const snapshotLifeMs = 3 * 86_400_000;

/** A run of AWS-RunPatchBaseline on a node, from its start to its report. */
export interface PatchRun {
  readonly plan: OperationPlan;
  readonly snapshot: Snapshot;
  readonly snapshotId: string;
  readonly parameters: OperationParameters;
  readonly startedAt: number;
}

/** Patch Manager: snapshots of baselines, what AWS-RunPatchBaseline does on nodes, and what they reported. */
export class PatchManager {
  private readonly snapshots = new Map<string, Snapshot>();

  constructor(private readonly region: Region) {}

  /** Decides what a run does on a node that starts it now. */
  begin(node: LabNode, snapshotId: string, parameters: OperationParameters): PatchRun {
    const { clock, seed } = this.region.account;
    const snapshot = this.snapshot(node, snapshotId);
    const luck = hashUnit(seed, node.spec.index, Math.floor(clock.now / 1000));
    const plan = planOperation(node, snapshot, parameters, luck);
    return { plan, snapshot, snapshotId, parameters, startedAt: clock.now };
  }

  /** Puts on the node what a run has done, and takes its report: the last one wins. */
  finish(node: LabNode, { plan, snapshot, snapshotId, parameters, startedAt }: PatchRun): void {
    const { clock } = this.region.account;
    applyOperation(node, plan, parameters);
    if (parameters.operation === "Install" && parameters.rebootOption === "NoReboot") {
      node.lastNoRebootInstall = clock.now;
    }
    node.state = report(node, {
      patchGroup: node.patchGroup ?? "",
      snapshot,
      snapshotId,
      operation: parameters.operation,
      rebootOption: parameters.rebootOption,
      startedAt,
      endedAt: clock.now,
    });
  }

  describeInstancePatchStates(input: DescribeInstancePatchStatesRequest): DescribeInstancePatchStatesResult {
    refuseOthers("DescribeInstancePatchStates", input, ["InstanceIds", "MaxResults", "NextToken"]);
    const ids = input.InstanceIds ?? [];
    if (ids.length > 50) throw validationError(`InstanceIds takes at most 50 ids, got ${ids.length}`);
    const states = ids.flatMap((id) => {
      const node = this.region.nodes.node(id);
      return node?.state === undefined ? [] : [described(node, node.state)];
    });
    const { items, token } = page(states, input, 10, 100);
    return { InstancePatchStates: [...items], ...token };
  }

  describeInstancePatches(input: DescribeInstancePatchesRequest): DescribeInstancePatchesResult {
    refuseOthers("DescribeInstancePatches", input, ["InstanceId", "MaxResults", "NextToken"]);
    const node = this.region.nodes.node(input.InstanceId ?? "");
    if (node === undefined) {
      throw new AwsError("InvalidInstanceId", `${input.InstanceId} is not a managed node`);
    }
    const { state } = node;
    const patches = state === undefined ? [] : reportedPatches(node, state.snapshot);
    const { items, token } = page(patches, input, 10, 100);
    return { Patches: [...items], ...token };
  }

  /** The first node of a patch group that asks pins the baseline for all nodes with the same snapshot id. */
  private snapshot(node: LabNode, snapshotId: string): Snapshot {
    const { clock } = this.region.account;
    const { operatingSystem } = node.catalog;
    const key = `${snapshotId}|${node.patchGroup ?? ""}|${node.catalog.key}`;
    const known = this.snapshots.get(key);
    if (known !== undefined && clock.now - known.takenAt < snapshotLifeMs) return known;
    const { baseline } = this.region.baselines.forGroup(operatingSystem, node.patchGroup);
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

/** The patches of a node as the API lists them: what is installed, and what could be. */
function reportedPatches(node: LabNode, snapshot: Snapshot): PatchComplianceData[] {
  return node.catalog.packages.flatMap(({ index }) => {
    const State = packageState(node, snapshot, index);
    if (State === undefined || State === "NOT_APPLICABLE") return [];
    const isOffered = State === "AVAILABLE_SECURITY_UPDATE";
    const source = State.startsWith("INSTALLED")
      ? node.installed
      : isOffered
        ? snapshot.newest
        : snapshot.target;
    const patch = snapshot.patch(index, source[index] ?? NONE);
    if (patch === undefined) return [];
    return [
      {
        Title: patch.title,
        KBId: patch.id,
        Classification: patch.classification ?? "",
        Severity: patch.severity ?? "",
        State,
        // What AWS gives where it does not know the time either.
        InstalledTime: new Date(0),
        ...(patch.cves.length === 0 ? {} : { CVEIds: patch.cves.join(",") }),
      },
    ];
  });
}

function described(node: LabNode, state: PatchState): InstancePatchState {
  return {
    InstanceId: node.id,
    PatchGroup: state.patchGroup,
    BaselineId: state.snapshot.baseline.id,
    SnapshotId: state.snapshotId,
    Operation: state.operation,
    OperationStartTime: new Date(state.startedAt),
    OperationEndTime: new Date(state.endedAt),
    RebootOption: state.rebootOption === "NoReboot" ? "NoReboot" : "RebootIfNeeded",
    ...(node.lastNoRebootInstall === undefined
      ? {}
      : { LastNoRebootInstallOperationTime: new Date(node.lastNoRebootInstall) }),
    InstalledCount: state.installed,
    InstalledOtherCount: state.installedOther,
    InstalledPendingRebootCount: state.installedPendingReboot,
    InstalledRejectedCount: state.installedRejected,
    MissingCount: state.missing,
    FailedCount: state.failed,
    NotApplicableCount: state.notApplicable,
    AvailableSecurityUpdateCount: state.availableSecurityUpdates,
    CriticalNonCompliantCount: state.criticalNonCompliant,
    SecurityNonCompliantCount: state.securityNonCompliant,
    OtherNonCompliantCount: state.otherNonCompliant,
  };
}
