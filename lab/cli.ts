import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotRun, type Terminal } from "#shared/terminal/terminal.js";
import { FleetError } from "./fleet/load.js";

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));

/**
 * Does what the command line says: a run of the lab, `serve` or `advance`; gives the exit code.
 *
 * @param stop resolves when a lab that is served shall close
 */
export async function main(
  args: readonly string[],
  terminal: Terminal = process,
  stop: () => Promise<unknown> = interrupted,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === "serve") {
      const { serve } = await import("./serve/serve.js");
      return await serve(rest, root, terminal, stop);
    }
    if (command === "advance") {
      const { advance } = await import("./serve/advance.js");
      return await advance(rest, terminal);
    }
    const { simulate } = await import("./command/simulate.js");
    return await simulate(args, root, terminal);
  } catch (error) {
    if (!(error instanceof CannotRun || error instanceof FleetError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Ctrl-C, or a kind request to end. */
function interrupted(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });
}
