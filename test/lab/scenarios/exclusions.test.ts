import { expect } from "chai";
import { settleMs } from "#shared/contract/regionMemory.js";
import { at, hour, minute, refused } from "../support.js";
import { execution } from "../windowSupport.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

const every = ["openssl", "nginx", "curl"];
const untouched = [group, group, group, group];
const time = (text: string) => at(`2026-06-01T${text}Z`);

function openssl(expires: string, ...nodes: readonly number[]): string {
  return manifest({
    id: "one",
    nodes: nodes.map(idOf),
    patches: ["openssl*"],
    expires: `2026-06-01T${expires}Z`,
  });
}

describe("exclusions in the lab", () => {
  let lab: ExclusionLab;
  /** Only what counts calls and writes of a window's whole turn is about closing records too. */
  const open = async (records = false) => {
    lab = await ExclusionLab.open({ records });
  };
  afterEach(() => lab.close());

  const patched = () => [0, 1, 2, 3].map((index) => lab.patched(index));
  /** Every node is back, and IAM has refused nothing on the way. */
  const expectAllBack = () => {
    expect(lab.places).to.eql(untouched);
    expect(refused(lab.lab.account.iam.denials)).to.eql([]);
  };
  /** Lets what was written be seen for sure. */
  const settle = () => lab.advance(settleMs + 5 * minute);

  it("keep a patch off its node while in force, and nothing else off any node", async () => {
    await open();
    const versionId = lab.put("a.yaml", openssl("05:00:00", 0));
    await lab.advance(minute);
    expect(lab.status("a.yaml").verdict).to.equal("being applied");
    await settle();
    expect(lab.places).to.eql([`${group}.x marked ${group}`, group, group, group]);
    expect(lab.derived).to.eql(["patchplane-dev-x: openssl* BLOCK"]);
    expect(lab.registered).to.eql([`${group}.x`]);
    const status = lab.status("a.yaml");
    expect(status).to.include({ verdict: "in force", versionId, inForceVersionId: versionId });
    expect(status.message).to.eql(["1 entry is in force, on 1 node."]);
    expect(status.entries[0]?.takesEffect).to.eql({ "us-east-1": "2026-06-01T04:00:00.000Z" });
    // The window is open for an hour, and at its end nothing is begun any more.
    expect(status.entries[0]).to.not.have.property("endsWithin");
    lab.put("b.yaml", openssl("04:59:59", 1).replace("one", "two"));
    await settle();
    expect(lab.status("b.yaml").entries[0]?.endsWithin).to.eql({
      "us-east-1": { from: "2026-06-01T04:00:00.000Z", to: "2026-06-01T05:00:00.000Z" },
    });
    lab.remove("b.yaml");
    await settle();

    await lab.until("05:30:00");
    expect(patched()).to.eql([["nginx", "curl"], every, every, every]);
    // The excluded node is scanned as well: what is rejected is not missing, and its old version says why.
    expect(lab.nodes[0]?.state).to.include({ operation: "Scan", missing: 0, installedRejected: 1 });

    await lab.until("06:30:00");
    expect(patched()).to.eql([every, every, every, every]);
    expectAllBack();
    expect(lab.status("a.yaml").entries.map(({ phase, nodes }) => [phase, nodes])).to.eql([["expired", []]]);
    expect(lab.told.map(({ subject }) => subject)).to.eql([
      "patchplane: exclusions applied with trouble: exclusions/b.yaml",
      "patchplane: exclusions expired: exclusions/a.yaml",
    ]);
    expect(lab.window("install").executions.map(({ status }) => status)).to.eql(["SUCCESS", "SUCCESS"]);
    // What was made for it goes a day after nobody has used it any more: exclusionHardship.test.ts.
    expect(lab.registered).to.eql([`${group}.x`]);
  });

  it("hold a node: it is scanned, nothing is installed, and then everything is", async () => {
    await open();
    lab.put("a.yaml", manifest({ id: "held", nodes: [idOf(1)], expires: "2026-06-01T05:30:00Z" }));
    await lab.advance(minute);
    expect(lab.places).to.eql([group, `${group}.hold marked ${group}.hold`, group, group]);
    await lab.until("05:30:00");
    expect(patched()).to.eql([every, [], every, every]);
    // Its baseline approves nothing, so that nothing is missing.
    expect(lab.nodes[1]?.state).to.include({ operation: "Scan", missing: 0 });
    await lab.until("06:30:00");
    expect(patched()).to.eql([every, every, every, every]);
    expectAllBack();
  });

  it("are too late where they end as the window opens: the verdict says so before, and which nodes it had", async () => {
    await open();
    lab.put("a.yaml", manifest({ id: "held", nodes: [idOf(1)], expires: "2026-06-01T04:00:00Z" }));
    await settle();
    const late = { from: "2026-06-01T04:00:00.000Z", back: "2026-06-01T03:37:00.000Z" };
    expect(lab.status("a.yaml").entries[0]?.endsLate).to.eql({ "us-east-1": late });
    expect(lab.told.at(-1)?.text).to.contain("nothing is installed on its nodes in that window either");
    await lab.until("05:30:00");
    expect(patched()).to.eql([every, [], every, every]);
    expectAllBack();
    const until = "2026-06-01T04:20:00.000Z";
    expect(lab.status("a.yaml").entries[0]?.had).to.eql({
      "us-east-1": { until, ids: [idOf(1)], isLate: true },
    });
  });

  it("stay as they are when a manifest breaks, and end when it is deleted", async () => {
    await open();
    const good = lab.put("a.yaml", openssl("09:00:00", 0));
    await settle();
    const before = lab.writes;
    const broken = openssl("09:00:00", 0, 2).replace("reason: r", "raeson: r");
    const versionId = lab.put("a.yaml", broken);
    await lab.advance(minute);
    expect(lab.status("a.yaml")).to.deep.include({
      verdict: "refused",
      versionId,
      inForceVersionId: good,
      message: [`Refused; version ${good} is in force.`, "1 entry is in force, on 1 node."],
      problems: [
        {
          message:
            "raeson: got the key raeson; allowed is one of id, patches, hold, nodes, tags, reason, owner, ticket, expires, action, regions. Write reason.",
          line: 6,
          column: 5,
          entry: "one",
        },
      ],
    });
    expect(lab.told.map(({ subject }) => subject)).to.eql([
      "patchplane: exclusions refused: exclusions/a.yaml",
    ]);
    expect(lab.told[0]?.text).to.contain("- line 6:5: one: raeson: got the key raeson;");
    // A message, the status, the verdicts and twice their seal, what was refused and its seal, twice what is believed and the lease, and who
    // uploaded it: nothing that a node could feel.
    expect(lab.writes).to.eql({
      ...before,
      "sns:Publish": 1,
      "s3:PutObject": (before["s3:PutObject"] ?? 0) + 11,
    });
    await lab.until("04:30:00");
    expect(patched()).to.eql([["nginx", "curl"], every, every, every]);

    lab.remove("a.yaml");
    // An hourly run in between may write again what it does not see yet.
    await lab.advance(25 * minute);
    expectAllBack();
    expect(lab.status("a.yaml")).to.deep.include({ verdict: "ended", entries: [], failedRegions: [] });
    await lab.until("06:30:00");
    expect(patched()).to.eql([every, every, every, every]);
  });

  it("are put right by the install window, which waits until that is sure to be seen before it patches", async () => {
    await open();
    lab.put("a.yaml", openssl("09:00:00", 3));
    await settle();
    await lab.until("03:59:59");
    const [, , , last] = lab.nodes;
    Object.assign(last?.tags ?? {}, { PatchGroup: group });
    // What is uploaded now waits until the window has begun.
    lab.put("b.yaml", manifest({ id: "late", nodes: [idOf(0)], expires: "2026-06-30" }));
    await lab.until("04:15:00");
    expect(lab.status("b.yaml").message.join()).to.contain("waits until 2026-06-01T04:20:00.000Z");
    await lab.until("04:30:00");
    expect(patched()).to.eql([every, every, every, ["nginx", "curl"]]);
    const opened = execution(lab.window("install"));
    const [first, ...others] = opened.tasks;
    expect(first?.task.name).to.equal("patchplane-dev-install-exclusions");
    expect(first).to.include({ status: "SUCCESS", startedAt: time("04:00:00") });
    const done = first?.endedAt ?? 0;
    expect(done).to.be.at.least(time("04:10:00")).and.below(time("04:11:00"));
    expect(others.map(({ task, startedAt }) => [task.name, startedAt])).to.eql([
      ["patchplane-dev-install-base", done],
      ["patchplane-dev-install-excluded", done],
      ["patchplane-dev-install-end", time("04:00:00")],
    ]);
    const calls = lab.home.lambda.invocations.filter(({ startedAt }) => startedAt >= time("04:00:00"));
    expect(calls.find(({ source }) => source.startsWith("execution"))).to.include({
      source: `execution ${opened.id} of the maintenance window patchplane-dev-install`,
      status: "success",
      endedAt: done,
    });
  });

  it("cost no write while nothing changes, but for when nodes were asked what they have installed", async () => {
    await open(true);
    lab.put("a.yaml", openssl("23:00:00", 0));
    lab.put("b.yaml", manifest({ id: "held", nodes: [idOf(1)], expires: "2026-06-30" }));
    lab.put("c.yaml", "version: 2");
    await settle();
    const before = lab.writes;
    const versions = lab.versions;
    const runs = lab.home.lambda.invocations.length;
    await lab.advance(6 * hour);
    // Three scans and three installs have ended, and each has a record: open first, and then closed.
    const ended = 6;
    // The function of a window's end is called as it opens, at its cutoff and at its end; that of records at each end, and hourly.
    expect(lab.home.lambda.invocations.length - runs).to.equal(6 + 3 + 3 * 3 + ended + 6);
    // Each of the three windows checks everything, and finds it as it is believed to be.
    // Looks at what runs have done, which these windows make due: each takes a lease and believes anew. The nodes are told as
    // proved in two of them. Each object is sealed before and after it is written. What is kept of the windows is written when one
    // has become due or has ended.
    const [looks, tellings] = [5, 2];
    const wrote = Object.entries(lab.versions).map(
      ([key, count]) => [key, count - (versions[key] ?? 0)] as const,
    );
    expect(Object.fromEntries(wrote.filter(([, count]) => count > 0))).to.eql({
      "state/lease.json": 2 * looks,
      "state/believed.json": 2 * looks,
      "state/evidence.json": 3,
      "state/evidence.seal.json": 2 * 3,
      "state/verdicts.json": tellings,
      "state/seal.json": 2 * tellings,
      "status/exclusions/a.yaml.json": 1,
      "status/exclusions/b.yaml.json": 1,
      "state/windows.json": 5,
      "state/windows.seal.json": 2 * 5,
    });
    const puts = wrote.reduce((sum, [, count]) => sum + count, 0);
    expect(lab.writes).to.eql({
      ...before,
      "s3:PutObject": (before["s3:PutObject"] ?? 0) + puts + 2 * ended,
      "s3:DeleteObject": (before["s3:DeleteObject"] ?? 0) + ended,
      // Of each opening one for its cutoff and one for its end.
      "scheduler:CreateSchedule": 3 * 2,
    });
  });

  it("come from a file of instances, with Linux packages of each", async () => {
    await open();
    const instances = {
      [idOf(0)]: { exclude_patches: ["openssl*"], maintenance_window: "mw-0123456789abcdef0" },
      [idOf(2)]: { exclude_patches: ["nginx*", "curl*"] },
      [idOf(3)]: { exclude_patches: [] },
    };
    const { told } = lab;
    lab.put("patch-exclusions.json", JSON.stringify(instances, null, 2));
    await settle();
    const x = `${group}.x marked ${group}`;
    expect(lab.places).to.eql([x, group, x, group]);
    expect(lab.derived).to.eql(["patchplane-dev-x: curl* nginx* BLOCK", "patchplane-dev-x: openssl* BLOCK"]);
    const { verdict, warnings, entries } = lab.status("patch-exclusions.json");
    expect(verdict).to.equal("in force");
    // Other packages need openssl, and an empty list excludes nothing.
    expect(warnings.map(({ line, column }) => [line, column])).to.eql([
      [4, 7],
      [6, 27],
    ]);
    expect(entries.map(({ id, expires }) => [id, expires])).to.eql([
      [idOf(0), "2026-08-30T03:02:00.000Z"],
      [idOf(2), "2026-08-30T03:02:00.000Z"],
    ]);
    expect(lab.told).to.eql(told);
    await lab.until("04:30:00");
    expect(patched()).to.eql([["nginx", "curl"], every, ["openssl"], every]);
    lab.put("patch-exclusions.json", "{}");
    await lab.until("06:30:00");
    expect(patched()).to.eql([every, every, every, every]);
    expectAllBack();
  });
});
