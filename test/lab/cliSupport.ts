import { PassThrough } from "node:stream";
import { main } from "#lab/cli.js";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the lab's command line. */
export async function lab(args: readonly string[], isTTY = false): Promise<Run> {
  // It is read when all is over, so that it takes whatever comes.
  const stdout = Object.assign(new PassThrough({ highWaterMark: 2 ** 26 }), { isTTY, columns: 120 });
  const stderr = new PassThrough();
  const code = await main(args, { stdout, stderr });
  return { code, out: String(stdout.read() ?? ""), err: String(stderr.read() ?? "") };
}
