import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { content } from "../aws/ssm/documents/calendarSupport.js";
import { hour, minute } from "../support.js";
import { Policies } from "./accessSupport.js";
import { closingFunction, east, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

const account = "123456789012";
const other = "210987654321";
const automation = `arn:aws:ssm:${east}:${account}:automation-execution/00000000-0000-4000-8000-000000000000`;
const broken = "runs/open/broken.json";
const administration = `arn:aws:iam::${account}:role/patchplane-dev-automation-administration`;
const execution = `arn:aws:iam::${account}:role/patchplane-dev-automation-execution`;

describe("the fan-out with IAM enforced", () => {
  const policies = new Policies((name) => /^central-\w+-/.test(name));
  let lab: FanoutLab;
  /** The function whose next invocation is its environment's last. */
  let dying: string | undefined;
  before(async () => {
    lab = await FanoutLab.open({
      // A node that fails, so that people are to be told; the window opens every hour.
      fleet: [server(east), server(ohio, { fails: ["openssl"] })],
      values: {
        stacks: '["central"]',
        fanoutSchedule: "cron(0 * ? * * *)",
        fanoutDurationHours: "1",
        fanoutCutoffHours: "0",
        fanoutCalendars: '["freeze"]',
      },
      faults: {
        ...noFaults,
        killAfter: ({ functionName }) => {
          if (functionName !== dying) return undefined;
          dying = undefined;
          return 0;
        },
      },
      change: policies.note,
    });
    lab.home.documents.createDocument({
      Name: "freeze",
      Content: content("DEFAULT_OPEN"),
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
    });
    await lab.until("11:55:00");
  });
  after(() => lab.close());
  /** What one opening of the window, from five minutes before it, has come to within a quarter of an hour. */
  const opening = async () => {
    const { denials } = lab.lab.account.iam;
    const before = { denials: denials.length, told: lab.told.length };
    await lab.advance(20 * minute);
    const refused = [...new Set(denials.slice(before.denials).map(({ action }) => action))].sort();
    const opened = new Date(lab.execution.startedAt).toISOString();
    const [run] = lab.closed.filter(({ startedAt }) => startedAt >= opened);
    const isOpen = lab.open.some(({ startedAt }) => startedAt >= opened);
    const parts = [
      ...(run === undefined ? [] : [`${run.totals.patched} of ${run.totals.members}`]),
      ...(isOpen ? ["open"] : []),
    ];
    const record = parts.length === 0 ? "none" : parts.join(" and ");
    return {
      refused,
      is: [lab.execution.status, record, lab.told.length > before.told ? "told" : "silent"].join(", "),
    };
  };

  // Each row: what is taken out, what the window, the record and people then have of the run, the calls refused.
  const all = "SUCCESS, 1 of 2, told";
  const nothing = "FAILED, none, silent";
  const notStarted = "FAILED, open, silent";
  const notClosed = "SUCCESS, open, silent";
  const notPatched = "SUCCESS, 0 of 2, told";
  const start = "central-start-role-policy";
  const closing = "central-closing-role-policy";
  const patching = "central-execution-policy";
  const rows: readonly [resource: string, sid: string, is: string, ...actions: string[]][] = [
    ["central-window-role", "SystemsManagerOfThisAccount", nothing, "sts:AssumeRole"],
    ["central-window-role-policy", "CallTheFunctions", nothing, "lambda:InvokeFunction"],
    ["central-start-role", "Lambda", nothing, "sts:AssumeRole"],
    [start, "SeeTheGroups", notStarted, "resource-groups:ListGroupResources"],
    [start, "SeeNodesAndTheirPatches", notStarted, "tag:GetResources"],
    [start, "StartTheRunbook", notStarted, "ssm:StartAutomationExecution"],
    [start, "HandOverTheAdministrationRole", notStarted, "iam:PassRole"],
    // No call is refused: S3 only does not tell any more that there is no such object.
    [start, "FindRecords", nothing],
    [start, "KeepRecords", nothing, "s3:GetObject"],
    [start, "AskCalendars", nothing, "ssm:GetCalendarState"],
    // What is lost of these two is not the run: the log, and an event that failed.
    [start, "WriteOwnLog", all, "logs:CreateLogStream"],
    [start, "KeepFailedEvents", all, "sqs:SendMessage"],
    ["central-closing-role", "Lambda", notClosed, "sts:AssumeRole"],
    [closing, "FindRecords", notClosed, "s3:ListBucket"],
    [closing, "ReadRecords", notClosed, "s3:GetObject"],
    [closing, "CloseRecords", notClosed, "s3:PutObject"],
    [closing, "RemoveOpenRecords", "SUCCESS, 1 of 2 and open, told", "s3:DeleteObject"],
    [closing, "FollowAutomations", notClosed, "ssm:GetAutomationExecution"],
    [closing, "SeeWhatBecameOfNodes", notClosed, "ssm:ListCommands"],
    [closing, "TellPeople", "SUCCESS, 1 of 2 and open, silent", "sns:Publish"],
    [closing, "EncryptMessages", "SUCCESS, 1 of 2 and open, silent", "kms:GenerateDataKey"],
    [closing, "WriteOwnLog", all, "logs:CreateLogStream"],
    [closing, "KeepFailedEvents", all, "sqs:SendMessage"],
    ["central-administration-role", "AutomationsOfThisAccount", notPatched, "sts:AssumeRole"],
    ["central-execution-role", "TheAdministrationRole", notPatched, "sts:AssumeRole"],
    ["central-execution-role", "AutomationsOfThisAccount", notPatched, "sts:AssumeRole"],
    [patching, "SeeTheGroups", notPatched, "resource-groups:ListGroupResources"],
    [patching, "SeeMembersAndFollowCommands", notPatched, "tag:GetResources"],
    [patching, "RunThePatchDocument", notPatched, "ssm:SendCommand"],
    [patching, "OnNodesOfTheTargets", notPatched, "ssm:SendCommand"],
    [patching, "RunTheRunbook", notPatched, "ssm:StartAutomationExecution"],
    [patching, "HandTheRoleToIt", notPatched, "iam:PassRole"],
  ];

  /** What must happen beside the run for some statements to be asked for. */
  const meanwhile = async (resource: string, sid: string): Promise<void> => {
    const functionName = resource === start ? startFunction : closingFunction;
    if (sid === "WriteOwnLog") {
      // A log stream is made when a function starts anew.
      dying = functionName;
      await lab.invoke(functionName, {});
    } else if (sid === "KeepFailedEvents" && functionName === startFunction) {
      lab.home.lambda.invokeAsync({ functionArn: startFunction, payload: "{}" });
    } else if (sid === "KeepFailedEvents") lab.put(lab.bucket, broken, "no record");
  };

  it("may do all that a run needs", async () => {
    expect(await opening()).to.deep.equal({ refused: [], is: all });
    await lab.advance(40 * minute);
  });

  for (const [resource, sid, is, ...actions] of rows) {
    it(`${resource} without ${sid}: ${is}`, async () => {
      policies.takeOut(lab.home, resource, sid);
      await meanwhile(resource, sid);
      const found = await opening();
      policies.putBack(lab.home, resource);
      lab.remove(lab.bucket, broken);
      // The next one begins five minutes before the hour; the hourly look has closed what was left open.
      await lab.advance(hour - (lab.now % hour) - 5 * minute);
      expect(found).to.deep.equal({ refused: actions, is });
    });
  }

  it("cannot tell that its commands ended well without ssm:ListCommands, though the nodes are patched", async () => {
    const whole = policies.find(patching);
    const policy = String(whole.inputs.policy).replace('"ssm:ListCommands",', "");
    expect(policy).to.not.equal(whole.inputs.policy);
    policies.put(lab.home, patching, { ...whole, inputs: { ...whole.inputs, policy } });
    const found = await opening();
    policies.putBack(lab.home, patching);
    await lab.advance(40 * minute);
    expect(found).to.deep.equal({ refused: ["ssm:ListCommands"], is: all });
    expect(lab.closed.at(-1)?.failed.map(({ region }) => region)).to.deep.equal([east, ohio]);
  });

  it("may take on the execution role, and no other; in its own account that role's trust is enough", async () => {
    const { iam } = lab.lab.account;
    // By the administration role's policy alone, as another account's IAM would have it.
    const asks = (resource: string) =>
      iam.wouldAllow({
        caller: iam.assume(administration, "ssm.amazonaws.com", automation),
        action: "sts:AssumeRole",
        resource,
      });
    policies.takeOut(lab.home, "central-administration-policy", "WorkAsTheExecutionRole");
    expect(asks(execution)).to.equal(false);
    expect(await opening()).to.deep.equal({ refused: [], is: all });
    policies.putBack(lab.home, "central-administration-policy");
  });

  it("has no other statement than these, and those that AWS's documents list", () => {
    const known = rows.map(([resource, sid]) => `${resource} ${sid}`);
    // Automation runbook reference, aws:runCommand: a step that times out is cancelled as the role.
    const listed = [`${patching} CancelCommands`, `${patching} StopAutomations`];
    expect(policies.statements.sort()).to.deep.equal(
      [...known, ...listed, "central-administration-policy WorkAsTheExecutionRole"].sort(),
    );
  });

  describe("trusts no stranger:", () => {
    const iam = () => lab.lab.account.iam;
    for (const roleArn of [administration, execution]) {
      const name = roleArn.replace(/.*role\//, "");
      it(`${name} is no other service's, nor of anything but automations of this account`, () => {
        const ssm = "ssm.amazonaws.com";
        const strangers: readonly [service: string, source: string][] = [
          ["lambda.amazonaws.com", automation],
          [ssm, `arn:aws:ssm:${east}:${account}:maintenancewindow/mw-0123456789abcdef0`],
          [ssm, automation.replace(account, other)],
        ];
        for (const [service, source] of strangers)
          expect(() => iam().assume(roleArn, service, source), `${service} for ${source}`).to.throw(
            "sts:AssumeRole",
          );
        expect(iam().assume(roleArn, ssm, automation)).to.include({ arn: roleArn });
      });
    }

    it("the execution role only the administration role, and that one no role at all", () => {
      const lambda = "lambda.amazonaws.com";
      const strangers = ["central-start-role", "central-closing-role"].map((name) =>
        iam().assume(`arn:aws:iam::${account}:role/${name}`, lambda, lab.home.lambda.find(startFunction).arn),
      );
      const [admin, worker] = [administration, execution].map((arn) =>
        iam().assume(arn, "ssm.amazonaws.com", automation),
      );
      if (admin === undefined || worker === undefined) throw new Error("a role cannot be assumed");
      for (const one of [...strangers, worker]) {
        expect(iam().assumedAs(one, execution), one.kind).to.equal(undefined);
        expect(iam().assumedAs(one, administration), one.kind).to.equal(undefined);
      }
      expect(iam().assumedAs(admin, execution)).to.include({ arn: execution });
    });

    it("a payload with another role for either starts no command", async () => {
      const stranger = `arn:aws:iam::${account}:role/central-window-role`;
      const { Document: document, ...rest } = lab.payload();
      const { Parameters, ...named } = document as { Parameters: object };
      const passed = {
        ...rest,
        Document: { ...named, Parameters: { ...Parameters, AutomationAssumeRole: [stranger] } },
      };
      const { payload: answer } = await lab.start(passed);
      expect(answer).to.contain("AccessDeniedException").and.to.contain("iam:PassRole");
      const worked = lab.payload({ ExecutionRoleName: "central-window-role" });
      await lab.start(worked);
      await lab.advance(5 * minute);
      const run = lab.closed.find(({ runId }) => runId === worked.TaskExecutionId);
      expect(run?.totals).to.deep.include({ patched: 0, notCovered: 2 });
      expect(run?.failed.map(({ region }) => region)).to.deep.equal([east, ohio]);
      for (const { error } of run?.failed ?? [])
        expect(error).to.contain(
          `The execution role ${stranger} in the target location is unable to be assumed`,
        );
      for (const { TaskExecutionId } of [rest, worked])
        expect(lab.executed(TaskExecutionId, [east, ohio]).commands).to.deep.equal([0, 0]);
    });
  });
});
