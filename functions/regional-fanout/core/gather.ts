import type { RunRecord } from "#shared/contract/runRecord.js";
import { type Invocation, isRunning } from "../../shared/commands/invocations.js";
import { mapLimited } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { ClosingPorts, RegionReports } from "../ports.js";
import type { OtherEvidence, RegionEvidence, RunAutomation } from "./evidence.js";
import { explained, membershipOf } from "./membership.js";
import { accountsOf, otherRole, othersStarts } from "./others.js";

/** Other accounts that are read at a time, and Regions of one. */
const parallelAccounts = 4;
const parallelRegions = 8;

/** What a piece of work gives, or why it fails. */
export async function orText<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    return explained(error);
  }
}

/** What a Region tells of a run and of the nodes that belong to it. */
export async function evidenceOf(
  reports: RegionReports,
  record: Pick<RunRecord, "runId" | "startedAt">,
  members: readonly string[],
  signal: AbortSignal,
): Promise<RegionEvidence> {
  const since = Date.parse(record.startedAt);
  const sent = await reports.commands(since, signal);
  const commands = sent.filter(({ snapshotId }) => snapshotId?.toLowerCase() === record.runId);
  const ids = new Set(commands.map(({ id }) => id));
  const invocations = new Map<string, Invocation>();
  for (const one of commands.length === 0 ? [] : await reports.invocations(since, signal)) {
    if (!ids.has(one.commandId)) continue;
    const known = invocations.get(one.nodeId);
    if (known === undefined || known.requestedAt < one.requestedAt) invocations.set(one.nodeId, one);
  }
  const known = await reports.pings(signal);
  const pings = new Map(members.flatMap((id) => (known.has(id) ? [[id, known.get(id) ?? ""] as const] : [])));
  const states = await reports.patchStates(members, signal);
  const baselines = await reports.defaultBaselines(signal);
  return {
    commands,
    invocations,
    pings,
    states: new Map(states.map((state) => [state.id, state])),
    baselines,
  };
}

export function isAnyRunning(evidence: ReadonlyMap<string, RegionEvidence | string>): boolean {
  return [...evidence.values()].some(
    (one) => typeof one === "object" && one.commands.some(({ status }) => isRunning(status)),
  );
}

/**
 * What other accounts tell of a run, in each of its Regions. What cannot be read is not asked for again: a role that is missing there
 * would keep the run open for a day.
 */
export async function othersOf(
  ports: Pick<ClosingPorts, "other">,
  record: RunRecord,
  executions: ReadonlyMap<string, RunAutomation | string>,
  signal: AbortSignal,
): Promise<OtherEvidence[]> {
  const places = new Map<string, Set<string>>();
  for (const start of othersStarts(record)) {
    const found = executions.get(start.executionId ?? "");
    for (const account of accountsOf(start, typeof found === "object" ? found : undefined, record))
      places.set(account, (places.get(account) ?? new Set()).add(start.region));
  }
  const found = await mapLimited([...places].sort(), parallelAccounts, async ([account, regions]) => {
    const reportsIn = ports.other(otherRole(record.request, account));
    return mapLimited([...regions], parallelRegions, async (region): Promise<OtherEvidence> => {
      const work = () => otherEvidence(reportsIn(region), record, { account, region }, signal);
      const one = await orText(untilAborted(signal, work));
      return typeof one === "string" ? { account, region, error: one } : one;
    });
  });
  return found.flat();
}

/** Who is a member when the run has ended, and who got a command of it. */
async function otherEvidence(
  reports: RegionReports,
  record: RunRecord,
  { account, region }: { readonly account: string; readonly region: string },
  signal: AbortSignal,
): Promise<OtherEvidence> {
  const filter: Extract<OtherEvidence, { filter: unknown }>["filter"][number][] = [];
  for (const group of record.request.groups) {
    const found = await membershipOf((token) => reports.groupPage(group, token, signal), signal);
    if (found.outcome === "failed")
      return { account, region, error: `the members of ${group} are not known: ${found.error}` };
    if (found.outcome === "members") filter.push({ region, group, outcome: "members", ids: [...found.ids] });
    else if (found.reason === "no such group")
      return { account, region, error: `there is no resource group ${group}` };
  }
  const listed = filter.flatMap(({ ids }) => ids);
  const evidence = await evidenceOf(reports, record, listed, signal);
  // Who has left the group since the run began was patched all the same.
  const left = [...evidence.invocations.keys()].filter((id) => !listed.includes(id));
  const [group = ""] = record.request.groups;
  if (left.length === 0) return { account, region, filter, evidence };
  filter.push({ region, group, outcome: "members", ids: left.sort() });
  const whole = await evidenceOf(reports, record, [...listed, ...left], signal);
  return { account, region, filter, evidence: whole };
}
