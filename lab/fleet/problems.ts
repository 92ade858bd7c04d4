import { type PathPart, pathText } from "#shared/text/paths.js";
import { show } from "#shared/text/quotes.js";

const shownProblems = 200;

/** A fleet file that cannot be used. The message lists every problem, one a line. */
export class FleetError extends Error {
  override readonly name = "FleetError";
  /** All of the problems, also those that the message leaves out because there are too many. */
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const shown = problems.slice(0, shownProblems).map((problem) => `  - ${problem}`);
    if (problems.length > shownProblems) {
      shown.push(`  ... and ${problems.length - shownProblems} more problems`);
    }
    super([`${path} is no usable fleet, ${count}:`, ...shown].join("\n"));
    this.problems = problems;
  }
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
