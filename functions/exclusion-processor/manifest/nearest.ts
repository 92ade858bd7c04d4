// Longer words are no typing errors, and comparing them costs the product of the lengths.
const longest = 40;

/** How many letters to insert, remove, replace or swap to get from one word to the other. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwap) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
}

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, "");

/** The candidate that was meant most likely, if any is near: a third of its letters may be wrong. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  let best: { candidate: string; far: number } | undefined;
  for (const candidate of candidates) {
    const far = distance(plain(word), plain(candidate));
    if (far <= candidate.length / 3 && far < (best?.far ?? Number.POSITIVE_INFINITY))
      best = { candidate, far };
  }
  return best?.candidate;
}
