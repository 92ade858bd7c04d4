import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CannotRun, given, type Terminal } from "#shared/terminal/terminal.js";
import { seen } from "#shared/text/quotes.js";
import { command } from "./arguments.js";
import type { Surroundings } from "./ports.js";

const help = `The central window by hand. docs/fanout.md tells how it works.

  ${command} start --stack NAME        starts what the window starts, now, and follows it
  ${command} status --stack NAME       lists the last runs
  ${command} status RUN --stack NAME   tells what became of a run, or how far it is
  ${command} stop RUN --stack NAME     ends a run: automations, their children, commands

Each takes --help. Only start --yes and stop change anything.
`;

/** As for people: AWS or the lab, and the keyboard. */
function usual(): Surroundings {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  return {
    root: resolve(fileURLToPath(new URL("../..", import.meta.url))),
    portsOf: async (homeRegion) => (await import("./aws.js")).awsPorts(homeRegion),
    pause: async (milliseconds) => {
      try {
        await wait(milliseconds, undefined, { signal: interruption.signal });
      } catch (error) {
        // An interruption ends the pause, and whoever paused looks for it.
        if (!interruption.signal.aborted) throw error;
      }
    },
    interrupted: interruption.signal,
    clock: Date.now,
    newId: randomUUID,
  };
}

/** Does what the command line says, and gives the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  surroundings?: Surroundings,
): Promise<number> {
  const [name, ...rest] = args;
  try {
    // A command loads what it needs: the SDK and the program's rules take a second or two.
    switch (name) {
      case "start":
        return await (await import("./start.js")).start(rest, terminal, surroundings ?? usual());
      case "status":
        return await (await import("./status.js")).status(rest, terminal, surroundings ?? usual());
      case "stop":
        return await (await import("./stop.js")).stop(rest, terminal, surroundings ?? usual());
      case "--help":
      case "help":
        terminal.stdout.write(help);
        return 0;
      default: {
        const got = name === undefined ? "Nothing is asked for" : `Got ${given(name)}`;
        throw new CannotRun(`${got}; allowed is start, status or stop.\n${command} --help tells more.`);
      }
    }
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    for (const line of error.message.split("\n")) terminal.stderr.write(`${seen(line)}\n`);
    return 2;
  }
}
