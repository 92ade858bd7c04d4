import { EC2Client } from "@aws-sdk/client-ec2";
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateMaintenanceWindowCommand,
  DeleteMaintenanceWindowCommand,
  DescribeInstanceInformationCommand,
  DescribeMaintenanceWindowExecutionsCommand,
  DescribeMaintenanceWindowExecutionTaskInvocationsCommand,
  DescribeMaintenanceWindowExecutionTasksCommand,
  ListCommandInvocationsCommand,
  paginateDescribeMaintenanceWindows,
  RegisterTargetWithMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { allPages, clientSettings } from "#functions/shared/aws/clients.js";
import { isHybrid } from "../../account/ids.js";
import { instancesOf } from "../../account/instances.js";
import { patient } from "../../account/paging.js";
import type { ExercisePorts, TrialWindow } from "./ports.js";

/** What reaches AWS or the lab, as whoever the environment's credentials are. @param arnOf ARN of a node */
export function awsExercisePorts(region: string, arnOf: (nodeId: string) => string): ExercisePorts {
  const settings = { ...clientSettings, region };
  const [ssm, sns, ec2] = [new SSMClient(settings), new SNSClient(settings), new EC2Client(settings)];
  const tagging = new ResourceGroupsTaggingAPIClient(settings);
  const tags = async (
    nodeId: string,
    work: (arns: string[]) => Promise<{ FailedResourcesMap?: object | undefined }>,
  ) => {
    const { FailedResourcesMap = {} } = await work([arnOf(nodeId)]);
    const [failed] = Object.values(FailedResourcesMap) as { ErrorMessage?: string }[];
    if (failed !== undefined) throw new Error(failed.ErrorMessage ?? "the tag was refused");
  };
  return {
    windowsNamed: async (name) => {
      const Filters = [{ Key: "Name", Values: [name] }];
      const pages = paginateDescribeMaintenanceWindows({ client: ssm }, { Filters });
      const all = await allPages(pages, ({ WindowIdentities }) => WindowIdentities);
      return all.map(({ WindowId = "" }) => WindowId);
    },
    openWindow: (window) => openWindow(ssm, window),
    deleteWindow: async (WindowId) => {
      await ssm.send(new DeleteMaintenanceWindowCommand({ WindowId }));
    },
    execution: (id) => execution(ssm, id),
    publish: async (TopicArn, Subject, Message) => {
      await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
    },
    tag: (nodeId, key, value) =>
      tags(nodeId, (ResourceARNList) =>
        tagging.send(new TagResourcesCommand({ ResourceARNList, Tags: { [key]: value } })),
      ),
    untag: (nodeId, key) =>
      tags(nodeId, (ResourceARNList) =>
        tagging.send(new UntagResourcesCommand({ ResourceARNList, TagKeys: [key] })),
      ),
    views: [
      {
        name: "tag:GetResources",
        sees: async (nodeId, Key, value) => {
          const TagFilters = [{ Key, Values: [value] }];
          // Its pages may hold nothing although more follow (API reference, GetResources).
          const pages = paginateGetResources({ client: tagging }, { TagFilters });
          const found = await allPages(pages, ({ ResourceTagMappingList }) => ResourceTagMappingList);
          return found.some(({ ResourceARN }) => ResourceARN === arnOf(nodeId));
        },
      },
      {
        name: "ec2:DescribeInstances",
        knows: (nodeId) => !isHybrid(nodeId),
        sees: async (nodeId, key, value) => {
          const Filters = [{ Name: `tag:${key}`, Values: [value] }];
          const found = await instancesOf(ec2, Filters, patient);
          return found.some(({ id }) => id === nodeId);
        },
      },
      {
        name: "ssm:DescribeInstanceInformation",
        sees: async (nodeId, key, value) => {
          const Filters = [{ Key: `tag:${key}`, Values: [value] }];
          const { InstanceInformationList = [] } = await ssm.send(
            new DescribeInstanceInformationCommand({ Filters }),
          );
          return InstanceInformationList.some(({ InstanceId }) => InstanceId === nodeId);
        },
      },
    ],
  };
}

async function openWindow(ssm: SSMClient, window: TrialWindow): Promise<string> {
  const { name, opensAt, nodeId, roleArn, bucket } = window;
  const { WindowId = "" } = await ssm.send(
    new CreateMaintenanceWindowCommand({
      Name: name,
      Description: "patchplane: a scan of one node, made by the doctor, which deletes it",
      Schedule: `at(${opensAt})`,
      ScheduleTimezone: "UTC",
      ...{ Duration: 1, Cutoff: 0, AllowUnassociatedTargets: false },
    }),
  );
  try {
    const { WindowTargetId = "" } = await ssm.send(
      new RegisterTargetWithMaintenanceWindowCommand({
        WindowId,
        ResourceType: "INSTANCE",
        Targets: [{ Key: "InstanceIds", Values: [nodeId] }],
      }),
    );
    await ssm.send(
      new RegisterTaskWithMaintenanceWindowCommand({
        ...{ WindowId, TaskType: "RUN_COMMAND", TaskArn: "AWS-RunPatchBaseline", Priority: 1 },
        ...{ MaxConcurrency: "1", MaxErrors: "1", ServiceRoleArn: roleArn },
        Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
        TaskInvocationParameters: {
          RunCommand: {
            Comment: name,
            Parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] },
            ...(bucket === undefined ? {} : { OutputS3BucketName: bucket, OutputS3KeyPrefix: "scan" }),
          },
        },
      }),
    );
    return WindowId;
  } catch (error) {
    await ssm.send(new DeleteMaintenanceWindowCommand({ WindowId }));
    throw error;
  }
}

async function execution(ssm: SSMClient, WindowId: string) {
  const { WindowExecutions = [] } = await ssm.send(
    new DescribeMaintenanceWindowExecutionsCommand({ WindowId }),
  );
  const [{ WindowExecutionId = "", Status = "" } = {}] = WindowExecutions;
  if (WindowExecutionId === "") return undefined;
  const { WindowExecutionTaskIdentities: [task] = [] } = await ssm.send(
    new DescribeMaintenanceWindowExecutionTasksCommand({ WindowExecutionId }),
  );
  if (task?.TaskExecutionId === undefined) return { status: Status, detail: "no task" };
  const { WindowExecutionTaskInvocationIdentities: [invocation] = [] } = await ssm.send(
    new DescribeMaintenanceWindowExecutionTaskInvocationsCommand({
      WindowExecutionId,
      TaskId: task.TaskExecutionId,
    }),
  );
  // API reference, WindowExecutionTaskInvocationIdentity: of a command, the ExecutionId is the command's.
  const CommandId = invocation?.ExecutionId;
  if (CommandId === undefined) return { status: Status, detail: task.StatusDetails ?? "no command" };
  const { CommandInvocations: [one] = [] } = await ssm.send(new ListCommandInvocationsCommand({ CommandId }));
  return { status: Status, detail: one?.StatusDetails ?? "no node" };
}
