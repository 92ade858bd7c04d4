import type ICAL from "ical.js";
import { dayMs } from "#shared/text/time.js";

const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const partsKnown = ["BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"];

interface Rule {
  readonly freq: string;
  readonly interval: number;
  /** 0 for Sunday. */
  readonly weekStart: number;
  /** Ordinal, 0 for every one, and day of the week. */
  readonly byDay: readonly (readonly [number, number])[];
  readonly byMonth: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly bySetPosition: readonly number[];
}

function ruleOf(recur: ICAL.Recur): Rule {
  const freq = String(recur.freq);
  if (!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].includes(freq)) throw new Error(`FREQ=${freq}`);
  const parts = recur.parts as Readonly<Record<string, readonly (string | number)[]>>;
  const odd = Object.keys(parts).filter((name) => !partsKnown.includes(name));
  if (odd.length > 0) throw new Error(`${odd.join(", ")} of a recurrence`);
  const numbers = (name: string) => (parts[name] ?? []).map(Number);
  const byDay = (parts.BYDAY ?? []).map((text) => {
    const [, ordinal = "", name = ""] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(String(text)) ?? [];
    if (!weekdays.includes(name)) throw new Error(`BYDAY=${text}`);
    if (ordinal !== "" && (freq === "DAILY" || freq === "WEEKLY"))
      throw new Error(`BYDAY=${text} with ${freq}`);
    return [Number(ordinal), weekdays.indexOf(name)] as const;
  });
  return {
    freq,
    interval: recur.interval,
    weekStart: recur.wkst - 1,
    byDay,
    byMonth: numbers("BYMONTH"),
    byMonthDay: numbers("BYMONTHDAY"),
    bySetPosition: numbers("BYSETPOS"),
  };
}

/** The n-th day, week, month or year from that of a day on: its first day, and the day after its last. */
function period({ freq, weekStart }: Rule, first: number, n: number): readonly [number, number] {
  const date = new Date(first);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (freq === "DAILY") return [first + n * dayMs, first + (n + 1) * dayMs];
  if (freq === "MONTHLY") return [Date.UTC(year, month + n), Date.UTC(year, month + n + 1)];
  if (freq === "YEARLY") return [Date.UTC(year + n, 0), Date.UTC(year + n + 1, 0)];
  const start = first - ((date.getUTCDay() - weekStart + 7) % 7) * dayMs + n * 7 * dayMs;
  return [start, start + 7 * dayMs];
}

/** Which days of a period a rule speaks of; what it leaves open is as on the first day (RFC 5545, 3.3.10). */
function dayTest(rule: Rule, first: number): (time: number) => boolean {
  const { freq, byDay, byMonth, byMonthDay } = rule;
  const start = new Date(first);
  const isOpen = byDay.length === 0 && byMonthDay.length === 0;
  return (time) => {
    const date = new Date(time);
    const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (byMonth.length > 0 && !byMonth.includes(month + 1)) return false;
    if (isOpen) {
      if (freq === "WEEKLY") return date.getUTCDay() === start.getUTCDay();
      if (freq === "DAILY") return true;
      const isMonth = freq === "MONTHLY" || byMonth.length > 0 || month === start.getUTCMonth();
      return isMonth && dayOfMonth === start.getUTCDate();
    }
    const monthEnd = Date.UTC(year, month + 1);
    const fromEnd = (time - monthEnd) / dayMs;
    if (byMonthDay.length > 0 && !byMonthDay.includes(dayOfMonth) && !byMonthDay.includes(fromEnd))
      return false;
    const isOfMonth = freq === "MONTHLY" || byMonth.length > 0;
    const [from, to] = isOfMonth
      ? [Date.UTC(year, month), monthEnd]
      : [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
    const ordinals = [0, Math.floor((time - from) / dayMs / 7) + 1, -Math.ceil((to - time) / dayMs / 7)];
    const isDay = ([ordinal, weekday]: readonly [number, number]) =>
      weekday === date.getUTCDay() && ordinals.includes(ordinal);
    return byDay.length === 0 || byDay.some(isDay);
  };
}

/**
 * The days that a recurrence names, from its first day to a last one, without its COUNT and UNTIL. Days are midnights
 * in UTC, whatever the zone.
 *
 * Not by the library's own iterator: that one never returns from a daily rule for the 30th of February, and puts a
 * yearly 29th of February on the 1st of March.
 *
 * @throws Error that names the part of the rule that is not supported
 */
export function* recurrenceDays(recur: ICAL.Recur, first: number, last: number): Generator<number> {
  const rule = ruleOf(recur);
  const fits = dayTest(rule, first);
  for (let n = 0; ; n += rule.interval) {
    const [from, to] = period(rule, first, n);
    if (from > last) return;
    const found: number[] = [];
    for (let time = from; time < to; time += dayMs) if (fits(time)) found.push(time);
    const { bySetPosition: positions } = rule;
    for (const [index, time] of found.entries()) {
      const isWanted =
        positions.length === 0 || positions.includes(index + 1) || positions.includes(index - found.length);
      if (isWanted && time >= first && time <= last) yield time;
    }
  }
}
