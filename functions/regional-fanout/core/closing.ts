import { type ClosedRun, closedRunText, readClosedRun } from "#shared/contract/closedRun.js";
import { closedKey, closedKeys, runKeys } from "#shared/contract/runKeys.js";
import {
  memberRegions,
  membersOf,
  parseRunRecord,
  type RunRecord,
  undecided,
  withMembers,
  withStart,
} from "#shared/contract/runRecord.js";
import { dayMs } from "#shared/text/time.js";
import { reasonOf, several } from "#shared/text/words.js";
import { mapLimited, stableText } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { ClosingPorts } from "../ports.js";
import { closedRun } from "./closedRun.js";
import { messageOf } from "./closingMessage.js";
import { automationOf, hasEnded, type RegionEvidence, type RunAutomation } from "./evidence.js";
import type { Findings } from "./failures.js";
import { evidenceOf, isAnyRunning, orText, othersOf } from "./gather.js";
import { membershipOf } from "./membership.js";
import { namesOf } from "./naming.js";
import { vanishedOf } from "./vanished.js";

/** Regions that are read at a time. */
const parallelRegions = 8;
/** Milliseconds after a run's beginning at which it is closed as it stands, its automations ended or not. */
const giveUpSpan = dayMs;
/** Milliseconds after startUntil at which a start that is not noted is one that nobody makes any more. */
const startGrace = 5 * 60_000;

/** What one invocation did. */
export interface ClosingSummary {
  readonly ok: boolean;
  /** Why runs could not be closed: whole sentences. The next invocation tries again. */
  readonly errors: readonly string[];
  readonly closed: readonly ClosedRun[];
  /** Ids of runs that are still under way. */
  readonly open: readonly string[];
}

/**
 * Closes every run whose automations have ended. It may be called for any reason, at any time and again. There must be
 * one at a time.
 *
 * @param now epoch milliseconds
 * @param signal ends the work well before the function's own time is up; what is not closed then is left as it was
 */
export async function closeRuns(
  ports: ClosingPorts,
  now: number,
  signal: AbortSignal,
): Promise<ClosingSummary> {
  const closed: ClosedRun[] = [];
  const open: string[] = [];
  const errors: string[] = [];
  for (const key of await ports.runs.list(runKeys.open)) {
    try {
      const found = await closeRun(ports, key, now, signal);
      if (typeof found === "string") open.push(found);
      else if (found !== undefined) closed.push(found);
    } catch (error) {
      // The other runs are no worse for it.
      errors.push(`${key} is not closed: ${reasonOf(error)}.`);
      ports.log.error("not closed", { key, error: stableText(error) });
    }
  }
  return { ok: errors.length === 0, errors, closed, open };
}

/** @returns the closed run, the id of one that is still under way, or undefined when the record is gone */
async function closeRun(
  ports: ClosingPorts,
  key: string,
  now: number,
  signal: AbortSignal,
): Promise<ClosedRun | string | undefined> {
  const found = await ports.runs.read(key);
  if (found === undefined) return undefined;
  const record = parseRunRecord(key, found.text);
  const final = (await finalRecord(ports, record)) ?? (await makeFinal(ports, record, now, signal));
  if (final === undefined) return record.runId;
  const run = readClosedRun(final.key, final.text);
  const message = messageOf(run, final.key);
  if (message !== undefined) await ports.notifier.publish(message);
  await ports.runs.remove(key);
  return run;
}

interface Final {
  readonly key: string;
  readonly text: string;
}

/** The final record that there is already: of a closing that was interrupted, or of the run that this one repeats. */
async function finalRecord(
  { runs }: ClosingPorts,
  { runId, startedAt }: RunRecord,
): Promise<Final | undefined> {
  for (const key of closedKeys(runId, Date.parse(startedAt))) {
    const found = await runs.read(key);
    if (found !== undefined) return { key, text: found.text };
  }
  return undefined;
}

/**
 * Writes the final record, which is never written over; undefined while the run is under way, and where another closing was
 * faster: it tells people, and if it ends before that, the next one finds its record.
 */
async function makeFinal(
  ports: ClosingPorts,
  record: RunRecord,
  now: number,
  signal: AbortSignal,
): Promise<Final | undefined> {
  const found = await findingsOf(ports, record, now, signal);
  if (found === undefined) return undefined;
  const key = closedKey(record.runId, Date.parse(record.startedAt));
  const { vanished, failed } = await vanishedOf(ports, found.record, signal);
  const whole = closedRun(found.record, found.findings, now);
  const run = { ...whole, failed: [...whole.failed, ...failed] };
  const text = closedRunText(vanished.length === 0 ? run : { ...run, vanished });
  return (await ports.runs.create(key, text)) === undefined ? undefined : { key, text };
}

/** Everything about a run, and its record with what the starting function did not come to note; undefined while it is under way. */
async function findingsOf(
  ports: ClosingPorts,
  open: RunRecord,
  now: number,
  signal: AbortSignal,
): Promise<{ readonly record: RunRecord; readonly findings: Findings } | undefined> {
  const isGivenUp = now >= Date.parse(open.startedAt) + giveUpSpan;
  const mayStillStart = now < Date.parse(open.startUntil) + startGrace;
  const isUnfinished = undecided(open).length > 0 || open.starts.some(isUnnoted);
  if (isUnfinished && mayStillStart && !isGivenUp) return undefined;
  const record = await withLost(ports, open, isGivenUp, signal);
  const executions = new Map<string, RunAutomation | string>();
  await mapLimited(record.starts, parallelRegions, async ({ region, executionId }) => {
    if (executionId === undefined) return;
    const work = () => ports.region(region).automation(executionId, signal);
    executions.set(executionId, await orText(untilAborted(signal, work)));
  });
  refuseUnread(executions, isGivenUp);
  const isUnderWay = record.starts.some(({ executionId }) => {
    const found = executions.get(executionId ?? "");
    return typeof found === "object" && !hasEnded(found.status);
  });
  if (isUnderWay && !isGivenUp) return undefined;
  const whole = await withAllMembers(ports, record, isGivenUp, signal);
  const evidence = new Map<string, RegionEvidence | string>();
  await mapLimited(memberRegions(whole), parallelRegions, async (region) => {
    const work = () => evidenceOf(ports.region(region), whole, membersOf(whole, region), signal);
    evidence.set(region, await orText(untilAborted(signal, work)));
  });
  refuseUnread(evidence, isGivenUp);
  const others = await othersOf(ports, whole, executions, signal);
  const verdicts = await orText(untilAborted(signal, () => ports.verdicts(signal)));
  refuseUnread(new Map([["the exclusions in force", verdicts]]), isGivenUp);
  const findings = {
    executions,
    evidence,
    others,
    named: await namesOf(ports, whole, evidence, others, signal),
    ...(typeof verdicts === "string"
      ? { verdicts: undefined, unread: [`The exclusions in force could not be read: ${verdicts}.`] }
      : { verdicts, unread: [] }),
    isGivenUp: isGivenUp && (isUnderWay || unread(executions).length + unread(evidence).length > 0),
  };
  // What was started was not found, and its commands go on.
  const isLost = whole.starts.some(isUnnoted) && isAnyRunning(evidence);
  return isLost && !isGivenUp ? undefined : { record: whole, findings };
}

function isUnnoted({ executionId }: RunRecord["starts"][number]): boolean {
  return executionId === undefined;
}

/** The record with the ids of what was started by a function that ended before it could note them. */
async function withLost(
  ports: ClosingPorts,
  record: RunRecord,
  isGivenUp: boolean,
  signal: AbortSignal,
): Promise<RunRecord> {
  const lost = record.starts.filter(isUnnoted);
  const { runId, startedAt, request } = record;
  const sought = { runId, runbook: request.document.name, since: Date.parse(startedAt) };
  const found = new Map(
    await mapLimited([...new Set(lost.map(({ region }) => region))], parallelRegions, async (region) => {
      const work = () => ports.region(region).automationsOf(sought, signal);
      return [region, await orText(untilAborted(signal, work))] as const;
    }),
  );
  refuseUnread(found, isGivenUp);
  return lost.reduce((current, start) => {
    const there = found.get(start.region) ?? [];
    const executionId = typeof there === "string" ? undefined : automationOf(start, there)?.id;
    return executionId === undefined
      ? current
      : withStart(current, start.request.ClientToken, { executionId });
  }, record);
}

/** The record with the members that the starting function did not come to list. */
async function withAllMembers(
  ports: ClosingPorts,
  record: RunRecord,
  isGivenUp: boolean,
  signal: AbortSignal,
): Promise<RunRecord> {
  let whole = record;
  for (const one of record.filter) {
    if (one.outcome !== "members" || one.isPartial !== true) continue;
    const { region, group } = one;
    const found = await membershipOf((token) => ports.region(region).groupPage(group, token, signal), signal);
    // A group that is empty by now had the members that were seen.
    if (found.outcome !== "failed")
      whole = withMembers(whole, one, found.outcome === "members" ? found.ids : []);
    else refuseUnread(new Map([[`members of ${group} in ${region}`, found.error]]), isGivenUp);
  }
  return whole;
}

/** What could not be read, and why. */
function unread(found: ReadonlyMap<string, unknown>): string[] {
  return [...found].flatMap(([name, one]) => (typeof one === "string" ? [`${name}: ${one}`] : []));
}

/** A failure to read leaves the run for the next invocation; a run that is given up is closed with what there is. */
function refuseUnread(found: ReadonlyMap<string, unknown>, isGivenUp: boolean): void {
  const failed = unread(found);
  if (failed.length > 0 && !isGivenUp) throw new Error(several(failed, 20));
}
