import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotRun, type Terminal } from "#shared/terminal/terminal.js";
import { seen } from "#shared/text/quotes.js";
import type { Surroundings } from "./ports.js";

/** Does what the command line says, and gives the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings = usual(),
): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (name === "evidence")
      return await (await import("./evidence.js")).evidence(rest, terminal, surroundings);
    // Help and usage do without what takes a second or two to load.
    return await (await import("./report.js")).report(args, terminal, surroundings);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    for (const line of error.message.split("\n")) terminal.stderr.write(`${seen(line)}\n`);
    return 2;
  }
}

/** As for people: AWS or the lab. */
function usual(): Surroundings {
  return {
    root: resolve(fileURLToPath(new URL("../..", import.meta.url))),
    ports: async () => (await import("./aws.js")).awsPorts(),
    clock: async (...place) => (await import("../account/clock.js")).accountClock(...place),
  };
}
