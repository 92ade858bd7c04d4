/** A part of a pattern: any text, or one character that passes a test. */
export type GlobToken = "*" | ((character: string) => boolean);

/**
 * Whether a pattern covers a whole text. Walks both instead of building a regular expression, which a pattern with many
 * stars could make run for minutes.
 */
export function globMatches(tokens: readonly GlobToken[], text: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      resume = at;
    } else if (current?.(text.charAt(at)) === true) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}
