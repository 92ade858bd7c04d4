import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { exclusionVariables } from "#shared/contract/exclusionNames.js";
import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { windowClosingVariables } from "#shared/contract/windowClosing.js";
import { bundleFunction } from "#stacks/functionBundle.js";

/** Milliseconds that a fresh process takes to import a function's code and to make its first clients, medians. */
interface ColdStart {
  readonly runs: number;
  /** Of each bundle, by its name. */
  readonly node: Readonly<Record<string, number>>;
  /** The same in Python with boto3, or why it could not be measured. */
  readonly python: { readonly milliseconds: number } | { readonly missing: string };
}

const runs = 7;
/** All that any of the functions is told by its environment. */
const variables = {
  AWS_REGION: "us-east-1",
  AWS_LAMBDA_FUNCTION_NAME: "f",
  ...Object.fromEntries(
    [...Object.values(fanoutVariables), ...Object.values(exclusionVariables)].map((name) => [name, "x"]),
  ),
  [windowClosingVariables.bucket]: "x",
  [windowClosingVariables.topicArn]: "x",
  [windowClosingVariables.windows]: "[]",
};
/** The bundles that are shipped. */
const bundles = [
  { name: "exclusion-processor", entry: "handler" },
  { name: "regional-fanout", entry: "handler" },
  { name: "regional-fanout", entry: "closing" },
  { name: "window-end", entry: "closing" },
] as const;
/** The clients that a bundle makes when it is imported; those of Regions come with the first run. */
const python = `
import time
began = time.perf_counter()
import boto3
for service in ("s3", "sns"):
    boto3.client(service, region_name="us-east-1")
print((time.perf_counter() - began) * 1000)
`;

/** Imports the shipped bundles in fresh processes, and sets boto3 up in others, by turns. */
export async function measureColdStart(): Promise<ColdStart> {
  const setUp = () => timed("python3", ["-c", python], {});
  const missing = await setUp().then(
    () => undefined,
    (error: unknown) => `python3 with boto3 does not run: ${lastLine(error)}`,
  );
  const works = await Promise.all(
    bundles.map(async ({ name, entry }) => {
      const file = join(await bundleFunction(name, entry), "index.mjs");
      return { name: `${name}/${entry}`, work: () => imported(file), times: [] as number[] };
    }),
  );
  const boto3: number[] = [];
  for (const { work } of works) await work();
  for (let turn = 0; turn < runs; turn++) {
    for (const { work, times } of works) times.push(await work());
    if (missing === undefined) boto3.push(await setUp());
  }
  return {
    runs,
    node: Object.fromEntries(works.map(({ name, times }) => [name, median(times)])),
    python: missing === undefined ? { milliseconds: median(boto3) } : { missing },
  };
}

function imported(file: string): Promise<number> {
  const script = `
const began = performance.now();
await import(${JSON.stringify(file)});
console.log(performance.now() - began);
`;
  return timed(process.execPath, ["--input-type=module", "--eval", script], variables);
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
