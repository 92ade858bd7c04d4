import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";

/** What a whole run of the lab for 28 days cost, from the start of the process to its last file. */
export interface LabFigures {
  readonly nodes: number;
  /** CPU of all its processes: how long it takes hangs on what else the computer does. */
  readonly seconds: number;
  /** Highest resident memory of the process. */
  readonly megabytes: number;
  /** Seconds per thousand nodes. */
  readonly secondsPerThousand: number;
}

const root = resolve(import.meta.dirname, "..");
const catalogs = ["amazon-linux-2023", "ubuntu-22.04", "windows-server-2022"];

/**
 * Runs the lab over a generated fleet of so many nodes for 28 days.
 *
 * @returns undefined where the system does not tell what processes compute
 */
export async function measureLab(nodes: number): Promise<LabFigures | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-bench-"));
  try {
    const fleet = join(folder, "fleet.yaml");
    writeFileSync(fleet, stringify(fleetOf(nodes)));
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify(stackOfManyNodes()));
    const figures = join(folder, "figures.json");
    const script = join(root, "bench", "labRun.ts");
    const options = ["--fleet", fleet, "--out", join(folder, "out")];
    const args = ["--import", "tsx/esm", script, figures, folder, ...options];
    const seconds = await childrenSeconds(() =>
      promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }),
    );
    if (seconds === undefined) return undefined;
    const { exitCode, megabytes } = JSON.parse(readFileSync(figures, "utf8"));
    if (exitCode !== 0) throw new Error(`the lab over ${nodes} nodes ended with exit code ${exitCode}`);
    return { nodes, seconds, megabytes, secondsPerThousand: (seconds / nodes) * 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU seconds of one run and of one load of the program's modules, medians. */
interface CpuFigures {
  readonly run: number;
  readonly load: number;
  readonly ratio: number;
}

/** Loads the program's modules and no more: it ends when it finds that it has no configuration. */
const loadModules = `import("./index.ts").catch((error) => {
  if (!error.message.includes("The configuration of stack")) throw error;
})`;

/**
 * What `npm start` computes in all of its processes, with further arguments, over what it takes to load the program's
 * modules; by turns, so that a computer that slows down does not look like a slow lab.
 *
 * @returns undefined where the system does not tell
 */
export async function measureStart(
  turns: number,
  ...args: readonly string[]
): Promise<CpuFigures | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-bench-"));
  const start = ["--import", "tsx/esm", join(root, "lab", "main.ts"), "--out", join(folder, "out"), ...args];
  const times = { run: [] as number[], load: [] as number[] };
  try {
    const node = (args: readonly string[]) => promisify(execFile)(process.execPath, args, { cwd: root });
    for (let turn = 0; turn < turns; turn++) {
      const load = await childrenSeconds(() => node(["--import", "tsx/esm", "-e", loadModules]));
      const run = await childrenSeconds(() => node(start));
      if (load === undefined || run === undefined) return undefined;
      times.load.push(load);
      times.run.push(run);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [run, load] = [median(times.run), median(times.load)];
  return { run, load, ratio: run / load };
}

/** CPU seconds of the processes that some work starts, and of theirs; only Linux tells. */
async function childrenSeconds(work: () => Promise<unknown>): Promise<number | undefined> {
  const before = ticksOfChildren();
  await work();
  const after = ticksOfChildren();
  return before === undefined || after === undefined ? undefined : (after - before) / 100;
}

/** What ended children have taken, in hundredths of a second. */
function ticksOfChildren(): number | undefined {
  try {
    // After the name, which may hold spaces: state is the first, and the children's two are the 14th and 15th.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return Number(fields[13]) + Number(fields[14]);
  } catch {
    return undefined;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Stack dev with a central window for a fleet of any size: by default it has ten nodes at work, and a second that fails
 * ends the Region, so that the window of a large fleet with failing nodes would not do its job.
 */
function stackOfManyNodes(): unknown {
  const { config } = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"));
  const limits = {
    "patchplane:fanoutMaxConcurrency": config["patchplane:maxConcurrency"],
    "patchplane:fanoutMaxErrors": config["patchplane:maxErrors"],
  };
  return { config: { ...config, ...limits } };
}

function fleetOf(nodes: number): Record<string, unknown> {
  return {
    version: 1,
    catalogFiles: catalogs.map((name) => join(root, "lab", "fleets", "catalogs", `${name}.yaml`)),
    generate: {
      count: nodes,
      // The central window of stack dev reaches us-west-2: without a node there, it fails.
      regions: { "us-east-1": 99, "us-west-2": 1 },
      catalogs: { "amazon-linux-2023": 60, "ubuntu-22.04": 37, "windows-server-2022": 3 },
      tags: [{ weight: 1, tags: { PatchGroup: "dev-servers", Environment: "dev" } }],
      patchedUntil: { from: "2026-07-15", to: "2026-10-01" },
      stoppedShare: 0.02,
      connectionLostShare: 0.01,
      failingShare: 0.02,
    },
  };
}
