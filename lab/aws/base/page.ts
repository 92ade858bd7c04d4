import { hash32 } from "../../random.js";
import { AwsError, validationError } from "./errors.js";

/** What an operation that answers in pages is asked for. */
interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface PageOptions {
  /** How many results come unasked; otherwise as many as the operation gives at most. */
  readonly unasked?: number;
  /**
   * For operations whose documentation warns that a page may hold fewer results than asked for, or none, although more
   * follow. The first page is then empty, and others are as their place in the list decides.
   */
  readonly mayBeShort?: boolean;
  /** The items begin where the token says: whoever gives them has passed over those of earlier pages. */
  readonly areBegun?: boolean;
}

const tokenShape = /^(\d{1,9})(e?)$/;

/** Where a page begins; of what is no token, which `page` refuses, at the beginning. */
export function placeOf(NextToken = "0"): number {
  return Number(tokenShape.exec(NextToken)?.[1] ?? 0);
}

/**
 * One page of a list, and the token of the next one where there is one.
 *
 * @param least fewest results per page that the operation takes
 * @param most most results per page
 */
export function page<T>(
  items: Iterable<T>,
  { MaxResults, NextToken = "0" }: PageRequest,
  least: number,
  most: number,
  { unasked = most, mayBeShort = false, areBegun = false }: PageOptions = {},
): { readonly items: readonly T[]; readonly token: { readonly NextToken?: string } } {
  const asked = MaxResults ?? unasked;
  if (asked < least || asked > most)
    throw validationError(`MaxResults must be ${least} to ${most}, got ${asked}`);
  const [, place = "", afterEmpty = ""] = tokenShape.exec(NextToken) ?? [];
  if (place === "") throw new AwsError("InvalidNextToken", "The specified token is not valid.");
  const from = Number(place);
  const size = mayBeShort ? shortened(asked, from, afterEmpty === "") : asked;
  const found: T[] = [];
  // Into an array it is gone at the place: to walk over what comes before it on each page takes the square of their number.
  const isArray = !areBegun && Array.isArray(items);
  let index = areBegun || isArray ? from : 0;
  for (const item of isArray ? items.slice(from, from + size + 1) : items) {
    if (index++ < from) continue;
    if (found.length === size) {
      return { items: found, token: { NextToken: size === 0 ? `${from}e` : String(from + size) } };
    }
    found.push(item);
  }
  return { items: found, token: {} };
}

/** How many results a page holds that may be short; no two pages in a row are empty. */
function shortened(asked: number, from: number, mayBeEmpty: boolean): number {
  const chance = hash32("page", from) % 4;
  if (mayBeEmpty && (from === 0 || chance === 0)) return 0;
  return chance === 1 ? Math.ceil(asked / 2) : asked;
}
