import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Calls of one operation a second, where AWS documents no rate. */
export const callsPerSecond = 10;

/** What one closing of a window takes. */
interface ClosingFigures {
  /** CPU, without what AWS takes to answer. */
  readonly seconds: number;
  /** Of the process, with the account in memory that it closes. */
  readonly megabytes: number;
  readonly recordMegabytes: number;
  /** Nodes whose open patches were read by name, and those with some that were left out. */
  readonly named: number;
  readonly unnamed: number;
  /** Seconds of waiting for AWS: what is read side by side, then what nodes have reported, then names. */
  readonly waiting: { readonly nodes: number; readonly reports: number; readonly names: number };
}

/** Closes a window, of whose nodes some have open patches. @throws Error when nothing was closed */
export async function measureClosing(nodes: number, open: number): Promise<ClosingFigures> {
  const script = fileURLToPath(new URL("closingRun.ts", import.meta.url));
  const args = ["--import", "tsx/esm", script, String(nodes), String(open)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const run = JSON.parse(stdout) as Omit<ClosingFigures, "waiting"> & { readonly closed: number };
  if (run.closed !== 1) throw new Error(`closed ${run.closed} executions`);
  const pages = (size: number) => Math.ceil(nodes / size) / callsPerSecond;
  return {
    ...run,
    waiting: {
      nodes: Math.max(pages(100), pages(50)),
      reports: pages(50),
      names: run.named / callsPerSecond,
    },
  };
}
