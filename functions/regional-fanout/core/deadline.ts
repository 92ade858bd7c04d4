/** Milliseconds; a function's 15 minutes leave as much for the starts. */
const mostWaited = 8 * 60_000;

/** What is thrown when something has not come in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor() {
    super("there was no answer in the time that the function has for it");
  }
}

/**
 * What a piece of work gives, or the DeadlineError once the signal says that its time is up. The SDK's pauses between
 * attempts do not listen to signals, so that the signal alone would not be enough.
 */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new DeadlineError();
  let give: (error: Error) => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    give = reject;
  });
  const onAbort = () => give(new DeadlineError());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work(), over]);
  } catch (error) {
    // The SDK's own word for an aborted call is an AbortError, which does not tell why.
    throw signal.aborted ? new DeadlineError() : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

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
