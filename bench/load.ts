import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ProgramResult, runProgram } from "#test/support/launcher.js";

interface Spread {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

interface LoadFigures {
  readonly runs: number;
  /** Resources that the program declares, the same under both loaders. */
  readonly resources: number;
  /** As `Pulumi.yaml` says: tsx, no type-check. */
  readonly tsx: Spread;
  /** As the SDK does without further options: ts-node with type-check. */
  readonly tsNode: Spread;
  /** Median under tsx over median under ts-node. */
  readonly ratio: number;
}

const root = resolve(import.meta.dirname, "..");

/**
 * Wall time of a whole dry run, from the start of the launcher's process to its end, under the loader of `Pulumi.yaml`
 * and under the SDK's default one.
 *
 * @param runs Measured runs of each; one more of each comes first, so that both find warm file caches.
 * @throws if a run fails or if the loaders lead to different resources.
 */
export async function measureLoad(runs: number, directory = root, stack = "dev"): Promise<LoadFigures> {
  if (!Number.isInteger(runs) || runs < 1)
    throw new RangeError(`runs must be a whole number from 1, not ${runs}`);
  const asProjectSays = () => dryRun({ directory, stack });
  const asByDefault = () => dryRun({ directory, stack, loader: { typescript: true, nodeargs: "" } });
  const resources = sameResources(await asProjectSays(), await asByDefault());
  const tsx: number[] = [];
  const tsNode: number[] = [];
  // In turns, and each of them first every other time: a machine that slows down must not look like a slow loader.
  for (let turn = 0; turn < runs; turn++) {
    if (turn % 2 === 0) tsx.push((await asProjectSays()).wallMs);
    tsNode.push((await asByDefault()).wallMs);
    if (turn % 2 === 1) tsx.push((await asProjectSays()).wallMs);
  }
  const spreads = { tsx: spreadOf(tsx), tsNode: spreadOf(tsNode) };
  return { runs, resources, ...spreads, ratio: spreads.tsx.medianMs / spreads.tsNode.medianMs };
}

async function dryRun(run: Omit<Parameters<typeof runProgram>[0], "dryRun">): Promise<ProgramResult> {
  const result = await runProgram({ ...run, dryRun: true, plainErrors: false });
  if (result.exitCode !== 0)
    throw new Error(`${run.directory} ended with exit code ${result.exitCode}\n${result.errors}`);
  return result;
}

function sameResources(one: ProgramResult, other: ProgramResult): number {
  const listOf = ({ recording }: ProgramResult) => recording.list().join();
  if (listOf(one) !== listOf(other)) throw new Error("the loaders lead to different resources");
  return one.recording.resources.length;
}

function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    medianMs: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    minMs: at(0),
    maxMs: at(sorted.length - 1),
  };
}

function line(label: string, spread: Spread): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(8);
  return `${label.padEnd(22)}${seconds(spread.medianMs)}${seconds(spread.minMs)}${seconds(spread.maxMs)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [runs = "5", directory = root, stack = "dev"] = process.argv.slice(2);
  const figures = await measureLoad(Number(runs), resolve(directory), stack);
  console.log(
    `Whole program, dry run, stack ${stack}, ${figures.resources} resources, ${figures.runs} runs of each`,
  );
  console.log(`${"".padEnd(22)}${["median", "min", "max"].map((head) => head.padStart(8)).join("")}`);
  console.log(line("tsx (Pulumi.yaml)", figures.tsx));
  console.log(line("ts-node (SDK default)", figures.tsNode));
  console.log(`ratio of medians ${figures.ratio.toFixed(2)}`);
}
