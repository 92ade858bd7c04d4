import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Terminal } from "#shared/terminal/terminal.js";
import { runTool } from "#shared/terminal/tool.js";
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
  // A command loads what it needs: the SDK and the program's rules take a second or two.
  const commands = {
    check: async (rest: readonly string[]) =>
      (await import("./check.js")).check(rest, terminal, now, surroundings.root),
    plan: async (rest: readonly string[]) =>
      (await import("./plan.js")).plan(rest, terminal, now, surroundings),
    status: async (rest: readonly string[]) =>
      (await import("./status.js")).status(rest, terminal, surroundings),
  };
  return runTool({ command, help, commands }, args, terminal);
}
