import { setTimeout as wait } from "node:timers/promises";

/** Names of errors by which AWS's services ask for fewer calls. */
const throttles = [
  "RequestLimitExceeded",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
];

/** How a listing that is throttled goes on. */
export interface Patience {
  /** Times that a page is asked for again, after the SDK's own attempts. */
  readonly times: number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

export const patient: Patience = { times: 6, pause: (milliseconds) => wait(milliseconds) };

const pauseMs = 5_000;

/**
 * Pages of a listing, one at a time. One that is throttled is asked for again by its own token, so that nothing is read twice.
 *
 * @param call asks for the page of a token; without one for the first
 * @throws whatever the call does, at once unless it is throttled
 */
export async function* pagesOf<Page>(
  call: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
  { times, pause }: Patience = patient,
): AsyncGenerator<Page> {
  let token: string | undefined;
  let left = times;
  for (;;) {
    let page: Page;
    try {
      page = await call(token);
    } catch (error) {
      if (!isThrottle(error) || left === 0) throw error;
      await pause(pauseMs * (times - left + 1));
      left--;
      continue;
    }
    left = times;
    yield page;
    const next = tokenOf(page);
    // The tagging API's last token is an empty text.
    if (next === undefined || next === "") return;
    token = next;
  }
}

/** Every item of a listing, of which no page is kept longer than it takes to read it. */
export async function itemsOf<Page, Item>(
  pages: AsyncIterable<Page>,
  read: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) for (const item of read(page)) items.push(item);
  return items;
}

/** Every item of a listing whose pages name the next by `NextToken`. */
export function listOf<Page extends { readonly NextToken?: string | undefined }, Item>(
  call: (token: string | undefined) => Promise<Page>,
  read: (page: Page) => readonly Item[],
  patience: Patience,
): Promise<Item[]> {
  return itemsOf(
    pagesOf(call, ({ NextToken }) => NextToken, patience),
    read,
  );
}

function isThrottle(error: unknown): boolean {
  return error instanceof Error && throttles.includes(error.name);
}
