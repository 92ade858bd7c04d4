import { expect } from "chai";
import { hour, minute, monday, nodes, second } from "#test/lab/support.js";
import { role } from "../../apiSupport.js";
import { statuses, world } from "./support.js";

describe("steps of an automation that send commands", () => {
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

  for (const [stoppedStep, what, ended] of [
    ["cancelled", "cancel", ["Cancelled", "Cancelled"]],
    ["goesOn", "leave alone", ["Success", "Success"]],
  ] as const)
    it(`${what} the command when the automation is stopped or the step times out`, async () => {
      const answersAt = monday + 30 * minute;
      const fleet = nodes(1, () => ({ patchGroup: "servers", answersAt }));
      const { start, get, clock, region } = world(
        { mainSteps: [patch({}, { timeoutSeconds: 60 })] },
        { fleet, unknowns: { stoppedStep } },
      );
      const ids = [start(), start()];
      await clock.advanceTo(monday + 10 * second);
      region.automation.stopAutomationExecution({ AutomationExecutionId: ids[0] });
      await clock.advanceTo(monday + hour);
      expect(ids.map((id) => statuses(get(id)))).to.deep.equal([
        ["Cancelled", "Cancelled"],
        ["TimedOut", "TimedOut"],
      ]);
      expect(region.runCommand.commands.map(({ end }) => end?.status)).to.deep.equal(ended);
    });

  it("need a role that may send the command and look at it", async () => {
    const may = (Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
    const looks = [
      ...["ssm:ListCommands", "ssm:ListCommandInvocations"],
      ...["ssm:GetCommandInvocation", "ssm:DescribeInstanceInformation", "ec2:DescribeInstances"],
    ];
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
