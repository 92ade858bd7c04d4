/** A key that an object has twice, and where the second one stands. */
interface RepeatedKey {
  readonly key: string;
  readonly offset: number;
}

/** Offset just behind the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Whether the string that ends at `end` is a key: only keys are followed by a colon. */
function isKey(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && /\s/.test(text[at] as string)) at++;
  return text[at] === ":";
}

/**
 * The first key that an object has twice. JSON.parse keeps the last one without a word, and half of a fleet would be
 * gone.
 *
 * @param text - What JSON.parse has accepted.
 */
export function repeatedKey(text: string): RepeatedKey | undefined {
  const open: (Set<string> | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const literal = text.slice(at, end);
        const key = literal.includes("\\") ? (JSON.parse(literal) as string) : literal.slice(1, -1);
        if (keys.has(key)) return { key, offset: at };
        keys.add(key);
      }
      at = end;
      continue;
    }
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    at++;
  }
  return undefined;
}
