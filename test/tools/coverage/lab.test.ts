import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { wordsOf } from "#test/docs/pages.js";
import { accountClock } from "#tools/account/clock.js";
import { roleOf } from "../../lab/aws/lambda/support.js";
import { node } from "../../lab/support.js";
import { root } from "../support.js";
import { debian, differences, linux, request, tags, windows } from "./fleets.js";
import { type CoverageLab, coverageLab } from "./support.js";

describe("npm run coverage in the lab", () => {
  let lab: CoverageLab;

  before(async () => {
    lab = await coverageLab(
      request(
        [
          node({ tags, catalog: linux }),
          node({ tags: { ...tags, Team: "web" }, catalog: linux, connectionLost: true }),
          node({ tags, catalog: linux, agent: false }),
          node({ tags, catalog: linux, state: "stopped" }),
          node({ tags, catalog: windows, versions: { KB5000001: -1 } }),
          node({ tags, catalog: debian }),
          node({ tags: { PatchGroup: "dev-servers" }, catalog: linux }),
          node({ tags, catalog: linux, id: "mi-00000000000000001" }),
          node({ tags, catalog: linux, region: "us-west-2" }),
          node({ tags, catalog: linux, region: "eu-west-1" }),
        ],
        // Before the first installation, so that something is missing on Windows.
        5,
      ),
    );
  });
  after(() => lab?.close());

  it("tells each node as the lab's report does", async () => {
    expect(await differences(lab)).to.deep.equal([]);
  });

  it("goes by the account's time, not by this machine's", async () => {
    const said: string[] = [];
    const clock = await accountClock("us-east-1", (line) => said.push(line));
    expect(said).to.deep.equal([]);
    // They are weeks apart, and the lab's stands still.
    expect(clock() - lab.run.account.clock.now).to.be.within(-2_000, 60_000);
  });

  it("knows since when a patch is missing by the records that name it, an update of Windows by its release", async () => {
    const { nodes } = await lab.coverage();
    const told = nodes.flatMap(({ region, patches }) =>
      region === "us-east-1"
        ? (patches ?? []).map(({ name, from, since }) => `${name} ${from} ${since}`)
        : [],
    );
    expect([...new Set(told)].sort()).to.deep.equal([
      "KB5000001 release 2026-02-01T00:00:00.000Z",
      "kernel.x86_64 record 2026-10-06T00:00:00.000Z",
      "openssl.x86_64 record 2026-10-06T00:00:00.000Z",
    ]);
    const out = mkdtempSync(join(tmpdir(), "patchplane-evidence-"));
    await lab.ask("evidence", "--from", "2026-10-06", "--to", "2026-10-09", "--out", out);
    const patches = readFileSync(join(out, "patches.csv"), "utf8");
    rmSync(out, { recursive: true });
    expect(patches).to.contain(
      '"i-00000000000000000","kernel.x86_64","missing","Important","2026-10-06T00:00:00.000Z"',
    );
  });

  const policy = () => {
    const text = readFileSync(join(root, "docs/policies/auditor.json"), "utf8").replaceAll("-???????", "");
    return (JSON.parse(text) as { Statement: { Action: string[] }[] }).Statement;
  };
  it("says what nobody lets it see, service by service and Region by Region, and tells the rest", async () => {
    const deny = (Action: string | string[], region?: string) => ({
      ...{ Effect: "Deny", Action, Resource: "*" },
      ...(region === undefined ? {} : { Condition: { StringEquals: { "aws:RequestedRegion": region } } }),
    });
    const home = lab.run.account.region("us-east-1");
    const statements = [...policy(), deny("ssm:ListAssociations"), deny("*", "us-west-2")];
    const blind = await lab.coverageAs(roleOf(home, "blind", statements));
    const places = new Set(blind.unseen.map(({ region }) => region));
    expect(blind.unseen.filter(({ what }) => what.startsWith("associations"))).to.have.length(17);
    expect(blind.unseen.filter(({ region }) => region === "us-west-2")).to.have.length(8);
    expect(places.size).to.equal(17);
    for (const { why } of blind.unseen)
      expect(why).to.match(/AccessDenied|UnauthorizedOperation|not authorized/);
    const whole = await lab.coverage("--all-regions");
    const seen = whole.nodes.filter(({ region }) => region !== "us-west-2");
    const causes = (nodes: typeof whole.nodes) => nodes.map(({ id, cause, state }) => [id, cause, state]);
    expect(causes(blind.nodes)).to.deep.equal(causes(seen));
  });

  it("needs the rights of its policy, each of them, and no other", async () => {
    const Statement = policy();
    const { iam, region } = lab.run.account;
    const arn = roleOf(region.call(lab.run.account, "us-east-1"), "auditor", Statement);
    const asked = new Set<string>();
    const refused: string[] = [];
    const denialOf = iam.denialOf.bind(iam);
    iam.denialOf = (call) => {
      const denial = denialOf(call);
      if (call.caller.kind === "role" && call.caller.arn === arn) asked.add(call.action);
      if (denial !== undefined) refused.push(`${denial.action} ${denial.resource}`);
      return denial;
    };
    try {
      const { unseen } = await lab.coverageAs(arn);
      expect(unseen).to.deep.equal([]);
    } finally {
      iam.denialOf = denialOf;
    }
    expect(refused).to.deep.equal([]);
    expect([...asked].sort()).to.deep.equal(Statement.flatMap(({ Action }) => Action).sort());
  });

  it("names a Quick Setup policy over the same nodes, and the organization where its view is on", async () => {
    const home = lab.run.account.region("us-east-1");
    home.associations.all.push({
      ...{
        AssociationId: "00000000-0000-4000-8000-000000000001",
        AssociationName: "AWS-QuickSetup-PatchPolicy-InstallPatches-LA-1",
        Name: "AWS-RunPatchBaseline",
      },
      Targets: [{ Key: "tag:Environment", Values: ["dev"] }],
    });
    home.nodes.organizationView = [
      { Id: "i-00000000000000009", Region: "us-west-1", Owner: { AccountId: "210987654321" } },
    ];
    const { others, organization } = await lab.coverage();
    home.associations.all.pop();
    home.nodes.organizationView = undefined;
    expect(others.map(({ what, nodes, shared }) => [what, nodes, shared])).to.deep.equal([
      ["Quick Setup", 7, 7],
    ]);
    expect(organization).to.deep.equal({
      seen: true,
      accounts: [{ account: "210987654321", nodes: 1, unmanaged: 0 }],
    });
  });

  it("tells people the same as a script, with the age of an update of Windows", async () => {
    const { code, out } = await lab.ask("--sla", "critical=14d");
    expect(code).to.equal(1);
    for (const cause of lab.summary.causes.filter(({ nodes }) => nodes > 0))
      if (!cause.cause.includes("eu-west-1")) expect(out).to.contain(cause.cause);
    expect(out).to.contain("Organization view: not seen");
  });

  it("tells the figures that AWS's own command line tells, by the lines of the page", async () => {
    const page = readFileSync(join(root, "docs/coverage.md"), "utf8");
    const lines = [...page.matchAll(/^aws (.*)$/gm)].map(([, line = ""]) => wordsOf(line));
    const aws = (words: readonly string[]) =>
      new Promise<number>((done, failed) => {
        const env = { ...process.env, AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" };
        execFile("aws", [...words], { env }, (error, out) =>
          error === null ? done(Number(out)) : failed(error),
        );
      });
    const { nodes } = await lab.coverage();
    const here = nodes.filter(({ region }) => region === "us-east-1");
    const managed = here.filter(({ platform }) => platform !== "").length;
    const instances = here.filter(({ id }) => id.startsWith("i-")).length;
    const missing = here.reduce((sum, node) => sum + node.missing, 0);
    expect(lines).to.have.length(3);
    expect(await Promise.all(lines.map(aws))).to.deep.equal([managed, instances, missing]);
    expect(missing).to.be.above(0);
  });
});
