/**
 * A slow second opinion on cron schedules. It shares nothing with the code under test: it walks through each
 * minute of each local day, asks every field whether it matches, and finds the instants by trying all offsets.
 */
const shortNames: Readonly<Record<string, number>> = {
  JAN: 1,
  FEB: 2,
  MAR: 3,
  APR: 4,
  MAY: 5,
  JUN: 6,
  JUL: 7,
  AUG: 8,
  SEP: 9,
  OCT: 10,
  NOV: 11,
  DEC: 12,
  SUN: 1,
  MON: 2,
  TUE: 3,
  WED: 4,
  THU: 5,
  FRI: 6,
  SAT: 7,
};
const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time of a zone as if it were UTC, read part by part from the runtime's calendar. */
export function localTime(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(instant).replace(" ", "T")}Z`);
}

function number(text: string): number {
  return shortNames[text.toUpperCase()] ?? Number(text);
}

function fieldMatches(field: string, value: number, min: number, max: number): boolean {
  return field.split(",").some((item) => {
    const [base = "", step] = item.split("/");
    const [from, to] = base === "*" ? [min, max] : base.split("-").map(number);
    const start = from ?? Number.NaN;
    const end = to ?? (step === undefined ? start : max);
    const size = max - min + 1;
    const span = (end - start + size) % size;
    const distance = (value - start + size) % size;
    return distance <= span && distance % Number(step ?? 1) === 0;
  });
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function weekday(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function domMatches(field: string, year: number, month: number, day: number): boolean {
  const text = field.toUpperCase();
  const last = lastDay(year, month);
  if (text === "?") return true;
  if (text === "L") return day === last;
  if (!text.endsWith("W")) return fieldMatches(text, day, 1, 31);
  const workDays = Array.from({ length: last }, (_, index) => index + 1).filter((candidate) => {
    const dow = weekday(year, month, candidate);
    return dow !== 1 && dow !== 7;
  });
  if (text === "LW") return day === workDays.at(-1);
  const wanted = Number(text.slice(0, -1));
  if (wanted > last) return false;
  const nearest = Math.min(...workDays.map((candidate) => Math.abs(candidate - wanted)));
  return workDays.includes(day) && Math.abs(day - wanted) === nearest;
}

function dowMatches(field: string, year: number, month: number, day: number): boolean {
  const text = field.toUpperCase();
  const dow = weekday(year, month, day);
  if (text === "?") return true;
  if (text === "L") return dow === 7;
  if (text.includes("#")) {
    const [wanted = "", nth = ""] = text.split("#");
    return dow === number(wanted) && Math.floor((day - 1) / 7) + 1 === Number(nth);
  }
  if (text.endsWith("L")) return dow === number(text.slice(0, -1)) && day + 7 > lastDay(year, month);
  return fieldMatches(text, dow, 1, 7);
}

function instantsOf(zone: string, wall: number): number[] {
  const found: number[] = [];
  for (let quarter = 56; quarter >= -48; quarter -= 1) {
    const instant = wall - quarter * 15 * minuteMs;
    if (localTime(zone, instant) === wall) found.push(instant);
  }
  return found;
}

/** The first minute at which the zone's clock shows `wall` or later. */
function firstAtOrPast(zone: string, wall: number): number {
  // Changes happen on whole minutes, whatever seconds the wanted time has.
  let instant = wall - (wall % minuteMs) - 15 * 60 * minuteMs;
  while (localTime(zone, instant) < wall) instant += minuteMs;
  return instant;
}

/** The first instant of a local time, or the end of the gap it lies in. */
export function oracleInstant(zone: string, wall: number): number {
  return instantsOf(zone, wall)[0] ?? firstAtOrPast(zone, wall);
}

interface OracleFields {
  readonly second: number;
  readonly fields: readonly string[];
  readonly repeats: boolean;
}

function split(expression: string): OracleFields {
  const fields = expression.slice("cron(".length, -1).split(" ");
  const second = fields.length === 7 ? Number(fields.shift()) : 0;
  return { second, fields, repeats: /[*/]/.test(`${fields[0]}${fields[1]}`) };
}

function runsOfDay({ second, fields, repeats }: OracleFields, zone: string, date: number): number[] {
  const [minutes = "", hours = "", dom = "", months = "", dow = "", years = ""] = fields;
  const local = new Date(date);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  if (!fieldMatches(years, year, 1970, 2199) || !fieldMatches(months, month, 1, 12)) return [];
  if (!domMatches(dom, year, month, day) || !dowMatches(dow, year, month, day)) return [];
  const runs: number[] = [];
  for (let minute = 0; minute < 1440; minute += 1) {
    if (!fieldMatches(hours, Math.floor(minute / 60), 0, 23)) continue;
    if (!fieldMatches(minutes, minute % 60, 0, 59)) continue;
    const wall = date + minute * minuteMs + second * 1000;
    if (repeats) runs.push(...instantsOf(zone, wall));
    else runs.push(oracleInstant(zone, wall));
  }
  return runs;
}

/**
 * The first `count` runs of a cron expression strictly after an instant, looking at most `maxDays` local days
 * ahead.
 */
export function oracleRuns(
  expression: string,
  zone: string,
  after: number,
  count: number,
  maxDays: number,
): number[] {
  const parsed = split(expression);
  const today = Math.floor(localTime(zone, after) / dayMs) * dayMs;
  const runs = new Set<number>();
  for (let offset = -1; offset <= maxDays; offset += 1) {
    for (const run of runsOfDay(parsed, zone, today + offset * dayMs)) if (run > after) runs.add(run);
    if (runs.size >= count && offset > 0) break;
  }
  return [...runs].sort((a, b) => a - b).slice(0, count);
}
