import { performance } from "node:perf_hooks";
import { readManifest } from "#functions/exclusion-processor/manifest/readManifest.js";
import { ExclusionAccount, type MeasuredRun, mostRegions } from "./exclusionAccount.js";
import { manifestsOf, type Size } from "./exclusionEntries.js";
import { AwsRates } from "./exclusionRates.js";

/** The largest case that the function is made for. */
export const largest: Size = { entries: 10_000, nodes: 170_000, regions: mostRegions };
const sizes: readonly Size[] = [
  { entries: 100, nodes: 1_000, regions: 5 },
  { entries: 10, nodes: 10_000, regions: 5 },
  { entries: 1_000, nodes: 10_000, regions: 5 },
  largest,
];

/** What a run has asked of AWS; what was throttled counts once, when it went through. */
interface Calls {
  readonly reads: number;
  readonly writes: number;
}

/** Runs of the shipped function over one size. */
export interface SizeFigures {
  readonly size: Size;
  /** Full pages of all nodes of all Regions, by each of the three ways in which they are found. */
  readonly pages: number;
  /** No manifest is there yet. */
  readonly idle: Calls;
  readonly first: Calls;
  readonly unchanged: Calls;
  /** After one of its entries has got other patches. */
  readonly changed: Calls;
  /** Reads of nodes in the run after nothing has changed. */
  readonly nodeReads: number;
  /**
   * Seconds until the first run has written all tags and told of all manifests: simulated ones, for the largest size at cautious
   * rates, and those that Lambda would take to compute. It waits after that, looks again, and is `whole` seconds at work.
   */
  readonly seconds: number;
  readonly whole: number;
  /** Bytes of the largest objects that it keeps for itself. */
  readonly kept: readonly (readonly [string, number])[];
  /** MiB; undefined where the system does not tell. */
  readonly megabytes: number | undefined;
}

/** Lets the function run in the lab over every size. */
export async function* measureExclusions(): AsyncGenerator<SizeFigures> {
  for (const size of sizes) yield await measure(size);
}

async function measure(size: Size): Promise<SizeFigures> {
  const rates = new AwsRates();
  const account = await ExclusionAccount.open(size, rates);
  try {
    const run = async () => {
      rates.refused.clear();
      const done = await account.run();
      return { done, calls: callsOf(done, rates.refused) };
    };
    const idle = await run();
    account.upload();
    // Every call that is throttled is made again, which costs the bench more than it tells of the shorter runs.
    rates.isOn = size === largest;
    const uploadedAt = account.now;
    const first = await run();
    const told = (account.toldAt - uploadedAt) / 1000;
    const kept = [...account.kept].sort(([, a], [, b]) => b - a).slice(0, 4);
    rates.isOn = false;
    const unchanged = await run();
    const nodeReads = unchanged.calls.get("node reads") ?? 0;
    account.change();
    const changed = await run();
    const counted = ({ calls }: typeof idle) => ({
      reads: calls.get("reads") ?? 0,
      writes: calls.get("writes") ?? 0,
    });
    return {
      size,
      pages: account.pages,
      idle: counted(idle),
      first: counted(first),
      unchanged: counted(unchanged),
      changed: counted(changed),
      nodeReads,
      seconds: told + first.done.computing,
      whole: first.done.seconds,
      kept,
      megabytes: changed.done.megabytes,
    };
  } finally {
    await account.close();
  }
}

function callsOf({ calls }: MeasuredRun, refused: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (kind: string, count: number) => counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const [name, all] of calls) {
    const count = all - (refused.get(name) ?? 0);
    add(/:(Get|List|Describe)/.test(name) ? "reads" : "writes", count);
    if (name === "ssm:DescribeInstanceInformation" || name === "tag:GetResources") add("node reads", count);
  }
  return counts;
}

/** Milliseconds to parse and validate all entries of the largest case. @throws Error when one is refused */
export function measureReading(): { readonly entries: number; readonly milliseconds: number } {
  const uploadedAt = Date.parse("2026-10-05T00:00:00Z");
  const ids = Array.from(
    { length: largest.nodes },
    (_, index) => `i-${index.toString(16).padStart(17, "0")}`,
  );
  const rules = {
    regions: ["us-east-1"],
    operatingSystems: ["UBUNTU", "WINDOWS"],
    timezone: "UTC",
    maxExclusionDays: 90,
  };
  const manifests = manifestsOf(largest, ids);
  const began = performance.now();
  let entries = 0;
  for (const [key, content] of manifests) {
    const result = readManifest({ key, text: Buffer.from(content), uploadedAt }, rules);
    if (!result.ok) throw new Error(`${key}: ${result.problems[0]?.message}`);
    entries += result.manifest.entries.length;
  }
  return { entries, milliseconds: performance.now() - began };
}
