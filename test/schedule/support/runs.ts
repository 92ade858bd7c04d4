import { nextOccurrence, type OccurrenceOptions } from "#schedule/occurrences.js";
import { scheduleOf } from "./generate.js";

/** Instants as text, so that a failing test can be read. */
export function iso(instants: readonly number[]): string[] {
  return instants.map((instant) => new Date(instant).toISOString());
}

/** Up to `count` runs after a moment, one by one. */
export function runsAfter(text: string, options: OccurrenceOptions, after: number, count: number): number[] {
  const schedule = scheduleOf(text);
  const runs: number[] = [];
  let run = nextOccurrence(schedule, options, after);
  while (run !== undefined && runs.length < count) {
    runs.push(run);
    run = nextOccurrence(schedule, options, run);
  }
  return runs;
}
