import { DescribeInstancesCommand, type DescribeInstancesResult, EC2Client } from "@aws-sdk/client-ec2";
import {
  NotFoundException,
  paginateListGroupResources,
  ResourceGroupsClient,
} from "@aws-sdk/client-resource-groups";
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  DescribeDocumentCommand,
  GetMaintenanceWindowTaskCommand,
  type GetMaintenanceWindowTaskResult,
  GetPatchBaselineForPatchGroupCommand,
  InvalidDocument,
  type MaintenanceWindowIdentity,
  type OperatingSystem,
  type PatchBaselineIdentity,
  paginateDescribeInstanceInformation,
  paginateDescribeMaintenanceWindows,
  paginateDescribeMaintenanceWindowTargets,
  paginateDescribeMaintenanceWindowTasks,
  paginateDescribePatchBaselines,
  paginateListAssociations,
  SSMClient,
  type Target,
} from "@aws-sdk/client-ssm";
import { allPages, clientSettings } from "#functions/shared/aws/clients.js";
import type { AssociationFacts, Criterion, TaskFacts, WindowFacts } from "./facts.js";
import type { Instance, ManagedNode, RegionPorts } from "./ports.js";

/** One Region of AWS or of the lab, by whoever the environment's credentials are. */
export class AwsDoctorRegion implements RegionPorts {
  private readonly ssm: SSMClient;
  private readonly ec2: EC2Client;
  private readonly groups: ResourceGroupsClient;
  private readonly tagging: ResourceGroupsTaggingAPIClient;

  constructor(region: string) {
    const settings = { ...clientSettings, region };
    this.ssm = new SSMClient(settings);
    this.ec2 = new EC2Client(settings);
    this.groups = new ResourceGroupsClient(settings);
    this.tagging = new ResourceGroupsTaggingAPIClient(settings);
  }

  readonly windows = async (): Promise<readonly WindowFacts[]> => {
    const all = await allPages(
      paginateDescribeMaintenanceWindows({ client: this.ssm }, {}),
      ({ WindowIdentities }) => WindowIdentities,
    );
    const found: WindowFacts[] = [];
    // SSM throttles whoever asks for many at once.
    for (const one of all) found.push(await this.window(one));
    return found;
  };

  readonly associations = async (): Promise<readonly AssociationFacts[]> => {
    const all = await allPages(
      paginateListAssociations({ client: this.ssm }, {}),
      ({ Associations }) => Associations,
    );
    return all.map(({ AssociationId = "", AssociationName = "", Name = "", Targets, InstanceId }) => ({
      id: AssociationId,
      name: AssociationName,
      document: Name,
      criteria: InstanceId === undefined ? criteria(Targets) : [{ key: "InstanceIds", values: [InstanceId] }],
    }));
  };

  readonly tagged: RegionPorts["tagged"] = async (filters) => {
    const found = await allPages(
      paginateGetResources(
        { client: this.tagging },
        {
          ResourceTypeFilters: ["ec2:instance", "ssm:managed-instance"],
          TagFilters: filters.map(({ key, values }) => ({ Key: key, Values: [...values] })),
          ResourcesPerPage: 100,
        },
      ),
      ({ ResourceTagMappingList }) => ResourceTagMappingList,
    );
    return found.map(({ ResourceARN = "", Tags = [] }) => ({
      id: ResourceARN.replace(/^.*\//, ""),
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    }));
  };

  readonly managed = async (): Promise<readonly ManagedNode[]> => {
    const found = await allPages(
      paginateDescribeInstanceInformation({ client: this.ssm, pageSize: 50 }, {}),
      ({ InstanceInformationList }) => InstanceInformationList,
    );
    return found.map(({ InstanceId = "", PingStatus = "", PlatformName = "", PlatformVersion = "" }) => ({
      id: InstanceId,
      ping: PingStatus,
      platform: `${PlatformName} ${PlatformVersion}`,
    }));
  };

  readonly instances = async (): Promise<readonly Instance[]> => {
    const found: Instance[] = [];
    let NextToken: string | undefined;
    do {
      const page: DescribeInstancesResult = await this.ec2.send(
        new DescribeInstancesCommand({ MaxResults: 1000, NextToken }),
      );
      NextToken = page.NextToken;
      for (const { Instances = [] } of page.Reservations ?? [])
        for (const { InstanceId = "", State, IamInstanceProfile } of Instances)
          found.push({ id: InstanceId, state: State?.Name ?? "", profile: IamInstanceProfile?.Arn });
    } while (NextToken !== undefined && NextToken !== "");
    return found;
  };

  readonly baselines = async (): Promise<Readonly<Record<string, string>>> => {
    const Filters = [{ Key: "OWNER", Values: ["Self"] }];
    const all: PatchBaselineIdentity[] = await allPages(
      paginateDescribePatchBaselines({ client: this.ssm }, { Filters }),
      ({ BaselineIdentities }) => BaselineIdentities,
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
      const pages = paginateListGroupResources({ client: this.groups }, { Group });
      return (await allPages(pages, ({ ResourceIdentifiers }) => ResourceIdentifiers)).length;
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

  private async window(identity: MaintenanceWindowIdentity): Promise<WindowFacts> {
    const { WindowId = "", Name = "", Enabled = false, NextExecutionTime } = identity;
    const client = this.ssm;
    const targets = await allPages(
      paginateDescribeMaintenanceWindowTargets({ client }, { WindowId }),
      ({ Targets }) => Targets,
    );
    const tasks = await allPages(
      paginateDescribeMaintenanceWindowTasks({ client }, { WindowId }),
      ({ Tasks }) => Tasks,
    );
    const found: TaskFacts[] = [];
    for (const { WindowTaskId } of tasks)
      found.push(taskOf(await client.send(new GetMaintenanceWindowTaskCommand({ WindowId, WindowTaskId }))));
    return {
      id: WindowId,
      name: Name,
      enabled: Enabled,
      nextOpening: NextExecutionTime,
      targets: targets.map(({ WindowTargetId = "", Targets }) => ({
        id: WindowTargetId,
        criteria: criteria(Targets),
      })),
      tasks: found,
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
