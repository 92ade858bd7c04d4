import { expect } from "chai";
import { hour } from "../support.js";
import {
  base,
  closingFunction,
  east,
  FanoutLab,
  ireland,
  ohio,
  server,
  startFunction,
} from "./fanoutSupport.js";

const everything = "openssl nginx curl";
const central = { stacks: '["central"]' };

/** What the record says of each Region's nodes: counts, and why those were not covered that were not. */
function regionsOf({ run }: FanoutLab) {
  return run.regions.map(({ region, counts: { members, ...counts }, notCovered }) => ({
    region,
    ...counts,
    why: notCovered.map(({ reason, nodes }) => `${reason}: ${nodes.map((id) => id.slice(-2)).join(" ")}`),
  }));
}

const failuresOf = ({ run }: FanoutLab) =>
  run.failed.map(
    ({ region, group, error }) => `${region}, ${group}: ${error.replace(/[0-9a-f-]{36}/, "ID")}`,
  );

describe("started is not patched:", () => {
  let lab: FanoutLab;
  const open = async (wishes: Parameters<typeof FanoutLab.open>[0]) => {
    lab = await FanoutLab.open({ ...wishes, values: { ...central, ...wishes.values } });
    await lab.until("12:55:00");
  };
  afterEach(() => lab.close());

  it("a window that started every Region and whose nodes failed is told as failed", async () => {
    const failing = server(ohio, { fails: ["openssl"] });
    await open({ fleet: [server(east), failing, failing, server(ohio)] });
    expect(lab.execution.status).to.equal("SUCCESS");
    expect(lab.invocations(startFunction).map(({ status }) => status)).to.deep.equal(["success"]);
    expect(regionsOf(lab)).to.deep.equal([
      { region: east, patched: 1, failed: 0, notCovered: 0, why: [] },
      { region: ohio, patched: 1, failed: 2, notCovered: 0, why: ["failed: 01 02"] },
    ]);
    expect(failuresOf(lab)).to.deep.equal([
      `${ohio}, ${base}: its automation is Failed: Step patch failed: the command ID ended as Failed (Failed)`,
    ]);
    expect(lab.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: 1 Region failed, 2 nodes failed",
    ]);
    expect(lab.told[0]?.text).to.match(
      /\nStarted: 1 automation Success, 1 automation Failed \(us-east-2\)\. Started is not patched\.\nPatched: 2 of 4 nodes; 2 failed, 0 not covered\.\n/,
    );
    expect(lab.alarms).to.deep.equal(["central-closing-regions-alarm"]);
  });

  it("a run over Regions without any node is hollow, which raises an alarm and is told", async () => {
    await open({ fleet: [server(ireland)] });
    expect(lab.execution.status).to.equal("SUCCESS");
    expect(lab.run).to.deep.include({ end: "hollow", starts: [], failed: [], regions: [] });
    expect(lab.run.skipped.map(({ region }) => region)).to.deep.equal([east, east, ohio, ohio]);
    expect(lab.alarms).to.deep.equal(["central-start-hollow-alarm"]);
    expect(lab.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: nothing to patch anywhere",
    ]);
  });

  it("a run that patches no node of those it reached is hollow as well", async () => {
    await open({ fleet: [server(east, { state: "stopped" }), server(ohio, { connectionLost: true })] });
    // The command waits for the node that was lost, and nobody has taken it within the hour.
    await lab.until("14:55:00");
    expect(regionsOf(lab)).to.deep.equal([
      { region: east, patched: 0, failed: 0, notCovered: 1, why: ["stopped or terminated: 00"] },
      { region: ohio, patched: 0, failed: 0, notCovered: 1, why: ["offline: 01"] },
    ]);
    expect(lab.alarms).to.include("central-closing-hollow-alarm");
  });

  it("with one automation for each node, as in the seed, those beyond MaxErrors are named as not begun", async () => {
    await open({
      fleet: [
        server(east),
        server(east),
        server(ohio),
        server(ohio, { fails: ["openssl"] }),
        server(ohio),
        server(ohio),
      ],
      values: { fanoutExecutionMode: "per-instance", fanoutMaxConcurrency: "1", fanoutMaxErrors: "0" },
    });
    expect(lab.executed(lab.run.runId, [east, ohio])).to.deep.equal({ automations: 2, commands: [2, 2] });
    const { AutomationExecution: started } = lab.home.automation.getAutomationExecution({
      AutomationExecutionId: lab.run.starts[0]?.executionId,
    });
    expect(started).to.deep.include({
      TargetParameterName: "InstanceIds",
      Targets: [{ Key: "ResourceGroup", Values: [base] }],
      MaxConcurrency: "1",
      MaxErrors: "0",
    });
    expect(lab.patched(ohio)).to.deep.equal([everything, "nginx curl", "", ""]);
    expect(regionsOf(lab)).to.deep.equal([
      { region: east, patched: 2, failed: 0, notCovered: 0, why: [] },
      { region: ohio, patched: 1, failed: 1, notCovered: 2, why: ["command not sent: 04 05", "failed: 03"] },
    ]);
    expect(failuresOf(lab)).to.deep.equal([
      `${ohio}, ${base}: its automation is Failed: 1 of 4 child automations failed.`,
    ]);
    expect(lab.refused).to.deep.equal([]);
  });

  it("a failed Region stops no other, whatever its MaxErrors, and one whose nodes have tags of other keys has failed", async () => {
    await open({
      fleet: [server(east, { fails: ["openssl"] }), server(ohio)],
      values: { fanoutMaxErrors: "0" },
    });
    expect(lab.run.failed.map(({ region }) => region)).to.deep.equal([east]);
    expect(lab.patched(ohio)).to.deep.equal([everything]);
    expect(lab.invocations(closingFunction).every(({ status }) => status !== "error")).to.equal(true);
    const region = lab.region(ohio);
    const arn = region.nodeArn(region.nodes.all[0]?.id ?? "");
    region.tags.merge(arn, { patchgroup: "dev-servers" });
    region.tags.remove(arn, ["PatchGroup"]);
    await lab.advance(hour / 2);
    await lab.start(lab.payload());
    await lab.advance(hour);
    const [failure] = lab.closed.at(-1)?.failed.filter((one) => one.region === ohio) ?? [];
    expect(failure?.error).to.match(
      /^it has lost the 1 node .* still there \(i-0+1\): put back the patch group tag/,
    );
    expect(lab.refused).to.deep.equal([]);
  });
});
