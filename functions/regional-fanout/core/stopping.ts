import { memberRegions, membersOf, type RunRecord } from "#shared/contract/runRecord.js";
import { isRunning } from "../../shared/commands/invocations.js";
import { type CommandStops, type Stopped, stopCommands } from "../../shared/commands/stopCommand.js";
import { mapLimited, settle } from "../../shared/errors.js";
import type { RegionQueries } from "../ports.js";
import type { CommandSent, RunAutomation, RunSought } from "./evidence.js";
import { membershipOf } from "./membership.js";
import { accountsAtWork, accountsOf, type OtherRole, otherRole, othersStarts } from "./others.js";

/** Regions that are worked on at a time. */
const parallelRegions = 8;

/** Where a run is ended. */
export interface StopPlaces {
  readonly region: (name: string) => RegionStops;
  /** Regions of another account; missing where whoever stops has no way there. */
  readonly other?: (role: OtherRole) => (region: string) => OtherStops;
}

/** What is asked of another account's Region beside: nobody has its members. */
export interface OtherStops extends Omit<RegionStops, "automation">, Pick<RegionQueries, "groupPage"> {}

/** What is asked of one Region, and ended there. */
export interface RegionStops extends CommandStops {
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  /** An automation, and how it stands in other accounts. */
  automation(id: string, signal: AbortSignal): Promise<RunAutomation>;
  /** Lets an automation begin nothing any more; what it has begun goes on. */
  completeAutomation(id: string, signal: AbortSignal): Promise<void>;
  /** Ids of the run's automations that begin one for each of their nodes, and have not ended. */
  beginning(run: Pick<RunSought, "runId" | "since">, signal: AbortSignal): Promise<readonly string[]>;
}

/** What was found in a Region, and what was ended there. */
export interface RegionStopped extends Stopped {
  readonly region: string;
  readonly account?: string;
}

/** Lets nothing of a run begin any more, and leaves alone what has begun. It may be called again at any time. */
export async function stopRegions(
  places: StopPlaces,
  record: RunRecord,
  signal: AbortSignal,
): Promise<RegionStopped[]> {
  const own = mapLimited(memberRegions(record), parallelRegions, async (region) => {
    const found = await settle(stopRegion(places.region(region), record, region, signal));
    return { region, ...(found.ok ? found.value : failed(found.error)) };
  });
  const others = places.other === undefined ? [] : stopOthers(places, places.other, record, signal);
  return (await Promise.all([own, others])).flat();
}

function failed(...errors: string[]): Stopped {
  return { cancelled: [], atWork: [], errors };
}

async function stopRegion(
  ports: RegionStops,
  record: RunRecord,
  region: string,
  signal: AbortSignal,
): Promise<Stopped> {
  const starts = record.starts.filter((start) => start.region === region);
  const ids = starts.flatMap(({ executionId }) => executionId ?? []);
  const run = { runId: record.runId, since: Date.parse(record.startedAt) };
  // What nobody came to note, or whose answer was lost, may have been started all the same.
  const automations = async () =>
    ids.length === starts.length ? ids : [...new Set([...ids, ...(await ports.beginning(run, signal))])];
  const errors = await completeEach(ports, record, automations, signal);
  const stopped = await stopOwnCommands(
    ports,
    record,
    async (groups) => membersOf(record, region, groups),
    signal,
  );
  return { ...stopped, errors: [...errors, ...stopped.errors] };
}

/**
 * With an automation for each node, those that wait have no command yet.
 *
 * @param automations ids of those that begin them
 */
async function completeEach(
  ports: Pick<RegionStops, "completeAutomation">,
  { request }: RunRecord,
  automations: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<string[]> {
  if (request.executionMode !== "per-instance") return [];
  const found = await settle(automations());
  if (!found.ok) return [found.error];
  const errors: string[] = [];
  for (const id of found.value) {
    const completed = await settle(ports.completeAutomation(id, signal));
    if (!completed.ok) errors.push(completed.error);
  }
  return errors;
}

/** @param membersIn the members of groups of the place */
async function stopOwnCommands(
  ports: Pick<RegionStops, keyof CommandStops | "commands">,
  { runId, startedAt }: RunRecord,
  membersIn: (groups: readonly string[]) => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<Stopped> {
  const sent = await ports.commands(Date.parse(startedAt), signal);
  const own = sent.filter(
    ({ snapshotId, status }) => snapshotId?.toLowerCase() === runId && isRunning(status),
  );
  const members = async () =>
    new Map(await Promise.all(own.map(async ({ id, groups }) => [id, await membersIn(groups)] as const)));
  const ids = own.map(({ id }) => id);
  return stopCommands(ports, ids, members, signal);
}

/** In other accounts, where the run's automations say that something may go on. */
async function stopOthers(
  { region: portsIn }: StopPlaces,
  other: NonNullable<StopPlaces["other"]>,
  record: RunRecord,
  signal: AbortSignal,
): Promise<RegionStopped[]> {
  const regions = [...new Set(othersStarts(record).map(({ region }) => region))];
  const found = await mapLimited(regions, parallelRegions, async (region) => {
    const accounts = new Set<string>();
    const errors: string[] = [];
    for (const start of othersStarts(record, region)) {
      if (start.executionId === undefined) {
        // The starting function has died before it could note what has become of it.
        const named = start.error === undefined ? accountsOf(start, undefined, record) : [];
        for (const account of named) accounts.add(account);
        continue;
      }
      const at = await settle(atWork(portsIn(region), { ...start, id: start.executionId }, record, signal));
      if (at.ok) for (const account of at.value) accounts.add(account);
      else errors.push(at.error);
    }
    return { region, accounts: [...accounts], errors };
  });
  const reach = new Map<string, ReturnType<typeof other>>();
  const places = found.flatMap(({ region, accounts }) => accounts.map((account) => ({ region, account })));
  const stopped = await mapLimited(places, parallelRegions, async ({ region, account }) => {
    const portsThere = reach.get(account) ?? other(otherRole(record.request, account));
    reach.set(account, portsThere);
    const one = await settle(stopOther(portsThere(region), record, signal));
    return { region, account, ...(one.ok ? one.value : failed(one.error)) };
  });
  const unread = found.filter(({ errors }) => errors.length > 0);
  return [...unread.map(({ region, errors }) => ({ region, ...failed(...errors) })), ...stopped];
}

/** Accounts in which an automation may be at work; no further one is begun. */
async function atWork(
  ports: RegionStops,
  start: RunRecord["starts"][number] & { readonly id: string },
  record: RunRecord,
  signal: AbortSignal,
): Promise<string[]> {
  const { executionMode, locationMaxConcurrency } = record.request;
  // Otherwise all of them have been begun, and none waits for its turn.
  if (executionMode === "per-instance" || locationMaxConcurrency !== "100%")
    await ports.completeAutomation(start.id, signal);
  return accountsAtWork(start, await ports.automation(start.id, signal), record);
}

async function stopOther(ports: OtherStops, record: RunRecord, signal: AbortSignal): Promise<Stopped> {
  const { runId, startedAt } = record;
  const run = { runId, since: Date.parse(startedAt) };
  const errors = await completeEach(ports, record, () => ports.beginning(run, signal), signal);
  const membersIn = async (groups: readonly string[]) => {
    const ids = new Set<string>();
    for (const group of groups) {
      const found = await membershipOf((token) => ports.groupPage(group, token, signal), signal);
      if (found.outcome === "failed")
        throw new Error(`the members of ${group} are not known: ${found.error}`);
      for (const id of found.outcome === "members" ? found.ids : []) ids.add(id);
    }
    return [...ids];
  };
  const stopped = await stopOwnCommands(ports, record, membersIn, signal);
  return { ...stopped, errors: [...errors, ...stopped.errors] };
}
