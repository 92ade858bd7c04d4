import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { type ClientSettings, clientSettings } from "../../shared/aws/clients.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import { S3RunStore } from "../../shared/aws/runStore.js";
import { keptVerdicts } from "../../shared/aws/verdicts.js";
import type { Log } from "../../shared/log.js";
import type { RunStore } from "../../shared/runStore.js";
import { awsWindows } from "../../shared/windows/awsWindows.js";
import { sealedKept } from "../../shared/windows/sealedKept.js";
import { watchWindows } from "../../shared/windows/watch.js";
import type { ClosingEnvironment } from "../environment.js";
import type { ClosingPorts } from "../ports.js";
import { otherCredentials } from "./otherAccount.js";
import { onDemand } from "./ports.js";
import { AwsRegionReports } from "./regionReports.js";

/**
 * The closing function's ports to AWS, with clients that outlive an invocation.
 *
 * @param settings of every client; attempts, with full jitter between them, are the SDK's own
 */
export function closingPorts(
  { bucket, exclusionBucket, topicArn, functionName, homeRegion, windows: watched }: ClosingEnvironment,
  log: Log,
  settings: ClientSettings = clientSettings,
): ClosingPorts {
  const home = { ...settings, region: homeRegion };
  const s3 = new S3Client(home);
  const runs = new S3RunStore(s3, bucket);
  const ssm = new SSMClient(home);
  const windows = { ...awsWindows(ssm), ...keptIn(runs) };
  const reports = (there: ClientSettings & { readonly region: string }) =>
    new AwsRegionReports(new SSMClient(there), new ResourceGroupsClient(there));
  return {
    runs,
    region: onDemand((region) => reports({ ...settings, region })),
    other: (role) => {
      const credentials = otherCredentials({ ...home, credentials: ssm.config.credentials }, role);
      return onDemand((region) => reports({ ...settings, region, credentials }));
    },
    verdicts: (signal) => keptVerdicts(s3, exclusionBucket, signal),
    watchWindows: (now) => watchWindows({ ports: windows, watched, log }, undefined, now),
    notifier: new TopicNotifier(new SNSClient(home), topicArn, functionName),
    log,
  };
}

/** What is kept of the windows lies beside the records. */
function keptIn(runs: RunStore): ReturnType<typeof sealedKept> {
  return sealedKept({
    read: (key) => runs.read(key),
    writeIf: (key, text, etag) =>
      etag === undefined ? runs.create(key, text) : runs.replace(key, text, etag),
  });
}
