import ICAL from "ical.js";
import { instantAt, wallAt, zoneProblem } from "#schedule/zone.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { recurrenceDays } from "./calendarRule.js";

/** More than any zone is away from UTC. */
const margin = 2 * dayMs;

/** A time span from `from` to just before `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Makes instants of what the clocks of a zone show; both in milliseconds. */
type Zone = (wall: number) => number;

function ianaZone(name: string): Zone {
  return (wall) => {
    const instant = instantAt(name, wall);
    if (wallAt(name, instant) === wall) return instant;
    // RFC 5545, 3.3.5: a time that clocks skip has the offset from before the gap.
    return wall - (wallAt(name, instant - 1) - (instant - 1));
  };
}

function calendarZone(zone: ICAL.Timezone): Zone {
  return (wall) => {
    const [year = 0, month = 0, date = 0, hours = 0, minute = 0, second = 0] = new Date(wall)
      .toISOString()
      .split(/[^\d]/)
      .map(Number);
    const time = new ICAL.Time({ year, month, day: date, hour: hours, minute, second, isDate: false }, zone);
    return wall - zone.utcOffset(time) * 1000;
  };
}

const utc: Zone = (wall) => wall;

/** The zone that the times of a property are in: its own, or the calendar's for times and days without any. */
function zoneOf(property: ICAL.Property, time: ICAL.Time, calendar: ICAL.Component): Zone {
  if (time.zone === ICAL.Timezone.utcTimezone) return utc;
  const home = calendar.getFirstPropertyValue("x-wr-timezone") ?? "UTC";
  const name = String((time.isDate ? undefined : property.getFirstParameter("tzid")) ?? home);
  if (zoneProblem(name) === undefined) return ianaZone(name);
  const own = calendar.getTimeZoneByID(name);
  if (own?.component?.getFirstSubcomponent("standard") == null) throw new Error(`the time zone ${name}`);
  return calendarZone(own);
}

/** What a property says of a time. */
interface Moment {
  readonly wall: number;
  readonly zone: Zone;
  readonly isDate: boolean;
}

function moments(event: ICAL.Component, name: string): Moment[] {
  const calendar = event.parent;
  return event.getAllProperties(name).flatMap((property) => {
    const raw = property.jCal.slice(3);
    return property.getValues().map((time, index) => {
      // The library makes the 1st of March of a 29th of February in any year.
      if (!(time instanceof ICAL.Time) || String(time) !== String(raw[index]))
        throw new Error(`${name.toUpperCase()} ${raw[index]}`);
      const { year, month, day: date, hour: hours, minute, second, isDate } = time;
      const wall = Date.UTC(year, month - 1, date, hours, minute, second);
      return { wall, zone: zoneOf(property, time, calendar), isDate };
    });
  });
}

const instantOf = ({ wall, zone }: Moment): number => zone(wall);

/** How an event's end follows from its start (RFC 5545, 3.8.5.3). */
function endOf(event: ICAL.Component, start: Moment): (wall: number, from: number) => number {
  const [end] = moments(event, "dtend");
  const duration = event.getFirstPropertyValue("duration");
  if (end !== undefined) {
    const [days, exact] = [end.wall - start.wall, instantOf(end) - instantOf(start)];
    if (exact < 0) throw new Error("an event that ends before it starts");
    return start.isDate ? (wall) => start.zone(wall + days) : (_wall, from) => from + exact;
  }
  if (duration instanceof ICAL.Duration) {
    const { weeks, days, hours, minutes, seconds } = duration;
    if (duration.isNegative) throw new Error("an event that ends before it starts");
    // Days are as long as the clocks make them, hours are not.
    const exact = hours * hourMs + (minutes * 60 + seconds) * 1000;
    return (wall) => start.zone(wall + (weeks * 7 + days) * dayMs) + exact;
  }
  return start.isDate ? (wall) => start.zone(wall + dayMs) : (_wall, from) => from;
}

/** When an event starts, as its zone's clocks show it, in the order of time, up to a last instant. */
function* starts(event: ICAL.Component, start: Moment, last: number): Generator<number> {
  const [rule, second] = event.getAllProperties("rrule");
  if (second !== undefined) throw new Error("a second RRULE");
  if (rule === undefined) {
    yield start.wall;
    return;
  }
  const recur = rule.getFirstValue();
  if (!(recur instanceof ICAL.Recur)) throw new Error("RRULE");
  const timeOfDay = ((start.wall % dayMs) + dayMs) % dayMs;
  const until = untilOf(recur, start);
  let count = 0;
  for (const date of recurrenceDays(recur, start.wall - timeOfDay, last + margin)) {
    if (recur.count !== null && count++ >= recur.count) return;
    const wall = date + timeOfDay;
    if (wall > until + margin || (wall > until - margin && start.zone(wall) > until)) return;
    yield wall;
  }
}

/** The last instant at which a recurrence may start. */
function untilOf({ until }: ICAL.Recur, { zone }: Moment): number {
  if (until === null) return Number.POSITIVE_INFINITY;
  const wall = Date.UTC(until.year, until.month - 1, until.day, until.hour, until.minute, until.second);
  if (until.isDate) return zone(wall + dayMs) - 1;
  return until.zone === ICAL.Timezone.utcTimezone ? wall : zone(wall);
}

const textOf = (component: ICAL.Component, name: string): string =>
  String(component.getFirstPropertyValue(name) ?? "");

/** Times of one event that end after `from` and start by `to`, without those that other events stand in for. */
function spansOf(event: ICAL.Component, replaced: readonly number[], from: number, to: number): Span[] {
  const [start] = moments(event, "dtstart");
  if (start === undefined) throw new Error("an event without DTSTART");
  if (event.hasProperty("exrule")) throw new Error("EXRULE");
  const [exceptions, others] = [moments(event, "exdate"), moments(event, "rdate")];
  if ([...exceptions, ...others].some(({ isDate }) => isDate !== start.isDate))
    throw new Error("EXDATE or RDATE of another type than DTSTART");
  const excluded = new Set([...replaced, ...exceptions.map(instantOf)]);
  const end = endOf(event, start);
  const longest = end(start.wall, instantOf(start)) - instantOf(start) + margin;
  const spans: Span[] = [];
  const add = (wall: number, zone: Zone) => {
    if (wall < from - longest) return;
    const at = zone(wall);
    const until = end(wall, at);
    if (!excluded.has(at) && until > Math.max(at, from) && at <= to) spans.push({ from: at, to: until });
  };
  for (const wall of starts(event, start, to)) add(wall, start.zone);
  for (const { wall, zone } of others) add(wall, zone);
  return spans;
}

/**
 * The times of a calendar's events that end after `from` and start by `to`, in no order.
 *
 * @throws Error that names what is not supported
 */
export function eventSpans(calendar: ICAL.Component, from: number, to: number): Span[] {
  const events = calendar.getAllSubcomponents("vevent");
  const replacedBy = new Map<string, number[]>();
  for (const event of events) {
    if (event.getFirstProperty("recurrence-id")?.getFirstParameter("range") !== undefined)
      throw new Error("RANGE of a RECURRENCE-ID");
    const uid = textOf(event, "uid");
    replacedBy.set(uid, [...(replacedBy.get(uid) ?? []), ...moments(event, "recurrence-id").map(instantOf)]);
  }
  return events.flatMap((event) => {
    const type = textOf(event, "x-event-type");
    if (!["", "STANDARD", "ADVISORY"].includes(type)) throw new Error(`X-EVENT-TYPE:${type}`);
    const isReplacement = event.hasProperty("recurrence-id");
    const replaced = isReplacement ? [] : (replacedBy.get(textOf(event, "uid")) ?? []);
    const spans = spansOf(event, replaced, from, to);
    // Advice changes no state, and what is cancelled does not take place.
    return type === "ADVISORY" || textOf(event, "status").toUpperCase() === "CANCELLED" ? [] : spans;
  });
}
