import { resolve } from "node:path";
import { expect } from "chai";
import { readOptions } from "#lab/command/options.js";
import { settingOf } from "#lab/command/setting.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { patchRows } from "#lab/report/facts/patches.js";
import { turnsOf } from "#lab/report/summary/headline.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { type LabRun, runLab } from "#lab/run.js";
import { withoutRecords } from "../../recordsSupport.js";
import { at } from "../../support.js";

const root = resolve(import.meta.dirname, "../../../..");

async function defaultFleet(
  stack: string,
  from: string,
  days: number,
  parts?: readonly string[],
): Promise<LabRun> {
  const { settings, ...setting } = settingOf(readOptions(["--stack", stack], root), root);
  const chosen = parts === undefined ? {} : { [`${settings.project}:stacks`]: JSON.stringify(parts) };
  const values = { ...settings.values, ...chosen };
  return runLab({
    ...setting,
    settings: { ...settings, values },
    from: at(from),
    days,
    change: withoutRecords,
  });
}

/** The same fleet, and beside it a server in another account, of which the stack knows nothing. */
async function withStranger(stack: string, from: string, days: number): Promise<LabRun> {
  const setting = settingOf(readOptions(["--stack", stack], root), root);
  const { nodes } = setting.fleet;
  const [first] = nodes;
  if (first === undefined) throw new RangeError("the fleet has no nodes");
  const stranger = { ...first, index: nodes.length, id: "i-0f0f0f0f0f0f0f0f0", account: "210987654321" };
  const fleet = { ...setting.fleet, nodes: [...nodes, stranger] };
  return runLab({ ...setting, fleet, from: at(from), days, change: withoutRecords });
}

const shown = ({ causes }: Summary) =>
  causes.map(({ cause, act, who, nodes }) => [cause, act, who, nodes] as const);

describe("causes of a fleet", () => {
  let run: LabRun;
  let summary: Summary;

  before(async () => {
    run = await withStranger("dev", "2026-10-06T08:00:00Z", 6);
    summary = buildSummary(run);
  });

  it("are told apart, with who must act, and an exclusion by its owner and its end", () => {
    const [node, stack] = ["owner of the node", "owner of stack dev"];
    expect(shown(summary)).to.have.deep.members([
      ["on the default baseline", "stack", stack, 2],
      ["patch run failed on the node", "node", node, 2],
      ["stopped", "node", node, 2],
      ["connection lost", "node", node, 1],
      ["in no window: another value of tag PatchGroup", "node", node, 1],
      ["in no window: eu-west-1 has none", "stack", stack, 1],
      ["in no window: account 210987654321 has no groups of a central window", "stack", stack, 1],
      ["in no window: no tag Environment", "node", node, 1],
      ["in no window: no tag PatchGroup", "node", node, 1],
      ["no SSM Agent", "node", node, 1],
      ["exclusion edge-openssl", "exclusion", "payments@example.com, until Fri 1 Jan 2027 00:00 UTC", 4],
      ["exclusion worker-containers", "exclusion", "batch@example.com, until Sun 18 Oct 2026 00:00 UTC", 3],
      ["exclusion office-quarter-end", "exclusion", "office team, until Wed 21 Oct 2026 00:00 UTC", 2],
    ]);
  });

  it("have each node that is not fine once, and no other", () => {
    const under = summary.nodes.filter(({ cause }) => cause !== null);
    expect(summary.causes.reduce((sum, { nodes }) => sum + nodes, 0)).to.equal(under.length);
    for (const { name, cause, who, reasons, state } of summary.nodes) {
      expect([reasons.length > 0, who !== null], name).to.eql([cause !== null, cause !== null]);
      if (state !== "compliant") expect(cause, name).not.to.equal(null);
    }
  });

  it("name the exclusion where a node has a rejected patch, and who has rejected it otherwise", () => {
    const reasons = (name: string) => summary.nodes.find((node) => node.name === name)?.reasons.join();
    expect(reasons("edge-proxy-01")).to.match(
      /^\d+ installed although rejected by exclusion edge-openssl \(/,
    );
    expect(reasons("office-files-01")).to.equal("held by an exclusion, and not scanned before it");
  });

  it("have their patches in a row each, which add up to what the nodes report", () => {
    const rows = [...patchRows(run)];
    const counted = (state: string) => rows.filter((row) => row.state === state).length;
    const reported = (key: "missing" | "failed" | "installedRejected" | "pendingReboot") =>
      summary.nodes.reduce((sum, node) => sum + node[key], 0);
    expect([
      counted("Missing"),
      counted("Failed"),
      counted("InstalledRejected"),
      counted("InstalledPendingReboot"),
    ]).to.eql([
      reported("missing"),
      reported("failed"),
      reported("installedRejected"),
      reported("pendingReboot"),
    ]);
    const rejected = rows.filter(({ state }) => state === "InstalledRejected");
    expect(rejected.every(({ rejectedBy }) => rejectedBy.length > 0)).to.equal(true);
  });

  it("wait for the next install where a patch was approved since the last, and act is nobody's", async () => {
    const later = buildSummary(await defaultFleet("prod", "2026-10-18T04:00:00Z", 4, ["scan", "install"]));
    const waiting = later.causes.find(({ cause }) => cause === "waiting for patchplane-prod-install");
    expect(waiting).to.deep.include({ act: "nobody", who: "nobody: it opens Sun 15 Nov 09:00" });
    const node = later.nodes.find(({ cause }) => cause === waiting?.cause);
    expect(node?.reasons[0]).to.match(
      /^\d+ missing \(.+\), approved since the run of patchplane-prod-install of /,
    );
    const lost = later.nodes.find(({ name }) => name === "warehouse-01");
    expect(lost?.cause).to.equal("connection lost");
    const { somebody, exclusion, nobody } = turnsOf(later);
    const fine = later.nodes.filter(({ cause }) => cause === null).length;
    expect(somebody + exclusion + nobody + fine).to.equal(later.fleet.nodes);
    const rejected = later.causes.find(({ cause }) => cause === "installed although rejected");
    expect(rejected?.who).to.equal("owner of stack prod");
  });

  it("wait for the first window where none has opened so far", async () => {
    const early = buildSummary(await defaultFleet("dev", "2026-10-05T00:00:00Z", 1 / 24));
    const fresh = early.nodes.filter(({ cause }) => cause === "not scanned so far");
    expect(fresh.length).to.be.greaterThan(20);
    expect(new Set(fresh.map(({ who }) => who))).to.eql(new Set(["nobody"]));
  });
});
