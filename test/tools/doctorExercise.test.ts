import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { roleOf } from "../lab/aws/lambda/support.js";
import { minute } from "../lab/support.js";
import { fleetOf, home, Patient } from "./doctorSupport.js";
import { root } from "./support.js";

const node = `i-${"0".repeat(17)}`;
const read = (name: string): readonly { readonly Action: readonly string[] }[] =>
  JSON.parse(
    // In the lab names have no suffix.
    readFileSync(join(root, "docs/policies", `${name}.json`), "utf8").replaceAll("-???????", ""),
  ).Statement;

describe("npm run doctor -- --exercise", () => {
  let patient: Patient;
  const folder = mkdtempSync(join(tmpdir(), "patchplane-exercise-"));
  const own = () => patient.region.windows.all.filter(({ name }) => name === "patchplane-dev-doctor");
  const tagsOf = () => patient.region.tags.of(`arn:aws:ec2:${home}:123456789012:instance/${node}`);
  before(async () => {
    patient = await Patient.open("dev", fleetOf("dev-servers", "dev", ["us-west-2", "eu-central-1"]), false);
    const { account } = patient.lab;
    await account.clock.advanceTo(account.clock.now + minute);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await patient.close();
  });

  it("says what it would do, and does nothing without --yes", async () => {
    const { code, out, err } = await patient.run(["--exercise", node]);
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.contain(`scans ${node} as arn:aws:iam::123456789012:role/scan-role`);
    expect(out).to.contain("Nothing of it was done: repeat the line with --yes.");
    expect(own()).to.deep.equal([]);
  });

  it("names a node that it cannot try, and one that is there", async () => {
    const { code, err } = await patient.run(["--exercise", "i-0123456789abcdef0", "--yes"]);
    expect(code).to.equal(2);
    expect(err).to.contain(`allowed is a node of ${home} that is under patching, such as ${node}.`);
  });

  it("scans, sends, measures, takes everything away again and needs its policy for it", async () => {
    const { account } = patient.lab;
    // As one that was killed leaves it.
    await patient.call("ssm", "CreateMaintenanceWindow", {
      ...{ Name: "patchplane-dev-doctor", Schedule: "at(2027-01-01T00:00:00)", Duration: 1, Cutoff: 0 },
      AllowUnassociatedTargets: false,
    });
    const rights = [...read("doctor"), ...read("exercise")];
    const arn = roleOf(patient.region, "exerciser", rights);
    const asked = new Set<string>();
    const onCall = (action: string) => asked.add(action);
    const caller = () => account.iam.session(arn);
    patient.become(account.credentials.issue("ASIA", { arn, userId: "exerciser", caller, onCall }));
    const file = join(folder, "seen.json");
    const before = patient.region.sns.delivered.length;
    const { code, out, err } = await patient.run(["--exercise", node, "--yes", "--out", file]);
    expect({ code, err }, out).to.deep.equal({ code: 0, err: "" });
    expect(out).to.contain(`works: a scan of ${node} as the stack's own role: SUCCESS, Success`);
    expect(out).to.match(/works: what an earlier exercise has left: mw-[0-9a-f]{17}: deleted/);
    expect(out).to.contain(
      "works: a message through arn:aws:sns:us-east-1:123456789012:notifications-failures",
    );
    expect(out).to.contain("settled: tagsSeen=late (docs/unknowns.md)");
    expect(own()).to.deep.equal([]);
    expect(tagsOf()).to.not.have.property("patchplane-doctor");
    const [told] = patient.region.sns.delivered
      .slice(before)
      .filter(({ subject }) => subject?.includes("a test of"));
    expect(told?.recipients).to.deep.equal(["platform-dev@example.com"]);
    const record = JSON.parse(readFileSync(file, "utf8"));
    expect(record).to.deep.include({ version: 1, account: "123456789012", region: home, stack: "dev", node });
    expect(record.settled).to.deep.equal({ tagsSeen: "late" });
    const { nodes } = patient.region;
    expect(nodes.node(node)?.state?.operation, "the node was scanned").to.equal("Scan");
    const wanted = read("exercise").flatMap(({ Action }) => Action);
    // Asked beside the operation itself: a role is handed on, a node's tags are EC2's, a topic's key encrypts.
    const beside = ["iam:PassRole", "ec2:CreateTags", "ec2:DeleteTags", "kms:Decrypt", "kms:GenerateDataKey"];
    const calls = wanted.filter((action) => !beside.includes(action));
    expect(calls.filter((action) => !asked.has(action))).to.deep.equal([]);
  });

  it("deletes its window when it is interrupted", async () => {
    patient.become(patient.lab.account.credentials.owner);
    const { code, out } = await patient.run(["--exercise", node, "--yes"], root, { isImpatient: true });
    expect(code).to.equal(1);
    const told = out.split("\n").filter((line) => line.startsWith("does not work: "));
    expect(told.map((line) => line.replace(/ (of|through) [^ ,]+/, ""))).to.deep.equal([
      "does not work: a scan as the stack's own role: interrupted",
      "does not work: a message not tried",
      "does not work: a message not tried",
      "does not work: a tag, in each view: not tried",
    ]);
    expect(own()).to.deep.equal([]);
  });
});
