import { placeText } from "#shared/contract/closedRun.js";
import type { EndEvent } from "#shared/contract/runEnd.js";
import { openKey } from "#shared/contract/runKeys.js";
import { parseRunRecord, type RunRecord } from "#shared/contract/runRecord.js";
import { counted, several } from "#shared/text/words.js";
import type { Notice, Notifier } from "../../shared/message.js";
import type { RunStore } from "../../shared/runStore.js";
import { type RegionStopped, type StopPlaces, stopRegions } from "./stopping.js";

/** Everything that the stopping function reaches. */
export interface EndPorts extends Required<StopPlaces> {
  readonly runs: Pick<RunStore, "read">;
  readonly notifier: Notifier;
}

/** What an invocation came to. */
export interface EndResult {
  readonly runId: string;
  readonly at: EndEvent["at"];
  /** Undefined when the run is over, or was never begun. */
  readonly regions: readonly RegionStopped[] | undefined;
}

/**
 * Lets a run begin nothing any more, and at its end tells which nodes are still at it. It may be called again.
 *
 * @param now when it was called, epoch milliseconds
 * @throws Error when a Region could not be read or stopped, so that it is tried again and the alarm goes off; and where it was called
 *   so late that nodes may have begun after the cutoff
 */
export async function endRun(
  ports: EndPorts,
  { runId, at }: EndEvent,
  now: number,
  signal: AbortSignal,
): Promise<EndResult> {
  const key = openKey(runId);
  const found = await ports.runs.read(key);
  if (found === undefined) return { runId, at, regions: undefined };
  const record = parseRunRecord(key, found.text);
  const regions = await stopRegions(ports, record, signal);
  const errors = regions.flatMap((one) => one.errors.map((error) => `${placeText(one)}: ${error}`));
  const notice = at === "end" ? pastEnd(record, regions) : undefined;
  if (notice !== undefined) await ports.notifier.publish(notice);
  const cutoff = record.ends?.stopAt;
  if (errors.length > 0)
    throw new Error(
      `Run ${runId} is not stopped everywhere, and may go on after ${cutoff}: ${several(errors, 20)}`,
    );
  const isLate = at === "stop" && cutoff !== undefined && now > Date.parse(cutoff);
  if (isLate && regions.some(({ cancelled, atWork }) => cancelled.length + atWork.length > 0))
    throw new Error(
      `Run ${runId} is stopped, and was to be by ${cutoff}: the call came at ${new Date(now).toISOString()}, and nodes may have begun in between`,
    );
  return { runId, at, regions };
}

/** What people are told of nodes that are at it after the end; undefined when there are none. */
function pastEnd({ runId, ends }: RunRecord, regions: readonly RegionStopped[]): Notice | undefined {
  const late = regions.filter(({ atWork }) => atWork.length > 0);
  if (late.length === 0) return undefined;
  const nodes = late.reduce((sum, { atWork }) => sum + atWork.length, 0);
  const lines = late.map((one) => `- ${placeText(one)}: ${several(one.atWork, 40)}`);
  return {
    ...{ kind: "fanout-late", about: runId, facts: { nodes: String(nodes) } },
    subject: `patchplane: fan-out: ${counted(nodes, "node")} at work after the end`,
    text: [
      `Run ${runId} was to be over by ${ends?.endAt}. These nodes are still at it, and are left alone: a package manager that is killed leaves a broken node. They may reboot.`,
      "",
      ...lines,
      "",
    ].join("\n"),
  };
}
