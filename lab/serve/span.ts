import { CannotRun } from "#shared/terminal/terminal.js";
import { dayMs, hourMs } from "#shared/text/time.js";

const units: Readonly<Record<string, number>> = { d: dayMs, h: hourMs, m: 60_000, s: 1_000 };

/**
 * The time that a person means by `7d`, `1d12h`, `90m` or `2026-10-12T04:30:00Z`, in milliseconds since the epoch.
 *
 * @param now simulated time, which spans count from
 * @throws CannotRun when it means none, or one that is past or more than ten years ahead
 */
export function timeMeant(text: string, now: number): number {
  const isSpan = /^(\d{1,6}[dhms])+$/.test(text);
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  const meant = isSpan
    ? [...text.matchAll(/(\d+)([dhms])/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0),
        now,
      )
    : instant;
  if (Number.isNaN(meant)) {
    throw new CannotRun(
      `Got ${JSON.stringify(text.slice(0, 60))}; allowed is a span such as 7d, 1d12h, 90m or 30s, or an instant such as 2026-10-12T04:30:00Z.`,
    );
  }
  if (meant < now || meant > now + 3653 * dayMs) {
    throw new CannotRun(
      `${text} is ${instantText(meant)}, and it is ${instantText(now)} in the lab; time goes forward, at most ten years at once.`,
    );
  }
  return meant;
}

/** Spans of many digits lead beyond what a Date can hold. */
function instantText(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : "beyond all calendars";
}
