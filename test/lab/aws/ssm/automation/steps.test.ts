import { expect } from "chai";
import { hour, monday, second } from "#test/lab/support.js";
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
    { Name: "Second", Selector: "$.DocumentIdentifiers[0].DocumentType", Type: "String" },
  ],
  ...more,
});
/** A step that shows in its inputs what references stand for. */
const show = (inputs: object) => ({ ...sleep("show", { Duration: "PT0S", ...inputs }) });
const outputs = { Outputs: { "list.First": ["my-runbook"], "list.Second": ["Automation"] } };

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
    const noOutput = "No output available yet because the step is not successfully executed";
    expect(get(id).Outputs).to.deep.equal({ "list.First": [noOutput], "list.Second": [noOutput] });
    await clock.advanceTo(monday);
    const found = get(id);
    expect(statuses(found)).to.deep.equal(["Success", "Success", "Success"]);
    expect(found.Outputs).to.deep.equal(outputs.Outputs);
    expect(found.StepExecutions?.[0]?.Outputs).to.deep.equal({
      First: ["my-runbook"],
      Second: ["Automation"],
    });
    expect(found.StepExecutions?.[1]?.Inputs?.both).to.equal(JSON.stringify("my-runbook and Automation"));
    expect(api.counts.calls).to.deep.equal(new Map([["ssm:ListDocuments", 1]]));
  });

  for (const [what, changes, message] of [
    ["a name as Python has it", { Service: "resource-groups", Api: "list_groups" }, undefined],
    [
      "a service that the lab does not have",
      { Service: "rds", Api: "DescribeDBInstances" },
      /^NotModelled: .*rds:DescribeDBInstances/,
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
});
