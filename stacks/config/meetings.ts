import type { WindowSchedule } from "#components/index.js";
import { clockChange, wallAt } from "#schedule/zone.js";
import { dayMs, hourMs } from "#shared/text/time.js";

/** One window of two that meet, and the execution that does. */
interface Met {
  /** As a message calls it. */
  readonly name: string;
  readonly window: WindowSchedule;
  /** Epoch milliseconds. */
  readonly start: number;
}

const months = "January February March April May June July August September October November December".split(
  " ",
);

/** A day of a wall clock: `14 March 2027`. */
function dayText(wallMs: number): string {
  const wall = new Date(wallMs);
  return `${wall.getUTCDate()} ${months[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`;
}

/** A time of a wall clock: `02:00`. */
function clockText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 16);
}

/** From when to when a window is open, by the clock of a zone, with the days where they are two. */
function spanText({ window, start }: Met, zone: string): string {
  const from = wallAt(zone, start);
  const to = wallAt(zone, start + window.durationHours * hourMs);
  const day = dayText(to) === dayText(from) ? "" : ` of ${dayText(to)}`;
  return `${dayText(from)}, ${clockText(from)} to ${clockText(to)}${day}`;
}

const zoneOf = ({ window }: Met) => window.timezone ?? "UTC";

/** Two windows by their own clocks; where these are of two zones, the second by that of the first as well. */
function bothText(one: Met, other: Met): string {
  const [zone, second] = [zoneOf(one), zoneOf(other)];
  const here = `the ${one.name} window of ${spanText(one, zone)}`;
  if (zone === second)
    return `${here}, and the ${other.name} window of ${spanText(other, zone)} (both ${zone})`;
  const there = `the ${other.name} window of ${spanText(other, second)} (${second}; in ${zone} ${spanText(other, zone)})`;
  return `${here} (${zone}), and ${there}`;
}

/** The change of clocks behind a meeting: without it people look at two schedules that do not meet on paper. */
function changeText(one: Met, other: Met): string {
  const from = Math.min(one.start, other.start) - dayMs;
  const to = Math.max(...[one, other].map(({ window, start }) => start + window.durationHours * hourMs));
  return [...new Set([zoneOf(one), zoneOf(other)])]
    .flatMap((zone) => {
      const change = clockChange(zone, from, to);
      if (change === undefined) return [];
      const { wallBefore, wallAfter } = change;
      return `; on the night of ${dayText(wallAfter)} the clocks of ${zone} go from ${clockText(wallBefore)} to ${clockText(wallAfter)}`;
    })
    .join("");
}

/** Two windows that meet, told by the clocks on people's walls; `what` they do, and how often. */
export function meetingText(one: Met, other: Met, what: string): string {
  return `${bothText(one, other)}, ${what}${changeText(one, other)}`;
}
