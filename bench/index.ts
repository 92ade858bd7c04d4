import { measureEndpoint, type Part } from "./endpoint.js";
import { type LabFigures, measureLab } from "./lab.js";
import { measureLoad } from "./load.js";

const bars = {
  loadRatio: 1 / 3,
  lab: new Map([
    [1_000, { seconds: 3.15, megabytes: Number.POSITIVE_INFINITY }],
    [100_000, { seconds: 120, megabytes: 2048 }],
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
  console.log("\nLab, 28 days, whole process");
  const figures: LabFigures[] = [];
  for (const nodes of [1_000, 10_000, 100_000]) {
    const run = await measureLab(nodes);
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
  if (tenThousand === undefined || hundredThousand === undefined) throw new Error("the bench did not run");
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

await benchLoad();
await benchEndpoint();
await benchLab();
