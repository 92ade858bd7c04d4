import type {
  DescribeInstancePatchesRequest,
  DescribeInstancePatchesResult,
  DescribeInstancePatchStatesForPatchGroupRequest,
  DescribeInstancePatchStatesForPatchGroupResult,
  DescribeInstancePatchStatesRequest,
  DescribeInstancePatchStatesResult,
  DescribePatchGroupStateRequest,
  DescribePatchGroupStateResult,
  InstancePatchState,
  InstancePatchStateFilter,
  PatchComplianceData,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { PatchState } from "../../patching/patchState.js";
import type { Place } from "../../place.js";
import { byText, type FilterTests, filterOf } from "../filters.js";
import type { LabNode } from "../nodes/labNode.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { type ReportedPatch, reportedId, reportedPatches } from "./reportedPatches.js";

/** Where nodes are, whose patches are told. */
type Needs = Place & { readonly nodes: ManagedNodes };

/** A page of a patch group's states holds no more, whatever is asked for (API: InstancePatchStatesList). */
const statesPerPage = 5;

/** What the API tells of what nodes have reported of their patches. A node that never reported is not there. */
export class PatchReports {
  constructor(private readonly region: Needs) {}

  describeInstancePatchStates(input: DescribeInstancePatchStatesRequest): DescribeInstancePatchStatesResult {
    const ids = input.InstanceIds ?? [];
    if (ids.length > 50) throw validationError(`InstanceIds takes at most 50 ids, got ${ids.length}`);
    const states = ids.flatMap((id) => {
      const node = this.region.nodes.node(id);
      return node?.state === undefined ? [] : [described(node, node.state)];
    });
    const { items, token } = page(states, input, 10, 100);
    return { InstancePatchStates: [...items], ...token };
  }

  /** Nodes are in the group that they reported, which may not be the one that their tag says by now. */
  describeInstancePatchStatesForPatchGroup(
    input: DescribeInstancePatchStatesForPatchGroupRequest,
  ): DescribeInstancePatchStatesForPatchGroupResult {
    const { MaxResults: _, ...rest } = input;
    const tests = (input.Filters ?? []).map(countTest);
    const states = this.reported(input.PatchGroup).filter((state) => tests.every((test) => test(state)));
    const { items, token } = page(states, rest, 1, statesPerPage);
    // The list may not be empty.
    return { ...(items.length === 0 ? {} : { InstancePatchStates: [...items] }), ...token };
  }

  describePatchGroupState(input: DescribePatchGroupStateRequest): DescribePatchGroupStateResult {
    const states = this.reported(input.PatchGroup);
    const having = (name: keyof InstancePatchState) =>
      states.filter((state) => Number(state[name]) > 0).length;
    return {
      Instances: states.length,
      InstancesWithInstalledPatches: having("InstalledCount"),
      InstancesWithInstalledOtherPatches: having("InstalledOtherCount"),
      InstancesWithInstalledPendingRebootPatches: having("InstalledPendingRebootCount"),
      InstancesWithInstalledRejectedPatches: having("InstalledRejectedCount"),
      InstancesWithMissingPatches: having("MissingCount"),
      InstancesWithFailedPatches: having("FailedCount"),
      InstancesWithNotApplicablePatches: having("NotApplicableCount"),
      InstancesWithCriticalNonCompliantPatches: having("CriticalNonCompliantCount"),
      InstancesWithSecurityNonCompliantPatches: having("SecurityNonCompliantCount"),
      InstancesWithOtherNonCompliantPatches: having("OtherNonCompliantCount"),
      InstancesWithAvailableSecurityUpdates: having("AvailableSecurityUpdateCount"),
    };
  }

  describeInstancePatches(input: DescribeInstancePatchesRequest): DescribeInstancePatchesResult {
    const node = this.region.nodes.node(input.InstanceId ?? "");
    if (node === undefined) {
      throw new AwsError("InvalidInstanceId", `${input.InstanceId} is not a managed node`);
    }
    const passes = filterOf(input.Filters, patchTests, "InvalidFilter");
    const { state } = node;
    const patches = state === undefined ? [] : reportedPatches(node, state.snapshot).filter(passes);
    const { items, token } = page(patches, input, 10, 100);
    return { Patches: items.map(compliance), ...token };
  }

  private reported(patchGroup: string | undefined): InstancePatchState[] {
    return this.region.nodes.all.flatMap((node) =>
      node.state?.patchGroup === patchGroup && node.state !== undefined ? [described(node, node.state)] : [],
    );
  }
}

const patchTests: FilterTests<ReportedPatch> = {
  Classification: byText(({ patch }) => patch.classification ?? ""),
  KBId: byText(({ patch }) => reportedId(patch)),
  Severity: byText(({ patch }) => patch.severity ?? ""),
  // Its values are written `InstalledOther`, what is told is `INSTALLED_OTHER`.
  State: (value) => {
    const wanted = plain(value);
    return ({ state }) => plain(state) === wanted;
  },
};

function plain(state: string): string {
  return state.replaceAll("_", "").toLowerCase();
}

const counts: readonly string[] = [
  "FailedCount",
  "InstalledCount",
  "InstalledOtherCount",
  "InstalledPendingRebootCount",
  "InstalledRejectedCount",
  "MissingCount",
  "NotApplicableCount",
] satisfies (keyof InstancePatchState)[];

/** @throws AwsError InvalidFilter */
function countTest({
  Key = "",
  Values = [],
  Type,
}: InstancePatchStateFilter): (state: InstancePatchState) => boolean {
  if (Key === "UnreportedNotApplicableCount") throw new NotModelledError(`the filter ${Key}`);
  if (!counts.includes(Key)) throw new AwsError("InvalidFilter", `${Key} is no filter of patch states`);
  const [text = ""] = Values;
  if (!/^\d{1,9}$/.test(text))
    throw new AwsError("InvalidFilter", `${Key} must be compared with a number, got ${text}`);
  const wanted = Number(text);
  return (state) => {
    const count = Number(state[Key as keyof InstancePatchState]);
    switch (Type) {
      case "Equal":
        return count === wanted;
      case "NotEqual":
        return count !== wanted;
      case "LessThan":
        return count < wanted;
      default:
        return count > wanted;
    }
  };
}

function compliance({ patch, state: State }: ReportedPatch): PatchComplianceData {
  return {
    Title: patch.title,
    KBId: reportedId(patch),
    Classification: patch.classification ?? "",
    Severity: patch.severity ?? "",
    State,
    // What AWS gives where it does not know the time either.
    InstalledTime: new Date(0),
    ...(patch.cves.length === 0 ? {} : { CVEIds: patch.cves.join(",") }),
  };
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
