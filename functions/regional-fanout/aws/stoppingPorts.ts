import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient, StopAutomationExecutionCommand } from "@aws-sdk/client-ssm";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { commandStops } from "../../shared/aws/invocations.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import type { EndPorts } from "../core/runEnd.js";
import type { RegionStops } from "../core/stopping.js";
import type { StoppingEnvironment } from "../environment.js";
import { listCommands } from "./regionReports.js";
import { S3RunStore } from "./runStore.js";

/** What ends a run in a Region. */
export function regionStops(client: SSMClient): RegionStops {
  return {
    ...commandStops(client),
    commands: (since, signal) => listCommands(client, since, signal),
    completeAutomation: async (AutomationExecutionId, abortSignal) => {
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

/** The stopping function's ports to AWS. @param settings of every client */
export function stoppingPorts(
  { bucket, topicArn, functionName, homeRegion }: StoppingEnvironment,
  settings: ClientSettings = clientSettings,
): EndPorts {
  const home = { ...settings, region: homeRegion };
  return {
    runs: new S3RunStore(new S3Client(home), bucket),
    region: (region) => regionStops(new SSMClient({ ...settings, region })),
    notifier: new TopicNotifier(new SNSClient(home), topicArn, functionName),
  };
}
