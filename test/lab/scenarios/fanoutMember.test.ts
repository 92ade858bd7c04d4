import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import { type ResourceChange, Stack } from "#lab/deploy/deploy.js";
import { blocksOf } from "../../docs/pages.js";
import { root } from "../../support/program.js";
import { refused, versionsOn } from "../support.js";
import { base, FanoutLab, server } from "./fanoutSupport.js";

const oregon = "us-west-2";
/** Has a member as the page tells it; has one that trusts another role; does not exist. */
const [member, stranger, nowhere] = ["210987654321", "220987654321", "333333333333"] as const;
const administration = "arn:aws:iam::123456789012:role/patchplane-dev-automation-administration";

/** The program that the page has for other accounts, as a module in a folder. */
function pageProgram(folder: string): string {
  const [block] = blocksOf("docs/fanout.md").filter(({ text }) => text.includes("new FanoutMember("));
  if (block === undefined) throw new RangeError("docs/fanout.md has no program for other accounts");
  const components = pathToFileURL(join(root, "components/index.js")).href;
  // The name of the bucket is that of the central stack in the lab.
  const text = block.text
    .replace("./components/index.js", components)
    .replace("logs-bucket-0a1b2c3", "logs-bucket");
  const file = join(folder, "member.mts");
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

/** Its execution role trusts a role that there is not. */
const trustsAnother: ResourceChange = (type, _name, inputs) =>
  type === "aws:iam/role:Role"
    ? {
        ...inputs,
        assumeRolePolicy: String(inputs.assumeRolePolicy).replace(administration, `${administration}-2`),
      }
    : inputs;

// AWS user guide, Running automations in multiple AWS Regions and accounts.
describe("a central window over other accounts", () => {
  const folder = mkdtempSync(join(tmpdir(), "member-"));
  let lab: FanoutLab;
  const other = (id: string): Account => {
    const found = lab.lab.account.account(id);
    if (found === undefined) throw new RangeError(`there is no account ${id}`);
    return found;
  };
  const openssl = (account: Account) =>
    account.region(oregon).nodes.all.map((node) => [node.id, versionsOn(node).openssl]);

  before(async () => {
    lab = await FanoutLab.open({
      fleet: [
        server(oregon),
        server(oregon, { account: member }),
        server(oregon, { account: member, tags: { PatchGroup: "somebody-elses" } }),
        server(oregon, { account: stranger }),
      ],
      regions: [oregon, "eu-central-1"],
      values: { stacks: '["central"]', fanoutAccounts: JSON.stringify([member, stranger, nowhere]) },
    });
    const program = pageProgram(folder);
    const settings = { project: "member", stack: "member", values: {}, secretKeys: [], homeRegion: oregon };
    for (const [id, change] of [
      [member, undefined],
      [stranger, trustsAnother],
    ] as const) {
      const { failure } = await new Stack(other(id), program).deploy(settings, change);
      if (failure !== undefined) throw failure.cause;
    }
    await lab.until("14:30:00");
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.close();
  });

  it("patches the nodes of an account with the page's program, by its own role, groups and baselines", () => {
    expect(openssl(lab.lab.account)).to.deep.equal([["i-00000000000000000", 1]]);
    expect(openssl(other(member))).to.deep.equal([
      ["i-00000000000000001", 1],
      ["i-00000000000000002", 0],
    ]);
    const [command] = other(member).region(oregon).runCommand.commands;
    expect(command?.nodes.map(({ id }) => id)).to.deep.equal(["i-00000000000000001"]);
    const [node] = other(member).region(oregon).nodes.all;
    expect(node?.state?.snapshot.baseline.id).to.be.oneOf(
      other(member)
        .region(oregon)
        .baselines.describePatchBaselines({
          Filters: [{ Key: "OWNER", Values: ["Self"] }],
        })
        .BaselineIdentities?.map(({ BaselineId }) => BaselineId) ?? [],
    );
    expect(refused(other(member).iam.denials)).to.deep.equal([]);
  });

  it("says of each other account why it was not begun, and of no more", () => {
    const role = (id: string) =>
      `The execution role arn:aws:iam::${id}:role/patchplane-dev-automation-execution in the target location is unable to be assumed (account ${id}, Region ${oregon}).`;
    const found = lab.run.failed.filter(({ region, group }) => region === oregon && group === base);
    expect(found.map(({ account, error }) => [account, error])).to.deep.equal(
      [stranger, nowhere].map((id) => [id, `its automation is Failed: ${role(id)}`]),
    );
    expect(lab.run.failed.map(({ account }) => account)).to.not.include(member);
    expect(openssl(other(stranger))).to.deep.equal([["i-00000000000000003", 0]]);
  });

  it("counts the nodes of an account, and says of each other one why it could not", () => {
    expect(lab.run.regions.map(({ region, account, patched }) => [region, account, patched])).to.deep.equal([
      [oregon, undefined, ["i-00000000000000000"]],
      [oregon, member, ["i-00000000000000001"]],
    ]);
    expect(lab.run.totals).to.deep.equal({ members: 2, patched: 2, failed: 0, notCovered: 0 });
    expect(lab.run.uncounted?.map(({ account, regions }) => [account, regions])).to.deep.equal([
      [stranger, [oregon, "eu-central-1"]],
      [nowhere, [oregon, "eu-central-1"]],
    ]);
    for (const { account, why } of lab.run.uncounted ?? [])
      expect(why).to.match(
        new RegExp(`: AccessDenied: .*sts:AssumeRole.*:${account}:role/patchplane-dev-automation-execution`),
      );
    expect(lab.told[0]?.text).to.contain(
      `- nodes of ${stranger} in ${oregon}, eu-central-1 are not counted: `,
    );
  });

  it("lets the administration role alone take on a member's role", () => {
    const roleArn = `arn:aws:iam::${member}:role/patchplane-dev-automation-execution`;
    const { iam } = lab.lab.account;
    const caller = (name: string) => iam.session(`arn:aws:iam::123456789012:role/${name}`);
    for (const name of ["central-start-role", "central-closing-role", "patchplane-dev-automation-execution"])
      expect(() => other(member).iam.assumeAs(caller(name), roleArn), name).to.throw("sts:AssumeRole");
    expect(
      other(member).iam.assumeAs(caller("patchplane-dev-automation-administration"), roleArn),
    ).to.include({
      accountId: member,
    });
  });
});

// The same page: with targets by resource group each account's own nodes get an automation; AWS's template of the execution role
// passes that role on (AWS-SystemsManager-AutomationExecutionRole, iam:PassRole on itself).
describe("a central window over other accounts, with an automation for each node", () => {
  it("runs it there as the execution role, by the shared runbook, and tells each node", async () => {
    const lab = await FanoutLab.open({
      fleet: [
        server(oregon),
        server(oregon, { account: member }),
        server(oregon, { account: member, fails: ["openssl"] }),
      ],
      regions: [oregon],
      members: true,
      values: {
        ...{ stacks: '["central"]', fanoutAccounts: JSON.stringify([member]) },
        ...{ fanoutExecutionMode: "per-instance", fanoutMaxErrors: "100%" },
      },
    });
    try {
      await lab.until("13:30:00");
      expect(
        lab.run.regions.map(({ account, patched, notCovered }) => [
          account,
          patched,
          notCovered.map(({ reason, nodes }) => `${reason}: ${nodes.join()}`),
        ]),
      ).to.deep.equal([
        [undefined, ["i-00000000000000000"], []],
        [member, ["i-00000000000000001"], ["failed: i-00000000000000002"]],
      ]);
      const there = lab.lab.account.account(member);
      const { AutomationExecutionMetadataList: listed = [] } =
        there?.region(oregon).automation.describeAutomationExecutions({}) ?? {};
      const ofNodes = listed.filter(({ Target }) => Target !== undefined);
      expect(ofNodes.map(({ AutomationExecutionStatus: status }) => status).sort()).to.deep.equal([
        "Failed",
        "Success",
      ]);
      expect([lab.refused, refused(there?.iam.denials ?? [])]).to.deep.equal([[], []]);
    } finally {
      await lab.close();
    }
  });
});
