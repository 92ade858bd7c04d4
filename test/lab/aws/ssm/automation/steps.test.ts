import { expect } from "chai";
import { noOutput } from "../../../../../lab/aws/ssm/automation/runbook.js";
import { hour, minute, monday, nodes, second } from "../../../support.js";
import { role } from "../../apiSupport.js";
import { sleep, statuses, world } from "./support.js";

const wait = (name: string, more: object = {}) => ({ ...sleep(name, { Duration: "PT1M" }), ...more });
/** A step that fails at once. */
const fail = (name: string, more: object = {}) => ({ ...sleep(name, { Duration: "never" }), ...more });
const listDocuments = (more: object = {}) => ({
  name: "list",
  action: "aws:executeAwsApi",
  inputs: { Service: "ssm", Api: "ListDocuments", Filters: [{ Key: "Owner", Values: ["Self"] }] },
  outputs: [
    { Name: "First", Selector: "$.DocumentIdentifiers[0].Name", Type: "String" },
    { Name: "Second", Selector: "$.DocumentIdentifiers[1].Name", Type: "String" },
  ],
  ...more,
});
/** A step that shows in its inputs what references stand for. */
const show = (inputs: object) => ({ ...sleep("show", { Duration: "PT0S", ...inputs }) });
const outputs = { Outputs: { "list.First": ["my-runbook"], "list.Second": [noOutput] } };

describe("the steps of an automation", () => {
  for (const [what, mainSteps, expected] of [
    ["stop at one that fails", [fail("a"), wait("b")], ["Failed", "Failed", "Pending"]],
    [
      "go on after one that may fail",
      [fail("a", { onFailure: "Continue" }), wait("b")],
      ["Success", "Failed", "Success"],
    ],
    [
      "go on after one that matters, and fail in the end",
      [fail("a", { onFailure: "Continue", isCritical: true }), wait("b")],
      ["Failed", "Failed", "Success"],
    ],
    [
      "go elsewhere after a failure",
      [fail("a", { onFailure: "step:c" }), wait("b"), wait("c")],
      ["Failed", "Failed", "Pending", "Success"],
    ],
    [
      "go elsewhere after a failure that does not matter",
      [fail("a", { onFailure: "step:c", isCritical: false }), wait("b"), wait("c")],
      ["Success", "Failed", "Pending", "Success"],
    ],
    [
      "fail where one aborts that does not matter",
      [fail("a", { isCritical: false }), wait("b")],
      ["Failed", "Failed", "Pending"],
    ],
    [
      "go to the next step that is named",
      [wait("a", { nextStep: "c" }), wait("b"), wait("c")],
      ["Success", "Success", "Pending", "Success"],
    ],
    [
      "end with the one that says so",
      [wait("a", { isEnd: true }), wait("b")],
      ["Success", "Success", "Pending"],
    ],
    [
      "end with the one that says so when it fails",
      [fail("a", { isEnd: true, onFailure: "Continue" }), wait("b")],
      ["Success", "Failed", "Pending"],
    ],
    ["time out", [wait("a", { timeoutSeconds: 59 }), wait("b")], ["TimedOut", "TimedOut", "Pending"]],
    [
      "do not time out when they are quick enough",
      [wait("a", { timeoutSeconds: 61 }), wait("b")],
      ["Success", "Success", "Success"],
    ],
    [
      "go on after one that has timed out",
      [wait("a", { timeoutSeconds: 59, onFailure: "Continue" }), wait("b")],
      ["Success", "TimedOut", "Success"],
    ],
  ] as [string, object[], string[]][]) {
    it(what, async () => {
      const { start, get, clock } = world({ mainSteps });
      const id = start();
      await clock.advanceTo(monday + hour);
      expect(statuses(get(id))).to.deep.equal(expected);
    });
  }

  it("are tried as often as they say, each time with the whole of their timeout", async () => {
    const { start, get, clock } = world({ mainSteps: [wait("a", { timeoutSeconds: 10, maxAttempts: 3 })] });
    const id = start();
    await clock.advanceTo(monday + 29 * second);
    expect(statuses(get(id))).to.deep.equal(["InProgress", "InProgress"]);
    await clock.advanceTo(monday + hour);
    expect(statuses(get(id))).to.deep.equal(["TimedOut", "TimedOut"]);
    expect(get(id).ExecutionEndTime).to.deep.equal(new Date(monday + 30 * second));
    expect(get(id).FailureMessage).to.equal("Step a failed: the step needs more than its 10 seconds");
  });

  it("call an API, and hand on what its answer has", async () => {
    const { start, get, clock, api } = world({
      mainSteps: [listDocuments(), show({ both: "{{ list.First }} and {{ list.Second }}" })],
      outputs: ["list.First", "{{ list.Second }}"],
    });
    const id = start();
    expect(get(id).Outputs).to.deep.equal({ "list.First": [noOutput], "list.Second": [noOutput] });
    await clock.advanceTo(monday);
    const found = get(id);
    expect(statuses(found)).to.deep.equal(["Success", "Success", "Success"]);
    expect(found.Outputs).to.deep.equal(outputs.Outputs);
    expect(found.StepExecutions?.[0]?.Outputs).to.deep.equal({ First: ["my-runbook"] });
    expect(found.StepExecutions?.[1]?.Inputs?.both).to.equal(JSON.stringify(`my-runbook and ${noOutput}`));
    expect(api.counts.calls).to.deep.equal(new Map([["ssm:ListDocuments", 1]]));
  });

  for (const [what, changes, message] of [
    ["a name as Python has it", { Service: "resource-groups", Api: "list_groups" }, undefined],
    [
      "a service that the lab does not have",
      { Service: "ec2", Api: "DescribeInstances" },
      /^NotModelled: .*ec2:DescribeInstances/,
    ],
    [
      "an operation that the lab does not have",
      { Service: "ssm", Api: "PutParameter" },
      /^NotModelled: .*ssm:PutParameter/,
    ],
    [
      "a member that there is not",
      { Service: "ssm", Api: "ListDocuments", Name: "x" },
      /^NotModelled: .*the member Name/,
    ],
    [
      "a value of another type",
      { Service: "ssm", Api: "ListDocuments", MaxResults: "5" },
      /^SerializationException: MaxResults/,
    ],
    [
      "a value out of range",
      { Service: "ssm", Api: "ListDocuments", MaxResults: 51 },
      /^ValidationException: .*maxResults/,
    ],
    ["what the service refuses", { Service: "ssm", Api: "GetDocument", Name: "other" }, /^InvalidDocument: /],
  ] as [string, object, RegExp | undefined][]) {
    it(`${message === undefined ? "call" : "fail on"} ${what}`, async () => {
      const { start, get, clock } = world({ mainSteps: [listDocuments({ inputs: changes, outputs: [] })] });
      const id = start();
      await clock.advanceTo(monday);
      expect(statuses(get(id))).to.deep.equal(
        message === undefined ? ["Success", "Success"] : ["Failed", "Failed"],
      );
      if (message !== undefined) expect(get(id).StepExecutions?.[0]?.FailureMessage).to.match(message);
    });
  }

  it("fail on an output of another type than they say", async () => {
    const Outputs = [{ Name: "List", Selector: "$.DocumentIdentifiers", Type: "StringList" }];
    const { start, get, clock } = world({ mainSteps: [listDocuments({ outputs: Outputs })] });
    const id = start();
    await clock.advanceTo(monday);
    expect(get(id).FailureMessage).to.contain("$.DocumentIdentifiers of ssm:ListDocuments is no StringList");
  });

  for (const [value, DesiredValues, status] of [
    ["OPEN", ["OPEN"], "Success"],
    ["OPEN", ["CLOSED", "OPEN"], "Success"],
    ["OPEN", ["CLOSED"], "Failed"],
  ] as [string, string[], string][]) {
    it(`hold a property that is ${value} against ${DesiredValues.join(", ")}`, async () => {
      const inputs = { Service: "ssm", Api: "GetCalendarState", CalendarNames: ["{{ Calendar }}"] };
      const assert = { name: "ask", action: "aws:assertAwsResourceProperty" };
      const { start, get, clock, region } = world({
        parameters: { Calendar: { type: "String" } },
        mainSteps: [{ ...assert, inputs: { ...inputs, PropertySelector: "$.State", DesiredValues } }],
      });
      region.documents.createDocument({
        Name: "calendar",
        DocumentType: "ChangeCalendar",
        DocumentFormat: "TEXT",
        Content: "BEGIN:VCALENDAR\nX-CALENDAR-TYPE:DEFAULT_OPEN\nEND:VCALENDAR\n",
      });
      const id = start({ Parameters: { Calendar: [region.arn("ssm", "document/calendar")] } });
      await clock.advanceTo(monday);
      expect(statuses(get(id))[0]).to.equal(status);
    });
  }

  it("act as the runbook's role, and fail where it may not", async () => {
    const { start, get, clock, region } = world({
      assumeRole: "{{ AutomationAssumeRole }}",
      parameters: { AutomationAssumeRole: { type: "AWS::IAM::Role::Arn" } },
      mainSteps: [listDocuments()],
    });
    const mayList = { Effect: "Allow", Action: "ssm:ListDocuments", Resource: "*" };
    const starting = (name: string, ...may: object[]) => {
      const made = role(region, name, ...may);
      return start({ Parameters: { AutomationAssumeRole: [made.kind === "role" ? made.arn : ""] } });
    };
    const [may, mayNot] = [starting("reader", mayList), starting("nobody")];
    await clock.advanceTo(monday);
    expect(statuses(get(may))).to.deep.equal(["Success", "Success"]);
    expect(statuses(get(mayNot))).to.deep.equal(["Failed", "Failed"]);
    expect(get(mayNot).FailureMessage).to.contain(
      "role/nobody is not authorized to perform: ssm:ListDocuments on resource: *",
    );
  });

  describe("that send commands", () => {
    const patch = (inputs: object = {}, more: object = {}) => ({
      name: "patch",
      action: "aws:runCommand",
      inputs: {
        DocumentName: "AWS-RunPatchBaseline",
        Targets: [{ Key: "tag:PatchGroup", Values: ["servers"] }],
        Parameters: { Operation: "Scan" },
        ...inputs,
      },
      ...more,
    });
    const servers = (count: number, stopped: readonly number[] = []) =>
      nodes(count, (index) => ({
        patchGroup: "servers",
        ...(stopped.includes(index) ? { state: "stopped" } : {}),
      }));

    it("wait for the command, and give out its id, status and code", async () => {
      const mainSteps = [patch({ MaxConcurrency: "1", TimeoutSeconds: "600", Comment: "from a runbook" })];
      const { start, get, clock, region } = world(
        { mainSteps, outputs: ["patch.CommandId"] },
        { fleet: servers(3) },
      );
      const id = start();
      await clock.advanceTo(monday + hour);
      const [command] = region.runCommand.commands;
      expect(command).to.include({ comment: "from a runbook", concurrency: 1, errorLimit: 0 });
      expect(get(id).Outputs).to.deep.equal({ "patch.CommandId": [command?.id] });
      expect(get(id).StepExecutions?.[0]?.Outputs).to.deep.equal({
        CommandId: [command?.id],
        Status: ["Success"],
        ResponseCode: ["0"],
      });
      expect(get(id).ExecutionEndTime).to.deep.equal(new Date(command?.endedAt ?? 0));
    });

    for (const [what, fleet, inputs, status] of [
      ["with nodes that it cannot reach", servers(3, [0, 1]), {}, "Success"],
      ["with no node that it can reach", servers(2, [0, 1]), {}, "Failed"],
      ["on no node", servers(0), {}, "Success"],
      [
        "on nodes that there are not",
        servers(1),
        { Targets: undefined, InstanceIds: ["i-0123456789abcdef0"] },
        "Failed",
      ],
      [
        "on a group that there is not",
        servers(1),
        { Targets: [{ Key: "resource-groups:Name", Values: ["x"] }] },
        "Failed",
      ],
      ["with a concurrency that is none", servers(1), { MaxConcurrency: "0" }, "Failed"],
      ["of another document", servers(1), { DocumentName: "AWS-RunShellScript" }, "Failed"],
      ["with an input that the lab does not look at", servers(1), { DocumentHash: "0" }, "Failed"],
    ] as [string, ReturnType<typeof servers>, object, string][]) {
      it(`end as ${status} ${what}`, async () => {
        const { start, get, clock } = world({ mainSteps: [patch(inputs)] }, { fleet });
        const id = start();
        await clock.advanceTo(monday + hour);
        expect(statuses(get(id))).to.deep.equal([status, status]);
      });
    }

    it("tell the command's id although it has failed", async () => {
      const { start, get, clock, region } = world({ mainSteps: [patch()] }, { fleet: servers(1, [0]) });
      const id = start();
      await clock.advanceTo(monday + hour);
      const [command] = region.runCommand.commands;
      expect(get(id).FailureMessage).to.equal(
        `Step patch failed: the command ${command?.id} ended as Failed (Undeliverable)`,
      );
      expect(get(id).StepExecutions?.[0]?.Outputs?.CommandId).to.deep.equal([command?.id]);
    });

    it("leave the command running when the automation is stopped or the step times out", async () => {
      const answersAt = monday + 30 * minute;
      const fleet = nodes(1, () => ({ patchGroup: "servers", answersAt }));
      const { start, get, clock, region } = world(
        { mainSteps: [patch({}, { timeoutSeconds: 60 })] },
        { fleet },
      );
      const ids = [start(), start()];
      await clock.advanceTo(monday + 10 * second);
      region.automation.stopAutomationExecution({ AutomationExecutionId: ids[0] });
      await clock.advanceTo(monday + hour);
      expect(ids.map((id) => statuses(get(id)))).to.deep.equal([
        ["Cancelled", "Cancelled"],
        ["TimedOut", "TimedOut"],
      ]);
      const ends = region.runCommand.commands.map(({ end, endedAt = 0 }) => [
        end?.status,
        endedAt >= answersAt,
      ]);
      expect(ends).to.deep.equal([
        ["Success", true],
        ["Success", true],
      ]);
    });

    it("need a role that may send the command and look at it", async () => {
      const may = (Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
      const looks = ["ssm:ListCommands", "ssm:ListCommandInvocations"];
      const group = ["resource-groups:ListGroupResources", "tag:GetResources"];
      const { start, get, clock, region } = world(
        {
          assumeRole: "{{ Role }}",
          parameters: { Role: { type: "String" } },
          mainSteps: [patch({ Targets: [{ Key: "resource-groups:Name", Values: ["all"] }] })],
        },
        { fleet: servers(2) },
      );
      const Query = JSON.stringify({ ResourceTypeFilters: ["AWS::AllSupported"], TagFilters: [] });
      region.resourceGroups.createGroup({ Name: "all", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } });
      const everything = ["ssm:SendCommand", ...looks, ...group];
      const outcomes: (string | undefined)[] = [];
      for (const missing of [undefined, ...everything]) {
        const made = role(
          region,
          `without-${missing?.replace(":", "-")}`,
          may(everything.filter((one) => one !== missing)),
        );
        const id = start({ Parameters: { Role: [made.kind === "role" ? made.arn : ""] } });
        await clock.advanceTo(clock.now + hour);
        const { AutomationExecutionStatus, FailureMessage = "" } = get(id);
        outcomes.push(AutomationExecutionStatus);
        if (missing !== undefined) expect(FailureMessage).to.contain(missing);
      }
      expect(outcomes).to.deep.equal(["Success", ...everything.map(() => "Failed")]);
    });
  });
});
