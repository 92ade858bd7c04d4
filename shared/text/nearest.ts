/** Most names that a question lists. */
const mostNames = 3;

/** A name without case, blanks and the signs that people put between words. */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_\-./]/g, "");
}

/** Slips between two texts: letters left out, added, taken for another, or two neighbours swapped. */
function slips(one: string, other: string): number {
  let older: number[] = [];
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let least = Math.min(
        (before[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (before[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const isSwap =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap) least = Math.min(least, (older[column - 2] ?? 0) + 1);
      now.push(least);
    }
    [older, before] = [before, now];
  }
  return before[other.length] ?? 0;
}

/**
 * What a person may have meant by a name that is not known.
 *
 * @param names the names that are
 * @param otherwise what people call some of them, in small letters without blanks, to the names
 * @returns up to three names that are equally near, so one alone is sure; none where more are, or all are far away
 */
export function nearest(
  given: string,
  names: readonly string[],
  otherwise: Readonly<Record<string, string>> = {},
): readonly string[] {
  const plain = bareName(given);
  if (plain === "" || plain.length > 64) return [];
  if (Object.hasOwn(otherwise, plain)) return [otherwise[plain] ?? ""];
  const most = Math.min(3, Math.max(1, Math.floor(plain.length / 4)));
  let found: string[] = [];
  let least = most;
  for (const name of names) {
    const other = bareName(name);
    if (Math.abs(other.length - plain.length) > least) continue;
    const distance = slips(plain, other);
    if (distance > least) continue;
    found = distance < least ? [name] : [...found, name];
    least = distance;
  }
  return found.length > mostNames ? [] : found;
}

/** A question after the nearest names, or what is allowed where there is none. */
export function didYouMean(meant: readonly string[], otherwise: string): string {
  return meant.length === 0 ? otherwise : `did you mean ${meant.join(" or ")}?`;
}
