import { type CommandSent, hasEnded, type RunAutomation } from "#functions/regional-fanout/core/evidence.js";
import { type Invocation, isRunning, plainStatus } from "#functions/shared/commands/invocations.js";
import { mapLimited, settle } from "#functions/shared/errors.js";
import { deadlineIn } from "#functions/shared/invocation.js";
import { membersOf, type RunRecord, undecided } from "#shared/contract/runRecord.js";
import type { FanoutPorts } from "./ports.js";

/** Regions that are read at a time. */
const parallelRegions = 8;
/** Milliseconds for one look at all of it. */
const lookSpan = 120_000;

/** A group's automation in a Region. */
export interface AutomationProgress {
  readonly group: string;
  /** Set for another account. */
  readonly account?: string;
  /** AutomationExecutionStatus, `not started`, or `unknown`. */
  readonly status: string;
}

/** How many of a Region's members have been patched, or scanned. Each is in one of the last three. */
interface NodeProgress {
  readonly nodes: number;
  readonly done: number;
  /** Failed, timed out, cancelled, or not reached. */
  readonly failed: number;
  /** Their turn has not come, or they are at it. */
  readonly left: number;
}

/** How far a Region is. */
export interface RegionProgress {
  readonly region: string;
  readonly automations: readonly AutomationProgress[];
  /** Missing when the Region cannot be read. */
  readonly nodes?: NodeProgress;
  readonly error?: string;
}

/** How far a run is. */
export interface Progress {
  readonly regions: readonly RegionProgress[];
  /** Whether nothing of it is known to run, or to be about to begin. */
  readonly hasEnded: boolean;
}

/** Commands and invocations of one run in one Region. */
export interface RegionCommands {
  readonly commands: readonly CommandSent[];
  readonly invocations: readonly Invocation[];
}

/** What a Region has of a run. @param signal ends the look */
export async function commandsOf(
  ports: FanoutPorts,
  { runId, startedAt }: Pick<RunRecord, "runId" | "startedAt">,
  region: string,
  signal: AbortSignal,
): Promise<RegionCommands> {
  const since = Date.parse(startedAt);
  const reports = ports.region(region);
  const sent = await reports.commands(since, signal);
  const commands = sent.filter(({ snapshotId }) => snapshotId?.toLowerCase() === runId);
  const ids = new Set(commands.map(({ id }) => id));
  const all = commands.length === 0 ? [] : await reports.invocations(since, signal);
  return { commands, invocations: all.filter(({ commandId }) => ids.has(commandId)) };
}

/** Looks how far a run is. What cannot be read is said to be unknown. */
export async function progressOf(ports: FanoutPorts, record: RunRecord): Promise<Progress> {
  const signal = deadlineIn(lookSpan);
  const executions = new Map<string, RunAutomation | undefined>();
  await mapLimited(record.starts, parallelRegions, async ({ region, executionId }) => {
    if (executionId === undefined) return;
    const found = await settle(ports.region(region).automation(executionId, signal));
    executions.set(executionId, found.ok ? found.value : undefined);
  });
  const regions = await mapLimited(record.request.regions, parallelRegions, (region) =>
    regionProgress(ports, record, region, executions, signal),
  );
  // Without an id and without an error, the function is still at it, or died and left the id behind.
  const isOver =
    undecided(record).length === 0 &&
    record.starts.every(({ executionId, error }) =>
      executionId === undefined
        ? error !== undefined
        : hasEnded(executions.get(executionId)?.status ?? "unknown"),
    );
  return { regions, hasEnded: isOver };
}

async function regionProgress(
  ports: FanoutPorts,
  record: RunRecord,
  region: string,
  executions: ReadonlyMap<string, RunAutomation | undefined>,
  signal: AbortSignal,
): Promise<RegionProgress> {
  const automations = record.starts.flatMap((start): AutomationProgress[] => {
    const { group, executionId, accounts } = start;
    if (start.region !== region) return [];
    if (executionId === undefined) return [{ group, status: "not started" }];
    const found = executions.get(executionId);
    if (found === undefined) return [{ group, status: "unknown" }];
    // A parent that has just begun has no children yet.
    if (accounts.length === 0 || found.locations.length === 0) return [{ group, status: found.status }];
    return found.locations.map(({ account = "another account", status }) => ({ group, account, status }));
  });
  const ids = membersOf(record, region);
  if (ids.length === 0) return { region, automations };
  const found = await settle(commandsOf(ports, record, region, signal));
  if (!found.ok) return { region, automations, error: `cannot be read (${found.error})` };
  return { region, automations, nodes: nodeProgress(ids, found.value.invocations) };
}

/** The last invocation of a node counts, as when the run is closed. */
function nodeProgress(ids: readonly string[], invocations: readonly Invocation[]): NodeProgress {
  const last = new Map<string, Invocation>();
  for (const one of invocations) {
    const known = last.get(one.nodeId);
    if (known === undefined || known.requestedAt <= one.requestedAt) last.set(one.nodeId, one);
  }
  const statuses = ids.map((id) => last.get(id)?.status);
  const done = statuses.filter((status) => status !== undefined && plainStatus(status) === "success").length;
  const left = statuses.filter((status) => status === undefined || isRunning(status)).length;
  return { nodes: ids.length, done, failed: ids.length - done - left, left };
}
