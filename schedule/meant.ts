import { parseSchedule } from "./expression.js";

/** An expression in the place of one that cannot be read. */
interface ScheduleMeant {
  /** The slip leaves no doubt. */
  readonly instead?: string;
  /** It leaves one. */
  readonly perhaps?: string;
}

/** What cron of Unix calls its usual times. */
const nicknames: Readonly<Record<string, string>> = {
  "@hourly": "rate(1 hour)",
  "@daily": "cron(0 0 * * ? *)",
  "@midnight": "cron(0 0 * * ? *)",
  "@weekly": "cron(0 0 ? * SUN *)",
  "@monthly": "cron(0 0 1 * ? *)",
};

/**
 * The expression that was meant by one with a slip: blanks, capitals, the plural of a rate's unit, weeks, days written out, a
 * missing bracket, year or word cron, a star where `?` is due. Days that are numbers leave a doubt where they look like those of the
 * cron of Unix, which counts from 0, and SSM from 1: both begin with Sunday.
 */
export function scheduleMeant(text: string): ScheduleMeant {
  if (text.length > 256) return {};
  const plain = text
    .trim()
    .replaceAll(/["'`\u201c\u201d]/g, "")
    .replaceAll(/\s+/g, " ");
  const nickname = Object.hasOwn(nicknames, plain.toLowerCase()) ? nicknames[plain.toLowerCase()] : undefined;
  if (nickname !== undefined) return { perhaps: nickname };
  const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(plain);
  const [, kind = instant ? "at" : "cron", body = plain] =
    /^(cron|rate|at) ?\(? ?(.*?) ?\)*$/i.exec(plain) ?? [];
  const fields = body.split(" ");
  const isCron = kind.toLowerCase() === "cron";
  const isUnix = isCron && fields.length === 5 && /\d/.test(fields[4] ?? "");
  const isZero = isCron && fields.length > 5 && fields.at(-2) === "0";
  // An instant in UTC is another one in the window's own zone.
  const isInUtc = /Z\)*$/.test(plain);
  const isDay = kind.toLowerCase() === "at" && /^\d{4}-\d\d-\d\d$/.test(body);
  const written = bodyOf(kind.toLowerCase(), isUnix || isZero ? withDays(fields) : body);
  const meant = `${kind.toLowerCase()}(${written})`;
  if (meant === text || !parseSchedule(meant).ok) return {};
  return isUnix || isZero || isDay || isInUtc ? { perhaps: meant } : { instead: meant };
}

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** Days of the week by name, as Unix counts them. */
function withDays(fields: readonly string[]): string {
  const at = fields.length === 5 ? 4 : fields.length - 2;
  return fields
    .map((field, index) => (index === at ? field.replaceAll(/(?<![\d#/])\d(?!\d)/g, dayName) : field))
    .join(" ");
}

function dayName(digit: string): string {
  return days[Number(digit)] ?? digit;
}

function bodyOf(kind: string, body: string): string {
  if (kind === "rate") {
    const [, count = "", named = ""] = /^(\d+) ?(min(?:ute)?|hour|day|week)s?$/i.exec(body) ?? [];
    const isWeek = named.toLowerCase() === "week";
    const number = isWeek ? String(Number(count) * 7) : count;
    const unit = isWeek ? "day" : named.toLowerCase().replace(/^min$/, "minute");
    return `${number} ${unit}${number === "1" ? "" : "s"}`;
  }
  if (kind === "at") {
    const time = body.replace(/^(\S+) (\S+)$/, "$1T$2").replace(/Z$/, "");
    return /T/.test(time) ? time.replace(/(T\d\d:\d\d)$/, "$1:00") : `${time}T04:00:00`;
  }
  const fields = body.split(" ");
  if (fields.length === 5) fields.push("*");
  const [dayOfMonth, dayOfWeek] = [fields.length - 4, fields.length - 2];
  const week = (fields[dayOfWeek] ?? "").replaceAll(
    /\b(sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:days?)?\b/gi,
    (day) => day.slice(0, 3).toUpperCase(),
  );
  if (fields[dayOfWeek] !== undefined) fields[dayOfWeek] = week;
  if (fields[dayOfMonth] !== "?" && fields[dayOfWeek] === "*") fields[dayOfWeek] = "?";
  else if (fields[dayOfMonth] === "*" && fields[dayOfWeek] !== "?") fields[dayOfMonth] = "?";
  return fields.join(" ");
}
