import type { WindowSchedule } from "#components/index.js";
import { wallAt } from "#schedule/zone.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import { timeText } from "#shared/text/words.js";
import { readConfig } from "#stacks/config/config.js";
import { nextOpening } from "#stacks/config/configRuns.js";
import type { StackSettings } from "#stacks/stackFiles.js";

const hour = 3_600_000;

/** The next opening of a window that installs. */
export interface Opening {
  readonly name: string;
  /** Regions whose nodes it patches. */
  readonly regions: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** What an entry says of its end. */
interface Ending {
  readonly id: string;
  readonly line: number;
  readonly expiresAt: number;
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
    return from === undefined ? [] : [{ name, regions, from, to: from + window.durationHours * hour }];
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
 * Entries that keep nothing off, or not for a whole window: they end before the next window of their Regions opens, or
 * while it is open.
 *
 * @param timezone of the days that `expires` names
 */
export function endWarnings(
  entries: readonly Ending[],
  openings: readonly Opening[],
  timezone: string,
): EndWarning[] {
  return entries.flatMap(({ id, line, expiresAt, regions }) => {
    const own = openings.filter((one) => one.regions.some((region) => regions.includes(region)));
    const [first] = own.toSorted((a, b) => a.from - b.from);
    if (first === undefined) return [];
    const ends = `it ends ${shownTime(expiresAt)}`;
    const window = `the ${first.name} window that opens ${shownTime(first.from)}`;
    const remedy = `Write ${dayOf(first.to - 1, timezone)} or a later day`;
    if (expiresAt <= first.from) {
      return [
        {
          line,
          column: 1,
          entry: id,
          message: `${id}: ${ends}, before ${window}: it keeps nothing off. ${remedy}.`,
        },
      ];
    }
    // The same window of another Region may be later; the first that it ends in decides.
    const open = own.find(({ from, to }) => from < expiresAt && expiresAt < to);
    if (open === undefined) return [];
    const until = `the ${open.name} window that is open from ${shownTime(open.from)} to ${shownTime(open.to)}`;
    const day = dayOf(open.to - 1, timezone);
    return [
      {
        line,
        column: 1,
        entry: id,
        message: `${id}: ${ends}, within ${until}: nodes that are begun after that get everything. Write ${day} or a later day.`,
      },
    ];
  });
}

/** The day of an instant in a zone, as YYYY-MM-DD: `expires` names the last day of an entry. */
function dayOf(instant: number, timezone: string): string {
  return new Date(wallAt(timezone, instant)).toISOString().slice(0, 10);
}

function shownTime(instant: number): string {
  return timeText(new Date(instant).toISOString());
}
