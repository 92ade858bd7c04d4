import { expect } from "chai";
import { hasEnded } from "#functions/regional-fanout/core/evidence.js";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { awsPorts } from "#tools/fanout/aws.js";
import type { Surroundings } from "#tools/fanout/ports.js";
import { account, at, catalog, minute, node } from "../lab/support.js";
import { Project, runFanout, surroundings } from "./fanoutSupport.js";

const from = at("2026-09-01T00:00:00Z");
const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;
const regions = ["us-east-1", "us-west-2", "eu-west-1"];
/** Its update takes five minutes, so that there is a run to look at, to leave and to stop. */
const packages = { openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 300 }] };
const linux = { ...catalog(packages), platformName: "Amazon Linux", platformVersion: "2023" };
const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

describe("npm run fanout in the lab", () => {
  const project = new Project(regions);
  const environment = new Map(names.map((name) => [name, process.env[name]]));
  let lab: Lab;

  before(async () => {
    const servers = ["us-east-1", "us-west-2", "us-west-2", "us-west-2"];
    const { fleet } = account(
      servers.map((region) => node({ region, tags, catalog: linux, speed: 1 })),
    ).account;
    lab = await openLab({ settings: stackSettings(project.path, "central"), fleet, from, seed: 1 });
    // Until then IAM may not know what the roles may do.
    await pass(2 * minute);
    const { accessKeyId, secretAccessKey } = lab.account.credentials.owner;
    const values = [lab.endpoint.url, accessKeyId, secretAccessKey];
    for (const [index, name] of names.entries()) process.env[name] = values[index];
  });
  after(async () => {
    for (const [name, value] of environment) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    project.remove();
    await lab.close();
  });

  const pass = (time: number) => lab.account.clock.advanceTo(lab.account.clock.now + time);
  /** Regions are ended side by side, and time passes for all of them at once. */
  let passing: Promise<void> | undefined;
  const passOnce = () => {
    passing ??= pass(minute).finally(() => {
      passing = undefined;
    });
    return passing;
  };
  const real = (newId: string, changes: Partial<Surroundings> = {}) =>
    surroundings(project.path, {
      portsOf: async (region) => awsPorts(region),
      pause: passOnce,
      newId: () => newId,
      ...changes,
    });
  const ask = (newId: string, args: readonly string[], changes?: Partial<Surroundings>) =>
    runFanout([...args, "--stack", "central"], real(newId, changes));
  /** Whoever looks once, and then has had enough. */
  const impatient = () => {
    const patience = new AbortController();
    return { interrupted: patience.signal, pause: async () => patience.abort() };
  };
  const goingOn = () =>
    regions.flatMap((name) => {
      const { automation, runCommand } = lab.account.region(name);
      const { AutomationExecutionMetadataList = [] } = automation.describeAutomationExecutions({});
      return [
        ...AutomationExecutionMetadataList.filter(
          ({ AutomationExecutionStatus = "" }) => !hasEnded(AutomationExecutionStatus),
        ).map(() => `${name}: automation`),
        ...runCommand.commands.filter(({ end }) => end === undefined).map(() => `${name}: command`),
      ];
    });

  it("says so where nothing is deployed", async () => {
    project.stack("other", "other", regions);
    for (const args of [["start"], ["status"], ["stop", id(1)]]) {
      const { code, out, err } = await runFanout([...args, "--stack", "other"], real(id(1)));
      expect([code, out]).to.deep.equal([2, ""]);
      expect(err).to.match(
        /^There is no function SSM-patchplane-other-fanout in us-east-1: stack other has no central window there\.\nMend it: /,
      );
    }
  });

  it("knows no run before the first", async () => {
    expect(await ask(id(1), ["status"])).to.deep.equal({ code: 0, out: "There was no run yet.\n", err: "" });
    for (const name of ["status", "stop"]) {
      const { code, err } = await ask(id(1), [name, id(9)]);
      expect(code).to.equal(2);
      expect(err).to.match(
        /^Bucket \S+ has no run 00000000-0000-4000-8000-000000000009; npm run fanout -- status/,
      );
    }
  });

  it("tells what it would start, and starts nothing without --yes", async () => {
    const { code, out, err } = await ask(id(1), ["start"]);
    expect([code, err]).to.deep.equal([0, ""]);
    expect(out).to.match(/\nNothing was started\. The same with --yes starts it\.\n$/);
    expect(out).to.contain(`Install, and reboot where it is needed, on 4 nodes, as run ${id(1)}:\n`);
    expect(out).to.contain("us-west-2  patchplane-dev-base      3\n");
    expect(out).to.contain("eu-west-1  patchplane-dev-base      none: no members\n");
    expect((await ask(id(1), ["status"])).out).to.equal("There was no run yet.\n");
    expect(goingOn()).to.deep.equal([]);
  });

  it("refuses what the deployed window does not have", async () => {
    const args = ["start", "--regions", "us-west-2,eu-north-1", "--group", "web", "--yes"];
    const { code, out, err } = await ask(id(1), args);
    expect([code, out]).to.deep.equal([2, ""]);
    expect(err.split("\n")).to.deep.equal([
      '--regions: got "eu-north-1"; allowed are those of the deployed window: us-east-1, us-west-2, eu-west-1.',
      '--group: got "web"; allowed are those of the deployed window: patchplane-dev-base, patchplane-dev-excluded.',
      "",
    ]);
  });

  it("leaves a run alone when whoever follows has had enough, and starts no other into it", async () => {
    const { code, out } = await ask(id(4), ["start", "--yes"], impatient());
    expect(code).to.equal(1);
    expect(out).to.match(
      new RegExp(
        `The run ${id(4)} goes on\\.\n {2}follow it: npm run fanout -- status ${id(4)} --stack central --follow\n {2}stop it: {3}npm run fanout -- stop ${id(4)} --stack central\n$`,
      ),
    );
    const second = await ask(id(5), ["start", "--yes", "--regions", "us-west-2"]);
    expect(second.code).to.equal(2);
    expect(second.err).to.match(new RegExp(`Run ${id(4)} \\(Install\\) of 2026-09-01 00:\\d\\d UTC `));
    expect(second.err).to.contain("is under way on the same groups; two on one node fail on each other.");
    const elsewhere = await ask(id(5), ["start", "--regions", "eu-west-1"]);
    expect(elsewhere.out).to.contain("Nothing was started. The same with --yes starts it.\n");
    expect(elsewhere.code).to.equal(0);
    const { code: one, out: list } = await ask(id(5), ["status"]);
    expect(one).to.equal(1);
    expect(list).to.match(new RegExp(`\n${id(4)} .* open +- +- +- +-\n`));
  });

  it("stops automations and commands, and tells which nodes were at it", async () => {
    for (let minutes = 0; minutes < 15 && !goingOn().includes("us-west-2: command"); minutes++)
      await pass(minute);
    expect(goingOn()).to.include.members([
      "us-east-1: automation",
      "us-west-2: automation",
      "us-west-2: command",
    ]);
    const { code, out, err } = await ask(id(5), ["stop", id(4), "--kill"]);
    expect([code, err]).to.deep.equal([0, ""]);
    expect(goingOn()).to.deep.equal([]);
    expect(out).to.match(/\nus-west-2 +1 +1 +3 +0\n/);
    expect(out).to.match(
      /us-west-2: 3 nodes had begun: i-0+1, i-0+2, i-0+3\. The agent kills what runs there/,
    );
    await pass(60 * minute);
    const closed = await ask(id(5), ["status", id(4)]);
    expect(closed.code).to.equal(1);
    expect(closed.out).to.contain("automation of patchplane-dev-base in us-west-2 (");
    expect(closed.out).to.match(/us-west-2: cancelled: i-0+1, i-0+2, i-0+3: its command is Cancelled/);
    expect((await ask(id(5), ["stop", id(4)])).code).to.equal(0);
    // Nodes that had begun end what they are at.
    await pass(30 * minute);
  });

  it("starts, follows until the record is closed, and tells started from patched", async () => {
    const { code, out, err } = await ask(id(1), ["start", "--yes"]);
    expect([code, err]).to.deep.equal([0, ""]);
    expect(out).to.match(
      /started {2}patchplane-dev-base in us-east-1: automation [0-9a-f-]{36}\nstarted {2}patchplane-dev-base in us-west-2: automation [0-9a-f-]{36}\nskipped {2}patchplane-dev-excluded in us-east-1: no members\n/,
    );
    expect(out).to.match(/\nus-west-2 +1 InProgress +3 +0 +0 +3\n/);
    expect(out).to.contain(`\nRun ${id(1)} (Install): ended, `);
    expect(out).to.contain(
      "\nStarted is not patched: 2 automations were to be started, 4 of 4 nodes were patched;",
    );
    const listed = await ask(id(2), ["status"]);
    // The run that was stopped is one to look at.
    expect(listed.code).to.equal(1);
    expect(listed.out).to.match(
      new RegExp(`\n${id(1)}  2026-09-01 0\\d:\\d\\d UTC  Install +ended +4 +4 +0 +0\n${id(4)} `),
    );
    const told = await ask(id(2), ["status", id(1).toUpperCase()]);
    expect(out.endsWith(told.out)).to.equal(true);
    const { code: zero, out: json } = await ask(id(2), ["status", id(1), "--json"]);
    expect(zero).to.equal(0);
    expect(JSON.parse(json)).to.deep.include({ version: 1, stack: "central", state: "closed" });
    expect(JSON.parse(json).run.totals).to.deep.equal({ members: 4, patched: 4, failed: 0, notCovered: 0 });
    expect((await ask(id(2), ["stop", id(1)])).out).to.equal(
      `Run ${id(1)} is closed (ended): there is nothing to stop.\n`,
    );
  });

  it("changes what it is told to, and nothing else of what the window does", async () => {
    const args = ["start", "--operation", "Scan", "--regions", "us-west-2", "--group", "patchplane-dev-base"];
    const started = await ask(id(2), [...args, "--reboot-option", "NoReboot", "--yes", "--json"]);
    expect([started.code, started.err]).to.deep.equal([0, ""]);
    expect(JSON.parse(started.out).result).to.deep.include({ runId: id(2), verdict: "started" });
    const open = await ask(id(3), ["status", id(2), "--json"]);
    expect(open.code).to.equal(1);
    const { run, progress, state } = JSON.parse(open.out);
    const draft = JSON.parse((await ask(id(1), ["start", "--regions", "eu-west-1", "--json"])).out);
    expect(state).to.equal("open");
    expect(run.request).to.deep.equal({
      ...draft.request,
      runId: id(2),
      operation: "Scan",
      rebootOption: "NoReboot",
      regions: ["us-west-2"],
      groups: ["patchplane-dev-base"],
    });
    expect(progress.regions.map(({ region }: { region: string }) => region)).to.deep.equal(["us-west-2"]);
    await pass(30 * minute);
    const { code, out } = await ask(id(3), ["status", id(2), "--follow"]);
    expect(code).to.equal(0);
    expect(out).to.contain(
      "Started is not scanned: 1 automation was to be started, 3 of 3 nodes were scanned;",
    );
  });

  it("starts none while Lambda has no room", async () => {
    const fn = lab.account.region("us-east-1").lambda.find("SSM-patchplane-dev-fanout");
    fn.running = fn.reserved;
    const { code, err } = await ask(id(3), ["start", "--yes"]);
    fn.running = 0;
    expect(code).to.equal(2);
    expect(err).to.match(
      /^Lambda had no room for SSM-patchplane-dev-fanout: .*Nothing was started\. Try again in a few minutes; /,
    );
    expect((await ask(id(3), ["status", id(3)])).code).to.equal(2);
  });
});
