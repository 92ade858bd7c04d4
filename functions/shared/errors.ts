/**
 * An error as text that is the same each time it happens: ids of requests and hosts would make a status object change
 * with every run.
 */
export function stableText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text
    .replace(/\s+/g, " ")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "...")
    .replace(/(request ?id|host ?id)(:?) ?[^\s,;)]+/gi, "$1$2 ...")
    .slice(0, 300);
}

/** What a promise came to, so that a failure is a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export async function settle<T>(promise: Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    return { ok: false, error: stableText(error) };
  }
}

/** Maps a list with a few calls under way at a time. Results are in the list's order; a failure ends it. */
export async function mapLimited<T, R>(
  list: readonly T[],
  limit: number,
  map: (one: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(list.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) {
      results[index] = await map(list[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, work));
  return results;
}
