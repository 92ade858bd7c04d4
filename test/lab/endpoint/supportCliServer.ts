import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What is run, and where. */
export interface Order {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The AWS CLI in one process that forks for each command: to start it takes three times as long as a command. Only where it is
 * a Python program.
 */
export class CliServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** @returns undefined where the CLI is no Python program, or none at all */
  static async start(env: Order["env"]): Promise<CliServer | undefined> {
    const own = {
      ...env,
      PYTHONPATH: join(import.meta.dirname, "cliServer"),
      FORK_AWS_CLI: "1",
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const child = spawn("aws", { env: own, stdio: ["pipe", "pipe", "ignore"] });
    const isThere = new Promise<boolean>((resolve) => {
      child.once("spawn", () => resolve(true));
      child.once("error", () => resolve(false));
    });
    if (!(await isThere)) return undefined;
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.value === "ready") return new CliServer(child, lines);
    child.kill();
    return undefined;
  }

  /** One after the other. */
  async run(order: Order): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const { value } = await this.lines.next();
    return JSON.parse(value);
  }

  stop(): void {
    this.child.stdin?.end();
  }
}
