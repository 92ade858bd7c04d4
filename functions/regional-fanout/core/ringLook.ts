import { readClosedRun } from "#shared/contract/closedRun.js";
import { decisionKey, type RingWord } from "#shared/contract/ringNames.js";
import {
  lateStartHours,
  parseRingEntryKey,
  type RingEntry,
  type RingRule,
  type RingStand,
  readDecision,
  readRingEntry,
  ringEntryKey,
  ringEntryText,
  ringFolder,
} from "#shared/contract/rings.js";
import { closedKey, openKey } from "#shared/contract/runKeys.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { mapLimited, settle } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { StartPorts } from "../ports.js";
import { handedOn, reachedOf, ringGate, type SeenRun, type SeenWord } from "./ringGate.js";

type LookPorts = Pick<StartPorts, "runs" | "region" | "vouching" | "alarms">;

/** Records that are read at a time. */
const parallelReads = 4;

/**
 * Looks at everything that the start of a ring depends on, and decides. What cannot be read is a reason to hold it, and no error.
 *
 * @param now when the run begins, epoch milliseconds
 */
export async function standOf(
  { runId, rule }: { readonly runId: string; readonly rule: RingRule },
  now: number,
  ports: LookPorts,
  signal: AbortSignal,
): Promise<RingStand> {
  const [pause, promote, before, alarms] = await Promise.all([
    wordOf(rule.Name, "pause", ports),
    wordOf(rule.Name, "promote", ports),
    beforeOf(rule, now, ports),
    alarmsOf(rule.Alarms, ports, signal),
  ]);
  const silent = typeof before === "string" ? [] : await silentOf(before, ports, signal);
  const isTold = rule.After === undefined || handedOn(before) !== undefined;
  const known = isTold ? undefined : await cycleByTime(rule, now, ports);
  const seen = { now, pause, promote, before, silent, alarms, cycle: known, failedTotal: 0 };
  if (rule.MaxFailedTotal === undefined || rule.After === undefined) return ringGate(rule, seen);
  const { cycle } = ringGate(rule, seen);
  return ringGate(rule, { ...seen, failedTotal: await failedTotalOf({ cycle, runId }, seen, ports) });
}

/** Notes that a run is of a ring, before anything of it is written: a run that nobody finds has not done well. */
export async function noteRing(
  { runId, ring: rule }: Pick<RunRequest, "runId" | "ring">,
  { name: ring, cycle }: RingStand,
  startedAt: number,
  { runs }: Pick<LookPorts, "runs">,
): Promise<void> {
  const entry: RingEntry = {
    version: 1,
    ring,
    runId,
    startedAt: new Date(startedAt).toISOString(),
    cycle,
    byWindow: rule?.WindowExecutionId !== undefined,
  };
  // One that is there already is of a call that was cut off, of the same run.
  await runs.create(ringEntryKey(ring, runId, startedAt), ringEntryText(entry));
}

async function wordOf(ring: string, word: RingWord, { vouching }: LookPorts): Promise<SeenWord> {
  const key = decisionKey(ring, word);
  if (vouching === undefined)
    return { unreadable: "the function is told of no bucket that has people's words" };
  const found = await settle(vouching.state.read(key));
  if (!found.ok) return { unreadable: `${key} cannot be read (${found.error})` };
  if (found.value === undefined) return undefined;
  const read = readDecision(found.value, word);
  return read.ok ? read.value : { unreadable: `${key} is wrong: ${read.problems.join("; ")}` };
}

/** The runs of the ring before that began since its cycle may have, each once. */
async function beforeOf(
  { After }: RingRule,
  now: number,
  ports: LookPorts,
): Promise<readonly SeenRun[] | string> {
  if (After === undefined) return [];
  const since = now - After.WithinHours * hourMs;
  const entries = await settle(entriesSince(`${ringFolder}${After.Name}/`, since, ports));
  if (!entries.ok) return entries.error;
  return mapLimited(entries.value, parallelReads, async (entry) => ({
    runId: entry.runId,
    byWindow: entry.byWindow,
    record: await recordOf(entry, ports),
  }));
}

/** @throws Error when the bucket cannot be listed or an entry not be read */
async function entriesSince(prefix: string, since: number, { runs }: LookPorts): Promise<RingEntry[]> {
  const firstDay = new Date(since - dayMs).toISOString().slice(0, 10);
  const keys = (await runs.list(prefix)).filter((key) => (parseRingEntryKey(key)?.day ?? "") >= firstDay);
  const entries = await mapLimited(keys, parallelReads, async (key) => {
    const found = await runs.read(key);
    if (found === undefined) throw new Error(`${key} was there and is gone`);
    return readRingEntry(key, found.text);
  });
  const own = entries.filter(({ startedAt }) => Date.parse(startedAt) >= since);
  // A call that was cut off around midnight may have left one for either day.
  return own.filter(({ runId }, index) => own.findIndex((one) => one.runId === runId) === index);
}

/** The cycle of earlier rings' runs that is none before this one's. Where they cannot be read, nobody knows any. */
async function cycleByTime(
  { Name, After }: RingRule,
  now: number,
  ports: LookPorts,
): Promise<string | undefined> {
  if (After === undefined) return undefined;
  const since = now - (After.CycleHours ?? After.WithinHours) * hourMs;
  const entries = await settle(entriesSince(ringFolder, since, ports));
  if (!entries.ok) return undefined;
  const others = entries.value.filter(({ ring, byWindow }) => byWindow && ring !== Name);
  const cycles = await mapLimited(others, parallelReads, async (entry) => (await placed(entry, ports)).cycle);
  return cycles.filter((cycle) => Date.parse(cycle) >= since).sort()[0];
}

/** A run's record, and its cycle: a call that died before the record has noted another one than the record, which counts. */
async function placed(entry: RingEntry, ports: LookPorts) {
  const record = await recordOf(entry, ports);
  return { record, cycle: (record.state === "closed" ? record.run.ring?.cycle : undefined) ?? entry.cycle };
}

async function recordOf({ runId, startedAt }: RingEntry, { runs }: LookPorts): Promise<SeenRun["record"]> {
  const read = await settle(
    (async (): Promise<SeenRun["record"]> => {
      // A call that was cut off has noted the time of its own, and another one has made the record.
      for (const time of [Date.parse(startedAt), Date.parse(startedAt) + dayMs]) {
        const key = closedKey(runId, time);
        const found = await runs.read(key);
        if (found !== undefined) return { state: "closed", run: readClosedRun(key, found.text) };
      }
      if ((await runs.read(openKey(runId))) !== undefined) return { state: "open" };
      return { state: "unknown", why: "it has left no record" };
    })(),
  );
  return read.ok ? read.value : { state: "unknown", why: read.error };
}

/** Nodes that runs have reached and that do not answer now: they are not listed any more, or their agent is not heard. */
async function silentOf(
  before: readonly SeenRun[],
  ports: LookPorts,
  signal: AbortSignal,
): Promise<readonly string[] | string> {
  const reached = new Map<string, Set<string>>();
  for (const { record } of before) {
    if (record.state !== "closed") continue;
    for (const { region, ids } of reachedOf(record.run))
      if (ids.length > 0) reached.set(region, new Set([...(reached.get(region) ?? []), ...ids]));
  }
  const silent = await mapLimited([...reached], parallelReads, async ([region, ids]) => {
    const pings = await settle(untilAborted(signal, () => ports.region(region).pings(signal)));
    if (!pings.ok) return `${region}: ${pings.error}`;
    return [...ids].filter((id) => pings.value.get(id) !== "Online");
  });
  const unknown = silent.flatMap((one) => (typeof one === "string" ? [one] : []));
  return unknown.length > 0
    ? unknown.join("; ")
    : silent.flatMap((one) => (typeof one === "string" ? [] : one));
}

/** Failed nodes of the cycle: those that closed records tell, and those that do not answer any more. */
async function failedTotalOf(
  { cycle, runId }: { readonly cycle: string; readonly runId: string },
  {
    before,
    silent,
  }: { readonly before: readonly SeenRun[] | string; readonly silent: readonly string[] | string },
  ports: LookPorts,
): Promise<number | string> {
  if (typeof silent === "string") return silent;
  const since = Date.parse(cycle) - lateStartHours * hourMs;
  const entries = await settle(entriesSince(ringFolder, since, ports));
  if (!entries.ok) return entries.error;
  // The run's own is of a call that died before its record.
  const others = entries.value.filter((entry) => entry.runId !== runId);
  const found = await mapLimited(others, parallelReads, (entry) => placed(entry, ports));
  const records = found.flatMap((one) => (one.cycle === cycle ? [one.record] : []));
  const unknown = records.flatMap((one) => (one.state === "unknown" ? [one.why] : []));
  if (unknown.length > 0) return unknown.join("; ");
  const failed = records.reduce((sum, one) => sum + (one.state === "closed" ? one.run.totals.failed : 0), 0);
  const counted = new Set(
    typeof before === "string"
      ? []
      : before.flatMap(({ record }) =>
          record.state === "closed"
            ? record.run.regions.flatMap(({ findings }) =>
                findings.flatMap((one) => (one.failed > 0 ? [one.id] : [])),
              )
            : [],
        ),
  );
  return failed + silent.filter((id) => !counted.has(id)).length;
}

/** Why alarms keep a ring from starting. One that is not there may have been renamed, and nobody would hear it. */
async function alarmsOf(
  arns: readonly string[],
  { alarms }: LookPorts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (arns.length === 0) return [];
  const states = await settle(untilAborted(signal, () => alarms(arns, signal)));
  if (!states.ok) return [`the state of ${arns.join(", ")} is not known: ${states.error}`];
  return arns.flatMap((arn) => {
    const state = states.value.get(arn);
    if (state === undefined) return [`there is no alarm ${arn}`];
    return state === "ALARM" ? [`alarm ${arn} is in ALARM`] : [];
  });
}
