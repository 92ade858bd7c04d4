import { expect } from "chai";
import { content } from "../aws/ssm/documents/calendarSupport.js";
import { hour } from "../support.js";
import { Granted, Policies } from "./accessSupport.js";
import { east, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

const account = "123456789012";
const other = "210987654321";
const automation = `arn:aws:ssm:${east}:${account}:automation-execution/00000000-0000-4000-8000-000000000000`;
const broken = "runs/open/broken.json";
const execution = `arn:aws:iam::${account}:role/patchplane-dev-automation-execution`;

describe("the fan-out with IAM enforced", () => {
  const policies = new Policies((name) => /^central-\w+-/.test(name));
  let lab: FanoutLab;
  let granted: Granted;
  before(async () => {
    lab = await FanoutLab.open({
      // A node that fails, so that people are to be told, and one that nothing patches; the window opens every hour.
      fleet: [server(east), server(ohio, { fails: ["openssl"] }), server("eu-west-3")],
      values: {
        stacks: '["central"]',
        fanoutSchedule: "cron(0 * ? * * *)",
        fanoutDurationHours: "1",
        fanoutCutoffHours: "0",
        fanoutCalendars: '["freeze"]',
      },
      change: policies.note,
    });
    granted = new Granted(lab.lab.account.iam, (caller) => caller.includes(":role/"));
    lab.home.documents.createDocument({
      Name: "freeze",
      Content: content("DEFAULT_OPEN"),
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
    });
    await lab.until("11:55:00");
  });
  after(() => lab.close());
  /** What one opening of the window, from five minutes before it, has come to until five minutes before the next. */
  const opening = async () => {
    const { denials } = lab.lab.account.iam;
    const before = denials.length;
    await lab.advance(hour);
    const refused = [...new Set(denials.slice(before).map(({ action }) => action))].sort();
    const opened = new Date(lab.execution.startedAt).toISOString();
    const [run] = lab.closed.filter(({ startedAt }) => startedAt >= opened);
    const isOpen = lab.open.some(({ startedAt }) => startedAt >= opened);
    const parts = [
      ...(run === undefined ? [] : [`${run.totals.patched} of ${run.totals.members}`]),
      ...(isOpen ? ["open"] : []),
    ];
    const record = parts.length === 0 ? "none" : parts.join(" and ");
    const task = lab.execution.tasks.find(({ task: { arn } }) => arn.endsWith(startFunction));
    const isTold = lab.told.some(({ text }) => text.includes(task?.id.toLowerCase() ?? "no task"));
    return { refused, is: [lab.execution.status, record, isTold ? "told" : "silent"].join(", ") };
  };

  const all = "SUCCESS, 1 of 2, told";
  const start = "central-start-role-policy";
  const closing = "central-closing-role-policy";
  const patching = "central-execution-policy";

  it("may do all that a run needs", async () => {
    expect(await opening()).to.deep.equal({ refused: [], is: all });
  });

  it("tells by name of a node in a Region that nothing reaches, once", async () => {
    await opening();
    const told = lab.home.sns.delivered.filter(({ subject }) => subject?.includes("that nothing patches"));
    expect(told.map(({ subject }) => subject)).to.deep.equal(["patchplane: 1 node that nothing patches"]);
    expect(told[0]?.text).to.contain(`- eu-west-3: ${lab.nodes("eu-west-3")[0]?.id}`);
  });

  it("may keep events that failed", async () => {
    lab.home.lambda.invokeAsync({ functionArn: startFunction, payload: "{}" });
    lab.put(lab.bucket, broken, "no record");
    expect(await opening()).to.deep.equal({ refused: [], is: all });
    lab.remove(lab.bucket, broken);
  });

  const results = [
    ...["ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates", "ssm:DescribeInstancePatches"],
    ...["ssm:DescribePatchBaselines", "ssm:DescribePatchGroups", "ssm:ListCommandInvocations"],
    "ssm:ListCommands",
  ];
  const members = [
    ...["ec2:DescribeInstances", "ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"],
    ...["ssm:ListCommandInvocations", "ssm:ListCommands", "tag:GetResources"],
  ];
  // Each row: what is taken out, which of the calls that were made until then would be refused.
  const rows: readonly [resource: string, sid: string, ...actions: string[]][] = [
    ["central-window-role", "SystemsManagerOfThisAccount", "sts:AssumeRole"],
    ["central-window-role-policy", "CallTheFunctions", "lambda:InvokeFunction"],
    ["central-start-role", "Lambda", "sts:AssumeRole"],
    [start, "SeeTheGroups", "resource-groups:ListGroupResources"],
    [start, "SeeNodesAndTheirPatches", "ssm:DescribeInstancePatchStates", "tag:GetResources"],
    [start, "StartTheRunbook", "ssm:StartAutomationExecution"],
    [start, "HandOverTheRoles", "iam:PassRole"],
    [start, "KeepRecords", "s3:GetObject", "s3:PutObject"],
    [start, "ReadPromises", "s3:GetObject"],
    [start, "AskCalendars", "ssm:GetCalendarState"],
    [start, "ArrangeTheEnd", "scheduler:CreateSchedule"],
    [start, "HandOverTheRoleOfSchedules", "iam:PassRole"],
    [start, "SeeWhenTheWindowEnds", "ssm:DescribeMaintenanceWindowExecutions", "ssm:GetMaintenanceWindow"],
    ["central-ends-role", "SchedulesOfTheGroup", "sts:AssumeRole"],
    [start, "WriteOwnLog", "logs:CreateLogStream", "logs:PutLogEvents"],
    [start, "KeepFailedEvents", "sqs:SendMessage"],
    ["central-closing-role", "Lambda", "sts:AssumeRole"],
    [closing, "FindRecords", "s3:ListBucket"],
    [closing, "ReadRecords", "s3:GetObject"],
    [closing, "CloseRecords", "s3:PutObject"],
    [closing, "RemoveOpenRecords", "s3:DeleteObject"],
    [closing, "FollowAutomations", "ssm:GetAutomationExecution"],
    [closing, "SeeExclusionsInForce", "s3:GetObject"],
    [closing, "SeeWhatBecameOfNodes", ...results],
    [closing, "LookForNodesElsewhere", "ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates"],
    [closing, "KeepWhenToLookElsewhere", "s3:GetObject", "s3:PutObject"],
    [closing, "TellPeople", "sns:Publish"],
    [closing, "EncryptMessages", "kms:Decrypt", "kms:GenerateDataKey"],
    [closing, "WriteOwnLog", "logs:CreateLogStream", "logs:PutLogEvents"],
    [closing, "KeepFailedEvents", "sqs:SendMessage"],
    ["central-execution-role", "AutomationsOfThisAccount", "sts:AssumeRole"],
    [patching, "SeeTheGroups", "resource-groups:ListGroupResources"],
    [patching, "SeeMembersAndFollowCommands", ...members],
    [patching, "RunThePatchDocument", "ssm:SendCommand"],
    [patching, "OnNodesOfTheTargets", "ssm:SendCommand"],
  ];
  for (const [resource, sid, ...actions] of rows) {
    it(`needs ${sid} of ${resource} for ${actions.join(" and ")}`, () => {
      policies.takeOut(lab.home, resource, sid);
      const found = granted.refused;
      policies.putBack(lab.home, resource);
      expect(found).to.deep.equal(actions);
    });
  }

  // Each row: what is taken out, what the window, the record and people then have of the run, the calls refused.
  const nothing = "FAILED, none, silent";
  const notStarted = "FAILED, open, silent";
  const played: readonly [resource: string, sid: string, is: string, ...actions: string[]][] = [
    ["central-window-role-policy", "CallTheFunctions", nothing, "lambda:InvokeFunction"],
    [start, "SeeTheGroups", "FAILED, 0 of 0, told", "resource-groups:ListGroupResources"],
    [start, "StartTheRunbook", notStarted, "ssm:StartAutomationExecution"],
    // No call is refused: S3 only does not tell any more that there is no such object.
    [start, "FindRecords", nothing],
    // The same of what the exclusion processor keeps: where nobody can tell what is promised, nothing is started.
    [start, "FindPromises", notStarted],
    [start, "ArrangeTheEnd", nothing, "scheduler:CreateSchedule"],
    [closing, "RemoveOpenRecords", "SUCCESS, 1 of 2 and open, told", "s3:DeleteObject"],
    [closing, "FollowAutomations", "SUCCESS, open, silent", "ssm:GetAutomationExecution"],
    [closing, "TellPeople", "SUCCESS, 1 of 2 and open, silent", "sns:Publish"],
    [patching, "RunThePatchDocument", "SUCCESS, 0 of 2, told", "ssm:SendCommand"],
  ];
  for (const [resource, sid, is, ...actions] of played) {
    it(`${resource} without ${sid}: ${is}`, async () => {
      policies.takeOut(lab.home, resource, sid);
      const found = await opening();
      policies.putBack(lab.home, resource);
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
    expect(found).to.deep.equal({ refused: ["ssm:ListCommands"], is: all });
    expect(lab.closed.at(-1)?.failed.map(({ region }) => region)).to.deep.equal([east, ohio]);
  });

  it("has no other statement than these, and those that AWS's documents list", () => {
    const known = [...new Set([...rows, ...played].map(([resource, sid]) => `${resource} ${sid}`))];
    // Automation runbook reference, aws:runCommand: a step that times out is cancelled as the role; user guide, running
    // automations at scale: an automation with targets begins those of its nodes as its role.
    const listed = ["CancelCommands", "StopAutomations", "RunTheRunbook", "HandTheRoleToIt"];
    // A run that was cut off is found again: fanoutRetries.test.ts.
    // Where the processor has not said anything yet, S3 tells without it that it is forbidden: as of FindPromises.
    const unsaid = [`${closing} FindExclusions`];
    const cutOff = [`${start} FindAutomations`, `${start} ReadAutomations`, `${closing} SeeTheGroups`];
    // A Region that nobody vouches for: fanoutExclusions.test.ts.
    const doubted = [`${start} AskTheExclusionProcessor`];
    // What a run needs that does not end by itself: fanoutEnds.test.ts.
    const ends = [
      ...["CallTheFunction", "KeepUndelivered"].map((sid) => `central-ends-role-policy ${sid}`),
      "central-stopping-role Lambda",
      ...["FindRecords", "ReadRecords", "CancelWhatHasNotBegun", "BeginNoFurtherNode", "TellPeople"].map(
        (sid) => `central-stopping-role-policy ${sid}`,
      ),
      ...["EncryptMessages", "WriteOwnLog", "KeepFailedEvents"].map(
        (sid) => `central-stopping-role-policy ${sid}`,
      ),
    ];
    expect(policies.statements.sort()).to.deep.equal(
      [
        ...known,
        ...listed.map((sid) => `${patching} ${sid}`),
        ...cutOff,
        ...doubted,
        ...unsaid,
        ...ends,
      ].sort(),
    );
  });

  describe("trusts no stranger:", () => {
    const iam = () => lab.lab.account.iam;
    it("the execution role is no other service's, nor of anything but automations of this account", () => {
      const ssm = "ssm.amazonaws.com";
      const strangers: readonly [service: string, source: string][] = [
        ["lambda.amazonaws.com", automation],
        [ssm, `arn:aws:ssm:${east}:${account}:maintenancewindow/mw-0123456789abcdef0`],
        [ssm, automation.replace(account, other)],
      ];
      for (const [service, source] of strangers)
        expect(() => iam().assume(execution, service, source), `${service} for ${source}`).to.throw(
          "sts:AssumeRole",
        );
      expect(iam().assume(execution, ssm, automation)).to.include({ arn: execution });
    });

    it("the execution role no other role, its own not excepted", () => {
      const lambda = "lambda.amazonaws.com";
      const strangers = ["central-start-role", "central-closing-role"].map((name) =>
        iam().assume(`arn:aws:iam::${account}:role/${name}`, lambda, lab.home.lambda.find(startFunction).arn),
      );
      const worker = iam().assume(execution, "ssm.amazonaws.com", automation);
      for (const one of [...strangers, worker])
        expect(() => iam().assumeAs(one, execution), one.kind).to.throw("sts:AssumeRole");
    });

    it("a payload with another role starts no command", async () => {
      const stranger = `arn:aws:iam::${account}:role/central-window-role`;
      const { Document: document, ...rest } = lab.payload();
      const { Parameters, ...named } = document as { Parameters: object };
      const passed = {
        ...rest,
        Document: { ...named, Parameters: { ...Parameters, AutomationAssumeRole: [stranger] } },
      };
      const { payload: answer } = await lab.start(passed);
      expect(answer).to.contain("AccessDeniedException").and.to.contain("iam:PassRole");
      expect(lab.executed(rest.TaskExecutionId, [east, ohio]).commands).to.deep.equal([0, 0]);
    });
  });
});
