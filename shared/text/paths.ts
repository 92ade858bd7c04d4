const SHOWN_CHARACTERS = 80;

/** A step on the way to a value: a key or an index. */
export type PathPart = PropertyKey;

/** Where a value stands in a file, written as in JavaScript: `nodes[3].tags["Patch Group"]`. */
export function pathText(path: readonly PathPart[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (typeof part === "string" && /^[A-Za-z_$][\w$]{0,127}$/.test(part)) {
      text += text === "" ? part : `.${part}`;
    } else text += `[${quote(String(part))}]`;
  }
  return text;
}

/** A string as JSON, so that no control character reaches a terminal, and cut so that a message stays readable. */
export function quote(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))}...`;
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
