import { hourMs } from "#shared/text/time.js";

/** A bit less than a day, since the run that comes a day later may come a moment early. */
const silence = 23 * hourMs;

/**
 * Whether people are to be told of what goes on: at once, and again when a day has passed.
 *
 * @param told when they were told last (ISO 8601); undefined when nobody was
 */
export function isDue(told: string | undefined, now: number): boolean {
  return told === undefined || now - Date.parse(told) >= silence;
}
