import type {
  DescribeAutomationExecutionsResult,
  DescribeAutomationStepExecutionsResult,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { day, errorCode, hour, minute, monday, second } from "#test/lab/support.js";
import { topicForServices } from "#test/lab/topicSupport.js";
import { pages, role } from "../../apiSupport.js";
import { call, parameters, sleep, statuses, world } from "./support.js";

const token = "0a1b2c3d-0000-4000-8000-abcdefabcdef";

describe("an automation", () => {
  it("runs its steps one after the other", async () => {
    const { start, get, clock } = world();
    const id = start();
    expect(statuses(get(id))).to.deep.equal(["Pending", "Pending", "Pending"]);
    await clock.advanceTo(monday + 10 * minute - second);
    expect(statuses(get(id))).to.deep.equal(["InProgress", "InProgress", "Pending"]);
    expect(get(id)).to.include({ CurrentStepName: "first", CurrentAction: "aws:sleep" });
    await clock.advanceTo(monday + 10 * minute);
    expect(statuses(get(id))).to.deep.equal(["InProgress", "Success", "InProgress"]);
    await clock.advanceTo(monday + hour);
    const { StepExecutions = [], ...execution } = get(id);
    expect(execution).to.deep.equal({
      AutomationExecutionId: id,
      DocumentName: "my-runbook",
      DocumentVersion: "1",
      AutomationExecutionStatus: "Success",
      ExecutionStartTime: new Date(monday),
      ExecutionEndTime: new Date(monday + 15 * minute),
      Mode: "Auto",
      ExecutedBy: "arn:aws:iam::123456789012:user/lab",
      StepExecutionsTruncated: false,
    });
    const [first, last] = StepExecutions;
    expect(last).to.deep.equal({
      StepExecutionId: last?.StepExecutionId,
      StepName: "second",
      Action: "aws:sleep",
      StepStatus: "Success",
      ExecutionStartTime: new Date(monday + 10 * minute),
      ExecutionEndTime: new Date(monday + 15 * minute),
      Inputs: { Duration: '"PT5M"' },
    });
    expect(first?.StepExecutionId)
      .to.match(/^[0-9a-f-]{36}$/)
      .and.not.equal(last?.StepExecutionId);
  });

  for (const [what, inputs, ends, status] of [
    [
      "a duration of all units",
      { Duration: "P1DT2H3M4S" },
      day + 2 * hour + 3 * minute + 4 * second,
      "Success",
    ],
    ["the longest duration", { Duration: "PT604799S" }, 604_799 * second, "Success"],
    ["a week, a second too long", { Duration: "P1W" }, 0, "Failed"],
    ["no time", { Duration: "PT0S" }, 0, "Success"],
    ["a duration that is none", { Duration: "10 minutes" }, 0, "Failed"],
    ["a bare P", { Duration: "P" }, 0, "Failed"],
    ["a negative duration", { Duration: "-PT1M" }, 0, "Failed"],
    ["a timestamp", { Timestamp: "2026-06-01T02:00:00+01:00" }, hour, "Success"],
    ["a timestamp that has passed", { Timestamp: "2020-01-01T01:00:00Z" }, 0, "Success"],
    ["a timestamp that is none", { Timestamp: "noon" }, 0, "Failed"],
    ["both", { Duration: "PT1M", Timestamp: "2020-01-01T01:00:00Z" }, 0, "Failed"],
  ] as [string, object, number, string][]) {
    it(`sleeps for ${what}`, async () => {
      const { start, get, clock } = world({ mainSteps: [sleep("only", inputs)] });
      const id = start();
      await clock.advanceTo(monday + 8 * day);
      const { AutomationExecutionStatus, ExecutionEndTime } = get(id);
      expect([AutomationExecutionStatus, ExecutionEndTime]).to.deep.equal([status, new Date(monday + ends)]);
    });
  }

  it("puts parameters and variables where its steps name them", async () => {
    const inputs = {
      Duration: "PT{{ Count }}M",
      whole: "{{Nodes}}",
      part: ["a {{ Nodes }}", { deep: "{{ Really }}" }],
      where: "{{ global:REGION }} {{ global:ACCOUNT_ID }} {{ global:DATE }} {{ global:DATE_TIME }}",
      who: "{{ automation:EXECUTION_ID }}",
    };
    const { start, get, clock } = world({ parameters, mainSteps: [sleep("only", inputs)] });
    const Parameters = { Operation: ["Scan"], Nodes: ["x", "y"], Count: ["7"], Really: ["true"] };
    const id = start({ Parameters });
    await clock.advanceTo(monday + hour);
    const { StepExecutions = [], ...execution } = get(id);
    expect(execution.Parameters).to.deep.equal(Parameters);
    expect(execution.ExecutionEndTime).to.deep.equal(new Date(monday + 7 * minute));
    expect(StepExecutions[0]?.Inputs).to.deep.equal({
      Duration: '"PT7M"',
      whole: '["x","y"]',
      part: '["a [\\"x\\",\\"y\\"]",{"deep":true}]',
      where: '"us-east-1 123456789012 2026-06-01 2026-06-01T00.00.00"',
      who: `"${id}"`,
    });
  });

  it("ends at a step that the lab does not model, and names it", async () => {
    const approve = { name: "ask", action: "aws:approve", inputs: {} };
    const { start, get, clock } = world({
      mainSteps: [sleep("first", { Duration: "PT1M" }), approve, sleep("last", { Duration: "PT1M" })],
    });
    const id = start();
    await clock.advanceTo(monday + hour);
    expect(statuses(get(id))).to.deep.equal(["Failed", "Success", "Failed", "Pending"]);
    expect(get(id).FailureMessage).to.equal("Step ask failed: the lab does not model the action aws:approve");
    expect(get(id).StepExecutions?.[1]?.FailureMessage).to.equal(
      "the lab does not model the action aws:approve",
    );
  });

  it("takes on its role as it is asked for and when it begins, and fails when it may not", async () => {
    const { start, get, clock, region, account } = world({
      assumeRole: "{{ AutomationAssumeRole }}",
      parameters: { AutomationAssumeRole: { type: "AWS::IAM::Role::Arn", default: "" } },
    });
    const { arn } = role(region, "runner") as { arn: string };
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    const closed = account.iam.createRole({
      RoleName: "closed",
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }).Role.Arn;
    const of = (roleArn: string) => ({ Parameters: { AutomationAssumeRole: [roleArn] } });
    const [may, own] = [start(of(arn)), start()];
    await clock.advanceTo(monday + hour);
    expect(statuses(get(may))).to.deep.equal(["Success", "Success", "Success"]);
    expect(statuses(get(own))[0]).to.equal("Success");
    for (const roleArn of [closed, `${arn}-2`])
      expect(errorCode(() => start(of(roleArn)))).to.equal("InvalidAutomationExecutionParametersException");
    // It is taken on when the execution begins, too.
    const later = start(of(arn));
    const document = JSON.stringify(trust);
    account.iam.updateAssumeRolePolicy({ RoleName: "runner", PolicyDocument: document });
    await clock.advanceTo(monday + 2 * hour);
    expect(statuses(get(later))).to.deep.equal(["Failed", "Pending", "Pending"]);
    expect(get(later).FailureMessage).to.match(/^The role .*runner cannot be assumed: .*sts:AssumeRole/);
    expect(region.automation.passedRole({ DocumentName: "my-runbook", ...of(arn) })).to.equal(arn);
    expect(region.automation.passedRole({ DocumentName: "my-runbook" })).to.equal(undefined);
  });

  it("is cancelled at once, or completed after its running step", async () => {
    const { start, get, clock, region } = world();
    const [cancelled, completed, late] = [start(), start(), start()];
    await clock.advanceTo(monday + minute);
    const stop = (id: string, Type?: string) =>
      call(region, "StopAutomationExecution", {
        AutomationExecutionId: id,
        ...(Type === undefined ? {} : { Type }),
      });
    stop(cancelled);
    stop(completed, "Complete");
    expect(statuses(get(cancelled))).to.deep.equal(["Cancelled", "Cancelled", "Pending"]);
    expect(statuses(get(completed))).to.deep.equal(["InProgress", "InProgress", "Pending"]);
    await clock.advanceTo(monday + hour);
    expect(statuses(get(cancelled))).to.deep.equal(["Cancelled", "Cancelled", "Pending"]);
    expect(get(cancelled).ExecutionEndTime).to.deep.equal(new Date(monday + minute));
    expect(statuses(get(completed))).to.deep.equal(["Success", "Success", "Pending"]);
    expect(get(completed).ExecutionEndTime).to.deep.equal(new Date(monday + 10 * minute));
    for (const id of [cancelled, completed, late])
      expect(errorCode(() => stop(id))).to.equal("InvalidAutomationStatusUpdateException");
    expect(errorCode(() => stop(token))).to.equal("AutomationExecutionNotFoundException");
    expect(errorCode(() => get(token))).to.equal("AutomationExecutionNotFoundException");
  });

  it("tells the bus how it and its steps ended", async () => {
    const { start, clock, region } = world();
    const topic = topicForServices(region, "events");
    region.events.putRule({ Name: "automation", EventPattern: JSON.stringify({ source: ["aws.ssm"] }) });
    region.events.putTargets({ Rule: "automation", Targets: [{ Id: "topic", Arn: topic }] });
    const id = start({}, role(region, "starter"));
    await clock.advanceTo(monday + 13 * hour);
    const events = region.sns.delivered.map(({ text }) => JSON.parse(text));
    const detail = { ExecutionId: id, Definition: "my-runbook", DefinitionVersion: 1, Status: "Success" };
    expect(events.map((event) => event.detail)).to.deep.equal([
      {
        ...detail,
        StartTime: "Jun 1, 2026 12:00:00 AM",
        EndTime: "Jun 1, 2026 12:10:00 AM",
        Time: 600_000,
        StepName: "first",
        Action: "aws:sleep",
      },
      {
        ...detail,
        StartTime: "Jun 1, 2026 12:10:00 AM",
        EndTime: "Jun 1, 2026 12:15:00 AM",
        Time: 300_000,
        StepName: "second",
        Action: "aws:sleep",
      },
      {
        ...detail,
        StartTime: "Jun 1, 2026 12:00:00 AM",
        EndTime: "Jun 1, 2026 12:15:00 AM",
        Time: 900_000,
        ExecutedBy: "arn:aws:iam::123456789012:role/starter",
      },
    ]);
    expect(events.at(-1)).to.include({
      "detail-type": "EC2 Automation Execution Status-change Notification",
      source: "aws.ssm",
      region: "us-east-1",
    });
    expect(events.at(-1).resources).to.deep.equal([
      `arn:aws:ssm:us-east-1:123456789012:automation-execution/${id}`,
      "arn:aws:ssm:us-east-1:123456789012:automation-definition/my-runbook:1",
    ]);
  });

  it("is listed, newest first, and so are its steps as they ran", async () => {
    const { start, clock, region } = world();
    const first = start({ Tags: [{ Key: "Team", Value: "ops" }] });
    await clock.advanceTo(monday + hour);
    const second = start();
    await clock.advanceTo(monday + hour + minute);
    const list = (...filters: [string, string][]) => {
      const Filters = filters.map(([Key, Value]) => ({ Key, Values: [Value] }));
      const input = filters.length === 0 ? {} : { Filters };
      const answer = call<DescribeAutomationExecutionsResult>(region, "DescribeAutomationExecutions", input);
      return answer.AutomationExecutionMetadataList?.map((one) => one.AutomationExecutionId);
    };
    expect(list()).to.deep.equal([second, first]);
    for (const [key, value, ...ids] of [
      ["ExecutionStatus", "Success", first],
      ["ExecutionId", second, second],
      ["DocumentNamePrefix", "my-", second, first],
      ["DocumentNamePrefix", "other"],
      ["CurrentAction", "aws:sleep", second],
      ["TagKey", "Team", first],
      ["AutomationType", "Local", second, first],
      ["AutomationType", "CrossAccount"],
      ["ParentExecutionId", first],
      ["StartTimeBefore", new Date(monday + hour).toISOString(), first],
      ["StartTimeAfter", new Date(monday + hour).toISOString(), second],
    ]) {
      expect(list([key ?? "", value ?? ""]), key).to.deep.equal(ids);
    }
    expect(list(["ExecutionStatus", "Success"], ["TagKey", "Team"])).to.deep.equal([first]);
    const { sizes, items } = pages((NextToken) => {
      const input = { MaxResults: 1, ...(NextToken === undefined ? {} : { NextToken }) };
      const answer = call<DescribeAutomationExecutionsResult>(region, "DescribeAutomationExecutions", input);
      return { items: answer.AutomationExecutionMetadataList ?? [], next: answer.NextToken };
    });
    expect(sizes).to.deep.equal([1, 1]);
    expect(items[0]).to.deep.equal({
      AutomationExecutionId: second,
      DocumentName: "my-runbook",
      DocumentVersion: "1",
      AutomationExecutionStatus: "InProgress",
      ExecutionStartTime: new Date(monday + hour),
      Mode: "Auto",
      ExecutedBy: "arn:aws:iam::123456789012:user/lab",
      CurrentStepName: "first",
      CurrentAction: "aws:sleep",
      AutomationType: "Local",
    });
    const steps = (input: object) =>
      call<DescribeAutomationStepExecutionsResult>(region, "DescribeAutomationStepExecutions", {
        AutomationExecutionId: second,
        ...input,
      }).StepExecutions?.map(({ StepName }) => StepName);
    expect(steps({})).to.deep.equal(["first", "second"]);
    expect(steps({ ReverseOrder: true })).to.deep.equal(["second", "first"]);
    expect(steps({ Filters: [{ Key: "StepExecutionStatus", Values: ["Pending"] }] })).to.deep.equal([
      "second",
    ]);
    expect(steps({ Filters: [{ Key: "StepName", Values: ["first"] }] })).to.deep.equal(["first"]);
    const after = { Key: "StartTimeAfter", Values: [new Date(monday).toISOString()] };
    expect(steps({ Filters: [after] })).to.deep.equal(["first"]);
    expect(errorCode(() => steps({ AutomationExecutionId: token }))).to.equal(
      "AutomationExecutionNotFoundException",
    );
  });
});
