import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AccountFigures, QuestionFigures } from "./coverageRun.js";

async function run(...args: readonly string[]): Promise<unknown> {
  const script = fileURLToPath(new URL("coverageRun.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx/esm", script, ...args]);
  return JSON.parse(stdout);
}

/** The twelve questions of an auditor, each on each of 90 days, of 1,000 nodes. */
export async function measureQuestions(): Promise<QuestionFigures> {
  return (await run("questions")) as QuestionFigures;
}

/** One reading of an account whose nodes are spread over some Regions, in a process of its own with the lab. */
export async function measureCoverage(nodes: number, regions: number): Promise<AccountFigures> {
  return (await run("account", String(nodes), String(regions))) as AccountFigures;
}
