import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";

/** What a whole run of the lab for 28 days cost, from the start of the process to its last file. */
export interface LabFigures {
  readonly nodes: number;
  readonly seconds: number;
  /** Highest resident memory of the process. */
  readonly megabytes: number;
  /** Seconds per thousand nodes. */
  readonly secondsPerThousand: number;
}

const root = resolve(import.meta.dirname, "..");
const catalogs = ["amazon-linux-2023", "ubuntu-22.04", "windows-server-2022"];

/** Runs the lab over a generated fleet of so many nodes for 28 days. */
export async function measureLab(nodes: number): Promise<LabFigures> {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-bench-"));
  try {
    const fleet = join(folder, "fleet.yaml");
    writeFileSync(fleet, stringify(fleetOf(nodes)));
    const figures = join(folder, "figures.json");
    const script = join(root, "bench", "labRun.ts");
    const args = ["--import", "tsx/esm", script, figures, "--fleet", fleet, "--out", join(folder, "out")];
    await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 });
    const { exitCode, seconds, megabytes } = JSON.parse(readFileSync(figures, "utf8"));
    if (exitCode !== 0) throw new Error(`the lab over ${nodes} nodes ended with exit code ${exitCode}`);
    return { nodes, seconds, megabytes, secondsPerThousand: (seconds / nodes) * 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
