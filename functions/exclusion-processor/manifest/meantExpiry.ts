import { wallAt } from "#schedule/zone.js";
import { dayMs } from "#shared/text/time.js";

const counts = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
/** A month has as many days at the least: what is written in the place of a span is never longer than it. */
const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7, m: 28 };

function dateText(year: string, month: number | string, day: string): string {
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

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
  const [, year, month = "", day = ""] = /^(\d{4})[-/.]?(\d\d?)[-/.]?(\d\d?)$/.exec(text) ?? [];
  if (year !== undefined) return [dateText(year, month, day)];
  const [, first = "", sign, second = "", last = ""] = /^(\d\d?)([-/.])(\d\d?)\2(\d{4})$/.exec(text) ?? [];
  const european = dateText(last, second, first);
  if (sign !== undefined) return sign === "." ? [european] : [dateText(last, first, second), european];
  const [, day1 = "", word1 = "", year1 = ""] =
    /^(\d\d?)[a-z.]* ([a-z]{3})[a-z]*\.?,? (\d{4})$/.exec(text) ?? [];
  const [, word2 = "", day2 = "", year2 = ""] =
    /^([a-z]{3})[a-z]*\.? (\d\d?)[a-z]*,? (\d{4})$/.exec(text) ?? [];
  const named = months.indexOf(word1 || word2);
  if (named >= 0) return [dateText(year1 || year2, named + 1, day1 || day2)];
  const [, date, time, hours, minutes = "00"] =
    /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(?:utc|z|([+-]\d\d?):?(\d\d)?)$/.exec(text) ?? [];
  const offset =
    hours === undefined ? "Z" : `${hours.replace(/(\d+)/, (digits) => digits.padStart(2, "0"))}:${minutes}`;
  return date === undefined ? [] : [`${date}T${time}${offset}`];
}
