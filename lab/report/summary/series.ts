import { dayMs, hourMs } from "#shared/text/time.js";
import { isProblem, type Occurrence } from "./facts.js";

/** Openings of a window one after the other that ended the same way. */
interface Series {
  readonly last: Occurrence;
  /** Those before it, the first one first. */
  readonly before: readonly Occurrence[];
}

/** The openings of a window, in the order of time, as runs of the same outcome. */
export function seriesOf(occurrences: readonly Occurrence[]): Series[] {
  const groups: Occurrence[][] = [];
  for (const one of occurrences) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]?.outcome === one.outcome) group.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => {
    const last = group.at(-1);
    return last === undefined ? [] : [{ last, before: group.slice(0, -1) }];
  });
}

/** The last opening of each series with something to look at, and all those before them. */
export function problemsFolded(occurrences: readonly Occurrence[]): {
  readonly last: readonly Occurrence[];
  readonly before: readonly Occurrence[];
} {
  const series = seriesOf(occurrences).filter(({ last }) => isProblem(last));
  return { last: series.map(({ last }) => last), before: series.flatMap(({ before }) => before) };
}

/** Notes without the size of what they are about, which changes whenever a node comes or goes. */
function essence({ outcome, notes }: Occurrence): string {
  return JSON.stringify([outcome, notes.map((note) => note.replace(/ \(of [^)]*\)/g, ""))]);
}

// Clocks change, and a window's time of day with them.
const slack = 2 * hourMs;

/** What stands for something that is as it was at an earlier time. */
export function asBefore(at: number, earlier: number): string {
  const near = (days: number) => Math.abs(at - earlier - days * dayMs) <= slack;
  if (near(7)) return "as the week before";
  return near(1) ? "as the day before" : "as the time before";
}

/** The same for an opening, if nothing is to be said of it but that; undefined where there is news. */
export function repeated(occurrence: Occurrence, earlier: Occurrence | undefined): string | undefined {
  if (earlier === undefined || occurrence.notes.length === 0) return undefined;
  return essence(occurrence) === essence(earlier) ? asBefore(occurrence.at, earlier.at) : undefined;
}
