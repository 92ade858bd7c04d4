import { expect } from "chai";
import { CannotRun } from "#shared/terminal/terminal.js";
import { day, edge, office, reporting } from "./exclusionLifeSupport.js";

const key = "exclusions/a.yaml";
const install = "patchplane-dev-install";
const manifest = `version: 1
exclusions:
  - id: office
    patches: [libssl3]
    nodes: [${office}]
    reason: r
    owner: o
    expires: 2026-10-05T05:30:00Z
  - id: reporting
    patches: [KB5044281, KB5012170]
    nodes: [${reporting}]
    reason: r
    owner: o
    expires: 2026-10-05T07:30:00Z
`;
/** The same with no end on that day. */
const lasting = manifest.replaceAll(/2026-10-05T0\d:30:00Z/g, "2026-11-05");

describe("exclusions on a hybrid node and on Windows, with the shipped bundle", () => {
  it("keep packages and KBs off until they end, when the next window installs them", async () => {
    const { told, life, summary, run, installed } = await day([{ at: "00:30", key, text: manifest }], 9);
    expect(told(key)).to.eql([
      "00:30 Uploaded",
      "00:30 Verdict: being applied",
      // The hourly run was shown older tags and has written its own again, which is settled ten minutes later.
      "00:47 Verdict: in force",
      `02:00 ${install}: office kept 1 patch off 1 node`,
      `02:00 ${install}: reporting kept 2 patches off 1 node`,
      `04:00 ${install}: office kept 1 patch off 1 node`,
      `04:00 ${install}: reporting kept 2 patches off 1 node`,
      "05:37 office has expired; its nodes are back in their patch group",
      `06:00 ${install}: reporting kept 2 patches off 1 node`,
      `06:00 ${install} has installed what office had kept off`,
      "07:37 Verdict: ended",
      "07:37 reporting has expired; its nodes are back in their patch group",
      `08:10 ${install} has installed what reporting had kept off`,
    ]);
    expect(
      life(key).entries.map(({ later }) => later.map(({ patch, installed: late }) => [patch, late?.patch])),
    ).to.eql([
      [["libssl3-3.0.2-0ubuntu1.17.amd64", "libssl3-3.0.2-0ubuntu1.17.amd64"]],
      [
        ["KB5012170", "KB5012170"],
        ["KB5044281", "KB5044281"],
      ],
    ]);
    // What was not named has come in on time, on the same nodes and on another.
    expect(installed(office)).to.include.members([
      "libc6-2.35-0ubuntu3.8.amd64",
      "libssl3-3.0.2-0ubuntu1.17.amd64",
    ]);
    expect(installed(reporting)).to.eql(["KB5044281", "KB5065962", "KB5012170"]);
    expect(installed(edge)).to.include("openssl-1:3.0.8-1.amzn2023.0.14.x86_64");
    expect(summary.verdict.problems).to.eql([]);
    const [first] =
      run.account.region("us-east-1").windows.all.find(({ name }) => name === install)?.executions ?? [];
    const commands = first?.tasks.flatMap(({ invocations }) => invocations.map(({ command }) => command));
    expect(
      commands?.map(({ nodes, patchesInstalled }) => [nodes.map(({ id }) => id), patchesInstalled]),
    ).to.eql([
      [[edge], 3],
      [[office, reporting], 2],
    ]);
  });
});

describe("a manifest that moves more nodes than may move at once", () => {
  const values = { "patchplane:maxChangedNodes": "1" };
  const upload = { at: "00:30", key, text: lasting };
  const approvalKey = `approvals/${key}`;

  it("is held until its version is approved and no other one, and then applied", async () => {
    const waiting = await day([upload], 1, values);
    expect(waiting.told(key)).to.eql(["00:30 Uploaded", "00:30 Verdict: held"]);
    const [verdict] = waiting.life(key).verdicts;
    const versionId = verdict?.versionId ?? "";
    expect(verdict?.message.slice(0, 2)).to.eql([
      "Held: it would move 2 nodes, and 1 may move without an approval.",
      "Nothing of it is in force until then.",
    ]);
    expect(waiting.writes).not.to.have.any.keys("tag:TagResources", "ssm:CreatePatchBaseline");
    expect(waiting.life(key).entries.map(({ inForce, runs, later }) => [inForce, runs, later])).to.eql([
      [[], [], []],
      [[], [], []],
    ]);

    // The same seed gives the same version, so that a fleet file can name it.
    const approval = { at: "00:45", key: approvalKey, text: `${versionId}0` };
    const approved = await day([upload, approval, { ...approval, at: "01:15", text: versionId }], 3, values);
    expect(approved.told(key)).to.eql([
      "00:30 Uploaded",
      "00:30 Verdict: held",
      // Now it says too that an approval names another version.
      "00:45 Verdict: held",
      "01:15 Verdict: being applied",
      "01:25 Verdict: in force",
      `02:00 ${install}: office kept 1 patch off 1 node`,
      `02:00 ${install}: reporting kept 2 patches off 1 node`,
    ]);
    expect(approved.life(key).entries.map(({ inForce }) => inForce.map(({ until }) => until))).to.eql([
      [null],
      [null],
    ]);
    expect(approved.told(approvalKey)).to.eql(["00:45 Uploaded", "01:15 Uploaded"]);
  });
});

describe("a stack that does not own the baselines", () => {
  it("has no bucket to upload to, which the lab says before time passes", async () => {
    const work = day([{ at: "00:30", key, text: manifest }], 1, { "patchplane:ownsBaselines": "false" });
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(CannotRun);
    expect(`${error}`).to.contain(
      "fleet.json: exclusions: got 1 change of the bucket for exclusions; this stack has none.",
    );
  });
});

describe("a plan", () => {
  it("is told what would happen, and nothing else is written", async () => {
    const { told, life, writes } = await day([{ at: "00:30", key: "plans/a.yaml", text: lasting }], 5);
    expect(told("plans/a.yaml")).to.eql(["00:30 Uploaded", "00:30 Verdict: would be applied"]);
    expect(
      life("plans/a.yaml").verdicts[0]?.message.map((line) => line.replace(/x-[0-9a-f]{10}/, "x")),
    ).to.eql([
      "2 nodes would move (50 may without an approval).",
      `${reporting}: dev-servers -> dev-servers.x`,
      `${office}: dev-servers -> dev-servers.x`,
    ]);
    expect(life("plans/a.yaml").entries).to.eql([]);
    // What is believed: once at first, and twice in each of the two windows; and of these when they open, at first and anew.
    // The function that ends the install window arranges that it is called, in each of its two windows.
    const arranged = { "scheduler:CreateSchedule": 4 };
    // Two windows open twice each: a record of each end is open first, and then closed.
    const recorded = { "s3:DeleteObject": 4 };
    // What is kept of windows is sealed before it is written, and its seal is narrowed after.
    const kept = 5 + 3 + 8 + 9;
    // The lease, taken and let go; the answer; and twice what is believed.
    expect(writes).to.eql({ "s3:PutObject": kept + 5, ...arranged, ...recorded });
  });
});
