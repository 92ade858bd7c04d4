import { escaped, quote, seen, unseen } from "../text/quotes.js";

/** Where a command writes what a person reads. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
}

/** Why a command cannot do what it was asked to: shown as its message alone, with exit code 2. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

const codes = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

export type Colour = keyof typeof codes;

/** An unseen character, or one of our own colours. */
const everyUnseenOrColour = new RegExp(`\\u001b\\[(?:0|1|2|31|32|33)m|${unseen.source}`, "gu");

/** What was given on the command line, short and in quotes. */
export function given(text: string): string {
  return seen(quote(text));
}

/** Writes lines, and lets no character through that a terminal would obey, wherever it came from. */
export class Printer {
  private readonly hasColour: boolean;

  constructor(private readonly stdout: Terminal["stdout"]) {
    this.hasColour = stdout.isTTY === true;
  }

  /** A text of our own in a colour, where there are colours. */
  readonly paint = (colour: Colour, text: string): string =>
    this.hasColour ? `\u001b[${codes[colour]}m${seen(text)}\u001b[0m` : seen(text);

  lines(lines: readonly string[]): void {
    for (const line of lines) this.stdout.write(`${this.safe(line)}\n`);
  }

  /** JSON of which every line can be shown: what is escaped stands in a text, and means the same there. */
  json(value: object): void {
    this.lines(JSON.stringify(value, undefined, 1).split("\n"));
  }

  private safe(line: string): string {
    if (!this.hasColour) return seen(line);
    return line.replace(everyUnseenOrColour, (found) => (found.length > 1 ? found : escaped(found)));
  }
}
