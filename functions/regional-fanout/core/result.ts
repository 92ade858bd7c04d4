import { type FilterResult, type RunRecord, type Start, undecided } from "#shared/contract/runRecord.js";
import { counted, several } from "#shared/text/words.js";

/** An automation that has been started. Whether it patches anything is told when the run is closed. */
interface StartedGroup {
  readonly region: string;
  readonly group: string;
  readonly executionId: string;
  /** Set where it patches the nodes of further accounts. */
  readonly accounts?: readonly string[];
}

interface SkippedRegion {
  readonly region: string;
  readonly group: string;
  readonly reason: string;
}

interface FailedRegion {
  readonly region: string;
  readonly group: string;
  /** Set where it is about further accounts and not about the own one. */
  readonly accounts?: readonly string[];
  readonly error: string;
}

/**
 * - `started`: at least one automation runs, and no Region failed
 * - `failed`: a Region or a start failed, whatever else was started
 * - `hollow`: every Region was skipped, so that nothing is patched
 * - `calendar closed`: a calendar is not open, so that nothing was to be started
 * - `held`: its ring does not start in this cycle
 * - `closed before`: a late duplicate of a run that is closed already
 */
type StartVerdict = "started" | "failed" | "hollow" | "calendar closed" | "held" | "closed before";

/** What the function did: each Region is in one of the lists for each group. */
export interface StartResult {
  readonly runId: string;
  readonly verdict: StartVerdict;
  readonly started: readonly StartedGroup[];
  readonly skipped: readonly SkippedRegion[];
  readonly failed: readonly FailedRegion[];
  /** All of it in a sentence. */
  readonly message: string;
}

/** Of what the record says nothing, whoever is to say it is at work, or has ended. */
const neverAsked = "the function ended before the Region had told what is in the group";
export const neverStarted = "the function ended before it was started";

/** What a record says of the start of its run. */
export function resultOf(record: RunRecord): StartResult {
  const started = record.starts.flatMap(startedGroup);
  const skipped = record.filter.flatMap((one) =>
    one.outcome === "skipped" ? [{ region: one.region, group: one.group, reason: one.reason }] : [],
  );
  const failed = [
    ...record.filter.flatMap(failedFilter),
    ...undecidedRegions(record),
    ...record.starts.flatMap((start) => failedStart(start, doubtOf(record, start.region))),
  ];
  const verdict = verdictOf(record, started.length, failed.length);
  const result = { runId: record.runId, verdict, started, skipped, failed };
  return { ...result, message: messageOf(result, record) };
}

/** The Regions of which the record does not say what is in them, and why. */
export function undecidedRegions(record: RunRecord): { region: string; group: string; error: string }[] {
  return undecided(record).map((place) => {
    const doubt = doubtOf(record, place.region);
    return { ...place, error: doubt === undefined ? neverAsked : `not started, since ${doubt}` };
  });
}

function doubtOf({ unvouched }: RunRecord, region: string): string | undefined {
  const doubt = unvouched?.find((one) => one.region === region);
  return doubt && `nobody can vouch for exclusions that are in force: ${doubt.why}`;
}

/** The result of a duplicate that came after its run was closed. */
export function closedBefore(runId: string, key: string): StartResult {
  const message = `The run ${runId} is closed already, see ${key}; nothing was started.`;
  return { runId, verdict: "closed before", started: [], skipped: [], failed: [], message };
}

function startedGroup({ region, group, executionId, accounts }: Start): StartedGroup[] {
  if (executionId === undefined) return [];
  return [{ region, group, executionId, ...(accounts.length === 0 ? {} : { accounts }) }];
}

function failedFilter(one: FilterResult): FailedRegion[] {
  return one.outcome === "failed" ? [{ region: one.region, group: one.group, error: one.error }] : [];
}

function failedStart(
  { region, group, accounts, executionId, error }: Start,
  doubt: string | undefined,
): FailedRegion[] {
  if (executionId !== undefined) return [];
  const place = { region, group, ...(accounts.length === 0 ? {} : { accounts }) };
  return [{ ...place, error: `the automation was not started: ${doubt ?? error ?? neverStarted}` }];
}

function verdictOf({ calendar, ring }: RunRecord, started: number, failed: number): StartVerdict {
  if (failed > 0) return "failed";
  if (started > 0) return "started";
  if (ring?.verdict === "held" && isOpen(calendar)) return "held";
  return isOpen(calendar) ? "hollow" : "calendar closed";
}

function isOpen(calendar: RunRecord["calendar"]): boolean {
  return calendar === undefined || calendar.state === "OPEN";
}

function messageOf(result: Omit<StartResult, "message">, { request, calendar, ring }: RunRecord): string {
  const { runId, verdict, started, failed } = result;
  const run = `Run ${runId} (${request.operation})`;
  if (verdict === "calendar closed") {
    const next = calendar?.nextTransition === undefined ? "" : ` until ${calendar.nextTransition}`;
    return `${run}: ${several(request.calendars)} is ${calendar?.state}${next}; nothing was started.`;
  }
  if (verdict === "held") {
    return `${run}: ring ${ring?.name} is held in this cycle, since ${ring?.why.join("; ")}. Nothing was started.`;
  }
  if (verdict === "hollow") {
    return `${run}: no Region of ${several(request.regions)} has a node in ${several(request.groups)}; nothing was started.`;
  }
  const places = [...new Set(started.map(({ region }) => region))];
  const begun =
    places.length === 0
      ? "Nothing was started."
      : `Started: ${counted(started.length, "automation")} in ${several(places)}; started is not patched.`;
  if (failed.length === 0) return `${run}: ${begun}`;
  const lines = failed.map(
    ({ region, group, accounts, error }) =>
      `${region}, ${group}${accounts === undefined ? "" : ` in ${several(accounts)}`}: ${error}`,
  );
  return `${run}: failed in ${several(lines, 20)}. ${begun}`;
}

/** Counts of Regions, each in one of them: failed for any group, else started for any, else skipped. */
export function regionCounts(result: StartResult): { failed: number; started: number; skipped: number } {
  const failed = new Set(result.failed.map(({ region }) => region));
  const started = new Set(result.started.map(({ region }) => region));
  const skipped = new Set(result.skipped.map(({ region }) => region));
  for (const region of failed) started.delete(region);
  for (const region of [...failed, ...started]) skipped.delete(region);
  return { failed: failed.size, started: started.size, skipped: skipped.size };
}
