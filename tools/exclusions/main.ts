import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotRun, given, type Terminal } from "#shared/terminal/terminal.js";
import { seen } from "#shared/text/quotes.js";
import type { Surroundings } from "./access.js";
import { command } from "./arguments.js";

const help = `Exclusions: which patches stay off which nodes, until when. docs/exclusions.md tells how they work.

  ${command} check FILE...                              checks manifests, here and now
  ${command} plan FILE --stack NAME                     tells what a manifest would change
  ${command} status --stack NAME [KEY...]               tells what became of uploaded manifests

Each takes --help. None of them writes anything anywhere.
`;

const usual: Surroundings = {
  root: resolve(fileURLToPath(new URL("../..", import.meta.url))),
  portsOf: async (bucket, region) => (await import("./aws.js")).portsOfBucket(bucket, region),
  bucketOf: async (region, name) => (await import("./aws.js")).bucketOfFunction(region, name),
};

/**
 * Does what the command line says, and gives the exit code.
 *
 * @param now epoch milliseconds
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  now: number,
  surroundings: Surroundings = usual,
): Promise<number> {
  const [name, ...rest] = args;
  try {
    // A command loads what it needs: the SDK and the program's rules take a second or two.
    switch (name) {
      case "check":
        return (await import("./check.js")).check(rest, terminal, now, surroundings.root);
      case "plan":
        return await (await import("./plan.js")).plan(rest, terminal, now, surroundings);
      case "status":
        return await (await import("./status.js")).status(rest, terminal, surroundings);
      case "--help":
      case "help":
        terminal.stdout.write(help);
        return 0;
      default: {
        const got = name === undefined ? "Nothing is asked for" : `Got ${given(name)}`;
        throw new CannotRun(`${got}; allowed is check, plan or status.\n${command} --help tells more.`);
      }
    }
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    for (const line of error.message.split("\n")) terminal.stderr.write(`${seen(line)}\n`);
    return 2;
  }
}
