import { LambdaClient } from "@aws-sdk/client-lambda";
import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SSMClient } from "@aws-sdk/client-ssm";
import { againName, scheduleName } from "#shared/contract/runEnd.js";
import { calendarState } from "../../shared/aws/calendars.js";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { S3RunStore } from "../../shared/aws/runStore.js";
import { scheduleOnce } from "../../shared/aws/schedules.js";
import type { Log } from "../../shared/log.js";
import { scheduleBefore } from "../../shared/windows/ends.js";
import { windowState } from "../../shared/windows/windowState.js";
import type { StartEnvironment } from "../environment.js";
import type { StartPorts } from "../ports.js";
import { alarmStates } from "./alarms.js";
import { automationsOf, startAutomation } from "./automation.js";
import { AwsProcessorState } from "./processorState.js";
import { AwsRegionQueries, ownTagsOf } from "./regionQueries.js";
import { pingsOf } from "./regionReports.js";

/** What was made for a key, once. */
export function onDemand<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

/**
 * The starting function's ports to AWS, with clients that outlive an invocation.
 *
 * @param settings of every client; attempts, with full jitter between them, are the SDK's own
 */
export function startPorts(
  environment: Omit<StartEnvironment, "executionRoleName" | "operation" | "ownGroups" | "perInstanceNodes">,
  log: Log,
  settings: ClientSettings = clientSettings,
): StartPorts {
  const { bucket, homeRegion, exclusions } = environment;
  const schedules = new SchedulerClient({ ...settings, region: homeRegion });
  const place = {
    group: environment.scheduleGroup,
    roleArn: environment.scheduleRoleArn,
    functionArn: environment.stopFunctionArn,
    deadLetterQueueArn: environment.deadLetterQueueArn,
  };
  const ssm = onDemand((region) => new SSMClient({ ...settings, region }));
  const home = ssm(homeRegion);
  const s3 = new S3Client({ ...settings, region: homeRegion });
  const state =
    exclusions === undefined
      ? undefined
      : new AwsProcessorState(s3, new LambdaClient({ ...settings, region: homeRegion }), exclusions);
  const again: NonNullable<StartPorts["vouching"]>["again"] = ({ functionArn, runId, event, time }, signal) =>
    scheduleOnce(
      schedules,
      { ...place, functionArn },
      { name: againName(runId, time), expression: scheduleBefore(time), input: JSON.stringify(event) },
      signal,
    );
  return {
    ...(state === undefined ? {} : { vouching: { state, again } }),
    runs: new S3RunStore(s3, bucket),
    calendarState: (names, signal) => calendarState(home, names, signal),
    region: onDemand((name) => {
      const client = ssm(name);
      const queries = new AwsRegionQueries(client, new ResourceGroupsClient({ ...settings, region: name }));
      return {
        groupPage: (...asked) => queries.groupPage(...asked),
        patchStates: (...asked) => queries.patchStates(...asked),
        ownTags: (arns, signal) =>
          ownTagsOf(new ResourceGroupsTaggingAPIClient({ ...settings, region: name }), arns, signal),
        startAutomation: (request, signal) => startAutomation(client, request, signal),
        automationsOf: (run, signal) => automationsOf(client, run, signal),
        pings: (signal) => pingsOf(client, signal),
      };
    }),
    alarms: alarmStates(settings),
    window: (id, signal) => windowState(home, id, Date.now(), signal),
    arrange: (event, time, signal) =>
      scheduleOnce(
        schedules,
        place,
        { name: scheduleName(event), expression: scheduleBefore(time), input: JSON.stringify(event) },
        signal,
      ),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    now: () => Date.now(),
    log,
  };
}
