import type {
  ComplianceItem,
  ComplianceSeverity,
  ComplianceStringFilter,
  ListComplianceItemsRequest,
  ListComplianceItemsResult,
  ListComplianceSummariesRequest,
  ListComplianceSummariesResult,
  ListResourceComplianceSummariesRequest,
  ListResourceComplianceSummariesResult,
  ResourceComplianceSummaryItem,
  SeveritySummary,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import { isCompliant, isNonCompliant, type PatchState } from "../../patching/patchState.js";
import { byText, type FilterTests, filterOf } from "../filters.js";
import type { LabNode } from "../nodes/labNode.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { reportedId, reportedPatches, severities } from "./reportedPatches.js";

const most = 50;
const patchType = "Patch";
const resourceType = "ManagedInstance";

/** What Compliance tells of patches, by what nodes have reported. The lab has no associations, and nobody's own items. */
export class ComplianceReports {
  constructor(private readonly region: { readonly nodes: ManagedNodes }) {}

  listComplianceItems(input: ListComplianceItemsRequest): ListComplianceItemsResult {
    const { ResourceIds: ids = [], ResourceTypes: types = [resourceType] } = input;
    if (types.some((type) => type !== resourceType))
      throw new AwsError("InvalidResourceType", `There is no type but ${resourceType}.`);
    // "Currently, you can only specify one resource ID per call."
    const [id, other] = ids;
    if (other !== undefined) throw new AwsError("InvalidResourceId", "One ResourceId is taken.");
    const nodes = this.reported().filter(({ node }) => id === undefined || node.id === id);
    if (id !== undefined && this.region.nodes.node(id) === undefined)
      throw new AwsError("InvalidResourceId", `${id} is no managed node.`);
    const items = nodes
      .flatMap(({ node, state }) => itemsOf(node, state))
      .filter(passing(input.Filters, item));
    const { items: ComplianceItems, token } = page(items, input, 1, most);
    return { ComplianceItems: [...ComplianceItems], ...token };
  }

  listResourceComplianceSummaries(
    input: ListResourceComplianceSummariesRequest,
  ): ListResourceComplianceSummariesResult {
    const found = this.summaries().filter(passing(input.Filters, summary));
    const { items, token } = page(found, input, 1, most);
    return { ResourceComplianceSummaryItems: [...items], ...token };
  }

  /** Of nodes, by whether each is compliant. */
  listComplianceSummaries(input: ListComplianceSummariesRequest): ListComplianceSummariesResult {
    const all = this.summaries().filter(passing(input.Filters, summary));
    const [good, bad] = ["COMPLIANT", "NON_COMPLIANT"].map((Status) =>
      all.filter((one) => one.Status === Status),
    );
    const worst = (list: readonly ResourceComplianceSummaryItem[] = []) =>
      counted(list.map(({ OverallSeverity = "UNSPECIFIED" }) => OverallSeverity));
    const found = [
      {
        ComplianceType: patchType,
        CompliantSummary: { CompliantCount: good?.length ?? 0, SeveritySummary: worst(good) },
        NonCompliantSummary: { NonCompliantCount: bad?.length ?? 0, SeveritySummary: worst(bad) },
      },
    ];
    const { items, token } = page(all.length === 0 ? [] : found, input, 1, most);
    return { ComplianceSummaryItems: [...items], ...token };
  }

  private summaries(): ResourceComplianceSummaryItem[] {
    return this.reported().map(({ node, state }) => {
      const items = itemsOf(node, state);
      const [good, bad] = ["COMPLIANT", "NON_COMPLIANT"].map((Status) =>
        items.flatMap((one) => (one.Status === Status ? [one.Severity ?? "UNSPECIFIED"] : [])),
      );
      return {
        ComplianceType: patchType,
        ResourceType: resourceType,
        ResourceId: node.id,
        Status: isCompliant(state) ? "COMPLIANT" : "NON_COMPLIANT",
        OverallSeverity: severities.find((one) => bad?.includes(one)) ?? "UNSPECIFIED",
        ExecutionSummary: executionOf(state),
        CompliantSummary: { CompliantCount: good?.length ?? 0, SeveritySummary: counted(good ?? []) },
        NonCompliantSummary: { NonCompliantCount: bad?.length ?? 0, SeveritySummary: counted(bad ?? []) },
      };
    });
  }

  private reported(): { readonly node: LabNode; readonly state: PatchState }[] {
    return this.region.nodes.all.flatMap((node) =>
      node.state === undefined ? [] : [{ node, state: node.state }],
    );
  }
}

function counted(list: readonly ComplianceSeverity[]): SeveritySummary {
  const of = (severity: ComplianceSeverity) => list.filter((one) => one === severity).length;
  return {
    CriticalCount: of("CRITICAL"),
    HighCount: of("HIGH"),
    MediumCount: of("MEDIUM"),
    LowCount: of("LOW"),
    InformationalCount: of("INFORMATIONAL"),
    UnspecifiedCount: of("UNSPECIFIED"),
  };
}

const executionOf = ({ endedAt }: PatchState) => ({
  ExecutionTime: new Date(endedAt),
  ExecutionType: "Command",
});

function itemsOf(node: LabNode, state: PatchState): ComplianceItem[] {
  const { snapshot, patchGroup } = state;
  const { id, availableSecurityUpdates } = snapshot.baseline;
  return reportedPatches(node, snapshot).map(({ patch, state: PatchState, level }) => {
    const isBad =
      isNonCompliant(PatchState) ||
      (PatchState === "AVAILABLE_SECURITY_UPDATE" && availableSecurityUpdates === "NON_COMPLIANT");
    return {
      ...{ ComplianceType: patchType, ResourceType: resourceType, ResourceId: node.id },
      ...{ Id: reportedId(patch), Title: patch.title },
      Status: isBad ? "NON_COMPLIANT" : "COMPLIANT",
      Severity: level,
      ExecutionSummary: executionOf(state),
      Details: {
        ...{ DocumentName: "AWS-RunPatchBaseline", PatchBaselineId: id, PatchGroup: patchGroup, PatchState },
        Classification: patch.classification ?? "",
        PatchSeverity: patch.severity ?? "",
      },
    };
  });
}

const item: FilterTests<ComplianceItem> = {
  ComplianceType: byText(({ ComplianceType }) => ComplianceType),
  Id: byText(({ Id }) => Id),
  Severity: byText(({ Severity }) => Severity),
  Status: byText(({ Status }) => Status),
};
const summary: FilterTests<ResourceComplianceSummaryItem> = {
  ComplianceType: byText(({ ComplianceType }) => ComplianceType),
  OverallSeverity: byText(({ OverallSeverity }) => OverallSeverity),
  ResourceId: byText(({ ResourceId }) => ResourceId),
  Status: byText(({ Status }) => Status),
};

/** @throws AwsError InvalidFilter, NotModelledError for a comparison but EQUAL */
function passing<T>(filters: readonly ComplianceStringFilter[] = [], tests: FilterTests<T>) {
  const other = filters.find(({ Type = "EQUAL" }) => Type !== "EQUAL");
  if (other !== undefined) throw new NotModelledError(`the comparison ${other.Type} of compliance filters`);
  return filterOf(filters, tests, "InvalidFilter");
}
