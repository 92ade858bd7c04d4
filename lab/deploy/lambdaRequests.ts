import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { asset } from "@pulumi/pulumi";
import { NotModelledError } from "../aws/base/errors.js";
import { given, type Inputs, optional, passSet } from "./inputs.js";

/**
 * Lays an archive out in a folder, as what is uploaded is laid out for a function.
 *
 * @throws NotModelledError for archives that are packed or elsewhere, and for assets whose names lead out of theirs
 */
export async function unpack(archive: unknown, folder: string): Promise<void> {
  if (archive instanceof asset.FileArchive) {
    const path = await archive.path;
    if (/\.(zip|jar|tar|tgz|tar\.gz)$/.test(path)) throw new NotModelledError(`the packed archive ${path}`);
    await cp(path, folder, { recursive: true });
    return;
  }
  if (!(archive instanceof asset.AssetArchive))
    throw new NotModelledError("code that is no archive of files");
  for (const [name, content] of Object.entries(await archive.assets)) {
    if (/^(\.\.)?\//.test(normalize(name)))
      throw new NotModelledError(`the asset ${name} outside its archive`);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (content instanceof asset.StringAsset) await writeFile(path, await content.text);
    else if (content instanceof asset.FileAsset) await cp(await content.path, path);
    else await unpack(content, path);
  }
}

/**
 * Takes note of inputs that change nothing in the lab as long as they say no more than this.
 *
 * @throws NotModelledError
 */
export function refuseOtherThan(inputs: Inputs, plain: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [key, values] of Object.entries(plain)) {
    const got = optional(inputs, key);
    if (got !== undefined && !values.includes(got)) throw new NotModelledError(`${key} ${String(got)}`);
  }
}

/** What making a function and configuring it anew have in common. */
export function configurationMembers(inputs: Inputs) {
  const logging = optional<Inputs>(inputs, "loggingConfig") ?? {};
  const environment = optional<Inputs>(inputs, "environment") ?? {};
  return {
    Description: optional<string>(inputs, "description") ?? "",
    Role: given<string>(inputs, "role"),
    Handler: given<string>(inputs, "handler"),
    Runtime: given<string>(inputs, "runtime"),
    Timeout: optional<number>(inputs, "timeout") ?? 3,
    MemorySize: optional<number>(inputs, "memorySize") ?? 128,
    Environment: passSet<"Variables", Record<string, string>>(environment, "variables", "Variables"),
    LoggingConfig: {
      ...passSet<"LogFormat", string>(logging, "logFormat", "LogFormat"),
      ...passSet<"LogGroup", string>(logging, "logGroup", "LogGroup"),
    },
  };
}

/** A queue's attributes as they are sent, and those of them that the lab keeps. */
export function queueRequest(inputs: Inputs) {
  const attributes = Object.entries(queueAttributes).flatMap(([input, attribute]) => {
    const value = optional<string | number | boolean>(inputs, input);
    return value === undefined ? [] : [[attribute, String(value)]];
  });
  const kept = {
    ...passSet<"MessageRetentionPeriod", number>(inputs, "messageRetentionSeconds", "MessageRetentionPeriod"),
    ...passSet<"KmsMasterKeyId", string>(inputs, "kmsMasterKeyId", "KmsMasterKeyId"),
  };
  return { Attributes: Object.fromEntries(attributes), kept, policy: optional<string>(inputs, "policy") };
}

/** ARN of the queue of a URL. */
export function queueArn(region: { arn(service: string, resource: string): string }, url: string): string {
  return region.arn("sqs", url.slice(url.lastIndexOf("/") + 1));
}

/** How messages are received is of account to those alone who receive any, and in the lab nobody does. */
const queueAttributes = {
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const;
