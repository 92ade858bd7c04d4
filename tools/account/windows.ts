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
import { itemsOf, type Patience, pagesOf } from "./paging.js";
import { isPatchDocument } from "./patches.js";
import { selectionOf } from "./targets.js";

const perPage = 50;

/** The windows of a Region with a task that patches. */
export async function patchWindows(
  ssm: SSMClient,
  groups: ResourceGroupsClient,
  patience: Patience,
): Promise<PatchWindow[]> {
  const pages = pagesOf(
    (NextToken) => ssm.send(new DescribeMaintenanceWindowsCommand({ MaxResults: perPage, NextToken })),
    ({ NextToken }) => NextToken,
    patience,
  );
  const all = await itemsOf(pages, ({ WindowIdentities = [] }) => WindowIdentities);
  const found: PatchWindow[] = [];
  for (const one of all) {
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
  const taskPages = pagesOf(
    (NextToken) =>
      ssm.send(new DescribeMaintenanceWindowTasksCommand({ WindowId, MaxResults: perPage, NextToken })),
    ({ NextToken }) => NextToken,
    patience,
  );
  const tasks = (await itemsOf(taskPages, ({ Tasks = [] }) => Tasks)).filter(({ TaskArn = "" }) =>
    isPatchDocument(TaskArn),
  );
  const [first] = tasks;
  if (first === undefined) return undefined;
  const targetPages = pagesOf(
    (NextToken) =>
      ssm.send(new DescribeMaintenanceWindowTargetsCommand({ WindowId, MaxResults: perPage, NextToken })),
    ({ NextToken }) => NextToken,
    patience,
  );
  const targets = await itemsOf(targetPages, ({ Targets = [] }) => Targets);
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
