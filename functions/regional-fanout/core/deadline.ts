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
 * so that what was found can still be started, and all of it so that a failure can still be told.
 *
 * @param remaining what the function has, in milliseconds
 */
export function startSpans(remaining: number): { filter: number; starts: number; counts: number } {
  const share = (part: number) => Math.max(1, Math.floor(remaining * part));
  return { filter: share(0.4), starts: share(0.6), counts: share(0.85) };
}

/** How long closing may take, in milliseconds from now. */
export function closingSpan(remaining: number): number {
  return Math.max(1, Math.floor(remaining * 0.85));
}
