import { expect } from "chai";
import type { LabRun } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import type { Coverage } from "#tools/coverage/core/model.js";
import { account, at, catalog } from "../../lab/support.js";
import { root } from "../support.js";
import type { CoverageLab } from "./support.js";

const packages = {
  openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", severity: "Critical" }],
  kernel: [{ released: "2026-01-01" }, { released: "2026-02-01" }, { released: "2026-10-09" }],
};
export const linux = { ...catalog(packages), platformName: "Amazon Linux", platformVersion: "2023" };
export const windows = {
  ...catalog(
    {
      KB5000001: [
        { id: "KB5000001", released: "2026-02-01", classification: "SecurityUpdates", severity: "Critical" },
      ],
    },
    "WINDOWS",
  ),
  ...{ platformName: "Microsoft Windows Server 2022 Datacenter", platformVersion: "10.0.20348" },
};
export const debian = {
  ...catalog(packages, "DEBIAN"),
  platformName: "Debian GNU/Linux",
  platformVersion: "12",
};
export const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const monday = at("2026-10-05T00:00:00Z");

type Nodes = Parameters<typeof account>[0];

export const request = (nodes: Nodes, days: number, from = monday, seed = 1): LabRun["request"] => ({
  ...{ settings: stackSettings(root, "dev"), fleet: account(nodes).account.fleet, from, seed, days },
});

/** Nodes that the command tells otherwise than the lab's report tells them, and whether its sums are those of its nodes. */
export async function differences(lab: CoverageLab) {
  return differencesOf(lab, await lab.coverage("--all-regions"));
}

export function differencesOf({ summary }: CoverageLab, { nodes, totals, causes }: Coverage) {
  const told = new Map(nodes.map((one) => [one.id, one]));
  expect(told.size).to.equal(nodes.length);
  expect(totals.nodes).to.equal(nodes.length);
  expect(totals.fine + totals.somebody + totals.exclusion + totals.nobody + totals.unseen).to.equal(
    nodes.length,
  );
  expect(causes.reduce((sum, one) => sum + one.nodes, totals.fine + totals.unseen)).to.equal(nodes.length);
  return summary.nodes.flatMap(({ id, cause, reasons, state, missing, windows: names }) => {
    const own = told.get(id);
    const words = {
      compliant: "compliant",
      "non-compliant": "non-compliant",
      unknown: "never scanned",
    } as const;
    // By its tags a node without an agent belongs to a window, and the report tells only those that a window reaches.
    const reached = (list: readonly string[] = []) =>
      cause === "no SSM Agent" ? "" : [...list].sort().join();
    const truth = [cause, words[state], missing, reached(names)];
    const ours = own === undefined ? [] : [own.cause, own.state, own.missing, reached(own.windows)];
    return JSON.stringify(truth) === JSON.stringify(ours)
      ? []
      : [{ id, truth, reasons, ours, why: own?.reasons }];
  });
}
