import type { SSMClientConfig } from "@aws-sdk/client-ssm";

type Logger = NonNullable<SSMClientConfig["logger"]>;

/** What clients of all services have in common. */
export type ClientSettings = Pick<
  SSMClientConfig,
  "maxAttempts" | "requestHandler" | "endpoint" | "credentials" | "cacheMiddleware" | "logger"
>;

const nothing = () => undefined;
/**
 * Hears neither of calls nor of errors, which it has no words for: the SDK would put each input and each output into words for one
 * that has, even if it does nothing with them.
 */
const deaf = { trace: nothing, debug: nothing, warn: nothing } as Logger;

/**
 * What every client of the function is made with. Throttled calls are tried again for about two minutes, since a Region
 * whose calls fail is left as it is until the next run.
 */
export const clientSettings = {
  maxAttempts: 10,
  // Nobody changes a client once it is made, and to put its middleware together anew takes a third of a call's time. The SDK keeps
  // it for calls without options alone: one that is given an abort signal still pays.
  cacheMiddleware: true,
  logger: deaf,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
} as const satisfies ClientSettings;

/** Every page of a listing, one after the other. */
export async function allPages<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}
