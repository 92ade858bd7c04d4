import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Terminal } from "#shared/terminal/terminal.js";
import { runTool } from "#shared/terminal/tool.js";
import { command } from "./arguments.js";
import type { Surroundings } from "./ports.js";

const help = `The central window by hand. docs/fanout.md tells how it works.

  ${command} start --stack NAME        starts what the window starts, now, and follows it
  ${command} status --stack NAME       lists the last runs
  ${command} status RUN --stack NAME   tells what became of a run, or how far it is
  ${command} rings --stack NAME        tells of rings by cycles: which started, which were held and why
  ${command} rings pause|promote|resume RING   keeps a ring from starting, or starts it all the same
  ${command} stop RUN --stack NAME     ends a run: automations, their children, commands

Each takes --help. Only start --yes, stop, and rings with a word change anything.
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
    clock: async (...place) => (await import("../account/clock.js")).accountClock(...place),
    newId: randomUUID,
  };
}

/** Does what the command line says, and gives the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  surroundings?: Surroundings,
): Promise<number> {
  // A command loads what it needs: the SDK and the program's rules take a second or two.
  const commands = {
    start: async (rest: readonly string[]) =>
      (await import("./start.js")).start(rest, terminal, surroundings ?? usual()),
    status: async (rest: readonly string[]) =>
      (await import("./status.js")).status(rest, terminal, surroundings ?? usual()),
    rings: async (rest: readonly string[]) =>
      (await import("./rings.js")).rings(rest, terminal, surroundings ?? usual()),
    stop: async (rest: readonly string[]) =>
      (await import("./stop.js")).stop(rest, terminal, surroundings ?? usual()),
  };
  return runTool({ command, help, commands }, args, terminal);
}
