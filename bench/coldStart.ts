import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleFunction } from "#stacks/functionBundle.js";

/** Milliseconds that a fresh process takes to import a function's code and to make its first clients, medians. */
export interface ColdStart {
  readonly runs: number;
  readonly node: number;
  /** The same in Python with boto3, or why it could not be measured. */
  readonly python: { readonly milliseconds: number } | { readonly missing: string };
}

const runs = 7;
/** The clients that the bundle makes when it is imported; those of Regions come with the first run. */
const python = `
import time
began = time.perf_counter()
import boto3
for service in ("s3", "sns"):
    boto3.client(service, region_name="us-east-1")
print((time.perf_counter() - began) * 1000)
`;

/** Imports the shipped bundle of the exclusion processor in fresh processes, and sets boto3 up in others, by turns. */
export async function measureColdStart(): Promise<ColdStart> {
  const bundle = join(await bundleFunction("exclusion-processor"), "index.mjs");
  const node = `
const began = performance.now();
await import(${JSON.stringify(bundle)});
console.log(performance.now() - began);
`;
  const variables = { AWS_REGION: "us-east-1", BUCKET: "bucket", TOPIC_ARN: "topic" };
  const imported = () => timed(process.execPath, ["--input-type=module", "--eval", node], variables);
  const setUp = () => timed("python3", ["-c", python], {});
  const missing = await setUp().then(
    () => undefined,
    (error: unknown) => `python3 with boto3 does not run: ${lastLine(error)}`,
  );
  await imported();
  const times = { node: [] as number[], python: [] as number[] };
  for (let turn = 0; turn < runs; turn++) {
    times.node.push(await imported());
    if (missing === undefined) times.python.push(await setUp());
  }
  return {
    runs,
    node: median(times.node),
    python: missing === undefined ? { milliseconds: median(times.python) } : { missing },
  };
}

/** What a process says of its own time. */
async function timed(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  const { PATH, HOME } = process.env;
  const { stdout } = await promisify(execFile)(command, args, { env: { PATH, HOME, ...variables } });
  return Number(stdout);
}

function lastLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .trim()
    .split("\n")
    .slice(-1)
    .join();
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
