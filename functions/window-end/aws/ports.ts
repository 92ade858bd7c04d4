import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import {
  paginateDescribeInstanceInformation,
  paginateDescribeMaintenanceWindowTargets,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { windowEndSchedule } from "#shared/contract/windowEnd.js";
import { allPages, type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { commandStops } from "../../shared/aws/invocations.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import { scheduleOnce } from "../../shared/aws/schedules.js";
import { scheduleBefore } from "../../shared/windows/ends.js";
import { windowState } from "../../shared/windows/windowState.js";
import type { WindowEndPorts } from "../core/windowEnd.js";
import type { WindowEndEnvironment } from "../environment.js";
import { windowCommands } from "./windowCommands.js";

/**
 * The function's ports to AWS, in its own Region.
 *
 * @param functionArn of the function itself, which its schedules call
 * @param settings of every client
 */
export function windowEndPorts(
  environment: WindowEndEnvironment,
  functionArn: string,
  settings: ClientSettings = clientSettings,
): WindowEndPorts {
  const ssm = new SSMClient(settings);
  const schedules = new SchedulerClient(settings);
  const { scheduleGroup: group, scheduleRoleArn: roleArn, deadLetterQueueArn } = environment;
  return {
    ...commandStops(ssm),
    window: (id, signal) => windowState(ssm, id, Date.now(), signal),
    arrange: (event, time, signal) => {
      const once = {
        name: windowEndSchedule(event),
        expression: scheduleBefore(time),
        input: JSON.stringify(event),
      };
      return scheduleOnce(schedules, { group, roleArn, functionArn, deadLetterQueueArn }, once, signal);
    },
    commands: async (executionId, signal) =>
      (await windowCommands(ssm, executionId, signal)).flatMap(({ isEnded, ...one }) =>
        isEnded ? [] : [one],
      ),
    members: (windowId, signal) => membersOf(ssm, windowId, signal),
    notifier: new TopicNotifier(new SNSClient(settings), environment.topicArn, environment.functionName),
  };
}

async function membersOf(
  client: SSMClient,
  WindowId: string,
  abortSignal: AbortSignal,
): Promise<Map<string, string[]>> {
  const targets = await allPages(
    paginateDescribeMaintenanceWindowTargets({ client }, { WindowId }, { abortSignal }),
    ({ Targets }) => Targets,
  );
  const members = new Map<string, string[]>();
  for (const { WindowTargetId = "", Targets: criteria = [] } of targets) {
    const Filters = criteria.map(({ Key, Values }) => ({ Key, Values }));
    const nodes = await allPages(
      paginateDescribeInstanceInformation({ client, pageSize: 50 }, { Filters }, { abortSignal }),
      ({ InstanceInformationList }) => InstanceInformationList,
    );
    members.set(
      WindowTargetId,
      nodes.flatMap(({ InstanceId }) => InstanceId ?? []),
    );
  }
  return members;
}
