import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import type { Log } from "../../shared/log.js";
import { awsWindows } from "../../shared/windows/awsWindows.js";
import { type WindowPorts, watchWindows } from "../../shared/windows/watch.js";
import type { ClosingEnvironment } from "../environment.js";
import type { ClosingPorts, RunStore } from "../ports.js";
import { onDemand } from "./ports.js";
import { AwsRegionReports } from "./regionReports.js";
import { S3RunStore } from "./runStore.js";

/**
 * The closing function's ports to AWS, with clients that outlive an invocation.
 *
 * @param settings of every client; attempts, with full jitter between them, are the SDK's own
 */
export function closingPorts(
  { bucket, topicArn, functionName, homeRegion, windows: watched }: ClosingEnvironment,
  log: Log,
  settings: ClientSettings = clientSettings,
): ClosingPorts {
  const home = { ...settings, region: homeRegion };
  const runs = new S3RunStore(new S3Client(home), bucket);
  const windows = { ...awsWindows(new SSMClient(home)), ...keptIn(runs) };
  return {
    runs,
    region: onDemand((region) => {
      const there = { ...settings, region };
      return new AwsRegionReports(new SSMClient(there), new ResourceGroupsClient(there));
    }),
    watchWindows: (now) => watchWindows({ ports: windows, watched, log }, undefined, now),
    notifier: new TopicNotifier(new SNSClient(home), topicArn, functionName),
    log,
  };
}

/** What is kept of the windows lies beside the records. It is read before it is written. */
function keptIn(runs: RunStore): Pick<WindowPorts, "readKept" | "writeKept"> {
  let etag: string | undefined;
  return {
    readKept: async (key) => {
      const found = await runs.read(key);
      etag = found?.etag;
      return found?.text;
    },
    writeKept: (key, text) => (etag === undefined ? runs.create(key, text) : runs.replace(key, text, etag)),
  };
}
