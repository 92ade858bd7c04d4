import * as z from "zod/mini";
import { readRunText } from "./storedJson.js";

const texts = z.array(z.string());
const values = z.record(z.string(), texts);

/** What StartAutomationExecution is called with, in the API's own words. */
const startRequest = z.object({
  DocumentName: z.string(),
  DocumentVersion: z.string(),
  /** UUID of run, group and operation: whoever starts it again gets the same execution. */
  ClientToken: z.string(),
  Parameters: values,
  TargetParameterName: z.exactOptional(z.string()),
  Targets: z.exactOptional(z.array(z.object({ Key: z.string(), Values: texts }))),
  MaxConcurrency: z.exactOptional(z.string()),
  MaxErrors: z.exactOptional(z.string()),
  TargetLocations: z.array(
    z.object({
      Accounts: texts,
      Regions: texts,
      ExecutionRoleName: z.string(),
      TargetLocationMaxConcurrency: z.string(),
      TargetLocationMaxErrors: z.string(),
      ExcludeAccounts: z.exactOptional(texts),
    }),
  ),
});

/** Sums over the patch states that SSM has of nodes (API DescribeInstancePatchStates). */
export const patchCountsSchema = z.object({
  /** Nodes that were asked for. */
  nodes: z.int(),
  /** Nodes of which there is a patch state at all; the others were never scanned. */
  reported: z.int(),
  /** Patches, over all nodes. */
  missing: z.int(),
  failed: z.int(),
  /** Installed patches that wait for a reboot, over all nodes. */
  pendingReboot: z.int(),
});

const membership = z.discriminatedUnion("outcome", [
  z.object({
    region: z.string(),
    group: z.string(),
    outcome: z.literal("members"),
    /** Ids of EC2 instances and hybrid nodes, sorted; of 34 Regions with 5,000 nodes each they take 4 MB. */
    ids: texts,
  }),
  z.object({
    region: z.string(),
    group: z.string(),
    outcome: z.literal("skipped"),
    /** What was certainly found; an error is never a reason. */
    reason: z.enum(["no members", "no such group"]),
  }),
  z.object({ region: z.string(), group: z.string(), outcome: z.literal("failed"), error: z.string() }),
]);

const start = z.object({
  group: z.string(),
  /** Regions of the own account with members. */
  regions: texts,
  /** Further accounts and organizational units, in each of which every Region of the run is asked. */
  accounts: texts,
  request: startRequest,
  /** Set once the automation is known to have been started. Started is not patched. */
  executionId: z.exactOptional(z.string()),
  /** Why the last attempt to start it failed. */
  error: z.exactOptional(z.string()),
});

/** What a run is asked to do: the payload with its defaults. */
export const runRequestSchema = z.object({
  /** UUID in lower case; also the SnapshotId of every node's patching, so that all nodes see the same patches. */
  runId: z.string(),
  windowId: z.string(),
  document: z.object({ name: z.string(), version: z.string() }),
  /** ARN of the role that the automations of the home Region run as. */
  assumeRole: z.string(),
  operation: z.enum(["Scan", "Install"]),
  rebootOption: z.enum(["RebootIfNeeded", "NoReboot"]),
  /** One command for a Region's whole group, or one automation for each of its nodes. */
  executionMode: z.enum(["per-region", "per-instance"]),
  /** Further parameters of the runbook. */
  parameters: values,
  groups: texts,
  /** Nodes at once in a Region, and failed nodes that are put up with. */
  maxConcurrency: z.string(),
  maxErrors: z.string(),
  regions: texts,
  /** Regions at once, and failed Regions after which no more are begun. */
  locationMaxConcurrency: z.string(),
  locationMaxErrors: z.string(),
  /** Accounts and organizational units beside the own account. */
  accounts: texts,
  calendars: texts,
  /** Name of the role that the automations of Regions and accounts run as. */
  executionRoleName: z.string(),
});

const schema = z.object({
  version: z.literal(1),
  /** TaskExecutionId of the window in lower case; also the SnapshotId of the patching. */
  runId: z.string(),
  windowId: z.string(),
  /** ISO 8601, UTC: when the first invocation began. */
  startedAt: z.iso.datetime(),
  /** ISO 8601, UTC: from then on no invocation starts anything any more. */
  startUntil: z.iso.datetime(),
  homeRegion: z.string(),
  /** The own account, whose nodes are counted; those of further accounts are not. */
  accountId: z.string(),
  request: runRequestSchema,
  /** Whether the calendars were open when the run began. Unless OPEN, nothing was asked or started. */
  calendar: z.exactOptional(z.object({ state: z.string(), nextTransition: z.exactOptional(z.string()) })),
  /** What was found in each Region for each group. */
  filter: z.array(membership),
  /** The members' patch states before anything was started, or why they are unknown. */
  before: z.array(
    z.object({
      region: z.string(),
      counts: z.exactOptional(patchCountsSchema),
      unknown: z.exactOptional(z.string()),
    }),
  ),
  /** One automation for each group that has members anywhere, or that further accounts are asked for. */
  starts: z.array(start),
});

/** A run that is not closed: its decisions, which no retry makes anew, and what has been started. */
export type RunRecord = z.infer<typeof schema>;
export type RunRequest = z.infer<typeof runRequestSchema>;
export type FilterResult = z.infer<typeof membership>;
export type Start = z.infer<typeof start>;
export type StartRequest = z.infer<typeof startRequest>;
export type PatchCounts = z.infer<typeof patchCountsSchema>;
export type Before = RunRecord["before"][number];

/** The record as it is stored. */
export function recordText(record: RunRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads a record.
 *
 * @param key where it was read, for the message
 * @throws Error that names every problem
 */
export function parseRunRecord(key: string, text: string): RunRecord {
  return readRunText(schema, key, text);
}

/** What an attempt to start a group's automation came to. */
export type StartOutcome = { readonly executionId: string } | { readonly error: string };

/**
 * The record once an attempt to start a group's automation has come to an end. An execution that is known is never
 * forgotten, whatever another invocation has met since.
 */
export function withStart(record: RunRecord, group: string, outcome: StartOutcome): RunRecord {
  const starts = record.starts.map((one): Start => {
    if (one.group !== group || one.executionId !== undefined) return one;
    const { error: _, ...rest } = one;
    return { ...rest, ...outcome };
  });
  return { ...record, starts };
}

/** The members of a Region over all groups, each node once. */
export function membersOf(record: Pick<RunRecord, "filter">, region: string): string[] {
  const ids = record.filter.flatMap((one) =>
    one.region === region && one.outcome === "members" ? one.ids : [],
  );
  return [...new Set(ids)];
}

/** The Regions in which a group has members, in the payload's order. */
export function memberRegions(
  { filter, request }: Pick<RunRecord, "filter" | "request">,
  group?: string,
): string[] {
  return request.regions.filter((region) =>
    filter.some(
      (one) =>
        one.outcome === "members" && one.region === region && (group === undefined || one.group === group),
    ),
  );
}
