import { activeSpan, sentSchedule, type WindowSchedule } from "#components/index.js";
import { parseSchedule } from "#schedule/expression.js";
import { nextOccurrence } from "#schedule/occurrences.js";
import { type Overlap, type OverlapSide, overlaps } from "#schedule/overlap.js";
import type { CronSchedule } from "#schedule/types.js";
import { shown } from "#shared/text/quotes.js";
import type { RawConfig, stackNames } from "./configSchema.js";
import { fanoutScheduleOf, installScheduleOf, scanScheduleOf } from "./configWindows.js";
import type { RuleProblem } from "./found.js";
import { meetingText } from "./meetings.js";
import { hasRings, ringScheduleOf } from "./rings.js";

/** A window of the stack. */
interface Opened {
  readonly part: (typeof stackNames)[number];
  /** As a message calls it. */
  readonly name: string;
  readonly key: "scanSchedule" | "installSchedule" | "fanoutSchedule" | "rings";
  /** Where its schedule stands. */
  readonly path: string;
  readonly window: WindowSchedule;
  /** Regions of its nodes; undefined for the home Region. */
  readonly regions?: readonly string[];
}

/** `runsProblems` that follows the same schedules once. */
export function rememberedRuns(): typeof runsProblems {
  const known = new Map<string, RuleProblem[]>();
  return (raw, homeRegion, now) => {
    const schedules = [scanScheduleOf(raw), installScheduleOf(raw), fanoutScheduleOf(raw)];
    const key = JSON.stringify([
      raw.stacks,
      raw.ownsBaselines,
      raw.fanoutRegions,
      raw.rings,
      homeRegion,
      schedules,
      now,
    ]);
    const problems = known.get(key) ?? runsProblems(raw, homeRegion, now);
    known.set(key, problems);
    return problems;
  };
}

/**
 * What shows only when the schedules are followed. A window that this stack does not deploy, or that is off or over, is not
 * looked at: of the latter two a warning tells.
 */
export function runsProblems(raw: RawConfig, homeRegion: string | undefined, now: number): RuleProblem[] {
  const deployed = windowsOf(raw).filter(
    ({ part, window }) => raw.stacks.includes(part) && window.enabled !== false && !isOver(window, now),
  );
  const unopened = deployed.flatMap((one) => unopenedProblems(one, now));
  const reopened = deployed.flatMap((one) => reopenedProblems(one, now));
  // Windows of the home Region and the central one meet only where the latter patches the home Region too.
  const meeting = deployed.filter(({ regions }) => regions?.includes(homeRegion ?? "") !== false);
  const overlaps = meeting.flatMap((one, index) =>
    meeting
      .slice(index + 1)
      // A ring has nodes of its own, which no other ring and no install window patches.
      .filter((other) => other.key !== "rings" || one.part === "scan")
      .flatMap((other) => overlapProblems(one, other, now)),
  );
  // Of rings the calls wait for each other, as those of a window do.
  const calling = deployed.filter(({ part, key }) => part !== "scan" && key !== "rings");
  const [install, fanout] = calling;
  const calls =
    overlaps.length === 0 && raw.ownsBaselines && install !== undefined && fanout !== undefined
      ? callProblems(install, fanout, now)
      : [];
  return [...unopened, ...reopened, ...overlaps, ...calls];
}

/** The windows of a configuration, whether they are deployed or not. */
function windowsOf(raw: RawConfig): Opened[] {
  const path = (key: "scanSchedule" | "installSchedule" | "fanoutSchedule") => ({ key, path: key });
  const central: Opened = {
    ...{ part: "central", name: "central", ...path("fanoutSchedule") },
    ...{ window: fanoutScheduleOf(raw), regions: raw.fanoutRegions },
  };
  return [
    { part: "scan", name: "scan", ...path("scanSchedule"), window: scanScheduleOf(raw) },
    { part: "install", name: "install", ...path("installSchedule"), window: installScheduleOf(raw) },
    ...(hasRings(raw)
      ? raw.rings.map(
          (ring, index): Opened => ({
            ...{
              part: "central",
              name: `${ring.name} ring's`,
              key: "rings",
              path: `rings[${index}].schedule`,
            },
            ...{ window: ringScheduleOf(raw, ring), regions: ring.regions ?? raw.fanoutRegions },
          }),
        )
      : [central]),
  ];
}

/** A rate counts from the moment at which the window is made: what it meets nobody knows, and no check may guess. */
export function isPhaseless({ expression }: WindowSchedule): boolean {
  return expression.startsWith("rate(");
}

/** Longer than a run of the exclusion processor may last, in hours. */
const callHours = 0.25;

/** Both windows call the exclusion processor first, one run of which may be at a time; the other's window would fail. */
function callProblems(install: Opened, fanout: Opened, now: number): RuleProblem[] {
  if (isPhaseless(install.window) || isPhaseless(fanout.window)) return [];
  const call = ({ window }: Opened) => ({ ...plan(window), durationHours: callHours });
  const met = meetingOf(
    install,
    fanout,
    overlaps(call(install), call(fanout), now, overlapDays),
    "open within a quarter of an hour",
  );
  if (met === undefined) return [];
  const reason = `${met}. Both ask the exclusion processor first, which works for one at a time: move one of them.`;
  return [{ key: fanout.key, path: fanout.path, reason }];
}

/** SSM takes a schedule that never comes, such as 30 February or a day gone by, and the nodes stay unpatched. */
function unopenedProblems({ key, path, window }: Opened, now: number): RuleProblem[] {
  if (nextOpening(window, now) !== undefined) return [];
  const why =
    plan(window).schedule.kind === "at"
      ? "which is in the past. Choose a time to come."
      : "which matches no time to come. Choose a day that exists and a year that is not over.";
  const span =
    window.startDate === undefined && window.endDate === undefined
      ? ""
      : ` It must fall between ${window.startDate ?? "today"} and ${window.endDate ?? "ever"}.`;
  const reason = `got ${shown(window.expression)}, a schedule that never opens the window again, ${why}${span}`;
  return [{ key, path, reason }];
}

/** Whether a window that has begun opens no more before its end date, and would without one. */
export function isOver({ endDate, ...endless }: WindowSchedule, now: number): boolean {
  if (endDate === undefined || (activeSpan(endless).start ?? now) > now) return false;
  return nextOpening(endless, now) !== undefined && nextOpening({ ...endless, endDate }, now) === undefined;
}

/** When a window of a checked schedule that is made now opens next after a time; undefined when it never does. */
export function nextOpening(window: WindowSchedule, now: number, after = now): number | undefined {
  const { schedule, durationHours: _, ...options } = plan(window);
  return nextOccurrence(schedule, { ...options, created: now }, after);
}

/** Hours between two openings of a schedule that has one time of day, whatever clocks do: they change by two hours at most. */
const shortestDay = 22;

function isOnceADay({ minutes, hours }: CronSchedule): boolean {
  return minutes.values.length * hours.values.length === 1;
}

const overlapDays = 366;
/** Openings that are looked at: a schedule that repeats within a day has as many in two weeks at the least. */
const openings = 400;

/** A window that opens again while it is open is skipped by SSM, and every such opening is told as failed. */
function reopenedProblems({ key, path, window }: Opened, now: number): RuleProblem[] {
  const { schedule, durationHours, ...options } = plan(window);
  const span = durationHours * 3_600_000;
  let shortest = schedule.kind === "rate" ? schedule.periodMs : Number.POSITIVE_INFINITY;
  let before =
    schedule.kind === "cron" && !(isOnceADay(schedule) && durationHours <= shortestDay)
      ? nextOccurrence(schedule, { ...options, created: now }, now)
      : undefined;
  for (let count = 0; before !== undefined && count < openings && shortest >= span; count++) {
    const after = nextOccurrence(schedule, { ...options, created: now }, before);
    shortest = Math.min(shortest, (after ?? Number.POSITIVE_INFINITY) - before);
    before = after;
  }
  if (shortest >= span) return [];
  const minutes = Math.round(shortest / 60_000);
  const reason = `got ${shown(window.expression)}, which opens the window again after ${minutes} minutes, while it is open for ${durationHours} hours: SSM skips such an opening. Make the window shorter, or open it less often.`;
  return [{ key, path, reason }];
}

/** Two patch runs on one node at once fail on each other's locks, and the later scan hides what the install did. */
function overlapProblems(one: Opened, other: Opened, now: number): RuleProblem[] {
  if (isPhaseless(one.window) || isPhaseless(other.window)) return [];
  const all = overlaps(plan(one.window), plan(other.window), now, overlapDays);
  const met = meetingOf(one, other, all, "overlap");
  if (met === undefined) return [];
  const reason = `${met}. Two runs on one node fail on each other: move one of them, or make it shorter.`;
  return [{ key: one.key, path: one.path, reason }];
}

function plan(window: WindowSchedule): OverlapSide {
  const { expression, offsetDays } = sentSchedule(window);
  const parsed = parseSchedule(expression);
  if (!parsed.ok) throw new Error(`unchecked schedule ${shown(expression)}`);
  const { timezone = "UTC", durationHours } = window;
  return {
    schedule: parsed.schedule,
    timezone,
    durationHours,
    ...(offsetDays === undefined ? {} : { offsetDays }),
    ...activeSpan(window),
  };
}

/** More than a window that opens each day has: what opens more often may have a hundred thousand. */
const mostCounted = 400;

/** The first of the meetings of two windows, and how many there are. */
function meetingOf(one: Opened, other: Opened, all: Iterable<Overlap>, what: string): string | undefined {
  let first: Overlap | undefined;
  let count = 0;
  for (const overlap of all) {
    first ??= overlap;
    if (++count > mostCounted) break;
  }
  if (first === undefined) return undefined;
  const times =
    count > mostCounted ? `more than ${mostCounted} times` : count === 1 ? "once" : `${count} times`;
  return meetingText(
    { ...one, start: first.aStart },
    { ...other, start: first.bStart },
    `${what}, ${times} in the year to come`,
  );
}
