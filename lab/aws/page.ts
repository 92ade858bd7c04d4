import { AwsError, validationError } from "./errors.js";

/** What an operation that answers in pages is asked for. */
interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of a list, and the token of the next one where there is one.
 *
 * @param least fewest results per page that the operation takes
 * @param most most results per page, and how many come unasked
 */
export function page<T>(
  items: readonly T[],
  { MaxResults, NextToken }: PageRequest,
  least: number,
  most: number,
): { readonly items: readonly T[]; readonly token: { readonly NextToken?: string } } {
  const size = MaxResults ?? most;
  if (size < least || size > most)
    throw validationError(`MaxResults must be ${least} to ${most}, got ${size}`);
  const from = NextToken === undefined ? 0 : Number(NextToken);
  if (!/^\d{1,9}$/.test(NextToken ?? "0")) {
    throw new AwsError("InvalidNextToken", "The specified token is not valid.");
  }
  const to = from + size;
  return { items: items.slice(from, to), token: to < items.length ? { NextToken: String(to) } : {} };
}
