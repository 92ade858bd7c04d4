import { expect } from "chai";
import { hour, monday, node } from "#test/lab/support.js";
import { accountId, executionRoleName, locationsWorld, makeRole } from "./locationSupport.js";
import { call, statuses } from "./support.js";

const member = "210987654321";
const ireland = "eu-west-1";
const shared = `arn:aws:ssm:us-east-1:${accountId}:document/my-runbook`;
const ssm = { Service: "ssm.amazonaws.com" };
const unassumable = `The execution role arn:aws:iam::${member}:role/${executionRoleName} in the target location is unable to be assumed (account ${member}, Region ${ireland}).`;

/** What is out of order, of a start in another account. */
interface Wishes {
  readonly trusted?: (admin: string) => readonly object[];
  readonly adminMay?: readonly string[];
  readonly calledAs?: string;
  readonly sharedWith?: readonly string[];
  readonly mayDo?: readonly string[];
}

/** Starts the runbook from the stack's account in another one, which has nothing but an execution role and a node. */
async function inMember({
  trusted = (admin) => [{ AWS: admin }, ssm],
  adminMay = ["sts:AssumeRole"],
  calledAs = shared,
  sharedWith = [member],
  mayDo = ["ssm:StartAutomationExecution", "iam:PassRole"],
}: Wishes = {}) {
  const fleet = [node({ region: ireland, account: member, tags: { Team: "web" } })];
  const world = locationsWorld({ adminMay }, "us-east-1", {}, fleet);
  const other = world.account.account(member);
  if (other === undefined) throw new RangeError(`there is no account ${member}`);
  makeRole(other, executionRoleName, trusted(world.admin), mayDo);
  if (sharedWith.length > 0) {
    const input = { Name: "my-runbook", PermissionType: "Share" as const, AccountIdsToAdd: [...sharedWith] };
    world.region.documents.modifyDocumentPermission(input);
  }
  const id = world.begin({ Accounts: [member], Regions: [ireland] }, {}, { DocumentName: calledAs });
  await world.clock.advanceTo(monday + hour);
  const parent = world.get(id);
  return { ...world, other, parent, failure: parent.StepExecutions?.[0]?.FailureMessage };
}

// AWS user guide, Running automations in multiple AWS Regions and accounts; IAM user guide, Cross-account policy evaluation logic.
describe("an automation in another account", () => {
  it("runs there as its execution role, and nothing of it is in the own account's Region", async () => {
    const { other, parent, account } = await inMember();
    expect(statuses(parent)).to.deep.equal(["Success", "Success"]);
    const id = parent.StepExecutions?.[0]?.Outputs?.ExecutionId?.[0] ?? "";
    const there = call(other.region(ireland), "GetAutomationExecution", { AutomationExecutionId: id });
    expect(there).to.have.nested.property("AutomationExecution.AutomationExecutionStatus", "Success");
    expect(account.region(ireland).automation.has(id)).to.equal(false);
    expect([account.iam.denials, other.iam.denials]).to.deep.equal([[], []]);
  });

  it("knows its own nodes alone, and the own account none of them", async () => {
    const { other, account } = await inMember();
    const instance = (one: typeof other, id: string) => `arn:aws:ec2:${ireland}:${one.id}:instance/${id}`;
    const there = (one: typeof other) => {
      const { nodes, tags } = one.region(ireland);
      const ids = nodes.all.map(({ id }) => id);
      return ids.map((id) => [id, tags.of(instance(one, id))]);
    };
    expect(there(other)).to.deep.equal([["i-00000000000000000", { Team: "web" }]]);
    expect(there(account)).to.deep.equal([["i-00000000000000002", { Team: "web" }]]);
    const strange = instance(account, "i-00000000000000000");
    expect(account.region(ireland).tags.exists(strange)).to.equal(false);
  });

  const rows: readonly [what: string, wishes: Wishes, failure: string | RegExp][] = [
    [
      "whose role trusts another role of the central account",
      { trusted: (admin) => [{ AWS: admin.replace("patch-administration", "stranger") }, ssm] },
      unassumable,
    ],
    ["whose role trusts Automation alone", { trusted: () => [ssm] }, unassumable],
    [
      // A trust policy alone is enough within an account, and not between two.
      "that the administration role may not go to",
      { adminMay: ["ssm:ListCommands"] },
      unassumable,
    ],
    [
      "whose role trusts the central account and not Automation",
      { trusted: () => [{ AWS: accountId }] },
      /sts:AssumeRole/,
    ],
    [
      "that the runbook is not shared with",
      { sharedWith: ["333333333333"] },
      `The account ${member} knows no runbook ${shared}: another account's is named by its ARN, and shared.`,
    ],
    [
      "with a shared runbook that is called by its name",
      { calledAs: "my-runbook" },
      `The account ${member} knows no runbook my-runbook: another account's is named by its ARN, and shared.`,
    ],
    [
      "whose role may not start the runbook",
      { mayDo: ["iam:PassRole"] },
      /not authorized to perform: ssm:StartAutomationExecution on resource: arn:aws:ssm:us-east-1:123456789012:automation-definition\/my-runbook:1 /,
    ],
  ];
  for (const [what, wishes, expected] of rows) {
    it(`fails in one ${what}`, async () => {
      const { parent, failure, other } = await inMember(wishes);
      expect(statuses(parent)).to.deep.equal(["Failed", "Failed"]);
      if (typeof expected === "string") expect(failure).to.equal(expected);
      else expect(failure).to.match(expected);
      expect(other.region(ireland).runCommand.commands).to.deep.equal([]);
    });
  }
});
