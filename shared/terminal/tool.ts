import { seen } from "../text/quotes.js";
import { CannotRun, given, type Terminal } from "./terminal.js";

/** A command line with commands of its own. */
interface Tool {
  /** How it is called. */
  readonly command: string;
  readonly help: string;
  /** By its name, what runs a command with the words behind it, and gives the exit code. */
  readonly commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>>;
}

/** Does what the command line says, and gives the exit code. */
export async function runTool(
  { command, help, commands }: Tool,
  [name, ...rest]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    if (name === "--help" || name === "help") {
      terminal.stdout.write(help);
      return 0;
    }
    const run = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (run !== undefined) return await run(rest);
    const got = name === undefined ? "Nothing is asked for" : `Got ${given(name)}`;
    const allowed = Object.keys(commands)
      .join(", ")
      .replace(/, (\w+)$/, " or $1");
    throw new CannotRun(`${got}; allowed is ${allowed}.\n${command} --help tells more.`);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    for (const line of error.message.split("\n")) terminal.stderr.write(`${seen(line)}\n`);
    return 2;
  }
}
