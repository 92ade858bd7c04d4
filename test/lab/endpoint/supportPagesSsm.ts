import * as ssm from "@aws-sdk/client-ssm";
import { predefinedBaseline } from "#lab/aws/ssm/baselines/predefinedBaselines.js";
import { reportedId, reportedPatches } from "#lab/aws/ssm/baselines/reportedPatches.js";
import type { Endpoint } from "#lab/endpoint/server.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { execution } from "../windowSupport.js";
import { clientOf } from "./supportEndpoint.js";
import { type Ids, type Paged, type PagedWorld, upTo } from "./supportPages.js";

/** The operations of SSM, by the paginators of the SDK. */
export function ssmLists(world: PagedWorld, endpoint: Endpoint): Paged[] {
  const { region, busy, account, commandId } = world;
  const client = new ssm.SSMClient(clientOf(endpoint, account));
  function list<I, O>(
    operation: string,
    paginate: (config: ssm.SSMPaginationConfiguration, input: I) => AsyncIterable<O>,
    input: I,
    ids: (page: O) => Ids | undefined,
    truth: Ids,
  ): Paged {
    const pages = async function* (pageSize: number) {
      // The SDK writes tokens into what it is given.
      for await (const page of paginate({ client, pageSize }, { ...input })) yield ids(page) ?? [];
    };
    return { service: "ssm", operation, pages, truth };
  }
  const WindowId = busy.id;
  const run = execution(busy, 0);
  const [first] = run.tasks;
  const of = { WindowExecutionId: run.id, TaskId: first?.id };
  const commands = [
    ...busy.executions.flatMap(({ tasks }) =>
      tasks.flatMap(({ invocations }) => invocations.map(({ command }) => command.id)),
    ),
    commandId,
  ].reverse();
  const [node = ""] = world.nodeIds;
  const [automation = ""] = world.automationIds;
  const packages = region.nodes.all[0]?.catalog.packages ?? [];
  const items = region.nodes.all.flatMap((node) => {
    return node.state === undefined
      ? []
      : reportedPatches(node, node.state.snapshot).map(({ patch }) => `${node.id} ${reportedId(patch)}`);
  });
  return [
    list(
      "ListComplianceItems",
      ssm.paginateListComplianceItems,
      {},
      ({ ComplianceItems }) => ComplianceItems?.map(({ ResourceId, Id }) => `${ResourceId} ${Id}`),
      items,
    ),
    list(
      "ListResourceComplianceSummaries",
      ssm.paginateListResourceComplianceSummaries,
      {},
      ({ ResourceComplianceSummaryItems }) =>
        ResourceComplianceSummaryItems?.map(({ ResourceId }) => ResourceId),
      region.nodes.all.filter(({ state }) => state !== undefined).map(({ id }) => id),
    ),
    list(
      "ListComplianceSummaries",
      ssm.paginateListComplianceSummaries,
      {},
      ({ ComplianceSummaryItems }) => ComplianceSummaryItems?.map(({ ComplianceType }) => ComplianceType),
      ["Patch"],
    ),
    list(
      "DescribeAvailablePatches",
      ssm.paginateDescribeAvailablePatches,
      {},
      ({ Patches }) => Patches?.map(({ KbNumber }) => KbNumber),
      upTo(3).map((number) => `KB${number}-0`),
    ),
    list(
      "DescribePatchProperties",
      ssm.paginateDescribePatchProperties,
      { OperatingSystem: "WINDOWS", Property: "MSRC_SEVERITY" },
      ({ Properties }) => Properties?.map(({ Name }) => Name),
      ["Critical", "Important", "Low", "Moderate", "Unspecified"],
    ),
    list(
      "DescribeMaintenanceWindows",
      ssm.paginateDescribeMaintenanceWindows,
      {},
      ({ WindowIdentities }) => WindowIdentities?.map(({ WindowId: id }) => id),
      world.windowIds,
    ),
    list(
      "DescribeMaintenanceWindowTargets",
      ssm.paginateDescribeMaintenanceWindowTargets,
      { WindowId },
      ({ Targets }) => Targets?.map(({ WindowTargetId }) => WindowTargetId),
      [...busy.targets.keys()],
    ),
    list(
      "DescribeMaintenanceWindowTasks",
      ssm.paginateDescribeMaintenanceWindowTasks,
      { WindowId },
      ({ Tasks }) => Tasks?.map(({ WindowTaskId }) => WindowTaskId),
      [...busy.tasks.keys()],
    ),
    list(
      "DescribeMaintenanceWindowSchedule",
      ssm.paginateDescribeMaintenanceWindowSchedule,
      { WindowId },
      ({ ScheduledWindowExecutions }) => ScheduledWindowExecutions?.map(({ ExecutionTime }) => ExecutionTime),
      upTo(50).map((hours) => new Date((busy.opensAt ?? 0) + hours * 3_600_000).toISOString()),
    ),
    list(
      "DescribeMaintenanceWindowsForTarget",
      ssm.paginateDescribeMaintenanceWindowsForTarget,
      { ResourceType: "INSTANCE", Targets: [{ Key: "InstanceIds", Values: [node] }] },
      ({ WindowIdentities }) => WindowIdentities?.map(({ WindowId: id }) => id),
      world.windowIds,
    ),
    list(
      "DescribeMaintenanceWindowExecutions",
      ssm.paginateDescribeMaintenanceWindowExecutions,
      { WindowId },
      ({ WindowExecutions }) => WindowExecutions?.map(({ WindowExecutionId }) => WindowExecutionId),
      busy.executions.map(({ id }) => id).reverse(),
    ),
    list(
      "DescribeMaintenanceWindowExecutionTasks",
      ssm.paginateDescribeMaintenanceWindowExecutionTasks,
      of,
      ({ WindowExecutionTaskIdentities }) =>
        WindowExecutionTaskIdentities?.map(({ TaskExecutionId }) => TaskExecutionId),
      run.tasks.map(({ id }) => id),
    ),
    list(
      "DescribeMaintenanceWindowExecutionTaskInvocations",
      ssm.paginateDescribeMaintenanceWindowExecutionTaskInvocations,
      of,
      ({ WindowExecutionTaskInvocationIdentities }) =>
        WindowExecutionTaskInvocationIdentities?.map(({ InvocationId }) => InvocationId),
      first?.runs.map(({ id }) => id) ?? [],
    ),
    list(
      "DescribePatchBaselines",
      ssm.paginateDescribePatchBaselines,
      {},
      ({ BaselineIdentities }) => BaselineIdentities?.map(({ BaselineName }) => BaselineName),
      [
        ...operatingSystemNames.map((name) => predefinedBaseline(name).name),
        ...world.groupNames.map((name) => `${name}-AMAZON_LINUX_2023`),
      ],
    ),
    list(
      "DescribePatchGroups",
      ssm.paginateDescribePatchGroups,
      {},
      ({ Mappings }) => Mappings?.map(({ PatchGroup }) => PatchGroup),
      world.groupNames,
    ),
    list(
      "DescribeInstanceInformation",
      ssm.paginateDescribeInstanceInformation,
      {},
      ({ InstanceInformationList }) => InstanceInformationList?.map(({ InstanceId }) => InstanceId),
      world.nodeIds,
    ),
    list("ListNodes", ssm.paginateListNodes, {}, ({ Nodes }) => Nodes?.map(({ Id }) => Id), world.nodeIds),
    list(
      "ListAssociations",
      ssm.paginateListAssociations,
      {},
      ({ Associations }) => Associations?.map(({ AssociationId }) => AssociationId),
      region.associations.all.map(({ AssociationId }) => AssociationId),
    ),
    list(
      "DescribeInstancePatches",
      ssm.paginateDescribeInstancePatches,
      { InstanceId: node },
      ({ Patches }) => Patches?.map(({ Title }) => Title),
      packages.map(({ name }) => name),
    ),
    list(
      "DescribeInstancePatchStates",
      ssm.paginateDescribeInstancePatchStates,
      { InstanceIds: [...world.nodeIds] },
      ({ InstancePatchStates }) => InstancePatchStates?.map(({ InstanceId }) => InstanceId),
      world.nodeIds,
    ),
    list(
      "DescribeInstancePatchStatesForPatchGroup",
      ssm.paginateDescribeInstancePatchStatesForPatchGroup,
      { PatchGroup: "servers" },
      ({ InstancePatchStates }) => InstancePatchStates?.map(({ InstanceId }) => InstanceId),
      world.nodeIds,
    ),
    list(
      "ListCommands",
      ssm.paginateListCommands,
      {},
      ({ Commands }) => Commands?.map(({ CommandId }) => CommandId),
      commands,
    ),
    list(
      "ListCommandInvocations",
      ssm.paginateListCommandInvocations,
      { CommandId: commandId },
      ({ CommandInvocations }) => CommandInvocations?.map(({ InstanceId }) => InstanceId),
      world.nodeIds,
    ),
    list(
      "ListDocuments",
      ssm.paginateListDocuments,
      {},
      ({ DocumentIdentifiers }) => DocumentIdentifiers?.map(({ Name }) => Name),
      ["AWS-RunPatchBaseline", "runbook-0", ...upTo(4).map((number) => `calendar-${number}`)],
    ),
    list(
      "DescribeAutomationExecutions",
      ssm.paginateDescribeAutomationExecutions,
      {},
      ({ AutomationExecutionMetadataList: all }) =>
        all?.map(({ AutomationExecutionId }) => AutomationExecutionId),
      [...world.automationIds].reverse(),
    ),
    list(
      "DescribeAutomationStepExecutions",
      ssm.paginateDescribeAutomationStepExecutions,
      { AutomationExecutionId: automation },
      ({ StepExecutions }) => StepExecutions?.map(({ StepName }) => StepName),
      upTo(5).map((number) => `step${number}`),
    ),
  ];
}
