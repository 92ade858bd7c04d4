import type { ClosedRun } from "#shared/contract/closedRun.js";
import { turnsOf, usualMinutes } from "#shared/contract/rates.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { timeText } from "#shared/text/words.js";

/** Nodes up to which nothing is said of how many may fail. */
const smallGroup = 100;

interface Rates extends Pick<RunRequest, "maxConcurrency" | "maxErrors"> {
  readonly windowHours: number;
}

/** A group of a Region, and how many nodes it has. */
interface SizedGroup {
  readonly region: string;
  readonly group: string;
  readonly nodes: number;
}

/**
 * Where a run's rates cannot work: groups that take longer than a window, and so few failures that any fleet of that size has
 * them. Whole sentences; none where all is well.
 *
 * @param rates those of the run, and how long its window is
 * @param last the last closed run of the same operation, from which a turn's time and the usual failures are taken
 */
export function rateWarnings(
  { maxConcurrency, maxErrors, windowHours }: Rates,
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
    const turns = turnsOf(maxConcurrency, nodes);
    const hours = (turns * minutes) / 60;
    const failed = last?.regions.find((one) => one.region === region && one.account === undefined)?.counts
      .failed;
    const allowed = maxErrors.endsWith("%") ? undefined : Number(maxErrors);
    const few =
      nodes > smallGroup &&
      (failed === undefined ? (allowed ?? nodes) * 100 < nodes : failed > (allowed ?? nodes));
    return [
      ...(hours <= windowHours
        ? []
        : [
            `${group} in ${region}: ${nodes} nodes, ${maxConcurrency} at once, are ${turns} turns: about ${Math.ceil(hours)} hours at ${Math.round(minutes)} minutes each (${from}), and the window is ${windowHours} long. Raise fanoutMaxConcurrency, to 10% for example.`,
          ]),
      ...(few
        ? [
            `${group} in ${region}: ${maxErrors} failed of ${nodes} nodes are allowed; one more and no other is begun${failed === undefined ? "" : `, and ${failed} failed there in run ${last?.runId}`}. Raise fanoutMaxErrors, to 5% for example.`,
          ]
        : []),
    ];
  });
}

/** Minutes of a turn in a run that has ended by itself; undefined where it had none. */
function minutesOf({ end, closedAt, startedAt, request, regions }: ClosedRun): number | undefined {
  const turns = Math.max(
    0,
    ...regions.map(({ counts: { members } }) => turnsOf(request.maxConcurrency, members)),
  );
  if (end !== "ended" || turns === 0) return undefined;
  return (Date.parse(closedAt) - Date.parse(startedAt)) / 60_000 / turns;
}
