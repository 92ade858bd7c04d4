/** A list in pieces of at most so many. */
export function chunks<T>(list: readonly T[], most: number): T[][] {
  const starts = Array.from({ length: Math.ceil(list.length / most) }, (_, index) => index * most);
  return starts.map((from) => list.slice(from, from + most));
}
