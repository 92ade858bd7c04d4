import { resolve } from "node:path";
import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { type LabRun, runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { withoutRecords } from "../recordsSupport.js";
import { account, at, catalog, node, nodes, onSundays, versionsOn } from "../support.js";
import { commands, execution } from "../windowSupport.js";

const root = resolve(import.meta.dirname, "../../..");
/** An hour before a scan; three hours before an installation, on a Sunday. */
const from = at("2026-06-07T01:00:00Z");
const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const linux = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-05-01", severity: "Important" }],
});

async function live(
  stack: "dev" | "prod",
  fleet: ReturnType<typeof nodes>,
  hours: number,
  changes: {
    values?: Record<string, string>;
    from?: number;
    seed?: number;
    change?: ResourceChange;
    records?: boolean;
  } = {},
): Promise<LabRun> {
  const settings = stackSettings(root, stack);
  // The central window has tests of its own.
  const stacks = { "patchplane:stacks": '["scan","install"]' };
  const schedules = stack === "dev" ? onSundays : {};
  const values = { ...settings.values, ...stacks, ...schedules, ...changes.values };
  return runLab({
    settings: { ...settings, values },
    fleet: account(fleet).account.fleet,
    from: changes.from ?? from,
    days: hours / 24,
    seed: changes.seed ?? 1,
    change: changes.change ?? (changes.records === true ? undefined : withoutRecords),
  });
}

function windowOf({ account: made }: LabRun, name: string) {
  const window = made.region("us-east-1").windows.all.find((one) => one.name === name);
  if (window === undefined) throw new RangeError(`there is no window ${name}`);
  return window;
}

function messages({
  account: made,
}: LabRun): { topic: string; at: string; subject: string | undefined; text: string }[] {
  return made.region("us-east-1").sns.delivered.map(({ topicArn, at: time, subject, text }) => ({
    topic: topicArn.includes("failures") ? "failures" : "completions",
    at: new Date(time).toISOString(),
    subject,
    text,
  }));
}

const failures = (run: LabRun) => messages(run).filter(({ topic }) => topic === "failures");

describe("the program in simulated time", () => {
  it("scans the nodes of dev every night, and patches them on Sunday", async () => {
    const run = await live(
      "dev",
      nodes(4, () => node({ tags, catalog: linux, speed: 1 })),
      5,
    );
    const scan = windowOf(run, "patchplane-dev-scan");
    const install = windowOf(run, "patchplane-dev-install");
    expect(scan.executions.map(({ status }) => status)).to.deep.equal(["SUCCESS"]);
    expect(install.executions.map(({ startedAt }) => new Date(startedAt).toISOString())).to.deep.equal([
      "2026-06-07T04:00:00.000Z",
    ]);
    for (const found of run.account.region("us-east-1").nodes.all) {
      expect(versionsOn(found)).to.deep.equal({ openssl: 1 });
      expect(found.state).to.include({ operation: "Install", missing: 0, snapshotId: execution(install).id });
    }
    expect(run.observations.compliance[0]).to.include({ compliant: 0, nonCompliant: 0, unknown: 4 });
    expect(run.observations.compliance.find(({ at: time }) => time > from)).to.include({
      nonCompliant: 4,
      unknown: 0,
    });
    expect(run.observations.compliance.at(-1)).to.include({ compliant: 4, nonCompliant: 0, unknown: 0 });
    expect(failures(run)).to.deep.equal([]);
    expect(messages(run)).to.have.length(2);
  });

  it("does not begin what is due at the moment at which it ends", async () => {
    const run = await live("dev", [node({ tags, catalog: linux })], 1);
    expect(windowOf(run, "patchplane-dev-scan").executions).to.deep.equal([]);
    const [last] = run.observations.compliance.slice(-1);
    expect(last?.at).to.equal(from + 3_600_000);
  });

  it("takes a quarter of the nodes at once, as dev says", async () => {
    const run = await live(
      "dev",
      nodes(12, () => node({ tags, catalog: linux, speed: 1 })),
      2,
    );
    const [command] = commands(execution(windowOf(run, "patchplane-dev-scan")));
    expect(command).to.include({ concurrency: 3, errorLimit: 2 });
  });

  it("does not touch nodes that lack one of the tags", async () => {
    const fleet = [
      node({ tags, catalog: linux }),
      node({ tags: { PatchGroup: "dev-servers" }, catalog: linux }),
      node({ tags: { ...tags, PatchGroup: "dev-server" }, catalog: linux }),
      node({ tags, catalog: linux, region: "eu-west-1" }),
    ];
    const run = await live("dev", fleet, 5);
    const states = run.account.fleet.nodes.map(
      ({ id, region }) => run.account.region(region).nodes.node(id)?.state?.missing,
    );
    expect(states).to.deep.equal([0, undefined, undefined, undefined]);
    expect(run.observations.compliance.at(-1)).to.include({ compliant: 1, unknown: 3 });
  });

  it("installs in prod on the third Sunday, at four in New York, in summer and in winter", async () => {
    const prod = { PatchGroup: "prod-web", Environment: "prod" };
    for (const [start, opens] of [
      ["2026-06-21T07:00:00Z", "2026-06-21T08:00:00.000Z"],
      ["2026-12-20T07:00:00Z", "2026-12-20T09:00:00.000Z"],
    ] as const) {
      const run = await live("prod", [node({ tags: prod, catalog: linux })], 3, { from: at(start) });
      const install = windowOf(run, "patchplane-prod-install");
      expect(install.executions.map(({ startedAt }) => new Date(startedAt).toISOString())).to.deep.equal([
        opens,
      ]);
      expect(run.account.region("us-east-1").nodes.all.map((found) => versionsOn(found))).to.deep.equal([
        { openssl: 1 },
      ]);
    }
  });

  // The same with the same seed: test/lab/cli.test.ts, byte for byte.
  it("takes other times with another seed", async () => {
    const told = async (seed: number) => {
      const run = await live(
        "dev",
        nodes(6, () => node({ tags, catalog: linux, speed: 1 })),
        2,
        { seed },
      );
      return JSON.stringify([
        run.observations.compliance,
        messages(run),
        run.account.region("us-east-1").nodes.all.map(({ state }) => [state?.endedAt, state?.snapshotId]),
      ]);
    };
    expect(await told(2)).not.to.equal(await told(1));
  });
});

describe("what the program tells its people", () => {
  it("a window that reached nothing is a failure, though AWS calls it a success, and so is every further night of it", async () => {
    const run = await live("dev", [node({ tags: {}, catalog: linux })], 30, {
      from: at("2026-06-06T01:00:00Z"),
    });
    expect(execution(windowOf(run, "patchplane-dev-scan")).status).to.equal("SUCCESS");
    const [first, ...others] = failures(run).map(({ at: time, subject }) => [time, subject]);
    expect(first).to.deep.equal([
      "2026-06-06T02:11:00.000Z",
      'ALARM: "patchplane-dev-scan-hollow" in us-east-1',
    ]);
    expect(others.map(([, subject]) => subject?.split('"')[1])).to.deep.equal([
      "patchplane-dev-scan-hollow",
      "patchplane-dev-install-hollow",
    ]);
  });

  it("a window that reached nodes is none, however few", async () => {
    const run = await live("dev", [node({ tags, catalog: linux }), node({ tags: {}, catalog: linux })], 5);
    expect(failures(run)).to.deep.equal([]);
  });

  it("a window whose nodes were all stopped is a failure", async () => {
    const run = await live(
      "dev",
      nodes(3, () => node({ tags, catalog: linux, state: "stopped" })),
      2.5,
      { records: true },
    );
    expect(execution(windowOf(run, "patchplane-dev-scan")).status).to.equal("FAILED");
    const told = failures(run).map(({ text }) => text);
    expect(told).to.have.length(2);
    expect(told.filter((text) => text.includes("ended as FAILED"))).to.have.length(1);
    expect(told.join("\n")).to.include("patchplane-dev-scan base");
  });

  it("a failed install comes as one message of the window, which names its nodes, and one of the command", async () => {
    const run = await live(
      "dev",
      nodes(5, () => node({ tags, catalog: linux, fails: ["openssl"] })),
      5,
      { records: true },
    );
    const install = execution(windowOf(run, "patchplane-dev-install"));
    expect(install.status).to.equal("FAILED");
    const told = failures(run).map(({ text }) => text);
    expect(told).to.have.length(2);
    const record = told.filter(
      (text) =>
        text.startsWith("Execution ") &&
        text.includes(`(${install.window.id})`) &&
        text.includes("ended as FAILED") &&
        text.includes("\n- failed: 2 nodes (i-"),
    );
    expect(record).to.have.length(1);
  });

  it("an execution that was skipped for the one before is a failure", async () => {
    const values = {
      "patchplane:stacks": '["scan"]',
      "patchplane:maxConcurrency": "1",
    };
    // A configuration that says so is refused; somebody has changed the window since.
    const change: ResourceChange = (_type, name, inputs) =>
      name === "scan-window" ? { ...inputs, schedule: "rate(1 hour)", duration: 3 } : inputs;
    // More than an hour of scans, one after the other.
    const run = await live(
      "dev",
      nodes(60, () => node({ tags, catalog: linux, speed: 2 })),
      5,
      { values, change },
    );
    const statuses = windowOf(run, "patchplane-dev-scan").executions.map(({ status }) => status);
    expect(statuses).to.include("SKIPPED_OVERLAPPING");
    const skipped = statuses.filter((status) => status === "SKIPPED_OVERLAPPING").length;
    const told = failures(run).filter(({ text }) => text.includes("ended as SKIPPED_OVERLAPPING"));
    expect(told).to.have.length(skipped);
  });
});
