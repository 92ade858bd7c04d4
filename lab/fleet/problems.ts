const SHOWN_CHARACTERS = 80;
const SHOWN_PROBLEMS = 200;

/** A fleet file that cannot be used. The message lists every problem, one a line. */
export class FleetError extends Error {
  override readonly name = "FleetError";
  /** All of the problems, also those that the message leaves out because there are too many. */
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const shown = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  - ${problem}`);
    if (problems.length > SHOWN_PROBLEMS) {
      shown.push(`  ... and ${problems.length - SHOWN_PROBLEMS} more problems`);
    }
    super([`${path} is no usable fleet, ${count}:`, ...shown].join("\n"));
    this.problems = problems;
  }
}

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

/** The problems found so far, each with its file, the path inside it, the value got and what is allowed. */
export class Problems {
  readonly list: string[] = [];

  /** A problem of one value. */
  add(file: string, path: readonly PathPart[], got: unknown, allowed: string): void {
    const where = path.length === 0 ? file : `${file}: ${pathText(path)}`;
    this.list.push(`${where}: got ${show(got)}; allowed is ${allowed}`);
  }

  /** A problem of a file as a whole, or of a place in its text. */
  addText(file: string, message: string): void {
    this.list.push(`${file}: ${message}`);
  }
}

/** Problems of one file, or of one place in it. */
export interface Scope {
  /** A problem of the value at `path`, which is relative to this scope. */
  add(path: readonly PathPart[], got: unknown, allowed: string): void;
}

/** The scope of a place in a file. */
export function scope(problems: Problems, file: string, base: readonly PathPart[]): Scope {
  return { add: (path, got, allowed) => problems.add(file, [...base, ...path], got, allowed) };
}
