import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import type { Log } from "../../shared/log.js";
import type { ClosingEnvironment } from "../environment.js";
import type { ClosingPorts } from "../ports.js";
import { executionOf } from "./automation.js";
import { onDemand } from "./ports.js";
import { AwsRegionReports } from "./regionReports.js";
import { S3RunStore } from "./runStore.js";

/**
 * The closing function's ports to AWS, with clients that outlive an invocation.
 *
 * @param settings of every client; attempts, with full jitter between them, are the SDK's own
 */
export function closingPorts(
  { bucket, topicArn, homeRegion }: ClosingEnvironment,
  log: Log,
  settings: ClientSettings = clientSettings,
): ClosingPorts {
  const home = { ...settings, region: homeRegion };
  const ssm = onDemand((region) => new SSMClient({ ...settings, region }));
  return {
    runs: new S3RunStore(new S3Client(home), bucket),
    execution: (id, signal) => executionOf(ssm(homeRegion), id, signal),
    region: onDemand((region) => new AwsRegionReports(ssm(region))),
    notifier: new TopicNotifier(new SNSClient(home), topicArn),
    log,
  };
}
