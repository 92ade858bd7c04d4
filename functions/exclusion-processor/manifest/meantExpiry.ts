import { wallAt } from "#schedule/zone.js";
import { daysMeant } from "#shared/text/dates.js";
import { dayMs } from "#shared/text/time.js";

const counts = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
/** A month has as many days at the least: what is written in the place of a span is never longer than it. */
const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7, m: 28 };

/** `30d`, `P30D`, `in two weeks`: the last day that is over when the span is. */
function ofSpan(text: string, uploadedAt: number, timezone: string): string | undefined {
  const [, count = "", unit = ""] =
    /^(?:p|in |for )?(\d{1,4}|[a-z]+) ?(d|w|m|days?|weeks?|months?)$/.exec(text) ?? [];
  const [letter = ""] = unit;
  const number = /^an?$/.test(count) ? 1 : /^\d/.test(count) ? Number(count) : counts.indexOf(count);
  const days = number * (unitDays[letter] ?? 0);
  // A day lasts to its end, which may come after the hour of the upload.
  return days < 2
    ? undefined
    : new Date(wallAt(timezone, uploadedAt) + (days - 1) * dayMs).toISOString().slice(0, 10);
}

/**
 * What was meant by a text that is no end: the day in it, or the end of its span, as manifests have it. None of them is later
 * than what stands there. Of a date whose day and month may be the other way round, both.
 */
export function meantExpiries(given: string, uploadedAt: number, timezone: string): readonly string[] {
  const text = given.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const span = ofSpan(text, uploadedAt, timezone);
  if (span !== undefined) return [span];
  const days = daysMeant(text);
  if (days.length > 0) return days;
  const [, date, time, hours, minutes = "00"] =
    /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(?:utc|z|([+-]\d\d?):?(\d\d)?)$/.exec(text) ?? [];
  const offset =
    hours === undefined ? "Z" : `${hours.replace(/(\d+)/, (digits) => digits.padStart(2, "0"))}:${minutes}`;
  return date === undefined ? [] : [`${date}T${time}${offset}`];
}
