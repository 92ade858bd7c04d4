import * as z from "zod/mini";
import { type ClosedRun, readClosedRun } from "#shared/contract/closedRun.js";
import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { payloadSchema, placeholders } from "#shared/contract/fanoutPayload.js";
import { executionPlaceholder, type RingRule, ringRuleSchema } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { parseRunRecord, type RunRecord } from "#shared/contract/runRecord.js";
import type { Region } from "../../aws/region.js";
import type { Bucket } from "../../aws/s3/bucket.js";
import type { Window, WindowTask } from "../../aws/ssm/windows/windowTypes.js";

/** The payload as it stands in the window's task, before the window puts ids into it. */
const deployedPayload = z.extend(payloadSchema, {
  WindowId: z.literal(placeholders.WindowId),
  TaskExecutionId: z.literal(placeholders.TaskExecutionId),
  Ring: z.exactOptional(z.extend(ringRuleSchema, { WindowExecutionId: z.literal(executionPlaceholder) })),
});

/** What a central window patches, by way of a function. */
export interface FanoutWindow {
  /** Of the window, where it is central. */
  readonly task: WindowTask;
  readonly operation: string;
  readonly regions: readonly string[];
  /** Ids of further accounts. */
  readonly accounts: readonly string[];
  /** Names of the resource groups. */
  readonly groups: readonly string[];
  /** The ring that it is for. */
  readonly ring?: RingRule;
  /** Where its runs are recorded. */
  readonly bucket: Bucket;
}

/** What a window patches in other Regions; undefined for one that patches the nodes of its own. */
export function fanoutWindow(window: Window, region: Region): FanoutWindow | undefined {
  for (const task of tasksOf(window)) {
    const reach = fanoutOf(task, region);
    if (reach !== undefined) return reach;
  }
  return undefined;
}

/** A window's tasks, and those that it had when it opened. */
export function tasksOf({ tasks, executions }: Window): WindowTask[] {
  const had = executions.flatMap((execution) => execution.tasks.map(({ task }) => task));
  return [...new Set([...tasks.values(), ...had.reverse()])];
}

/** What a task of a central window patches; undefined for any other task. */
export function fanoutOf(task: WindowTask, region: Region): FanoutWindow | undefined {
  const fn = region.lambda.ever.find(({ arn }) => arn === task.arn);
  const bucketName = fn?.input.Environment?.Variables?.[fanoutVariables.bucket];
  if (bucketName === undefined) return undefined;
  // The stack's own component has written it.
  const {
    Accounts = [],
    Document,
    Targets,
    Regions,
    Ring,
  } = deployedPayload.parse(JSON.parse(new TextDecoder().decode(task.call.Payload)));
  return {
    task,
    operation: Document.Parameters.Operation[0] ?? "",
    regions: Regions,
    accounts: Accounts,
    groups: Targets.flatMap(({ Values }) => Values),
    ...(Ring === undefined ? {} : { ring: Ring }),
    bucket: region.account.s3.bucket({ Bucket: bucketName }, region),
  };
}

/** The record of a run: the final one, or what stands there of one that is not closed. */
export type StoredRun = { readonly closed: ClosedRun } | { readonly open: RunRecord };

/** The records that are in a bucket, by the ids of their runs. */
export function storedRuns(bucket: Bucket): ReadonlyMap<string, StoredRun> {
  const runs = new Map<string, StoredRun>();
  const objects = bucket
    .objects()
    .map(({ key, content }) => ({ key, text: Buffer.from(content.body).toString() }));
  for (const { key, text } of objects) {
    if (!key.startsWith(runKeys.open)) continue;
    const open = parseRunRecord(key, text);
    runs.set(open.runId, { open });
  }
  // A closing that was interrupted leaves both, and nothing changes in the final one.
  for (const { key, text } of objects) {
    if (!key.startsWith(runKeys.closed)) continue;
    const closed = readClosedRun(key, text);
    runs.set(closed.runId, { closed });
  }
  return runs;
}
