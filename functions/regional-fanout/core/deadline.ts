/** Milliseconds; a function's 15 minutes leave as much for the starts. */
const mostWaited = 8 * 60_000;

/**
 * How long each part of the start may take, in milliseconds from now: the filter less than half of the function's time,
 * so that what was found can still be started, and all of it so that a failure can still be told. Where the exclusion processor
 * has to be waited for, that takes a part of its own.
 *
 * @param remaining what the function has, in milliseconds
 */
export function startSpans(remaining: number): Record<"filter" | "vouching" | "starts" | "counts", number> {
  const share = (part: number) => Math.max(1, Math.floor(remaining * part));
  return { filter: share(0.4), vouching: share(0.6), starts: share(0.7), counts: share(0.85) };
}

/** How long the exclusion processor is waited for at most, in milliseconds from now. */
export function vouchSpan(remaining: number): number {
  return Math.min(mostWaited, Math.max(1, Math.floor(remaining * 0.55)));
}

/** How long closing may take, in milliseconds from now. */
export function closingSpan(remaining: number): number {
  return Math.max(1, Math.floor(remaining * 0.85));
}
