import * as z from "zod/mini";
import { ringRuleSchema, ringStandSchema } from "./rings.js";
import { readRunText } from "./storedJson.js";

const texts = z.array(z.string());
const values = z.record(z.string(), texts);

/** What StartAutomationExecution is called with, in the API's own words. */
const startRequest = z.object({
  DocumentName: z.string(),
  DocumentVersion: z.string(),
  /** UUID of run, Region, group and operation: whoever starts it again gets the same execution. */
  ClientToken: z.string(),
  Parameters: values,
  TargetParameterName: z.exactOptional(z.string()),
  Targets: z.exactOptional(z.array(z.object({ Key: z.string(), Values: texts }))),
  MaxConcurrency: z.exactOptional(z.string()),
  MaxErrors: z.exactOptional(z.string()),
  /** Of an automation of other accounts alone. */
  TargetLocations: z.exactOptional(
    z.array(
      z.object({
        Accounts: texts,
        Regions: texts,
        ExecutionRoleName: z.string(),
        TargetLocationMaxConcurrency: z.string(),
        TargetLocationMaxErrors: z.string(),
        ExcludeAccounts: z.exactOptional(texts),
      }),
    ),
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
    /** There may be more of them: one was enough to start, and the function ended before it had asked for all. */
    isPartial: z.exactOptional(z.literal(true)),
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
  /** Where it is started, and what it patches there. */
  region: z.string(),
  group: z.string(),
  /** Further accounts and organizational units, which are patched instead of the own account. Empty: the own account. */
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
  /** ARN of the role that the automations of the own account run as. */
  assumeRole: z.string(),
  /** ARN of the role that begins the automations of other accounts. Default: assumeRole. */
  administrationRole: z.exactOptional(z.string()),
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
  /** Other accounts at once within a Region, and failed ones after which no more are begun. */
  locationMaxConcurrency: z.string(),
  locationMaxErrors: z.string(),
  /** Accounts and organizational units beside the own account. */
  accounts: texts,
  calendars: texts,
  /** ISO 8601: when it is to be over, of a start by hand. Default: a window's length after it began. */
  until: z.exactOptional(z.iso.datetime()),
  /** Name of the role that the automations of other accounts run as. */
  executionRoleName: z.string(),
  ring: z.exactOptional(ringRuleSchema),
});

const ends = z.object({
  /** ISO 8601, UTC: from then on nothing begins on a node any more. */
  stopAt: z.iso.datetime(),
  /** ISO 8601, UTC: by then everything is to be over. */
  endAt: z.iso.datetime(),
});

const schema = z.object({
  /** Those of version 1 had one automation for all Regions. */
  version: z.literal(2),
  /** TaskExecutionId of the window in lower case; also the SnapshotId of the patching. */
  runId: z.string(),
  windowId: z.string(),
  /** ISO 8601, UTC: when the first invocation began. */
  startedAt: z.iso.datetime(),
  /** ISO 8601, UTC: from then on no invocation starts anything any more. */
  startUntil: z.iso.datetime(),
  /** Missing where nothing was to be started. */
  ends: z.exactOptional(ends),
  homeRegion: z.string(),
  /** The own account, whose nodes are counted; those of further accounts are not. */
  accountId: z.string(),
  request: runRequestSchema,
  /** Whether the calendars were open when the run began. Unless OPEN, nothing was asked or started. */
  calendar: z.exactOptional(z.object({ state: z.string(), nextTransition: z.exactOptional(z.string()) })),
  /** What became of the run at the gate of its ring. Where it is held, nothing was asked or started. */
  ring: z.exactOptional(ringStandSchema),
  /** Regions that were not started so far, since nobody can vouch for exclusions there, and why. */
  unvouched: z.exactOptional(z.array(z.object({ region: z.string(), why: z.string() }))),
  /** What was found in each Region for each group, in the payload's order. What is not there has not answered yet. */
  filter: z.array(membership),
  /** The members' patch states as of the start, or why they are unknown. */
  before: z.array(
    z.object({
      region: z.string(),
      counts: z.exactOptional(patchCountsSchema),
      unknown: z.exactOptional(z.string()),
    }),
  ),
  /** In each Region one automation for each group that has members, and one for each that further accounts are asked for. */
  starts: z.array(start),
});

/** A run that is not closed: its decisions, which no retry makes anew, and what has been started. */
export type RunRecord = z.infer<typeof schema>;
export type RunEnds = z.infer<typeof ends>;
export type RunRequest = z.infer<typeof runRequestSchema>;
export type FilterResult = z.infer<typeof membership>;
export type Start = z.infer<typeof start>;
export type StartRequest = z.infer<typeof startRequest>;
export type PatchCounts = z.infer<typeof patchCountsSchema>;

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

/** What an attempt to start an automation came to. */
export type StartOutcome = { readonly executionId: string } | { readonly error: string };

/**
 * The record once an attempt to start an automation has come to an end. An execution that is known is never forgotten,
 * whatever another invocation has met since.
 */
export function withStart(record: RunRecord, token: string, outcome: StartOutcome): RunRecord {
  const starts = record.starts.map((one): Start => {
    if (one.request.ClientToken !== token || one.executionId !== undefined) return one;
    const { error: _, ...rest } = one;
    return { ...rest, ...outcome };
  });
  const region = record.starts.find(({ request }) => request.ClientToken === token)?.region;
  return { ...without(record, (name) => name === region), starts };
}

/** The record with what was found in a Region, and what is to be started there. What is decided stays decided. */
export function withDecisions(
  record: RunRecord,
  decisions: { readonly filter: readonly FilterResult[]; readonly starts: readonly Start[] },
): RunRecord {
  const { groups, regions } = record.request;
  const isDecided = (one: FilterResult) => resultFor(record, one) !== undefined;
  const fresh = decisions.filter.filter((one) => !isDecided(one));
  const isFresh = ({ region }: Start) => !record.filter.some((one) => one.region === region);
  const place = ({ region, group }: Place) => regions.indexOf(region) * groups.length + groups.indexOf(group);
  const ordered = <T extends Place>(list: readonly T[]) => [...list].sort((a, b) => place(a) - place(b));
  const done = new Set(fresh.map(({ region }) => region));
  return {
    ...without(record, (region) => done.has(region)),
    filter: ordered([...record.filter, ...fresh]),
    starts: ordered([...record.starts, ...decisions.starts.filter(isFresh)]),
  };
}

/** The record with why a Region is not started for now, or not the rest of it. What is decided stays decided. */
export function withUnvouched(record: RunRecord, region: string, why: string): RunRecord {
  const isDecided = record.filter.some((one) => one.region === region);
  if (isDecided && waitingIn(record, region).length === 0) return record;
  const others = without(record, (name) => name === region);
  const { regions } = record.request;
  const unvouched = [...(others.unvouched ?? []), { region, why }];
  return {
    ...others,
    unvouched: unvouched.sort((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region)),
  };
}

function without({ unvouched = [], ...record }: RunRecord, isOver: (region: string) => boolean): RunRecord {
  const left = unvouched.filter(({ region }) => !isOver(region));
  return left.length === 0 ? record : { ...record, unvouched: left };
}

interface Place {
  readonly region: string;
  readonly group: string;
}

/** What is decided to be started in a Region, and has not been. */
export function waitingIn({ starts }: Pick<RunRecord, "starts">, region: string): Start[] {
  return starts.filter((one) => one.region === region && one.executionId === undefined);
}

/** The record with every member that a group was found to have. One that has left it since was a member all the same. */
export function withMembers(record: RunRecord, place: Place, ids: readonly string[]): RunRecord {
  const filter = record.filter.map((one): FilterResult => {
    if (one.region !== place.region || one.group !== place.group || one.outcome !== "members") return one;
    const { isPartial: _, ...rest } = one;
    return { ...rest, ids: [...new Set([...one.ids, ...ids])].sort() };
  });
  return { ...record, filter };
}

/** The record with the patch states of a Region's members. What is known stays. */
export function withBefore(record: RunRecord, before: RunRecord["before"][number]): RunRecord {
  if (record.before.some(({ region }) => region === before.region)) return record;
  const { regions } = record.request;
  const all = [...record.before, before];
  return { ...record, before: all.sort((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region)) };
}

/** What was found in a Region for a group; undefined when it has not answered. */
function resultFor(
  { filter }: Pick<RunRecord, "filter">,
  { region, group }: Place,
): FilterResult | undefined {
  return filter.find((one) => one.region === region && one.group === group);
}

/** The groups of Regions of which it is not known what is in them: the function ended before they had answered. */
export function undecided({ filter, request, calendar, ring }: RunRecord): Place[] {
  if ((calendar !== undefined && calendar.state !== "OPEN") || ring?.verdict === "held") return [];
  return request.regions.flatMap((region) =>
    request.groups.flatMap((group) =>
      resultFor({ filter }, { region, group }) === undefined ? [{ region, group }] : [],
    ),
  );
}

/** The members of some groups of a Region, or of all, each node once. */
export function membersOf(
  { filter }: Pick<RunRecord, "filter">,
  region: string,
  groups?: readonly string[],
): string[] {
  const ids = filter.flatMap((one) =>
    one.region === region && one.outcome === "members" && groups?.includes(one.group) !== false
      ? one.ids
      : [],
  );
  return [...new Set(ids)];
}

/** The Regions in which a group, or any, has members, in the payload's order. */
export function memberRegions({ filter, request }: Pick<RunRecord, "filter" | "request">): string[] {
  return request.regions.filter((region) =>
    filter.some((one) => one.outcome === "members" && one.region === region),
  );
}
