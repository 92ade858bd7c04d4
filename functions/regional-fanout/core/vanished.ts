import { type ClosedRun, readClosedRun } from "#shared/contract/closedRun.js";
import { closedKey, runKeys } from "#shared/contract/runKeys.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { stableText } from "../../shared/errors.js";
import type { Log } from "../../shared/log.js";
import type { RunStore } from "../../shared/runStore.js";
import type { ClosingPorts } from "../ports.js";

/** Earlier runs that are looked at: some by hand have been about a few Regions alone. */
const mostRead = 5;

type Vanished = NonNullable<ClosedRun["vanished"]>;

/**
 * Regions that have no member in this run and had some in the last run that asked them for one of its groups. A complete answer
 * says that there is none, which a changed tag key or query says as well as a fleet that has moved.
 *
 * @throws Error when the bucket does not answer
 */
export async function vanishedOf(
  { runs, log }: Pick<ClosingPorts, "runs" | "log">,
  record: RunRecord,
): Promise<Vanished> {
  const open = new Set(record.request.regions.filter((region) => isEmpty(record, region)));
  if (open.size === 0) return [];
  const own = closedKey(record.runId, Date.parse(record.startedAt));
  const found: Vanished = [];
  for (const key of (await earlierKeys(runs, own)).slice(0, mostRead)) {
    if (open.size === 0) break;
    const text = (await runs.read(key))?.text;
    if (text === undefined) continue;
    const run = readOrLog(key, text, log);
    if (run === undefined || run.startedAt >= record.startedAt || !sharesGroup(run, record)) continue;
    for (const region of open) {
      if (!run.request.regions.includes(region) || wasNotAsked(run)) continue;
      const members =
        run.regions.find((one) => one.region === region && one.account === undefined)?.counts.members ?? 0;
      // Where the Region could not be asked nobody knows whether it had any.
      if (members === 0 && run.failed.some((one) => one.region === region)) continue;
      open.delete(region);
      if (members > 0) found.push({ region, members, startedAt: run.startedAt });
    }
  }
  return found;
}

/** An old record that somebody has broken must keep no run from its end. */
function readOrLog(key: string, text: string, log: Log): ClosedRun | undefined {
  try {
    return readClosedRun(key, text);
  } catch (error) {
    log.error("an earlier run is passed over", { key, error: stableText(error) });
    return undefined;
  }
}

/** Keys of closed runs up to the day of this one, the newest days first. */
async function earlierKeys(runs: RunStore, own: string): Promise<string[]> {
  const dayOf = (key: string) => key.slice(0, key.lastIndexOf("/"));
  const keys = await runs.list(runKeys.closed);
  return keys
    .filter((key) => key !== own && dayOf(key) <= dayOf(own))
    .sort()
    .reverse();
}

function isEmpty({ filter }: RunRecord, region: string): boolean {
  const here = filter.filter((one) => one.region === region);
  return here.length > 0 && here.every((one) => one.outcome === "skipped" && one.reason === "no members");
}

/** Whether no Region was asked: nothing was to be started. */
function wasNotAsked({ end }: ClosedRun): boolean {
  return end === "calendar closed" || end === "held";
}

function sharesGroup(run: ClosedRun, record: RunRecord): boolean {
  return run.request.groups.some((group) => record.request.groups.includes(group));
}
