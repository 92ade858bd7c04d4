import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { clientSettings } from "../../shared/aws/clients.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import type { Log } from "../../shared/log.js";
import type { ClosingEnvironment } from "../environment.js";
import type { ClosingPorts } from "../ports.js";
import { executionOf } from "./automation.js";
import { onDemand } from "./ports.js";
import { AwsRegionReports } from "./regionReports.js";
import { S3RunStore } from "./runStore.js";

/** The closing function's ports to AWS, with clients that outlive an invocation. */
export function closingPorts({ bucket, topicArn }: ClosingEnvironment, log: Log): ClosingPorts {
  const home = new SSMClient(clientSettings);
  return {
    runs: new S3RunStore(new S3Client(clientSettings), bucket),
    execution: (id, signal) => executionOf(home, id, signal),
    region: onDemand((region) => new AwsRegionReports(new SSMClient({ ...clientSettings, region }))),
    notifier: new TopicNotifier(new SNSClient(clientSettings), topicArn),
    log,
  };
}
