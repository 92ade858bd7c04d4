import { NotFoundException } from "@aws-sdk/client-resource-groups";
import {
  DescribeDocumentCommand,
  DescribeDocumentPermissionCommand,
  DescribePatchBaselinesCommand,
  GetMaintenanceWindowTaskCommand,
  type GetMaintenanceWindowTaskResult,
  GetPatchBaselineForPatchGroupCommand,
  InvalidDocument,
  type MaintenanceWindowIdentity,
  type OperatingSystem,
  SSMClient,
  type Target,
} from "@aws-sdk/client-ssm";
import { AwsAccountRegion, accountSettings } from "../account/awsRegion.js";
import { listOf, patient } from "../account/paging.js";
import { allWindows, partsOf } from "../account/windows.js";
import type { Criterion, TaskFacts, WindowFacts } from "./facts.js";
import type { RegionPorts } from "./ports.js";

/** Most baselines of a page (API DescribePatchBaselines). */
const perPage = 100;

/** One Region of AWS or of the lab, by whoever the environment's credentials are. */
export class AwsDoctorRegion implements RegionPorts {
  private readonly account: AwsAccountRegion;
  private readonly ssm: SSMClient;

  constructor(region: string) {
    this.account = new AwsAccountRegion(region);
    this.ssm = new SSMClient({ ...accountSettings, region });
  }

  readonly managed = () => this.account.managed();
  readonly instances = () => this.account.instances();
  readonly groups = () => this.account.groups();

  readonly windows = async (): Promise<readonly WindowFacts[]> => {
    const found: WindowFacts[] = [];
    // SSM throttles whoever asks for many at once.
    for (const one of await allWindows(this.ssm, patient)) found.push(await this.window(one));
    return found;
  };

  readonly associations: RegionPorts["associations"] = async () =>
    (await this.account.allAssociations()).map(
      ({ AssociationId = "", AssociationName = "", Name = "", Targets, InstanceId }) => ({
        ...{ id: AssociationId, name: AssociationName, document: Name },
        criteria:
          InstanceId === undefined ? criteria(Targets) : [{ key: "InstanceIds", values: [InstanceId] }],
      }),
    );

  readonly tagged: RegionPorts["tagged"] = async (filters) => {
    const found = await this.account.tags(
      filters.map(({ key, values }) => ({ Key: key, Values: [...values] })),
    );
    return [...found].map(([id, tags]) => ({ id, tags }));
  };

  readonly baselines = async (): Promise<Readonly<Record<string, string>>> => {
    const Filters = [{ Key: "OWNER", Values: ["Self"] }];
    const all = await listOf(
      (NextToken) =>
        this.ssm.send(new DescribePatchBaselinesCommand({ Filters, MaxResults: perPage, NextToken })),
      ({ BaselineIdentities = [] }) => BaselineIdentities,
      patient,
    );
    return Object.fromEntries(
      all.map(({ BaselineId = "", BaselineName = "" }) => [BaselineId, BaselineName]),
    );
  };

  readonly baselineOf = async (PatchGroup: string, operatingSystem: string): Promise<string | undefined> => {
    const OperatingSystem = operatingSystem as OperatingSystem;
    const command = new GetPatchBaselineForPatchGroupCommand({ PatchGroup, OperatingSystem });
    return (await this.ssm.send(command)).BaselineId;
  };

  readonly groupMembers = async (Group: string): Promise<number | undefined> => {
    try {
      return (await this.account.members(Group)).size;
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  };

  readonly document = async (Name: string): Promise<string | undefined> => {
    try {
      return (await this.ssm.send(new DescribeDocumentCommand({ Name }))).Document?.Status;
    } catch (error) {
      if (error instanceof InvalidDocument) return undefined;
      throw error;
    }
  };

  readonly sharedWith = async (Name: string): Promise<readonly string[]> => {
    try {
      const command = new DescribeDocumentPermissionCommand({ Name, PermissionType: "Share" });
      return (await this.ssm.send(command)).AccountIds ?? [];
    } catch (error) {
      if (error instanceof InvalidDocument) return [];
      throw error;
    }
  };

  private async window(identity: MaintenanceWindowIdentity): Promise<WindowFacts> {
    const { WindowId = "", Name = "", Enabled = false, NextExecutionTime } = identity;
    const { Schedule = "", ScheduleTimezone = "UTC" } = identity;
    const parts = await partsOf(this.ssm, WindowId, patient);
    const targets = await parts.targets();
    const tasks: TaskFacts[] = [];
    for (const { WindowTaskId } of parts.tasks)
      tasks.push(
        taskOf(await this.ssm.send(new GetMaintenanceWindowTaskCommand({ WindowId, WindowTaskId }))),
      );
    return {
      id: WindowId,
      name: Name,
      enabled: Enabled,
      ...{ nextOpening: NextExecutionTime, schedule: Schedule, timezone: ScheduleTimezone },
      targets: targets.map(({ WindowTargetId = "", Targets }) => ({
        id: WindowTargetId,
        criteria: criteria(Targets),
      })),
      tasks,
    };
  }
}

function criteria(targets: readonly Target[] | undefined): Criterion[] {
  return (targets ?? []).map(({ Key = "", Values = [] }) => ({ key: Key, values: Values }));
}

function taskOf(task: GetMaintenanceWindowTaskResult): TaskFacts {
  const { RunCommand } = task.TaskInvocationParameters ?? {};
  // API reference, GetMaintenanceWindowTask: a task without a role of its own runs as SSM's service-linked one.
  const { ServiceRoleArn = "" } = task;
  return {
    id: task.WindowTaskId ?? "",
    type: task.TaskType ?? "",
    arn: task.TaskArn ?? "",
    roleArn:
      ServiceRoleArn === "" || ServiceRoleArn.includes("/aws-service-role/") ? undefined : ServiceRoleArn,
    targetIds: (task.Targets ?? []).flatMap(({ Key, Values = [] }) =>
      Key === "WindowTargetIds" ? Values : [],
    ),
    topicArn: RunCommand?.NotificationConfig?.NotificationArn,
    notificationRoleArn: RunCommand?.ServiceRoleArn,
    bucket: RunCommand?.OutputS3BucketName,
    prefix: RunCommand?.OutputS3KeyPrefix,
  };
}
