import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { CancelMaintenanceWindowExecutionCommand, SSMClient } from "@aws-sdk/client-ssm";
import { nodeArn } from "#shared/contract/nodeArn.js";
import { appliesTo } from "#shared/contract/patchNames.js";
import { digest } from "#shared/text/words.js";
import { clientSettings } from "../../shared/aws/clients.js";
import { TopicNotifier } from "../../shared/aws/notifier.js";
import type { Log } from "../../shared/log.js";
import { manifestRules, readingOf } from "../core/reading.js";
import type { Environment } from "../environment.js";
import { readManifest } from "../manifest/readManifest.js";
import type { Ports } from "../ports.js";
import { RegionReader } from "./regionReader.js";
import { RegionWriter } from "./regionWriter.js";
import { S3Store } from "./store.js";
import { windowWatch } from "./windowWatch.js";

/** An invocation's time, as its ports know it. */
interface Span {
  /** Cuts writes off. */
  readonly abortSignal: AbortSignal;
  /** Cuts reads of Regions off, so that there is time to say what became of the others. */
  readonly readSignal: AbortSignal;
  readonly isLate: () => boolean;
}

let version: string | undefined;

/** A digest of the file that this is in: of a deployed function its whole code. */
function ownVersion(): string {
  version ??= digest(readFileSync(fileURLToPath(import.meta.url), "utf8"), 16);
  return version;
}

/**
 * The processor's ports to AWS. Clients outlive an invocation, and what limits its time does not.
 *
 * @param home settings of the clients of the bucket's Region
 */
export function awsPorts(
  { bucket, topicArn, functionName, windows }: Omit<Environment, "homeRegion">,
  log: Log,
  home: typeof clientSettings & { readonly region?: string } = clientSettings,
): (span: Span) => Ports {
  const clients = new Map<string, { ssm: SSMClient; tagging: ResourceGroupsTaggingAPIClient }>();
  const clientsOf = (region: string) => {
    const known = clients.get(region);
    if (known !== undefined) return known;
    const settings = { ...clientSettings, region };
    const made = { ssm: new SSMClient(settings), tagging: new ResourceGroupsTaggingAPIClient(settings) };
    clients.set(region, made);
    return made;
  };
  const s3 = new S3Client(home);
  const sns = new SNSClient(home);
  const ssmAtHome = new SSMClient(home);
  return ({ abortSignal, readSignal, isLate }) => ({
    store: new S3Store(s3, bucket, abortSignal),
    watchWindows: windowWatch(ssmAtHome, new S3Store(s3, bucket, abortSignal), windows, log),
    region: (name, record) => {
      const { ssm, tagging } = clientsOf(name);
      const reader = new RegionReader(name, record, ssm, tagging, readSignal);
      const wait = (milliseconds: number) => setTimeout(milliseconds, undefined, { signal: abortSignal });
      const arnOf = (id: string) => nodeArn({ ...record, region: name }, id);
      const writer = new RegionWriter(record.stack, arnOf, ssm, tagging, wait, abortSignal);
      return {
        read: (keys) => reader.read(keys),
        readTraces: () => reader.readTraces(),
        readTagged: (groups, keys) => reader.readTagged(groups, keys),
        readTold: (ids) => reader.readTold(ids),
        readReports: (ids) => reader.readReports(ids),
        apply: (step) => writer.apply(step),
      };
    },
    // Whatever time it is: what is not cancelled is patched.
    cancelExecution: async (WindowExecutionId) => {
      await ssmAtHome.send(new CancelMaintenanceWindowExecutionCommand({ WindowExecutionId }));
    },
    notifier: new TopicNotifier(sns, topicArn, functionName, abortSignal),
    log,
    clock: () => Date.now(),
    isLate,
    isCut: () => abortSignal.aborted,
    readManifest: ({ key, bytes, uploadedAt, record }) =>
      readingOf(readManifest({ key, text: bytes, uploadedAt }, manifestRules(record))),
    appliesTo,
    version: ownVersion,
  });
}
