/** The UTC midnight of a day as YYYY-MM-DD, in milliseconds since the epoch; undefined when there is no such day. */
export function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? time : undefined;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

function dateText(year: string, month: number | string, day: string): string {
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/**
 * The day that is written in another spelling than YYYY-MM-DD. Of a date whose day and month may be the other way round, both.
 *
 * @returns days that exist
 */
export function daysMeant(given: string): readonly string[] {
  const days = spelt(given.trim().toLowerCase().replaceAll(/\s+/g, " ").slice(0, 64));
  return days.filter((day, index) => dayOf(day) !== undefined && days.indexOf(day) === index);
}

function spelt(text: string): readonly string[] {
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
  return named < 0 ? [] : [dateText(year1 || year2, named + 1, day1 || day2)];
}
