import { dayMs, hourMs } from "#shared/text/time.js";
import { nextOccurrence } from "./occurrences.js";
import type { CronSchedule } from "./types.js";
import { wallAt } from "./zone.js";

/** One of two windows of which the second follows the first. */
export interface CycleSide {
  readonly schedule: CronSchedule;
  /** `UTC` or Area/City. */
  readonly timezone: string;
  /** ScheduleOffset, 1-6 days. */
  readonly offsetDays?: number;
  /** Whole hours from 1 to 24. */
  readonly durationHours: number;
  /** Hours before its end from which on nothing begins on a node. */
  readonly cutoffHours: number;
}

/** How the openings of a window follow those of the one before. */
export interface Following {
  /**
   * With an approval delay that many days longer this window approves nothing that the other could not have had, whether SSM counts
   * by the hour (API: PatchRule, ApproveAfterDays: released at 18:00, approved after 18:00) or by UTC days (CloudFormation: the same):
   * the most days, rounded up, between the last moments at which the two begin on a node, and the most UTC days from the day on which
   * the window before opens to the last one on which this one begins. Clocks that go back leave an hour a year: what comes out in it.
   */
  readonly days: number;
  /** Whether it always opens as many days later, at the same hour of its zone, so that both approve the same. */
  readonly isConstant: boolean;
  /** The most hours from an opening of the window before to the one of this window that follows it, rounded up. */
  readonly longestHours: number;
  /** The fewest hours from the opening before that one. */
  readonly strangerHours: number;
  /** Pairs that were looked at. */
  readonly count: number;
}

/** Why two windows do not follow each other, with the openings (epoch milliseconds) where that shows first. */
export type NotFollowing =
  /** One of the two does not open in the stretch, or this one not after the other. */
  | { readonly kind: "never" }
  /** This one opens at both times, and the other not in between. */
  | { readonly kind: "none before"; readonly earlier: number; readonly opening: number }
  /** The other opens at both times before this one does. */
  | { readonly kind: "two before"; readonly before: readonly [number, number]; readonly opening: number }
  /** Too soon after the end of the other. */
  | {
      readonly kind: "too soon";
      readonly before: number;
      readonly opening: number;
      readonly hours: number;
    };

/** Years of openings that are looked at, as days. */
const stretchDays = 731;

/**
 * Whether each opening of a window follows exactly one opening of the window before, at least some hours after its end, over two
 * years from an instant; and how. Start and end dates are not looked at.
 *
 * @param soakHours hours from the other's end, 0 or more
 * @param from epoch milliseconds
 * @throws RangeError for a bad zone or offset
 */
export function followingOf(
  before: CycleSide,
  window: CycleSide,
  soakHours: number,
  from: number,
): Following | NotFollowing {
  const firsts = openingsOf(before, from);
  const [start] = firsts;
  if (start === undefined) return { kind: "never" };
  const openings = openingsOf(window, from).filter((opening) => opening >= start);
  if (openings.length === 0) return { kind: "never" };
  const pairs: { readonly first: number; readonly opening: number }[] = [];
  let place = 0;
  let earlier: number | undefined;
  for (const opening of openings) {
    const since: number[] = [];
    for (let first = firsts[place]; first !== undefined && first <= opening; first = firsts[++place])
      since.push(first);
    // What the first opening follows may lie before the stretch.
    const [first, second] = earlier === undefined ? since.slice(-1) : since;
    if (first === undefined) return { kind: "none before", earlier: earlier ?? opening, opening };
    if (second !== undefined) return { kind: "two before", before: [first, second], opening };
    const hours = (opening - first) / hourMs - before.durationHours;
    if (hours < soakHours) return { kind: "too soon", before: first, opening, hours };
    pairs.push({ first, opening });
    earlier = opening;
  }
  const spans = pairs.map(({ first, opening }) => {
    const last = lastBeginning(opening, window);
    const since = wallAt(window.timezone, lastBeginning(first, before));
    const hourly = Math.ceil((wallAt(window.timezone, last) - since) / dayMs);
    return Math.max(hourly, utcDay(last) - utcDay(first));
  });
  const days = Math.max(...spans);
  const strangers = pairs.flatMap(({ opening }, index) => {
    const stranger = pairs[index - 1]?.first;
    return stranger === undefined ? [] : [opening - stranger];
  });
  return {
    days,
    isConstant: pairs.every(
      ({ first, opening }, index) =>
        spans[index] === days &&
        wallAt(window.timezone, opening) - wallAt(window.timezone, first) === days * dayMs,
    ),
    longestHours: Math.ceil(Math.max(...pairs.map(({ first, opening }) => opening - first)) / hourMs),
    strangerHours: Math.floor(Math.min(...strangers, stretchDays * dayMs) / hourMs),
    count: pairs.length,
  };
}

/** The last moment at which a window that opens then begins on a node. */
function lastBeginning(opening: number, { durationHours, cutoffHours }: CycleSide): number {
  return opening + (durationHours - cutoffHours) * hourMs - 1;
}

function utcDay(time: number): number {
  return Math.floor(time / dayMs);
}

function openingsOf(
  { schedule, durationHours: _, cutoffHours: __, ...rest }: CycleSide,
  from: number,
): number[] {
  // As for a window that has run for long, whose shifted runs are in the first days too.
  const options = { ...rest, created: from - 8 * dayMs };
  const openings: number[] = [];
  const to = from + stretchDays * dayMs;
  for (
    let opening = nextOccurrence(schedule, options, from - 1);
    opening !== undefined && opening < to;
    opening = nextOccurrence(schedule, options, opening)
  )
    openings.push(opening);
  return openings;
}
