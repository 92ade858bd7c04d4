import { awsPorts, unlimited } from "#functions/exclusion-processor/aws/ports.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { readOnly } from "./access.js";

/** What reads a bucket and its Regions in AWS or the lab: the environment says where, and by whose credentials. */
export function portsOfBucket(bucket: string): Ports {
  // Nobody is told anything, so that there is no topic; and what the ports would log is the processor's business.
  const log = { info: () => undefined, error: () => undefined };
  return readOnly(awsPorts({ bucket, topicArn: "", windows: [] }, log)(unlimited));
}
