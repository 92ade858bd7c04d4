import { LambdaClient } from "@aws-sdk/client-lambda";
import { awsPorts } from "#functions/exclusion-processor/aws/ports.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { clientSettings } from "#functions/shared/aws/clients.js";
import { noDeadline } from "#functions/shared/invocation.js";
import { exclusionVariables } from "#shared/contract/exclusionNames.js";
import { deployedFunction } from "../deployedFunction.js";
import { readOnly } from "./access.js";

/**
 * What reads a bucket and its Regions in AWS or the lab: the environment says where, and by whose credentials.
 *
 * @param region of the bucket; undefined for the environment's
 */
export function portsOfBucket(bucket: string, region?: string): Ports {
  // Nobody is told anything, so that there is no topic; and what the ports would log is the processor's business.
  const log = { info: () => undefined, error: () => undefined };
  const home = region === undefined ? clientSettings : { ...clientSettings, region };
  const signal = noDeadline();
  const span = { abortSignal: signal, readSignal: signal, isLate: () => false };
  return readOnly(awsPorts({ bucket, topicArn: "", functionName: "", windows: [] }, log, home)(span));
}

/** The bucket that a stack's processor works with, by the function's own environment; undefined when there is no such function. */
export async function bucketOfFunction(region: string, name: string): Promise<string | undefined> {
  const found = await deployedFunction(new LambdaClient({ ...clientSettings, region }), name);
  return found?.variables[exclusionVariables.bucket];
}
