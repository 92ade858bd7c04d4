import { nextOccurrence, type OccurrenceOptions } from "#schedule/occurrences.js";
import type { Schedule } from "#schedule/types.js";

/** The runs of a maintenance window from one moment, inclusive, to another, exclusive, one after the other. */
export function occurrencesBetween(
  schedule: Schedule,
  options: OccurrenceOptions,
  from: number,
  to: number,
): number[] {
  const runs: number[] = [];
  for (let run = nextOccurrence(schedule, options, from - 1); run !== undefined && run < to; ) {
    runs.push(run);
    run = nextOccurrence(schedule, options, run);
  }
  return runs;
}
