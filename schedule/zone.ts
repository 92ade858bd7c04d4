import { quote } from "#shared/text/quotes.js";
import { problem } from "./problem.js";

/** The first words of zones' names. */
export const areas: ReadonlySet<string> = new Set(
  "Africa America Antarctica Arctic Asia Atlantic Australia Brazil Canada Chile Etc Europe Indian Mexico Pacific US".split(
    " ",
  ),
);
const maxLength = 64;
const probeMs = 36 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function newFormat(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

/** Whether a text looks like the name of a zone, Area/City. */
export function hasIanaShape(zone: string): boolean {
  const [area = "", ...places] = zone.split("/");
  const isPlace = (place: string) => /^[A-Z][A-Za-z0-9_+-]*$/.test(place) && !/[A-Z]{4}/.test(place);
  return areas.has(area) && places.length >= 1 && places.length <= 2 && places.every(isPlace);
}

/**
 * Checks the name of a time zone: `UTC`, or an IANA name of the form Area/City such as `Europe/Berlin`.
 *
 * Abbreviations (`EST`), offsets (`+05:00`) and names in another case are refused although the JavaScript
 * runtime accepts them, because their daylight-saving rules are not what people expect and the service compares
 * names exactly. Links such as `US/Eastern` are accepted.
 *
 * @returns `undefined` for a good zone, otherwise what is wrong and how to mend it; never throws. Who writes a zone by hand
 *   is told more by `zoneAdvice`.
 * @see API reference of CreateMaintenanceWindow, `ScheduleTimezone`: an IANA name.
 */
export function zoneProblem(zone: string): string | undefined {
  if (zone === "UTC" || formats.has(zone)) return undefined;
  const allowed = "UTC or an IANA name such as America/New_York";
  const refuse = (mend: string) => problem("time zone", quote(zone), allowed, mend);
  if (zone.length > maxLength || !hasIanaShape(zone)) {
    return refuse("write the zone as Area/City, not as an abbreviation or an offset");
  }
  try {
    const format = newFormat(zone);
    const { timeZone } = format.resolvedOptions();
    const onlyCaseDiffers = timeZone !== zone && timeZone.toLowerCase() === zone.toLowerCase();
    if (onlyCaseDiffers) return refuse("check the spelling");
    // A schedule asks for its zone at every run, and a format is dear to make.
    formats.set(zone, format);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return refuse("check the spelling, no such zone is known");
    throw error;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const cached = formats.get(zone);
  if (cached !== undefined) return cached;
  const wrong = zoneProblem(zone);
  if (wrong !== undefined) throw new RangeError(wrong);
  const format = formats.get(zone) ?? newFormat(zone);
  formats.set(zone, format);
  return format;
}

/**
 * What the wall clock of a zone shows at an instant.
 *
 * @param zone a zone that {@link zoneProblem} accepts
 * @param instant epoch milliseconds, 1970 or later to be exact
 * @returns the local date and time in milliseconds, as if it had been written in UTC
 * @throws RangeError for a bad zone, or an instant outside the range of `Date`
 */
export function wallAt(zone: string, instant: number): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
    formatOf(zone).format(instant).match(/\d+/g) ?? []
  ).map(Number);
  const millisecond = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
}

/**
 * The instant at which the wall clock of a zone shows a given time.
 *
 * A time that daylight saving skips gives the first instant after the gap; a time that comes twice gives the
 * first of the two. The result never falls when the wall time rises.
 *
 * @param zone a zone that {@link zoneProblem} accepts
 * @param wallMs the local date and time in milliseconds, as if it had been written in UTC
 * @returns epoch milliseconds
 * @throws RangeError for a bad zone, or a time outside the range of `Date`
 */
export function instantAt(zone: string, wallMs: number): number {
  // Both probes lie on the far side of any change near the wall time, whatever the offset of the zone is.
  const offsetAt = (instant: number) => wallAt(zone, instant) - instant;
  const before = offsetAt(wallMs - probeMs);
  const after = offsetAt(wallMs + probeMs);
  const candidates = [wallMs - Math.max(before, after), wallMs - Math.min(before, after)];
  const valid = candidates.find((instant) => wallAt(zone, instant) === wallMs);
  if (valid !== undefined) return valid;
  let [low = 0, high = 0] = candidates;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** A moment at which the clocks of a zone change, and what they show: as if written in UTC, in milliseconds. */
export interface ClockChange {
  /** Epoch milliseconds. */
  readonly instant: number;
  readonly wallBefore: number;
  readonly wallAfter: number;
}

/**
 * A change of a zone's clocks between two instants that are not more than a few days apart, in which clocks change once at most.
 *
 * @throws RangeError for a bad zone
 */
export function clockChange(zone: string, from: number, to: number): ClockChange | undefined {
  const offsetAt = (instant: number) => wallAt(zone, instant) - instant;
  const before = offsetAt(from);
  if (before === offsetAt(to)) return undefined;
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return { instant: high, wallBefore: high + before, wallAfter: wallAt(zone, high) };
}
