/** Milliseconds of a minute, of an hour and of a day that no clock change cuts. */
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Whether a text begins with a day that there is, as YYYY-MM-DD: JavaScript takes September 31 for October 1. */
export function hasDay(text: string): boolean {
  const day = text.slice(0, 10);
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
