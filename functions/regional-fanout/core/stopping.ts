import { memberRegions, membersOf, type RunRecord } from "#shared/contract/runRecord.js";
import { isRunning } from "../../shared/commands/invocations.js";
import { type CommandStops, type Stopped, stopCommands } from "../../shared/commands/stopCommand.js";
import { mapLimited, settle } from "../../shared/errors.js";
import type { CommandSent } from "./evidence.js";

/** Regions that are worked on at a time. */
const parallelRegions = 8;

/** What is asked of one Region, and ended there. */
export interface RegionStops extends CommandStops {
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  /** Lets an automation begin nothing any more; what it has begun goes on. */
  completeAutomation(id: string, signal: AbortSignal): Promise<void>;
}

/** What was found in a Region, and what was ended there. */
export interface RegionStopped extends Stopped {
  readonly region: string;
}

/** Lets nothing of a run begin any more, and leaves alone what has begun. It may be called again at any time. */
export function stopRegions(
  portsOf: (region: string) => RegionStops,
  record: RunRecord,
  signal: AbortSignal,
): Promise<RegionStopped[]> {
  return mapLimited(memberRegions(record), parallelRegions, async (region) => {
    const found = await settle(stopRegion(portsOf(region), record, region, signal));
    return found.ok
      ? { region, ...found.value }
      : { region, cancelled: [], atWork: [], errors: [found.error] };
  });
}

async function stopRegion(
  ports: RegionStops,
  record: RunRecord,
  region: string,
  signal: AbortSignal,
): Promise<Stopped> {
  const { runId, startedAt, request, starts } = record;
  const errors: string[] = [];
  // With an automation for each node, those that wait have no command yet.
  if (request.executionMode === "per-instance") {
    for (const start of starts) {
      if (start.region !== region || start.executionId === undefined) continue;
      const completed = await settle(ports.completeAutomation(start.executionId, signal));
      if (!completed.ok) errors.push(completed.error);
    }
  }
  const sent = await ports.commands(Date.parse(startedAt), signal);
  const own = sent.filter(
    ({ snapshotId, status }) => snapshotId?.toLowerCase() === runId && isRunning(status),
  );
  const members = async () => new Map(own.map(({ id, groups }) => [id, membersOf(record, region, groups)]));
  const ids = own.map(({ id }) => id);
  const stopped = await stopCommands(ports, ids, members, signal);
  return { ...stopped, errors: [...errors, ...stopped.errors] };
}
