import { callsPerSecond, measureClosing } from "./closing.js";
import { measureColdStart } from "./coldStart.js";
import { measureCoverage, measureQuestions } from "./coverage.js";
import { measureEndpoint, type Part } from "./endpoint.js";
import { measureIdleHours } from "./exclusionIdle.js";
import { perSecond } from "./exclusionRates.js";
import { largest, measureExclusions, measureReading, type SizeFigures } from "./exclusions.js";
import { fanoutRegions, measureFanout } from "./fanout.js";
import { type LabFigures, measureLab, measureStart } from "./lab.js";
import { measureLoad } from "./load.js";

const bars = {
  loadRatio: 1 / 3,
  coldStartRatio: 1 / 3,
  startRatio: { "the default fleet": 8, "1,000 nodes": 10 },
  /** Seconds to the last start, in each Region one automation and a few. */
  fanout: { lastStart: 5 },
  // The lab's pages are often short, as AWS's may be; nodes times entries would be thousands of times as many.
  exclusions: { seconds: 900, megabytes: 400, readsOfFullPages: 2 },
  // What the function has, and its process has no account beside it.
  closing: { megabytes: 1024 },
  coverage: { seconds: 120 },
  questions: { seconds: 10 },
  lab: new Map([
    [1_000, { seconds: 3.15, megabytes: Number.POSITIVE_INFINITY }],
    [100_000, { seconds: 60, megabytes: 2048 }],
  ]),
};

const verdict = (isWithin: boolean) => (isWithin ? "within the bar" : "OVER THE BAR");

async function benchLoad(): Promise<void> {
  const { tsx, tsNode, ratio, runs, resources } = await measureLoad(5);
  const spread = ({ medianMs, minMs, maxMs }: typeof tsx) =>
    `${(medianMs / 1000).toFixed(2)} s (${(minMs / 1000).toFixed(2)} to ${(maxMs / 1000).toFixed(2)})`;
  console.log(
    `Program under the language host's launcher, dry run, ${resources} resources, ${runs} runs each`,
  );
  console.log(`  tsx, as Pulumi.yaml says   ${spread(tsx)}`);
  console.log(`  ts-node, the default       ${spread(tsNode)}`);
  console.log(
    `  ratio ${ratio.toFixed(2)}, bar ${bars.loadRatio.toFixed(2)}: ${verdict(ratio <= bars.loadRatio)}`,
  );
}

async function benchLab(): Promise<void> {
  console.log("\nLab, 28 days, CPU of all its processes, memory of the lab's own");
  const figures: LabFigures[] = [];
  const sizes = asked.has("lab100000") ? [1_000, 10_000, 100_000] : [1_000, 10_000];
  for (const nodes of sizes) {
    const run = await measureLab(nodes);
    if (run === undefined) {
      console.log("  not measured: only Linux tells");
      return;
    }
    figures.push(run);
    const bar = bars.lab.get(nodes);
    const says =
      bar === undefined
        ? ""
        : `  bar ${bar.seconds} s${Number.isFinite(bar.megabytes) ? `, ${bar.megabytes} MiB` : ""}: ${verdict(run.seconds <= bar.seconds && run.megabytes <= bar.megabytes)}`;
    console.log(
      `  ${String(nodes).padStart(7)} nodes  ${run.seconds.toFixed(1).padStart(6)} s  ${run.megabytes.toFixed(0).padStart(5)} MiB  ${run.secondsPerThousand.toFixed(2).padStart(5)} s per 1,000 nodes${says}`,
    );
  }
  const [, tenThousand, hundredThousand] = figures;
  if (tenThousand === undefined || hundredThousand === undefined) {
    console.log("  100,000 nodes take minutes: npm run bench -- lab100000");
    return;
  }
  const growth = hundredThousand.secondsPerThousand / tenThousand.secondsPerThousand;
  console.log(`  cost per node at 100,000 over that at 10,000: ${growth.toFixed(2)}`);
}

async function benchEndpoint(): Promise<void> {
  const { overHttp, inProcess, validation, access } = await measureEndpoint();
  const part = ({ whole, part, ratio }: Part) =>
    `${part.toFixed(1).padStart(5)} of ${whole.toFixed(1)} µs a call, with over without ${ratio.toFixed(2)}`;
  console.log("\nEndpoint, small calls of SSM, medians");
  console.log(
    `  GetPatchBaseline over HTTP  ${overHttp.toFixed(0).padStart(7)} a second, over one connection`,
  );
  console.log(`  GetPatchBaseline in process ${inProcess.toFixed(0).padStart(7)} a second`);
  console.log(`  validation of the same      ${part(validation)}`);
  console.log(`  IAM, ListCommands by a role ${part(access)}`);
}

async function benchColdStart(): Promise<void> {
  const { runs, node, python } = await measureColdStart();
  console.log(`\nFunctions, import and first clients in a fresh process, ${runs} runs each`);
  const milliseconds = (value: number) => `${value.toFixed(0).padStart(7)} ms`;
  console.log(
    "missing" in python
      ? `  boto3                          not measured: ${python.missing}`
      : `  boto3                       ${milliseconds(python.milliseconds)}`,
  );
  for (const [name, took] of Object.entries(node)) {
    const ratio = "missing" in python ? undefined : took / python.milliseconds;
    const says =
      ratio === undefined
        ? ""
        : `  ratio ${ratio.toFixed(2)}, bar ${bars.coldStartRatio.toFixed(2)}: ${verdict(ratio <= bars.coldStartRatio)}`;
    console.log(`  ${name.padEnd(27)} ${milliseconds(took)}${says}`);
  }
}

async function benchStart(): Promise<void> {
  console.log("\nnpm start, 28 days, CPU of all its processes, over one load of its modules");
  const runs = {
    "the default fleet": await measureStart(3),
    "1,000 nodes": await measureStart(3, "--fleet", "lab/fleets/thousand.yaml"),
  };
  for (const [name, figures] of Object.entries(runs)) {
    if (figures === undefined) console.log(`  ${name.padEnd(18)} not measured: only Linux tells`);
    else {
      const { run, load, ratio } = figures;
      const bar = bars.startRatio[name as keyof typeof runs];
      console.log(
        `  ${name.padEnd(18)}${run.toFixed(1).padStart(6)} s of ${load.toFixed(1)} s  ratio ${ratio.toFixed(1)}, bar ${bar}: ${verdict(ratio <= bar)}`,
      );
    }
  }
}

async function benchExclusions(): Promise<void> {
  const { entries, milliseconds } = measureReading();
  console.log(
    "\nExclusion processor, five Regions and all of them, nodes with 30 tags, the shipped function in the lab",
  );
  console.log(
    `  ${entries.toLocaleString("en")} entries are parsed and checked in ${milliseconds.toFixed(0)} ms`,
  );
  console.log(
    "  entries   nodes   idle     first: reads writes   unchanged: reads writes   one changed: writes",
  );
  for await (const figures of measureExclusions()) printSize(figures);
}

function printSize({ size, idle, first, unchanged, changed, ...figures }: SizeFigures): void {
  const cell = (value: number, width: number) => value.toLocaleString("en").padStart(width);
  const line = [
    cell(size.entries, 9),
    cell(size.nodes, 8),
    cell(idle.reads + idle.writes, 7),
    cell(first.reads, 17),
    cell(first.writes, 7),
    cell(unchanged.reads, 19),
    cell(unchanged.writes, 7),
    cell(changed.writes, 22),
  ];
  const { nodeReads, pages, seconds, whole, kept, megabytes } = figures;
  console.log(line.join(""));
  const bar = bars.exclusions;
  const most = bar.readsOfFullPages * pages;
  const isWithin = unchanged.writes === 0 && nodeReads <= most;
  console.log(
    `      unchanged, ${nodeReads.toLocaleString("en")} reads are of nodes; bar ${most.toLocaleString("en")} for ${pages.toLocaleString("en")} full pages, and 0 writes: ${verdict(isWithin)}`,
  );
  if (size !== largest) return;
  console.log(
    `      first run ${seconds.toFixed(0)} s at ${perSecond} calls a second of each operation and Region until all is told, bar ${bar.seconds} s: ${verdict(seconds <= bar.seconds)}; ${whole.toFixed(0)} s with the wait for late tags, computing left out`,
  );
  console.log(
    `      keeps ${kept.map(([key, bytes]) => `${key} ${(bytes / 1024).toFixed(0)} KiB`).join(", ")}`,
  );
  console.log(
    megabytes === undefined
      ? "      memory not measured: only Linux tells it of another process"
      : `      memory ${megabytes.toFixed(0)} MiB at most, bar ${bar.megabytes} MiB: ${verdict(megabytes <= bar.megabytes)}`,
  );
}

async function benchIdleHours(): Promise<void> {
  console.log("\nExclusion processor, an idle hour in a process of its own: calls of S3, others, writes");
  for await (const { entries, regions, s3, others, writes } of measureIdleHours()) {
    // The lab's first page is empty where it has something to list, and a node may not have told its system yet.
    const most = entries === 0 ? regions : 3 * regions;
    const isWithin = writes === 0 && s3 === 2 && others <= most;
    console.log(
      `  ${String(entries).padStart(4)} entries, ${String(regions).padStart(2)} Regions  ${s3} + ${String(others).padStart(2)}, ${writes} writes; bar 2 + ${most}, 0: ${verdict(isWithin)}`,
    );
  }
}

async function benchFanout(): Promise<void> {
  console.log(
    `\nFan-out over ${fanoutRegions} Regions, the shipped functions in the lab at AWS's documented rates`,
  );
  console.log(
    "  mode          nodes a Region  promised  last start   start  closing   calls   billed steps   memory   closed after   patched",
  );
  const sizes = [
    [50, "per-region", 0],
    [50, "per-region", 5],
    [5_000, "per-region", 0],
    [5_000, "per-region", 500],
    [50, "per-instance", 0],
  ] as const;
  for (const [nodes, mode, promised] of sizes) {
    const run = await measureFanout(nodes, mode, promised);
    const count = (value: number, width: number) => value.toLocaleString("en").padStart(width);
    console.log(
      `  ${mode.padEnd(12)}${count(nodes, 16)}${count(promised, 10)}${`${run.lastStartSeconds.toFixed(1)} s`.padStart(12)}${`${run.startSeconds.toFixed(1)} s`.padStart(8)}${`${run.closingSeconds.toFixed(1)} s`.padStart(9)}${count(run.calls, 8)}${count(run.steps, 15)}${`${run.memoryMiB} MiB`.padStart(9)}${`${run.hours.toFixed(1)} h`.padStart(15)}${count(run.patched, 10)} of ${run.members.toLocaleString("en")}${mode === "per-region" ? `  last start within ${bars.fanout.lastStart} s: ${verdict(run.lastStartSeconds <= bars.fanout.lastStart)}` : ""}`,
    );
  }
}

async function benchClosing(): Promise<void> {
  console.log("\nClosing record of an install window, the function's core in a process of its own");
  for (const [nodes, open] of [
    [10_000, 5_000],
    [170_000, 20_000],
  ] as const) {
    const { seconds, megabytes, recordMegabytes, named, unnamed, waiting } = await measureClosing(
      nodes,
      open,
    );
    const wait = waiting.nodes + waiting.reports + waiting.names;
    console.log(
      `  ${nodes.toLocaleString("en").padStart(7)} nodes, ${open.toLocaleString("en")} with open patches: ${seconds.toFixed(1)} s CPU, ${megabytes.toFixed(0)} MiB with the account in memory, bar ${bars.closing.megabytes}: ${verdict(megabytes <= bars.closing.megabytes)}; record ${recordMegabytes.toFixed(1)} MiB, ${named.toLocaleString("en")} named, ${unnamed.toLocaleString("en")} not; ${wait.toFixed(0)} s of calls at ${callsPerSecond} a second`,
    );
  }
}

async function benchCoverage(): Promise<void> {
  const asked = await measureQuestions();
  const most = bars.questions.seconds;
  console.log(
    `\nCoverage\n  twelve questions on each of ${asked.days} days, ${asked.nodes.toLocaleString("en")} nodes: ${asked.seconds.toFixed(1)} s CPU, bar ${most}: ${verdict(asked.seconds <= most)}`,
  );
  const { nodes, named, calls, waiting, seconds, megabytes } = await measureCoverage(10_000, 34);
  const bar = bars.coverage.seconds;
  console.log(
    `  ${nodes.toLocaleString("en")} nodes in 34 Regions, ${named.toLocaleString("en")} named: ${calls.toLocaleString("en")} calls, ${waiting.toFixed(0)} s in the slowest Region at ${callsPerSecond} a second, bar ${bar}: ${verdict(waiting + seconds <= bar)}; ${seconds.toFixed(1)} s CPU with the lab's answers, ${megabytes.toFixed(0)} MiB more`,
  );
}

const parts = new Map([
  ["load", benchLoad],
  ["start", benchStart],
  ["coldStart", benchColdStart],
  ["exclusions", benchExclusions],
  ["idleHours", benchIdleHours],
  ["fanout", benchFanout],
  ["closing", benchClosing],
  ["coverage", benchCoverage],
  ["endpoint", benchEndpoint],
  ["lab", benchLab],
  ["lab100000", benchLab],
]);
/** Names of what is measured; without any, everything but the largest fleet. */
const asked = new Set(process.argv.slice(2));
const unknown = [...asked].filter((name) => !parts.has(name));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(", ")}; allowed are ${[...parts.keys()].join(", ")}`);
const wanted = asked.size === 0 ? [...parts.keys()].filter((name) => name !== "lab100000") : [...asked];
for (const run of new Set(wanted.map((name) => parts.get(name)))) await run?.();
