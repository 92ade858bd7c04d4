import type { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import {
  DescribeMaintenanceWindowsCommand,
  DescribeMaintenanceWindowTargetsCommand,
  DescribeMaintenanceWindowTasksCommand,
  GetMaintenanceWindowTaskCommand,
  type MaintenanceWindowIdentity,
  type MaintenanceWindowTask,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { PatchWindow, Selection } from "./model.js";
import { listOf, type Patience } from "./paging.js";
import { isPatchDocument } from "./patches.js";
import { selectionOf } from "./targets.js";

const perPage = 50;

/** All windows of a Region. */
export function allWindows(ssm: SSMClient, patience: Patience): Promise<MaintenanceWindowIdentity[]> {
  return listOf(
    (NextToken) => ssm.send(new DescribeMaintenanceWindowsCommand({ MaxResults: perPage, NextToken })),
    ({ WindowIdentities = [] }) => WindowIdentities,
    patience,
  );
}

/** What is registered to a window. */
export async function partsOf(ssm: SSMClient, WindowId: string, patience: Patience) {
  const tasks = await listOf(
    (NextToken) =>
      ssm.send(new DescribeMaintenanceWindowTasksCommand({ WindowId, MaxResults: perPage, NextToken })),
    ({ Tasks = [] }) => Tasks,
    patience,
  );
  const targets = () =>
    listOf(
      (NextToken) =>
        ssm.send(new DescribeMaintenanceWindowTargetsCommand({ WindowId, MaxResults: perPage, NextToken })),
      ({ Targets = [] }) => Targets,
      patience,
    );
  return { tasks, targets };
}

/** The windows of a Region with a task that patches. */
export async function patchWindows(
  ssm: SSMClient,
  groups: ResourceGroupsClient,
  patience: Patience,
): Promise<PatchWindow[]> {
  const found: PatchWindow[] = [];
  for (const one of await allWindows(ssm, patience)) {
    const window = await patchWindow({ ssm, groups, patience }, one);
    if (window !== undefined) found.push(window);
  }
  return found;
}

interface Reader {
  readonly ssm: SSMClient;
  readonly groups: ResourceGroupsClient;
  readonly patience: Patience;
}

async function patchWindow(
  { ssm, groups, patience }: Reader,
  identity: MaintenanceWindowIdentity,
): Promise<PatchWindow | undefined> {
  const { WindowId = "" } = identity;
  const parts = await partsOf(ssm, WindowId, patience);
  const tasks = parts.tasks.filter(({ TaskArn = "" }) => isPatchDocument(TaskArn));
  const [first] = tasks;
  if (first === undefined) return undefined;
  const targets = await parts.targets();
  const wanted = new Set(tasks.flatMap(targetIds));
  const selections: Selection[] = [];
  for (const target of targets) {
    if (wanted.has(target.WindowTargetId ?? ""))
      selections.push(await selectionOf(groups, target.Targets ?? [], patience));
  }
  for (const task of tasks) {
    const direct = (task.Targets ?? []).filter(({ Key }) => Key === "InstanceIds");
    if (direct.length > 0) selections.push(await selectionOf(groups, direct, patience));
  }
  return {
    id: WindowId,
    name: identity.Name ?? "",
    enabled: identity.Enabled ?? false,
    operation: await operationOf(ssm, WindowId, first),
    document: first.TaskArn ?? "",
    next: identity.NextExecutionTime,
    durationHours: identity.Duration ?? 0,
    owner: targets.find(({ OwnerInformation }) => OwnerInformation !== undefined)?.OwnerInformation,
    selections,
  };
}

function targetIds({ Targets = [] }: MaintenanceWindowTask): readonly string[] {
  return Targets.flatMap(({ Key, Values = [] }) => (Key === "WindowTargetIds" ? Values : []));
}

async function operationOf(ssm: SSMClient, WindowId: string, task: MaintenanceWindowTask): Promise<string> {
  const { TaskInvocationParameters: told } = await ssm.send(
    new GetMaintenanceWindowTaskCommand({ WindowId, WindowTaskId: task.WindowTaskId }),
  );
  const given = told?.RunCommand?.Parameters ?? told?.Automation?.Parameters ?? {};
  return given.Operation?.[0] ?? "unknown";
}
