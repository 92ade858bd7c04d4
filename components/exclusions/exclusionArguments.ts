import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

/** What is wrong with the start of names; the function's own takes 15 of Lambda's 64 characters beside it. */
export function namePrefixProblems(prefix: string): Problem[] {
  if (/^[a-zA-Z0-9_-]{3,49}$/.test(prefix)) return [];
  const reason = `got ${shown(prefix)}; allowed are 3 to 49 characters of a-z A-Z 0-9 _ and -.`;
  return [{ propertyPath: "namePrefix", reason }];
}

/**
 * What is wrong with an owner: it becomes a tag's value, and in policies no character of it may stand for another. A
 * project and a stack of Pulumi have 100 characters each.
 */
export function ownerProblems(owner: string): Problem[] {
  if (/^[\p{L}\p{N}_.:/=+\-@]{1,201}$/u.test(owner)) return [];
  const reason = `got ${shown(owner)}; allowed are 1 to 201 letters, digits and _ . : / = + - @.`;
  return [{ propertyPath: "owner", reason }];
}
