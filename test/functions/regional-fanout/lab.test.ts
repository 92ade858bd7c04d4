import { expect } from "chai";
import { type Lab, openLab } from "#lab/run.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { account, at, catalog, node } from "../../lab/support.js";
import { root } from "../../support/program.js";

const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
const linux = { ...catalog({ openssl: updates }), platformName: "Amazon Linux", platformVersion: "2023" };
const server = (region: string, changes = {}) =>
  node({ tags: { PatchGroup: "dev-servers", Environment: "dev" }, catalog: linux, region, ...changes });
const start = "SSM-patchplane-dev-fanout";

/** Stack dev with a central window over three Regions, in one of which there is no node; until after its one run. */
async function fanoutRun(): Promise<Lab> {
  const settings = stackSettings(root, "dev");
  const values = {
    ...settings.values,
    "patchplane:stacks": '["scan","install","central"]',
    "patchplane:fanoutRegions": '["us-east-1","us-east-2","eu-west-1"]',
    "patchplane:fanoutSchedule": "cron(0 12 ? * MON *)",
    "patchplane:fanoutTimezone": "UTC",
    "patchplane:scanSchedule": "cron(0 2 ? * * *)",
    "patchplane:installSchedule": "cron(0 4 ? * SUN *)",
  };
  const { fleet } = account([
    server("us-east-1"),
    server("us-east-1"),
    server("us-east-2"),
    server("us-east-2", { state: "stopped" }),
    server("us-east-2", { fails: ["openssl"] }),
  ]).account;
  const lab = await openLab({
    settings: { ...settings, values },
    fleet,
    from: at("2026-06-01T11:30:00Z"),
    seed: 1,
  });
  await lab.account.clock.advanceTo(at("2026-06-01T17:00:00Z"));
  return lab;
}

describe("the fan-out's functions in the lab", () => {
  let lab: Lab;
  before(async () => {
    lab = await fanoutRun();
  });
  after(() => lab.close());

  const home = () => lab.account.region("us-east-1");
  const records = (): ClosedRun[] => {
    const Bucket = home().lambda.find(start).input.Environment?.Variables?.RUNS_BUCKET ?? "";
    const owner = { region: home(), caller: lab.account.iam.owner };
    const { Contents = [] } = lab.account.s3.listObjectsV2({ Bucket, Prefix: "runs/" }, owner);
    return Contents.map(({ Key = "" }) => {
      expect(Key).to.match(/^runs\/closed\/2026\/06\/01\/[0-9a-f-]{36}\.json$/);
      return JSON.parse(Buffer.from(lab.account.s3.getObject({ Bucket, Key }, owner).Body).toString());
    });
  };

  it("start, patch and close with the rights that the program gives them", () => {
    expect(lab.endpoint.failures).to.deep.equal([]);
    const [run, ...more] = records();
    expect(more).to.deep.equal([]);
    expect(run).to.deep.include({ end: "ended", failed: [] });
    expect(run?.starts.map(({ region, group, status }) => [region, group, status])).to.deep.equal([
      ["us-east-1", "patchplane-dev-base", "Success"],
      ["us-east-2", "patchplane-dev-base", "Success"],
    ]);
    expect(run?.skipped).to.deep.include({
      region: "eu-west-1",
      group: "patchplane-dev-base",
      reason: "no members",
    });
  });

  it("tell of each node what became of it", () => {
    const [run] = records();
    expect(run?.totals).to.deep.equal({ members: 5, patched: 3, failed: 1, notCovered: 1 });
    const reasons = run?.regions.map(({ region, notCovered }) => [
      region,
      notCovered.map(({ reason }) => reason),
    ]);
    expect(reasons).to.deep.equal([
      ["us-east-1", []],
      ["us-east-2", ["failed", "stopped or terminated"]],
    ]);
    const told = home().sns.delivered.filter(({ subject }) => subject?.startsWith("patchplane: fan-out"));
    expect(told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: 1 node failed, 1 of 5 nodes not covered",
    ]);
  });

  it("ask by pages and Regions", () => {
    const { calls } = lab.endpoint.api.counts;
    const count = (name: string) => calls.get(`ssm:${name}`);
    expect(count("StartAutomationExecution")).to.equal(2);
    expect([count("ListCommands"), count("ListCommandInvocations")]).to.deep.equal([2, 2]);
    // Before and after, in each of two Regions.
    expect(count("DescribeInstancePatchStates")).to.equal(4);
  });
});
