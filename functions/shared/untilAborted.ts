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
