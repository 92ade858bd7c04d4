import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient, StopAutomationExecutionCommand } from "@aws-sdk/client-ssm";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { commandStops } from "../../shared/aws/invocations.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import { S3RunStore } from "../../shared/aws/runStore.js";
import type { EndPorts } from "../core/runEnd.js";
import type { OtherStops, RegionStops } from "../core/stopping.js";
import type { StoppingEnvironment } from "../environment.js";
import { beginningOf, executionOf } from "./automation.js";
import { otherCredentials } from "./otherAccount.js";
import { AwsRegionQueries } from "./regionQueries.js";
import { listCommands } from "./regionReports.js";

/** What ends commands and automations in a Region. */
function ownStops(client: SSMClient) {
  return {
    ...commandStops(client),
    commands: (since: number, signal: AbortSignal) => listCommands(client, since, signal),
    beginning: (run: Parameters<RegionStops["beginning"]>[0], signal: AbortSignal) =>
      beginningOf(client, run, signal),
    completeAutomation: async (AutomationExecutionId: string, abortSignal: AbortSignal) => {
      try {
        const stop = new StopAutomationExecutionCommand({ AutomationExecutionId, Type: "Complete" });
        await client.send(stop, { abortSignal });
      } catch (error) {
        // It has ended by itself.
        if (error instanceof Error && error.name === "InvalidAutomationStatusUpdateException") return;
        throw error;
      }
    },
  };
}

/** What ends a run in a Region. */
export function regionStops(client: SSMClient): RegionStops {
  return {
    ...ownStops(client),
    automation: (id, signal) => executionOf(client, id, signal),
  };
}

/** The stopping function's ports to AWS. @param settings of every client */
export function stoppingPorts(
  { bucket, topicArn, functionName, homeRegion }: StoppingEnvironment,
  settings: ClientSettings = clientSettings,
): EndPorts {
  const home = { ...settings, region: homeRegion };
  const { credentials: own } = new SSMClient(home).config;
  return {
    runs: new S3RunStore(new S3Client(home), bucket),
    region: (region) => regionStops(new SSMClient({ ...settings, region })),
    other: (role) => {
      const credentials = otherCredentials({ ...home, credentials: own }, role);
      return (region): OtherStops => {
        const there = { ...settings, region, credentials };
        const client = new SSMClient(there);
        const queries = new AwsRegionQueries(client, new ResourceGroupsClient(there));
        return {
          ...ownStops(client),
          groupPage: (...asked) => queries.groupPage(...asked),
        };
      };
    },
    notifier: new TopicNotifier(new SNSClient(home), topicArn, functionName),
  };
}
