import type { Ports } from "#functions/exclusion-processor/ports.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { exclusionFunctionName } from "#shared/contract/exclusionNames.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { ownerOf, readStackFiles } from "#stacks/stackFiles.js";
import { placeOf } from "../configuration.js";
import { orCannotRun, readRecord, type Surroundings } from "./access.js";

/** What a command line names: a stack, a bucket or both. */
interface Named {
  readonly stack: string | undefined;
  readonly bucket: string | undefined;
}

/** A stack's bucket, and what reads it. */
export interface OpenBucket {
  readonly bucket: string;
  readonly ports: Ports;
  readonly record: DeploymentRecord;
}

/**
 * Opens a stack's bucket. The stack's file says in which Region and by what name the processor is, and its environment
 * which bucket it works with; a bucket that is named is taken as it is.
 *
 * @throws CannotRun when it is not found, cannot be read, or is another stack's
 */
export async function openBucket(
  { stack, bucket: named }: Named,
  { root, portsOf, bucketOf }: Surroundings,
): Promise<OpenBucket> {
  const files = stack === undefined ? undefined : readStackFiles(root, stack);
  const place = files === undefined ? undefined : placeOf(files);
  const bucket = named ?? (await bucketOfStack(stack ?? "", place, bucketOf));
  const ports = await portsOf(bucket, place?.homeRegion);
  const record = await readRecord(ports, bucket);
  const owner = files === undefined ? record.stack : ownerOf(files);
  if (record.stack === owner) return { bucket, ports, record };
  throw new CannotRun(`Bucket ${bucket} is of stack ${record.stack}, and --stack ${stack} is ${owner}.`);
}

async function bucketOfStack(
  stack: string,
  { homeRegion, prefix }: { readonly homeRegion: string; readonly prefix: string } = {
    homeRegion: "",
    prefix: "",
  },
  bucketOf: Surroundings["bucketOf"],
): Promise<string> {
  const name = exclusionFunctionName(prefix);
  const found = await orCannotRun(`Function ${name} in ${homeRegion}`, bucketOf(homeRegion, name));
  if (found !== undefined) return found;
  throw new CannotRun(
    `There is no function ${name} in ${homeRegion}: stack ${stack} takes no exclusions there (ownsBaselines), or is not deployed.\n` +
      `Mend it: name the stack that has the baselines; or pulumi up --stack ${stack}; or use the account's credentials.`,
  );
}
