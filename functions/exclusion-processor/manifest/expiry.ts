import { instantAt, wallAt } from "#schedule/zone.js";
import { dayMs } from "#shared/text/time.js";
import { meantExpiries } from "./meantExpiry.js";

/** What an expiry depends on beside its own text. */
export interface ExpiryRules {
  /** When the manifest was uploaded, in epoch milliseconds. */
  readonly uploadedAt: number;
  readonly maxExclusionDays: number;
  /** The zone in which a day ends. */
  readonly timezone: string;
}

/** The first moment at which an exclusion is over, or why the text gives none. */
export type Expiry = { readonly at: number } | { readonly allowed: string; readonly fix: string };

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const instantPattern =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const noOffsetPattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** The end of the longest exclusion that an upload may ask for. */
export function latestExpiry({ uploadedAt, maxExclusionDays }: ExpiryRules): number {
  return uploadedAt + maxExclusionDays * dayMs;
}

/** The last day that ends early enough. */
function latestDay(rules: ExpiryRules): string {
  // The zone's midnight that came last before the limit ends the day before it.
  return dayText(wallAt(rules.timezone, latestExpiry(rules)) - dayMs);
}

/** What was meant, where it has been read and is an end; else how to write one. Never what would last longer than meant. */
function writeMeant(text: string, rules: ExpiryRules): string {
  const good = meantExpiries(text, rules.uploadedAt, rules.timezone).filter(
    (meant, index, all) => all.indexOf(meant) === index && meant !== text && "at" in readExpiry(meant, rules),
  );
  if (good.length > 0) return `Write ${good.join(" or ")}.`;
  return `Write the last day as YYYY-MM-DD, ${latestDay(rules)} at the latest.`;
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function instantText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Midnight of a day as if it had been written in UTC, or the last day of a month that has no such day. */
function wallOf(
  year: number,
  month: number,
  day: number,
): { wall: number } | { lastDay: string } | undefined {
  if (month < 1 || month > 12 || day < 1) return undefined;
  // A year below 100 is taken for one of the twentieth century here, which is over as well.
  const lastDay = Date.UTC(year, month, 0);
  const wall = Date.UTC(year, month - 1, day);
  return wall <= lastDay ? { wall } : { lastDay: dayText(lastDay) };
}

function offsetMs(text: string): number {
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4));
  return (text.startsWith("-") ? -minutes : minutes) * 60_000;
}

/**
 * Reads when an exclusion ends: a date means through the end of that day in the stack's zone, an instant means itself.
 *
 * The limit is a promise to auditors, so that it holds to the millisecond also for a date, whose last hours may lie
 * beyond it.
 */
export function readExpiry(text: string, rules: ExpiryRules): Expiry {
  const date = datePattern.exec(text);
  const match = date ?? instantPattern.exec(text);
  if (match === null) {
    if (noOffsetPattern.test(text)) {
      const allowed = "an instant with its offset from UTC";
      return {
        allowed,
        fix: `Write ${text.replace(" ", "T")}Z if it is in UTC, or an offset such as +02:00 behind it.`,
      };
    }
    const allowed = "a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z";
    return { allowed, fix: writeMeant(text, rules) };
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const midnight = wallOf(year, month, day);
  if (midnight === undefined || "lastDay" in midnight) {
    const fix = midnight === undefined ? writeMeant(text, rules) : `Write ${midnight.lastDay}.`;
    return { allowed: "a day that the calendar has", fix };
  }
  const at =
    date === null
      ? midnight.wall +
        ((hour * 60 + minute) * 60 + second) * 1000 +
        Number((match[7] ?? "").padEnd(3, "0")) -
        offsetMs(match[8] ?? "Z")
      : instantAt(rules.timezone, midnight.wall + dayMs);
  return withinLimits(at, date === null, rules);
}

function tooEarly({ uploadedAt }: ExpiryRules): Expiry {
  const allowed = `a time after the upload, which was at ${instantText(uploadedAt)}`;
  return { allowed, fix: "Write a later one, or remove the entry." };
}

function withinLimits(at: number, isInstant: boolean, rules: ExpiryRules): Expiry {
  const { uploadedAt, maxExclusionDays, timezone } = rules;
  if (at <= uploadedAt) return tooEarly(rules);
  const limit = latestExpiry(rules);
  if (at <= limit) return { at };
  const days = maxExclusionDays === 1 ? "1 day" : `${maxExclusionDays} days`;
  if (isInstant) {
    const latest = instantText(limit);
    return {
      allowed: `at most ${days} after the upload, which is ${latest}`,
      fix: `Write ${latest} or earlier, and renew the exclusion before it ends.`,
    };
  }
  const latest = latestDay(rules);
  return {
    allowed: `at most ${days} after the upload, which is through ${latest} in ${timezone}`,
    fix: `Write ${latest} or earlier, and renew the exclusion before it ends.`,
  };
}
