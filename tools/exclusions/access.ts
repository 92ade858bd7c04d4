import { textOf } from "#functions/exclusion-processor/core/gather.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { stableText } from "#functions/shared/errors.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { CannotRun } from "#shared/terminal/terminal.js";

/** What the commands work with. */
export interface Surroundings {
  /** Folder with the Pulumi project. */
  readonly root: string;
  /** The ports to a bucket and to the Regions of its stack. @param region of the bucket; undefined for the environment's */
  readonly portsOf: (bucket: string, region?: string) => Promise<Ports>;
  /** The bucket of the function of that name; undefined when there is no such function. */
  readonly bucketOf: (region: string, functionName: string) => Promise<string | undefined>;
}

/** The same ports with nothing behind them that could write: whoever tries fails before anything is sent. */
export function readOnly(ports: Ports): Ports {
  const { store, region, readManifest, appliesTo, version } = ports;
  const refuse = async (what: string): Promise<never> => {
    throw new Error(`${what}: these commands read and never write`);
  };
  return {
    store: {
      list: (prefix) => store.list(prefix),
      read: (key, versionId) => store.read(key, versionId),
      olderVersions: (key) => store.olderVersions(key),
      write: (key) => refuse(`write ${key}`),
      writeIf: (key) => refuse(`write ${key}`),
    },
    region: (name, record) => {
      const access = region(name, record);
      return {
        read: (keys) => access.read(keys),
        readTraces: () => access.readTraces(),
        readTagged: (groups, keys) => access.readTagged(groups, keys),
        readTold: (ids) => access.readTold(ids),
        readReports: (ids) => access.readReports(ids),
        apply: (step) => refuse(step.kind),
      };
    },
    watchWindows: async () => ({}),
    cancelExecution: () => refuse("cancelling a window"),
    notifier: { publish: () => refuse("publish") },
    log: { info: () => undefined, error: () => undefined },
    clock: ports.clock,
    isLate: () => false,
    isCut: () => false,
    readManifest,
    appliesTo,
    version,
  };
}

/**
 * Reads the deployment record, which every bucket of exclusions has.
 *
 * @throws CannotRun when it cannot be read, or is not there
 */
export async function readRecord({ store }: Ports, bucket: string): Promise<DeploymentRecord> {
  const found = await orCannotRun(`Bucket ${bucket}`, store.read(keys.record));
  if (found === undefined) {
    throw new CannotRun(
      `Bucket ${bucket} has no ${keys.record}: it is no bucket of exclusions, or its stack is not deployed yet.`,
    );
  }
  const parsed = parseDeploymentRecord(textOf(found) ?? "");
  if (parsed.ok) return parsed.record;
  throw new CannotRun(`${keys.record} in bucket ${bucket} is not valid: ${parsed.problems.join("; ")}.`);
}

/** What a port reads. @throws CannotRun when it cannot */
export async function orCannotRun<T>(what: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw new CannotRun(
      `${what} cannot be read: ${stableText(error)}.\nWhat decides where and as whom: the stack's aws:region (without --stack AWS_REGION), AWS_ENDPOINT_URL, and AWS's usual credentials.`,
    );
  }
}
