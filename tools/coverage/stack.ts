import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import {
  DescribeMaintenanceWindowsCommand,
  DescribePatchBaselinesCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { textOf } from "#functions/exclusion-processor/core/gather.js";
import { S3RunStore } from "#functions/shared/aws/runStore.js";
import { mapLimited, type Result, settle } from "#functions/shared/errors.js";
import { type ClosedRecord, readClosedRecord } from "#shared/contract/closedRecords.js";
import { requireSums } from "#shared/contract/closedSums.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  exclusionFunctionName,
  exclusionVariables,
  keyOfStatus,
  keys,
} from "#shared/contract/exclusionNames.js";
import { fanoutVariables, fanoutWindowName, startFunctionName } from "#shared/contract/fanoutNames.js";
import { parseStatus, type Status } from "#shared/contract/manifestStatus.js";
import { closedKey, runKeys, windowClosedKey } from "#shared/contract/runKeys.js";
import { parseUploads, type Upload, uploadsKey } from "#shared/contract/uploads.js";
import { reasonOf } from "#shared/text/words.js";
import { accountSettings } from "../account/awsRegion.js";
import { itemsOf, pagesOf } from "../account/paging.js";
import { deployedFunction } from "../deployedFunction.js";
import { portsOfBucket } from "../exclusions/aws.js";
import { awsPorts as fanoutPorts } from "../fanout/aws.js";
import { ringsOf } from "../fanout/deployment.js";
import type { Central, Deployed, Records } from "./core/model.js";
import type { StackPlace, StackReading } from "./ports.js";
import { recordBuckets } from "./recordBuckets.js";

/** Objects that are read at a time. */
const parallelReads = 16;

/** All that a deployed stack tells of itself: its record, its central window, the records of its runs, its exclusions. */
export async function readStack(place: StackPlace, since: number, until: number): Promise<StackReading> {
  const { prefix, homeRegion } = place;
  const lambda = new LambdaClient({ ...accountSettings, region: homeRegion });
  const found = await settle(deployedFunction(lambda, exclusionFunctionName(prefix)));
  const bucket = found.ok ? found.value?.variables[exclusionVariables.bucket] : undefined;
  const record = found.ok ? await settle(recordOf(bucket, place)) : found;
  const central = await settle(centralOf(lambda, place));
  const ofCentral = central.ok ? central.value.flatMap(({ regions }) => regions) : [];
  const ofRecord = record.ok ? (record.value?.regions ?? []).map(({ name }) => name) : [];
  return {
    deployed: record.ok ? await settle(deployedOf(record.value)) : record,
    central,
    records: await settle(recordsOf(lambda, place, since, until)),
    exclusions: found.ok ? await settle(statusesOf(bucket, homeRegion)) : found,
    regions: [...new Set([homeRegion, ...ofCentral, ...ofRecord])].sort(),
  };
}

/** @throws Error when there is a bucket and no valid record in it */
async function recordOf(
  bucket: string | undefined,
  { homeRegion, owner }: StackPlace,
): Promise<DeploymentRecord | undefined> {
  if (bucket === undefined) return undefined;
  const object = await portsOfBucket(bucket, homeRegion).store.read(keys.record);
  if (object === undefined) throw new Error(`bucket ${bucket} has no ${keys.record}`);
  const parsed = parseDeploymentRecord(textOf(object) ?? "");
  if (!parsed.ok)
    throw new Error(`${keys.record} in bucket ${bucket} is not valid: ${parsed.problems.join("; ")}`);
  if (parsed.record.stack !== owner) throw new Error(`bucket ${bucket} is of stack ${parsed.record.stack}`);
  return parsed.record;
}

async function deployedOf(record: DeploymentRecord | undefined): Promise<Deployed | undefined> {
  if (record === undefined) return undefined;
  const { patchGroupTagKey, patchGroups, targetTags, namePrefix, regions } = record;
  const baselines = await mapLimited(
    regions,
    parallelReads,
    async ({ name, baselines: base, holds = {} }) => {
      const derived = await settle(ownBaselines(name, namePrefix));
      const named = [...Object.values(base), ...Object.values(holds)];
      return [
        name,
        derived.ok ? { ok: true as const, value: new Set([...named, ...derived.value]) } : derived,
      ] as const;
    },
  );
  return { patchGroupTagKey, patchGroups, targetTags, baselines: new Map(baselines) };
}

/** Ids of the baselines that exclusions have made: their names begin as the stack's do. */
async function ownBaselines(region: string, prefix: string): Promise<string[]> {
  const ssm = new SSMClient({ ...accountSettings, region });
  const Filters = [{ Key: "NAME_PREFIX", Values: [`${prefix}-`] }];
  const pages = pagesOf(
    (NextToken) => ssm.send(new DescribePatchBaselinesCommand({ Filters, MaxResults: 100, NextToken })),
    ({ NextToken }) => NextToken,
  );
  return itemsOf(pages, ({ BaselineIdentities = [] }) =>
    BaselineIdentities.flatMap(({ BaselineId }) => BaselineId ?? []),
  );
}

type Window = Omit<Central, "members"> & { readonly groups: readonly string[] };

interface CentralPayload {
  readonly Targets?: readonly { readonly Values?: readonly string[] }[];
  readonly Regions?: readonly string[];
  readonly Document?: { readonly Parameters?: { readonly Operation?: readonly string[] } };
}

/** The central window, or those of rings: whether there are any, the function tells that they call. */
async function centralOf(lambda: LambdaClient, place: StackPlace): Promise<Window[]> {
  const { prefix } = place;
  const name = fanoutWindowName(prefix);
  const one = await windowOf(name, place);
  if (one !== undefined) return [one];
  const variables = (await deployedFunction(lambda, startFunctionName(prefix)))?.variables ?? {};
  const rings = ringsOf((variables[fanoutVariables.ownGroups] ?? "").split(","), prefix);
  const found = await mapLimited(rings, 1, (ring) => windowOf(`${name}-${ring}`, place));
  return found.flatMap((window) => window ?? []);
}

async function windowOf(name: string, { prefix, homeRegion }: StackPlace): Promise<Window | undefined> {
  const task = await fanoutPorts(homeRegion).windowTask(name, startFunctionName(prefix));
  if (task === undefined) return undefined;
  const payload = JSON.parse(task.payload) as CentralPayload;
  const ssm = new SSMClient({ ...accountSettings, region: homeRegion });
  const { WindowIdentities = [] } = await ssm.send(
    new DescribeMaintenanceWindowsCommand({ Filters: [{ Key: "Name", Values: [name] }] }),
  );
  const window = WindowIdentities.find(({ WindowId }) => WindowId === task.windowId);
  return {
    name,
    operation: payload.Document?.Parameters?.Operation?.[0] ?? "unknown",
    regions: payload.Regions ?? [],
    groups: (payload.Targets ?? []).flatMap(({ Values = [] }) => Values),
    next: window?.Enabled === true ? window.NextExecutionTime : undefined,
    owner: undefined,
  };
}

/** @throws Error when a bucket cannot be listed; a record that cannot be read is told by its key */
async function recordsOf(
  lambda: LambdaClient,
  place: StackPlace,
  since: number,
  until: number,
): Promise<Records> {
  const buckets = await recordBuckets(lambda, place.prefix);
  const client = new S3Client({ ...accountSettings, region: place.homeRegion });
  const all = await Promise.all(
    buckets.map(async (bucket): Promise<Records> => {
      const store = new S3RunStore(client, bucket);
      const listed = await mapLimited([runKeys.closed, runKeys.windowsClosed], parallelReads, (folder) =>
        store.list(folder),
      );
      const wanted = listed.flat().filter((key) => isWithin(key, since, until));
      const read = await mapLimited(wanted.sort(), parallelReads, async (key) => {
        const text = await settle(store.read(key));
        return { key, record: recordIn(key, text), isHidden: !text.ok };
      });
      return {
        records: read.flatMap(({ key, record }) => (record.ok ? [{ key, record: record.value }] : [])),
        unread: read.flatMap(({ key, record, isHidden }) =>
          record.ok ? [] : [{ key, why: record.error, isHidden }],
        ),
      };
    }),
  );
  return { records: all.flatMap(({ records }) => records), unread: all.flatMap(({ unread }) => unread) };
}

/** Whether the day in the key of a record is between two moments, each day whole. */
function isWithin(key: string, since: number, until: number): boolean {
  const [day] = /\d{4}\/\d\d\/\d\d/.exec(key) ?? [];
  if (day === undefined) return true;
  const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "/");
  return day >= dayOf(since) && day <= dayOf(until);
}

function recordIn(key: string, read: Result<{ readonly text: string } | undefined>) {
  if (!read.ok) return read;
  if (read.value === undefined) return { ok: false as const, error: "it was gone when it was to be read" };
  try {
    const value = readClosedRecord(key, read.value.text);
    if (value.kind === "central") requireSums(key, value.run);
    const own = keyOf(value);
    // A copy would count its run once more.
    if (own !== key) return { ok: false as const, error: `it is that of ${own}` };
    return { ok: true as const, value };
  } catch (error) {
    return { ok: false as const, error: reasonOf(error) };
  }
}

/** Where a record belongs. */
function keyOf({ kind, run }: ClosedRecord): string {
  const startedAt = Date.parse(run.startedAt);
  return kind === "window" ? windowClosedKey(run.executionId, startedAt) : closedKey(run.runId, startedAt);
}

/** @throws Error when one cannot be read: who knows what it says is excluded */
async function statusesOf(bucket: string | undefined, homeRegion: string): Promise<Status[]> {
  if (bucket === undefined) return [];
  const { store } = portsOfBucket(bucket, homeRegion);
  const listed = await store.list(keys.statuses);
  const wanted = listed.filter(({ key }) => keyOfStatus(key)?.startsWith(keys.manifests) === true);
  const read = await mapLimited(wanted, parallelReads, async ({ key }) => {
    const object = await store.read(key);
    const status = object === undefined ? undefined : parseStatus(textOf(object) ?? "");
    if (object !== undefined && status === undefined)
      throw new Error(`${key} is no status that this version can read`);
    return status;
  });
  return read.flatMap((status) => status ?? []);
}

/**
 * Who wrote some manifests, and their approvals.
 *
 * @throws Error when what is kept of one cannot be read
 */
export async function readUploads(
  { prefix, homeRegion }: StackPlace,
  manifests: readonly string[],
): Promise<Upload[]> {
  if (manifests.length === 0) return [];
  const lambda = new LambdaClient({ ...accountSettings, region: homeRegion });
  const found = await deployedFunction(lambda, exclusionFunctionName(prefix));
  const bucket = found?.variables[exclusionVariables.bucket];
  if (bucket === undefined) return [];
  const { store } = portsOfBucket(bucket, homeRegion);
  const read = await mapLimited(manifests, parallelReads, async (manifest) => {
    const key = uploadsKey(manifest);
    const object = await store.read(key);
    const uploads = object === undefined ? [] : parseUploads(textOf(object) ?? "");
    if (uploads === undefined) throw new Error(`${key} is nothing that this version can read`);
    return uploads;
  });
  return read.flat();
}
