import * as z from "zod/mini";
import { ringStandSchema } from "./rings.js";
import { patchCountsSchema, runRequestSchema } from "./runRecord.js";
import { readRunText } from "./storedJson.js";

/** Why a run has not patched a member. */
export const reasons = [
  /** SSM's reports no longer list it as running: it is stopped, terminated or deregistered. */
  "stopped or terminated",
  /** SSM knows it, and its agent has not been heard. */
  "offline",
  /** SSM has never heard of it: no agent, or no right to register. */
  "no agent",
  /** It was patched, by the account's default baseline, since its patch group is registered with none. */
  "on the default baseline",
  /** An exclusion holds the whole node. */
  "held",
  "timed out",
  "failed",
  "cancelled",
  /** The command was sent, and the node never took it. */
  "undelivered",
  /** The command was never sent to it: it was not started, or MaxErrors ended it before its turn. */
  "command not sent",
  "unknown",
] as const;
export type Reason = (typeof reasons)[number];

const texts = z.array(z.string());

/** Numbers of nodes; the last three are all members. */
export const nodeCountsSchema = z.object({
  members: z.int(),
  /** Reported this run's result, and no patch failed; for Scan they are scanned. */
  patched: z.int(),
  /** Patching failed, timed out or was cancelled, or a patch failed. */
  failed: z.int(),
  notCovered: z.int(),
});

/** A node that reported this run's result, and of which something is missing, failed or waits for a reboot: numbers of patches. */
export const findingSchema = z.object({
  id: z.string(),
  missing: z.int(),
  failed: z.int(),
  pendingReboot: z.int(),
});

/** A patch that nodes lack, or that has failed on them, since the same run. */
export const openPatchSchema = z.object({
  /** Its KB, or its title where that is all there is. */
  name: z.string(),
  /** In the words of the API (DescribeInstancePatches). */
  severity: z.string(),
  state: z.enum(["missing", "failed"]),
  /** When the first run in a row began whose record has it there: ISO 8601, UTC. */
  since: z.iso.datetime(),
  /** Sorted. */
  ids: texts,
});

/** An entry of a manifest that was in force on nodes of a run. */
const entry = {
  /** Key of the manifest. */
  manifest: z.string(),
  /** The version of it that was in force; missing where nobody knew. */
  versionId: z.exactOptional(z.string()),
  /** Id of the entry. */
  entry: z.string(),
  owner: z.string(),
  /** When it ends, ISO 8601, UTC. */
  expires: z.string(),
  effect: z.enum(["hold", "reject"]),
};
export const entrySchema = z.object(entry);

/** An automation as it ended. */
const start = z.object({
  /** Missing in records of versions that started one automation for all Regions. */
  region: z.exactOptional(z.string()),
  group: z.string(),
  /** Set where it is of further accounts. */
  accounts: z.exactOptional(texts),
  executionId: z.optional(z.string()),
  /** AutomationExecutionStatus; `not started`; `unknown` when it could not be read, or its id was lost. */
  status: z.string(),
  error: z.optional(z.string()),
});

/** A Region that failed for a group: it could not be asked, or not be started, or its automation did not succeed. */
const failure = z.object({
  region: z.string(),
  group: z.string(),
  /** Set where it is about further accounts. */
  account: z.exactOptional(z.string()),
  error: z.string(),
});

/** What became of a Region's members. */
const region = z.object({
  region: z.string(),
  /** Set where they are nodes of another account, as its groups have them when the run is closed. */
  account: z.exactOptional(z.string()),
  counts: nodeCountsSchema,
  /** Patched nodes whose patch group is one that an exclusion made. */
  excluded: z.int(),
  /** Sums of patches before the run and after it; missing when unknown. */
  before: z.optional(patchCountsSchema),
  after: z.optional(patchCountsSchema),
  /** Members whose result has nothing missing or failed. */
  patched: texts,
  findings: z.array(findingSchema),
  /** The same numbers of members that have reported this run's result and are not covered all the same; missing where there is none. */
  reported: z.exactOptional(z.array(findingSchema)),
  /** Entries in force on members when the run was closed; missing where there is none, and of nodes of other accounts. */
  exclusions: z.exactOptional(z.array(z.object({ ...entry, ids: texts }))),
  /** As in the records of windows; missing where nobody has read names. */
  patches: z.exactOptional(z.array(openPatchSchema)),
  unnamed: z.exactOptional(z.int().check(z.positive())),
  /** Members with the same outcome. The reason is one of `reasons`; another version may have had others. */
  notCovered: z.array(z.object({ reason: z.string(), why: z.string(), nodes: texts })),
});

const schema = z.object({
  /**
   * Records of the first functions have none. In those of version 1 nodes of other accounts are not counted, those of version 2
   * name no patches, and those of version 3 no exclusions.
   */
  version: z._default(
    z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], "is not 1, 2, 3 or 4"),
    1,
  ),
  runId: z.string(),
  windowId: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  closedAt: z.iso.datetime(),
  /**
   * - `ended`: its automations have ended
   * - `given up`: they had not, or a Region could not be read, a day after it began
   * - `hollow`: no Region had members
   * - `calendar closed`: nothing was to be started
   * - `held`: its ring did not start in this cycle
   */
  end: z.enum(["ended", "given up", "hollow", "calendar closed", "held"]),
  /** The run's ring, and what became of it at its gate; missing in a run of none. */
  ring: z.exactOptional(ringStandSchema),
  request: runRequestSchema,
  starts: z.array(start),
  skipped: z.array(z.object({ region: z.string(), group: z.string(), reason: z.string() })),
  failed: z.array(failure),
  /** Regions without a member, and what they had in the last run that asked them; missing when there is none. */
  vanished: z.exactOptional(
    z.array(z.object({ region: z.string(), members: z.int(), startedAt: z.iso.datetime() })),
  ),
  regions: z.array(region),
  /** Other accounts whose nodes could not be counted, and why; missing when there is none. */
  uncounted: z.exactOptional(z.array(z.object({ account: z.string(), regions: texts, why: z.string() }))),
  /** What could not be read: whole sentences; missing when everything was. */
  unread: z.exactOptional(texts),
  /** Of all accounts. */
  totals: nodeCountsSchema,
});

/** What a run came to, of which nothing changes any more: the final record. */
export type ClosedRun = z.infer<typeof schema>;
export type ClosedRegion = ClosedRun["regions"][number];
export type ClosedStart = ClosedRun["starts"][number];
export type ClosedFailure = ClosedRun["failed"][number];
export type Uncovered = ClosedRegion["notCovered"][number];
export type NodeCounts = ClosedRun["totals"];

/** A Region in words, with the account where it is another one's. */
export function placeText({
  region,
  account,
}: {
  readonly region: string;
  readonly account?: string;
}): string {
  return account === undefined ? region : `${region} of ${account}`;
}

/** The final record as it is stored. */
export function closedRunText(run: ClosedRun): string {
  return `${JSON.stringify(run)}\n`;
}

/**
 * Reads a final record. Records are kept for longer than versions of the functions are.
 *
 * @param key where it was read, for the message
 * @throws Error that names every problem
 */
export function readClosedRun(key: string, text: string): ClosedRun {
  return readRunText(schema, key, text);
}
