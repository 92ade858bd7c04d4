import type { AutomationExecution, StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { errorCode, hour, minute, monday, nodes } from "#test/lab/support.js";
import { role } from "../../apiSupport.js";
import { listed, sleep, statuses, world } from "./support.js";
import { sleeper, sleeping, values } from "./targetSupport.js";

/** A runbook that shows in its step what it was given. */
const shower = {
  parameters: { Nodes: { type: "StringList" } },
  mainSteps: [sleep("only", { Duration: "PT1M", nodes: "{{ Nodes }}" })],
};
/** When each child of a parent began, in minutes; undefined for one that never did. */
const begins = ({ StepExecutions = [] }: AutomationExecution) =>
  StepExecutions.map(({ ExecutionStartTime: at }) => at && (at.getTime() - monday) / minute);

describe("an automation with targets", () => {
  for (const [what, minutes, rates, expected, status] of [
    [
      "ten at once unasked, in waves",
      [10, 10, 10, 10, 10, 10, 10, 10],
      {},
      [0, 10, 10, 20, 20, 20, 20, 30],
      "Success",
    ],
    ["one at a time", [5, 1, 2], { MaxConcurrency: "1" }, [0, 5, 6], "Success"],
    [
      "waves that wait for their slowest",
      [10, 1, 9, 10, 10],
      { MaxConcurrency: "10" },
      [0, 10, 10, 19, 19],
      "Success",
    ],
    [
      "the next whenever one ends, from its concurrency on",
      [10, 1, 9, 10, 2],
      { MaxConcurrency: "2" },
      [0, 10, 10, 11, 19],
      "Success",
    ],
    [
      "a share of its targets",
      [10, 10, 10, 10, 10],
      { MaxConcurrency: "40%" },
      [0, 10, 10, 20, 20],
      "Success",
    ],
    ["no more after an error", [10, "x", 10, 10], {}, [0, 10, 10, undefined], "Failed"],
    ["as many errors as it may have", [10, "x", 10, 10], { MaxErrors: "1" }, [0, 10, 10, 20], "Success"],
    ["a share of errors", ["x", "x", 10, 10, 10], { MaxErrors: "40%" }, [0, 0, 0, 10, 10], "Success"],
    [
      "no more after one error too many",
      ["x", "x", 10, 10],
      { MaxErrors: "25%" },
      [0, 0, 0, undefined],
      "Failed",
    ],
  ] as [string, (number | string)[], object, (number | undefined)[], string][]) {
    it(`sends ${what}`, async () => {
      const { start, get, clock } = world(sleeper);
      const id = start({ ...sleeping(...minutes), ...rates });
      await clock.advanceTo(monday + 24 * hour);
      expect([begins(get(id)), get(id).AutomationExecutionStatus]).to.deep.equal([expected, status]);
    });
  }

  it("has a child for each, which knows its parent, its target and nothing of the others", async () => {
    const { start, get, clock, region } = world(sleeper);
    const id = start({ ...sleeping(10, "x"), MaxErrors: "1", Parameters: { Words: ["a", "b"] } });
    await clock.advanceTo(monday + hour);
    const { StepExecutions = [], ...parent } = get(id);
    expect(parent).to.deep.equal({
      AutomationExecutionId: id,
      DocumentName: "my-runbook",
      DocumentVersion: "1",
      AutomationExecutionStatus: "Success",
      ExecutionStartTime: new Date(monday),
      ExecutionEndTime: new Date(monday + 10 * minute),
      Mode: "Auto",
      ExecutedBy: "arn:aws:iam::123456789012:user/lab",
      Parameters: { Words: ["a", "b"] },
      TargetParameterName: "Duration",
      Targets: values("PT10M", "x"),
      MaxConcurrency: "10",
      MaxErrors: "1",
      ResolvedTargets: { ParameterValues: ["PT10M", "x"], Truncated: false },
      StepExecutionsTruncated: false,
    });
    const [first, second] = StepExecutions;
    const [child = ""] = first?.Outputs?.ExecutionId ?? [];
    expect(first).to.deep.equal({
      StepExecutionId: first?.StepExecutionId,
      StepName: "PT10M",
      Action: "aws:executeAutomation",
      StepStatus: "Success",
      ExecutionStartTime: new Date(monday),
      ExecutionEndTime: new Date(monday + 10 * minute),
      Inputs: { Duration: '"PT10M"' },
      Outputs: { ExecutionId: [child], Status: ["Success"] },
    });
    expect(second).to.include({ StepName: "x", StepStatus: "Failed" });
    expect(get(child)).to.deep.include({
      ParentAutomationExecutionId: id,
      Target: "PT10M",
      Parameters: { Duration: ["PT10M"], Words: ["a", "b"] },
    });
    expect(get(child)).to.not.have.any.keys("Targets", "TargetParameterName", "ResolvedTargets");
    const list = (key: string, value: string) =>
      listed(region, key, value).map(({ AutomationExecutionId }) => AutomationExecutionId);
    expect(list("ParentExecutionId", id)).to.deep.equal([second?.Outputs?.ExecutionId?.[0], child]);
    expect(list("AutomationType", "Local")).to.have.length(3);
  });

  const hybrid = "mi-0123456789abcdef0";
  const fleet = nodes(4, (index) => ({
    tags: { Team: index < 3 ? "web" : "db" },
    ...(index === 0 ? { id: hybrid } : {}),
    ...(index === 2 ? { agent: false } : {}),
  }));
  const id = (index: number) => (index === 0 ? hybrid : `i-${String(index).padStart(17, "0")}`);
  for (const [what, TargetType, target, expected] of [
    ["all members of a group", "/", { Key: "ResourceGroup", Values: ["web"] }, [hybrid, id(1), id(2)]],
    ["a group's instances", "/AWS::EC2::Instance", { Key: "ResourceGroup", Values: ["web"] }, [id(1), id(2)]],
    [
      "a group's hybrid nodes",
      "/AWS::SSM::ManagedInstance",
      { Key: "ResourceGroup", Values: ["web"] },
      [hybrid],
    ],
    ["all with a tag", "/", { Key: "tag:Team", Values: ["web"] }, [hybrid, id(1), id(2)]],
    [
      "instances with one of two values",
      "/AWS::EC2::Instance",
      { Key: "tag:Team", Values: ["db", "web"] },
      [id(1), id(2), id(3)],
    ],
    ["values, whatever the type", undefined, { Key: "ParameterValues", Values: ["a", "b"] }, ["a", "b"]],
  ] as [string, string | undefined, { Key: string; Values: string[] }, string[]][]) {
    it(`selects ${what}`, async () => {
      const options = TargetType === undefined ? { fleet } : { fleet, TargetType };
      const { start, get, clock, region } = world(shower, options);
      const Query = JSON.stringify({
        ResourceTypeFilters: ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"],
        TagFilters: [{ Key: "Team", Values: ["web"] }],
      });
      region.resourceGroups.createGroup({ Name: "web", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } });
      const started = start({ TargetParameterName: "Nodes", Targets: [target] });
      await clock.advanceTo(monday + hour);
      const { StepExecutions = [], ResolvedTargets } = get(started);
      expect(ResolvedTargets?.ParameterValues).to.deep.equal(expected);
      const group = target.Key === "ResourceGroup" ? [started] : [];
      expect(
        listed(region, "TargetResourceGroup", "web").map((one) => one.AutomationExecutionId),
      ).to.deep.equal(group);
      const shown = StepExecutions.map(({ Outputs }) => {
        const [only] = get(Outputs?.ExecutionId?.[0] ?? "").StepExecutions ?? [];
        return JSON.parse(only?.Inputs?.nodes ?? "");
      });
      expect(shown).to.deep.equal(expected.map((one) => [one]));
    });
  }

  for (const [what, TargetType, target, message] of [
    ["selects nothing", "/AWS::SSM::Document", { Key: "tag:Team", Values: ["web"] }, /selects no resource/],
    [
      "names a group that there is not",
      "/",
      { Key: "ResourceGroup", Values: ["none"] },
      /The group none does not exist/,
    ],
  ] as [string, string, { Key: string; Values: string[] }, RegExp][]) {
    it(`fails when its target ${what}`, async () => {
      const { start, get, clock } = world(shower, { fleet, TargetType });
      const started = start({ TargetParameterName: "Nodes", Targets: [target] });
      await clock.advanceTo(monday + hour);
      expect(statuses(get(started))).to.deep.equal(["Failed"]);
      expect(get(started).FailureMessage).to.match(message);
    });
  }

  it("needs a role that may find its targets, begin its children as itself, and follow them", async () => {
    const roleParameter = { AutomationAssumeRole: { type: "AWS::IAM::Role::Arn" } };
    const { start, get, clock, region } = world(
      {
        ...shower,
        assumeRole: "{{ AutomationAssumeRole }}",
        parameters: { ...shower.parameters, ...roleParameter },
      },
      { fleet, TargetType: "/" },
    );
    const may = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
    const wanted = [
      ...["tag:GetResources", "ssm:StartAutomationExecution", "iam:PassRole"],
      ...["ssm:GetAutomationExecution", "ssm:DescribeAutomationStepExecutions"],
    ];
    for (const missing of [...wanted, undefined]) {
      const actions = wanted.filter((action) => action !== missing);
      const made = role(region, `without-${missing?.replace(":", "-")}`, ...actions.map(may));
      const before = region.account.iam.denials.length;
      const started = start({
        TargetParameterName: "Nodes",
        Targets: [{ Key: "tag:Team", Values: ["web"] }],
        Parameters: { AutomationAssumeRole: [made.kind === "role" ? made.arn : ""] },
      });
      await clock.advanceTo(clock.now + hour);
      expect(get(started).AutomationExecutionStatus).to.equal(missing === undefined ? "Success" : "Failed");
      const denied = region.account.iam.denials.slice(before).map(({ action }) => action);
      expect([...new Set(denied)]).to.deep.equal(missing === undefined ? [] : [missing]);
    }
  });

  for (const [what, input, code] of [
    [
      "targets without a parameter",
      { Targets: values("a") },
      "InvalidAutomationExecutionParametersException",
    ],
    [
      "a parameter without targets",
      { TargetParameterName: "Duration" },
      "InvalidAutomationExecutionParametersException",
    ],
    [
      "a parameter that there is not",
      { ...sleeping(1), TargetParameterName: "duration" },
      "InvalidAutomationExecutionParametersException",
    ],
    [
      "a value beside the targets",
      { ...sleeping(1), Parameters: { Duration: ["PT1M"] } },
      "InvalidAutomationExecutionParametersException",
    ],
    ["two targets", { ...sleeping(1), Targets: [...values("a"), ...values("b")] }, "InvalidTarget"],
    ["a target of nothing", { ...sleeping(), Targets: values() }, "InvalidTarget"],
    [
      "two groups",
      { ...sleeping(1), Targets: [{ Key: "ResourceGroup", Values: ["a", "b"] }] },
      "InvalidTarget",
    ],
    [
      "a document without a type",
      { ...sleeping(1), Targets: [{ Key: "ResourceGroup", Values: ["a"] }] },
      "InvalidTarget",
    ],
    [
      "Run Command's name for groups",
      { ...sleeping(1), Targets: [{ Key: "resource-groups:Name", Values: ["a"] }] },
      "NotModelledError",
    ],
    [
      "all instances",
      { ...sleeping(1), Targets: [{ Key: "InstanceIds", Values: ["*"] }] },
      "NotModelledError",
    ],
  ] as [string, Partial<StartAutomationExecutionRequest>, string][]) {
    it(`is refused with ${what}`, () => {
      expect(errorCode(() => world(sleeper).start(input))).to.equal(code);
    });
  }

  it("fails for a target that its parameter does not take", async () => {
    const runbook = { ...sleeper, parameters: { Duration: { type: "String", allowedPattern: "PT.*" } } };
    const { start, get, clock } = world(runbook);
    const started = start(sleeping("x"));
    await clock.advanceTo(monday);
    expect(get(started).StepExecutions?.[0]?.FailureMessage).to.contain('Parameter "Duration" has value "x"');
    expect(statuses(get(started))).to.deep.equal(["Failed", "Failed"]);
  });
});
