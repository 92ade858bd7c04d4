import { type ClosedFailure, type ClosedRun, readClosedRun } from "#shared/contract/closedRun.js";
import { baseGroupTagKey } from "#shared/contract/exclusionNames.js";
import { closedKey, runKeys } from "#shared/contract/runKeys.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { counted, several } from "#shared/text/words.js";
import { stableText } from "../../shared/errors.js";
import type { Log } from "../../shared/log.js";
import type { RunStore } from "../../shared/runStore.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { ClosingPorts } from "../ports.js";
import { orText } from "./gather.js";

/** Earlier runs that are looked at: some by hand have been about a few Regions alone. */
const mostRead = 5;

type Vanished = NonNullable<ClosedRun["vanished"]>;

/** A Region without a member, and its members in an earlier run. */
type Emptied = Vanished[number] & { readonly ids: readonly string[] };

/**
 * Regions that have no member in this run and had some in the last run that asked them for one of its groups. A complete answer
 * says that there is none, which a changed tag key or query says as well as a fleet that has moved: where SSM still has nodes of that
 * run, which no exclusion has moved, the groups have lost them, and the Region has failed.
 *
 * @throws Error when the bucket does not answer
 */
export async function vanishedOf(
  ports: Pick<ClosingPorts, "runs" | "region" | "log">,
  record: RunRecord,
  signal: AbortSignal,
): Promise<{ readonly vanished: Vanished; readonly failed: readonly ClosedFailure[] }> {
  const vanished: Vanished = [];
  const failed: ClosedFailure[] = [];
  for (const { ids, ...one } of await emptiedOf(ports, record)) {
    const left = await orText(untilAborted(signal, () => leftIn(ports.region(one.region), ids, signal)));
    if (left.length === 0) vanished.push(one);
    else failed.push(failureOf(record, one, left));
  }
  return { vanished, failed };
}

/** Nodes that SSM still has, without those that an exclusion has moved: of these, held ones are in no group. */
async function leftIn(
  region: ReturnType<ClosingPorts["region"]>,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const there = new Map(await region.pings(signal));
  const moved = await region.nodes([{ key: "tag-key", values: [baseGroupTagKey] }], signal);
  for (const { id } of moved) there.delete(id);
  return ids.filter((id) => there.has(id));
}

/** @param left the nodes that are still there, or why nobody knows */
function failureOf(
  { request }: RunRecord,
  { region, members, startedAt }: Vanished[number],
  left: readonly string[] | string,
): ClosedFailure {
  const lost = `it has lost the ${counted(members, "node")} that it had in the run of ${startedAt}`;
  const error =
    typeof left === "string"
      ? `${lost}; whether they are still there is not known: ${left}`
      : `${lost}, and ${left.length} are still there (${several(left)}): put back the patch group tag and the target tags by the keys that the stack has, or the group's query by \`pulumi up --refresh\``;
  return { region, group: request.groups.join(", "), error };
}

async function emptiedOf(
  { runs, log }: Pick<ClosingPorts, "runs" | "log">,
  record: RunRecord,
): Promise<Emptied[]> {
  const open = new Set(record.request.regions.filter((region) => isEmpty(record, region)));
  if (open.size === 0) return [];
  const own = closedKey(record.runId, Date.parse(record.startedAt));
  const found: Emptied[] = [];
  for (const key of (await earlierKeys(runs, own)).slice(0, mostRead)) {
    if (open.size === 0) break;
    const text = (await runs.read(key))?.text;
    if (text === undefined) continue;
    const run = readOrLog(key, text, log);
    if (run === undefined || run.startedAt >= record.startedAt || !sharesGroup(run, record)) continue;
    for (const region of open) {
      if (!run.request.regions.includes(region) || wasNotAsked(run)) continue;
      const then = run.regions.find((one) => one.region === region && one.account === undefined);
      const members = then?.counts.members ?? 0;
      // Where the Region could not be asked nobody knows whether it had any.
      if (members === 0 && run.failed.some((one) => one.region === region)) continue;
      open.delete(region);
      if (then !== undefined && members > 0)
        found.push({
          ...{ region, members, startedAt: run.startedAt },
          ids: [
            ...then.patched,
            ...then.findings.map(({ id }) => id),
            ...then.notCovered.flatMap(({ nodes }) => nodes),
          ],
        });
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
