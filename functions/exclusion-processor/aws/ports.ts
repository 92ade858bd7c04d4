import { setTimeout } from "node:timers/promises";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { appliesTo } from "#shared/contract/patchNames.js";
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

/** The processor's ports to AWS, with clients that outlive an invocation. */
export function awsPorts({ bucket, topicArn, windows }: Environment, log: Log): Ports {
  const clients = new Map<string, { ssm: SSMClient; tagging: ResourceGroupsTaggingAPIClient }>();
  const clientsOf = (region: string) => {
    const known = clients.get(region);
    if (known !== undefined) return known;
    const settings = { ...clientSettings, region };
    const made = { ssm: new SSMClient(settings), tagging: new ResourceGroupsTaggingAPIClient(settings) };
    clients.set(region, made);
    return made;
  };
  const store = new S3Store(new S3Client(clientSettings), bucket);
  return {
    store,
    region: (name, record) => {
      const { ssm, tagging } = clientsOf(name);
      const reader = new RegionReader(name, record, ssm, tagging);
      const writer = new RegionWriter(record.stack, ssm, tagging, (milliseconds) => setTimeout(milliseconds));
      return {
        read: () => reader.read(),
        readTraces: () => reader.readTraces(),
        readTagged: (groups, keys) => reader.readTagged(groups, keys),
        readTold: (ids) => reader.readTold(ids),
        apply: (step) => writer.apply(step),
      };
    },
    watchWindows: windowWatch(new SSMClient(clientSettings), store, windows, log),
    notifier: new TopicNotifier(new SNSClient(clientSettings), topicArn),
    log,
    readManifest: ({ key, bytes, uploadedAt, record }) =>
      readingOf(readManifest({ key, text: bytes, uploadedAt }, manifestRules(record))),
    appliesTo,
  };
}
