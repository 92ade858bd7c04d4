import { resolve } from "node:path";
import { expect } from "chai";
import { readOptions } from "#lab/command/options.js";
import { settingOf } from "#lab/command/setting.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { renderReport } from "#lab/report/page/html.js";
import { type Summary, summarySchema } from "#lab/report/summary/summary.js";
import { runLab } from "#lab/run.js";
import { size } from "#test/support/size.js";
import { withoutRecords } from "../recordsSupport.js";
import { at } from "../support.js";
import { without } from "./accessSupport.js";
import { noon, onlyFanoutRun, server, told } from "./fanoutRunSupport.js";

const root = resolve(import.meta.dirname, "../../..");
const reason = (summary: Summary, name: string) => summary.nodes.find((node) => node.name === name)?.reasons;

/** A default fleet from before its central window opens until after it has closed. */
async function defaultFleet(
  stack: "dev" | "prod",
  from: string,
  {
    args = [],
    values = {},
  }: { readonly args?: readonly string[]; readonly values?: Record<string, string> } = {},
): Promise<Summary> {
  const found = settingOf(readOptions(["--stack", stack, ...args], root), root);
  const setting = {
    ...found,
    settings: { ...found.settings, values: { ...found.settings.values, ...values } },
  };
  return buildSummary(await runLab({ ...setting, from: at(from), days: 10 / 24, change: withoutRecords }));
}

describe("the central window on the default fleets", () => {
  it("patches in dev a Region with its troubles, and skips the other by name", async () => {
    const summary = await defaultFleet("dev", "2026-10-11T03:50:00Z");
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).to.eql(summary);
    const { run, outcome } = onlyFanoutRun(summary);
    expect(outcome).to.equal("incomplete");
    expect(run).to.deep.include({ operation: "Install", end: "ended", closedInTime: true });
    expect(told(run)).to.eql([
      [
        "us-west-2",
        "started",
        "6+1+1=8",
        "failed: shop-web-west-05",
        "stopped or terminated: shop-web-west-04",
      ],
      ["eu-central-1", "skipped", "0+0+0=0", "no members"],
    ]);
    const [west] = run.regions;
    expect(west?.patched.map(({ name }) => name)).to.have.members([
      "shop-web-west-01",
      "shop-web-west-02",
      "shop-web-west-03",
      "shop-api-west-01",
      "office-west-01",
      "edge-proxy-west-01",
    ]);
    expect([west?.before, west?.after]).to.eql([
      { nodes: 8, reported: 0, missing: 0, failed: 0, pendingReboot: 0 },
      { nodes: 8, reported: 7, missing: 0, failed: 2, pendingReboot: 0 },
    ]);
    expect(summary.verdict).to.eql({ windowsDidTheirJob: true, problems: [] });
    const elsewhere = summary.nodes.filter(({ region }) => region === "us-west-2");
    expect(elsewhere.map(({ windows }) => windows)).to.eql(Array(8).fill(["patchplane-dev-fanout"]));
    expect(reason(summary, "shop-web-west-05")).to.include(
      "patch run failed on the node in the last run of patchplane-dev-fanout",
    );
    const inNone = summary.causes.filter(({ cause }) => cause.startsWith("in no window: "));
    expect(inNone.map(({ cause, act, examples }) => [cause.slice(14), act, ...examples])).to.eql([
      ["another value of tag PatchGroup", "node", "shop-cache-02"],
      ["eu-west-1 has none", "stack", "shop-web-eu-01"],
      ["no tag Environment", "node", "shop-search-01"],
      ["no tag PatchGroup", "node", "shop-cache-01"],
    ]);
  });

  it("patches in dev the nodes of an account that it names, which the lab gives what FanoutMember makes", async () => {
    const summary = await defaultFleet("dev", "2026-10-11T03:50:00Z", {
      args: ["--fleet", resolve(root, "lab/fleets/accounts.yaml")],
      values: { "patchplane:fanoutAccounts": '["210987654321"]' },
    });
    const { run, outcome } = onlyFanoutRun(summary);
    expect(outcome).to.equal("out-of-reach");
    expect(told(run)).to.eql([
      ["us-west-2", "started", "2+0+0=2"],
      ["eu-central-1", "started", "1+0+1=2", "offline: shop-old"],
    ]);
    expect(run.regions.flatMap(({ patched }) => patched.map(({ name }) => name))).to.eql([
      ...["own-web", "shop-web", "shop-db"],
    ]);
    expect(reason(summary, "lab-web")?.join()).to.contain("account");
    expect(summary.verdict.problems.join()).to.not.contain("IAM");
  });

  if (size(0, 1) === 1)
    it("patches in prod four Regions of six", async () => {
      const summary = await defaultFleet("prod", "2026-10-18T07:50:00Z");
      const { run, outcome } = onlyFanoutRun(summary);
      expect(outcome).to.equal("out-of-reach");
      expect(told(run)).to.eql([
        ["us-east-2", "skipped", "0+0+0=0", "no members"],
        ["us-west-2", "started", "2+0+0=2"],
        ["eu-west-1", "started", "2+0+1=3", "offline: warehouse-eu-01"],
        ["eu-central-1", "started", "1+0+1=2", "stopped or terminated: reports-eu-02"],
        ["ap-southeast-2", "started", "1+0+0=1"],
        ["ap-northeast-1", "skipped", "0+0+0=0", "no members"],
      ]);
      expect(summary.verdict.problems).to.eql([]);
      expect(reason(summary, "checkout-10")).to.eql(["in no window: its tag Environment is dev, not prod"]);
    });
});

// What other runs come to: fanoutFacts.test.ts of the report, fanoutOutcomes.test.ts.
describe("a run of the central window", () => {
  it("that could not ask a Region goes on in the others, and is a problem", async () => {
    const down = { region: "us-west-2", from: "2026-06-01T11:00:00Z", to: "2026-06-01T13:00:00Z" };
    const summary = await noon([server("us-west-2"), server("us-east-2")], {
      faults: { version: 1, calls: [], kills: [], regionsDown: [down] },
    });
    const { run, outcome } = onlyFanoutRun(summary);
    expect(outcome).to.equal("failed");
    const [west, ...others] = told(run);
    expect(west?.slice(0, 3)).to.eql(["us-west-2", "failed", "0+0+0=0"]);
    expect(others).to.eql([
      ["us-east-2", "started", "1+0+0=1"],
      ["eu-west-1", "skipped", "0+0+0=0", "no members"],
    ]);
    const [problem = "", ...more] = summary.verdict.problems.filter((one) => !one.startsWith("SSM-"));
    expect(problem).to.match(
      /^patchplane-dev-fanout of 2026-06-01T12:00:00Z failed in us-west-2: .+; patched in all: 1 of 1 node\.$/,
    );
    expect(more).to.eql([]);
  });

  it("that started a Region whose role may not send commands is a problem: started is not patched", async () => {
    const summary = await noon([server("us-west-2"), server("us-east-2")], {
      change: without("central-execution-policy", "RunThePatchDocument"),
    });
    const { run, outcome } = onlyFanoutRun(summary);
    expect(outcome).to.equal("failed");
    expect(summary.windows[0]?.executions[0]?.status).to.equal("SUCCESS");
    expect(run.regions.map(({ state, counts }) => [state, counts?.patched])).to.eql([
      ["failed", 0],
      ["failed", 0],
      ["skipped", 0],
    ]);
    expect(summary.verdict.problems[0]).to.include("failed in us-west-2").and.include("0 of 2 nodes");
    expect(summary.verdict.problems.join()).to.include("ssm:SendCommand");
    const page = renderReport(summary);
    expect(page).to.include("AccessDenied").and.include("command not sent");
  });

  it("in which more nodes failed than the limit says was stopped by it", async () => {
    const fleet = Array.from({ length: 6 }, () => server("us-west-2", { fails: ["openssl"] }));
    const summary = await noon([...fleet, server("us-west-2"), server("us-west-2")], {
      values: { "patchplane:fanoutMaxConcurrency": "1" },
    });
    expect(onlyFanoutRun(summary).outcome).to.equal("error-limit");
    expect(summary.verdict.problems.join()).to.include("failed in us-west-2");
  });

  it("that nobody may close is never closed, and shown as such", async () => {
    const summary = await noon([server("us-west-2")], {
      change: without("central-closing-role-policy", "CloseRecords"),
    });
    const { run, outcome } = onlyFanoutRun(summary);
    expect([run.closedAt, run.closedInTime, outcome]).to.eql([null, false, "not-closed"]);
    expect(told(run)[0]).to.eql(["us-west-2", "started", null]);
    expect(summary.verdict.problems[0]).to.include("was not closed in time");
    expect(renderReport(summary)).to.include("never closed");
  });
});
