import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import {
  DoesNotExistException,
  paginateDescribeInstanceInformation,
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindowTargets,
  paginateListCommands,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { baseGroupTagKey } from "#shared/contract/exclusionNames.js";
import { calendarState } from "../../shared/aws/calendars.js";
import { allPages, type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { defaultBaselines } from "../../shared/aws/defaultBaselines.js";
import { listInvocations } from "../../shared/aws/invocations.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import { openPatchesOf } from "../../shared/aws/openPatches.js";
import { patchStatesOf } from "../../shared/aws/patchStates.js";
import { S3RunStore } from "../../shared/aws/runStore.js";
import { keptVerdicts } from "../../shared/aws/verdicts.js";
import { chunks } from "../../shared/chunks.js";
import type { Log } from "../../shared/log.js";
import type { ClosingPorts, Criterion, EndedExecution, TaggedNode } from "../core/windowEvidence.js";
import type { WindowClosingEnvironment } from "../environment.js";
import { endedStatuses, windowCommands } from "./windowCommands.js";

const nodeTypes = ["ec2:instance", "ssm:managed-instance"];
/** Most values of a filter (API: GetResources, TagFilter). */
const maxFilterValues = 20;

/**
 * The function's ports to AWS, in its own Region.
 *
 * @param functionArn of the function itself, which has its account and Region in it
 * @param settings of every client
 */
export function closingPorts(
  environment: WindowClosingEnvironment,
  functionArn: string,
  log: Log,
  settings: ClientSettings = clientSettings,
): ClosingPorts {
  const ssm = new SSMClient(settings);
  const s3 = new S3Client(settings);
  const tagging = new ResourceGroupsTaggingAPIClient(settings);
  const [, , , region = "", accountId = ""] = functionArn.split(":");
  return {
    windows: environment.windows,
    runs: new S3RunStore(s3, environment.bucket),
    executions: (windowId, since, signal) => executionsOf(ssm, windowId, since, signal),
    commands: async (executionId, signal) =>
      (await windowCommands(ssm, executionId, signal)).map(({ id, targetId }) => ({ id, targetId })),
    commandStatus: async (CommandId, abortSignal) => {
      const pages = paginateListCommands({ client: ssm }, { CommandId }, { abortSignal });
      const [command] = await allPages(pages, ({ Commands }) => Commands);
      return command?.StatusDetails ?? command?.Status;
    },
    invocations: (CommandId, signal) => listInvocations(ssm, { CommandId }, signal),
    targets: async (WindowId, abortSignal) => {
      const pages = paginateDescribeMaintenanceWindowTargets({ client: ssm }, { WindowId }, { abortSignal });
      const targets = await allPages(pages, ({ Targets }) => Targets);
      return targets.map(({ WindowTargetId = "", Targets = [] }) => ({
        id: WindowTargetId,
        criteria: Targets.map(({ Key = "", Values = [] }) => ({ key: tagKey(Key), values: Values })),
      }));
    },
    tagged: (criteria, signal) => taggedNodes(tagging, criteria, signal),
    pings: async (abortSignal) => {
      const pages = paginateDescribeInstanceInformation({ client: ssm, pageSize: 50 }, {}, { abortSignal });
      const pairs = await allPages(pages, ({ InstanceInformationList }) =>
        InstanceInformationList?.map(
          ({ InstanceId = "", PingStatus = "unknown" }) => [InstanceId, PingStatus] as const,
        ),
      );
      return new Map(pairs);
    },
    patchStates: (ids, signal) => patchStatesOf(ssm, ids, signal),
    openPatches: (id) => openPatchesOf(ssm, id),
    defaultBaselines: (signal) => defaultBaselines(ssm, signal),
    calendarState: (names, at, signal) => calendarState(ssm, names, signal, new Date(at).toISOString()),
    verdicts: (signal) => keptVerdicts(s3, environment.exclusionBucket, signal),
    notifier: new TopicNotifier(new SNSClient(settings), environment.topicArn, environment.functionName),
    log,
    place: { accountId, region },
  };
}

/** @throws Error for a target that is not by tags, of which nobody could say who belongs to it */
function tagKey(key: string): string {
  if (!key.startsWith("tag:")) throw new Error(`a target of the window selects by ${key}, and not by tags`);
  return key.slice("tag:".length);
}

/** Ended executions; of a window that is gone there are none. */
async function executionsOf(
  client: SSMClient,
  WindowId: string,
  since: number,
  abortSignal: AbortSignal,
): Promise<EndedExecution[]> {
  const after = new Date(since).toISOString().replace(/\.\d+Z$/, "Z");
  const asked = { WindowId, Filters: [{ Key: "ExecutedAfter", Values: [after] }] };
  try {
    const executions = await allPages(
      paginateDescribeMaintenanceWindowExecutions({ client }, asked, { abortSignal }),
      ({ WindowExecutions }) => WindowExecutions,
    );
    return executions.flatMap(({ WindowExecutionId: id, Status = "", StatusDetails, StartTime, EndTime }) =>
      id === undefined || StartTime === undefined || !endedStatuses.includes(Status)
        ? []
        : [
            {
              id,
              status: Status,
              ...(StatusDetails === undefined ? {} : { statusDetails: StatusDetails }),
              startedAt: StartTime.getTime(),
              endedAt: (EndTime ?? StartTime).getTime(),
            },
          ],
    );
  } catch (error) {
    if (error instanceof DoesNotExistException) return [];
    throw error;
  }
}

/** A filter of the tagging API takes 20 values where a target's tag has up to 50: each of them is asked for once. */
async function taggedNodes(
  client: ResourceGroupsTaggingAPIClient,
  criteria: readonly Criterion[],
  abortSignal: AbortSignal,
): Promise<TaggedNode[]> {
  const questions = criteria.reduce<{ Key: string; Values: string[] }[][]>(
    (all, { key, values }) =>
      all.flatMap((one) =>
        chunks(values, maxFilterValues).map((Values) => [...one, { Key: key, Values: [...Values] }]),
      ),
    [[]],
  );
  const found = new Map<string, TaggedNode>();
  for (const TagFilters of questions) {
    const nodes = await allPages(
      paginateGetResources(
        { client, pageSize: 100 },
        { TagFilters, ResourceTypeFilters: nodeTypes },
        { abortSignal },
      ),
      ({ ResourceTagMappingList }) =>
        ResourceTagMappingList?.map(({ ResourceARN: arn = "", Tags = [] }) => {
          const mark = Tags.find(({ Key }) => Key === baseGroupTagKey)?.Value;
          return { id: arn.slice(arn.lastIndexOf("/") + 1), ...(mark === undefined ? {} : { mark }) };
        }),
    );
    for (const node of nodes) found.set(node.id, node);
  }
  return [...found.values()];
}
