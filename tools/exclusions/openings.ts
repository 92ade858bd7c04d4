import type { WindowSchedule } from "#components/index.js";
import type { Entry } from "#functions/exclusion-processor/core/model.js";
import { wallAt } from "#schedule/zone.js";
import { backBy, lateEndText } from "#shared/contract/entryEnds.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import { timeText } from "#shared/text/words.js";
import { readConfig } from "#stacks/config/config.js";
import { nextOpening } from "#stacks/config/configRuns.js";
import type { StackSettings } from "#stacks/stackFiles.js";

const hour = 3_600_000;

/** A window that installs, with its next opening. */
export interface Opening {
  readonly name: string;
  /** Regions whose nodes it patches. */
  readonly regions: readonly string[];
  readonly from: number;
  readonly to: number;
  /** When it opens next after a time; undefined when it does not any more, or when nobody knows what its rate counts from. */
  readonly after: (time: number) => number | undefined;
}

/** What an entry says of its end. */
interface Ending {
  readonly id: string;
  readonly line: number;
  readonly expiresAt: number;
  readonly effect: Pick<Entry["effect"], "kind">;
  readonly regions: readonly string[];
}

/** A warning about an entry, at the line where it begins. */
type EndWarning = StatusProblem & { readonly line: number; readonly column: number };

/** The next openings of the windows that install, by the stack's file; none when it is wrong, which other commands tell. */
export function openingsOf({ values, project }: StackSettings, now: number): Opening[] {
  const read = readConfig(values, project, now);
  if (!read.ok) return [];
  const { stacks, homeRegion = "", install, fanoutSchedule, fanout, rings } = read.config;
  const opening = (name: string, window: WindowSchedule, regions: readonly string[]): Opening[] => {
    const from = window.enabled === false ? undefined : nextOpening(window, now);
    if (from === undefined) return [];
    const after = (time: number) =>
      window.expression.startsWith("rate") ? undefined : nextOpening(window, now, time);
    return [{ name, regions, from, to: from + window.durationHours * hour, after }];
  };
  return [
    ...(stacks.includes("install") ? opening("install", install, [homeRegion]) : []),
    ...(stacks.includes("central") && fanout.operation === "Install"
      ? rings.length === 0
        ? opening("central", fanoutSchedule, fanout.regions)
        : rings.flatMap(({ ring: { name, schedule, changes } }) =>
            opening(`ring ${name}`, schedule, changes?.regions ?? fanout.regions),
          )
      : []),
  ];
}

/**
 * Entries that end before the next window of their Regions opens and keep nothing off, or at an opening, just before it, or while
 * the window is open.
 *
 * @param timezone of the days that `expires` names
 */
export function endWarnings(
  entries: readonly Ending[],
  openings: readonly Opening[],
  timezone: string,
): EndWarning[] {
  return entries.flatMap((entry) => {
    const { id, line, expiresAt } = entry;
    const what = endOf(entry, openings, timezone);
    const message = `${id}: it ends ${shownTime(expiresAt)}, ${what}.`;
    return what === undefined ? [] : [{ line, column: 1, entry: id, message }];
  });
}

function endOf(
  { expiresAt, effect, regions }: Ending,
  openings: readonly Opening[],
  timezone: string,
): string | undefined {
  const own = openings.filter((one) => one.regions.some((region) => regions.includes(region)));
  const [first] = own.toSorted((a, b) => a.from - b.from);
  if (first === undefined) return undefined;
  const until = ({ to }: Opening) => `${dayOf(to - 1, timezone)} or a later day`;
  const others = openings.map(({ from }) => from);
  if (expiresAt <= backBy(first.from, others))
    return `before the ${first.name} window that opens ${shownTime(first.from)}: it keeps nothing off. Write ${until(first)}`;
  // The opening that it ends in, or the next one; the same window of another Region may be later, and the first decides.
  const around = own.map((one): Opening => {
    const from = one.after(expiresAt - (one.to - one.from)) ?? one.from;
    return { ...one, from, to: one.to - one.from + from };
  });
  const open = around.find(({ from, to }) => from < expiresAt && expiresAt < to);
  if (open !== undefined)
    return `within the ${open.name} window that is open from ${shownTime(open.from)} to ${shownTime(open.to)}: nodes that are begun after that get everything. Write ${until(open)}`;
  const late = around.find(({ from }) => expiresAt <= from && backBy(from, others) < expiresAt);
  if (late === undefined) return undefined;
  const back = lateEndText(effect.kind, backBy(late.from, others));
  return `just before the ${late.name} window that opens ${shownTime(late.from)}: ${back}; to keep them out for all of it, write ${until(late)}`;
}

/** The day of an instant in a zone, as YYYY-MM-DD: `expires` names the last day of an entry. */
function dayOf(instant: number, timezone: string): string {
  return new Date(wallAt(timezone, instant)).toISOString().slice(0, 10);
}

function shownTime(instant: number): string {
  return timeText(new Date(instant).toISOString());
}
