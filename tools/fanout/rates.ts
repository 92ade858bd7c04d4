import type { ClosedRun } from "#shared/contract/closedRun.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { timeText } from "#shared/text/words.js";

/** Minutes for a node where no run has told: an installation with a reboot. */
const usualMinutes = 15;
/** Hours of a window unless somebody has set others (fanoutDurationHours). */
const usualHours = 5;

/** Nodes up to which nothing is said of how many may fail. */
export const smallGroup = 100;

/** A group of a Region, and how many nodes it has. */
export interface SizedGroup {
  readonly region: string;
  readonly group: string;
  readonly nodes: number;
}

/**
 * Where a run's rates cannot work: groups that take longer than a window, and so few failures that any fleet of that size has
 * them. Whole sentences; none where all is well.
 *
 * @param last the last closed run of the same operation, from which a turn's time and the usual failures are taken
 */
export function rateWarnings(
  { maxConcurrency, maxErrors }: Pick<RunRequest, "maxConcurrency" | "maxErrors">,
  groups: readonly SizedGroup[],
  last: ClosedRun | undefined,
): string[] {
  const measured = last === undefined ? undefined : minutesOf(last);
  const minutes = measured ?? usualMinutes;
  const from =
    last === undefined || measured === undefined
      ? "assumed"
      : `as in run ${last.runId} of ${timeText(last.startedAt)}`;
  return groups.flatMap(({ region, group, nodes }) => {
    const turns = Math.ceil(nodes / atOnce(maxConcurrency, nodes));
    const hours = Math.round((turns * minutes) / 60);
    const failed = last?.regions.find((one) => one.region === region)?.counts.failed;
    const allowed = maxErrors.endsWith("%") ? undefined : Number(maxErrors);
    const few =
      nodes > smallGroup &&
      (failed === undefined ? (allowed ?? nodes) * 100 < nodes : failed > (allowed ?? nodes));
    return [
      ...(hours <= usualHours
        ? []
        : [
            `${group} in ${region}: ${nodes} nodes, ${maxConcurrency} at once, are ${turns} turns: about ${hours} hours at ${Math.round(minutes)} minutes each (${from}). Raise fanoutMaxConcurrency, to 10% for example.`,
          ]),
      ...(few
        ? [
            `${group} in ${region}: ${maxErrors} failed of ${nodes} nodes are allowed; one more and no other is begun${failed === undefined ? "" : `, and ${failed} failed there in run ${last?.runId}`}. Raise fanoutMaxErrors, to 5% for example.`,
          ]
        : []),
    ];
  });
}

/** Nodes at once: a number, or a share of them, at least one. */
function atOnce(rate: string, nodes: number): number {
  const number = Number.parseInt(rate, 10);
  return Math.max(1, rate.endsWith("%") ? Math.floor((nodes * number) / 100) : number);
}

/** Minutes of a turn in a run that has ended by itself; undefined where it had none. */
function minutesOf({ end, closedAt, startedAt, request, regions }: ClosedRun): number | undefined {
  const turns = Math.max(
    0,
    ...regions.map(({ counts: { members } }) => Math.ceil(members / atOnce(request.maxConcurrency, members))),
  );
  if (end !== "ended" || turns === 0) return undefined;
  return (Date.parse(closedAt) - Date.parse(startedAt)) / 60_000 / turns;
}
