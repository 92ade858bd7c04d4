/** Most characters of a value that a message shows. */
const shownCharacters = 80;

/** Characters that do something instead of being seen: control characters, line separators, turns of the direction. */
export const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const everyUnseen = new RegExp(unseen, "gu");

/** An unseen character as its number. */
export function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** A text from a file, a command line or AWS in which every character that a terminal would obey is a number. */
export function seen(text: string): string {
  return text.replace(everyUnseen, escaped);
}

/** A string as JSON, so that no control character reaches a terminal, and cut so that a message stays readable. */
export function quote(text: string): string {
  if (text.length <= shownCharacters) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, shownCharacters))}...`;
}

/** What was got where no single value of the file says it, such as `51 tags`. */
export class Words {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value from a file for a message: hostile or huge ones as well. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Words) return value.text;
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value))
    return value.length === 1 ? "a list of 1 item" : `a list of ${value.length} items`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0
      ? "an object without keys"
      : `an object with ${keys.slice(0, 3).map(quote).join(", ")}`;
  }
  return String(value);
}

/**
 * Shows a value in a message: as JSON, cut to 80 characters, so that a hostile value cannot flood the terminal.
 */
export function shown(value: unknown): string {
  const text = asText(value);
  return text.length <= shownCharacters
    ? text
    : `${text.slice(0, shownCharacters - 3)}... (${text.length} characters)`;
}

/** Shows a name as `shown` does, without the quotes, for use in a path. */
export function shownName(name: string): string {
  return shown(name).replace(/^"|"$/g, "");
}

function asText(value: unknown): string {
  // JSON has no Infinity and no NaN and would show both as null.
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested too deeply for the stack, circular, or a bigint: none of them may hide the message it is shown in.
    return `a value of type ${typeof value} that cannot be shown`;
  }
}
