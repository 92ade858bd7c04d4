import type { AutomationExecution } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { runbook } from "#components/fanout/fanoutRunbook.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { account, hour, monday, node, second } from "#test/lab/support.js";
import { accountId, childrenByRegion, executionRoleName, makeRole, makeRoles } from "./locationSupport.js";
import { statuses } from "./support.js";

const contentOf = (mode: "per-region" | "per-instance") =>
  JSON.stringify(runbook({ mode, outputBucket: "output" }));
const snapshotId = "11111111-2222-4333-8444-555555555555";
const [home, ireland, ohio] = ["us-east-1", "eu-west-1", "us-east-2"] as const;
const hybrid = "mi-0123456789abcdef0";
const executionMay = [
  "ssm:StartAutomationExecution",
  "iam:PassRole",
  "resource-groups:ListGroupResources",
  "tag:GetResources",
  "ssm:SendCommand",
  "ssm:ListCommands",
  "ssm:ListCommandInvocations",
  "ssm:GetCommandInvocation",
  "ssm:DescribeInstanceInformation",
];
const starterMay = ["ssm:StartAutomationExecution", "iam:PassRole", "ssm:GetAutomationExecution"];

/** Two nodes in the home Region and a hybrid one, one in Ireland, none in Ohio; a runbook at home, a group everywhere. */
function fanoutWorld({
  mayDo = executionMay,
  starts = starterMay,
  mode = "per-region" as Parameters<typeof contentOf>[0],
} = {}) {
  const tags = { Team: "web" };
  const world = account([
    node({ tags }),
    node({ tags, id: hybrid }),
    node({ tags: { Team: "db" } }),
    node({ tags, region: ireland }),
  ]);
  const { account: made, clock, region } = world;
  const api = new Api(made);
  const ResourceTypeFilters = ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"];
  const Query = JSON.stringify({ ResourceTypeFilters, TagFilters: [{ Key: "Team", Values: ["web"] }] });
  for (const name of [home, ireland, ohio])
    made.region(name).resourceGroups.createGroup({
      Name: "web",
      ResourceQuery: { Type: "TAG_FILTERS_1_0", Query },
    });
  region.documents.createDocument({
    Name: "patch-group",
    DocumentType: "Automation",
    TargetType: "/",
    DocumentFormat: "JSON",
    Content: contentOf(mode),
  });
  const admin = makeRoles(made, { mayDo });
  const service = { Service: "ssm.amazonaws.com" };
  const starter = made.iam.assume(makeRole(made, "fanout", [service], starts), "ssm.amazonaws.com", "test");
  const ask = async <T>(name: string, operation: string, input: object): Promise<T> =>
    (await api.perform({
      service: "ssm",
      operation,
      input,
      region: made.region(name),
      caller: starter,
    })) as T;
  const start = async (parameters: object, more: object = {}) => {
    const input = {
      DocumentName: "patch-group",
      Parameters: {
        AutomationAssumeRole: [admin],
        Operation: ["Scan"],
        RebootOption: ["NoReboot"],
        SnapshotId: [snapshotId],
        ...parameters,
      },
      TargetLocations: [
        {
          Accounts: [accountId],
          Regions: [home, ireland, ohio],
          ExecutionRoleName: executionRoleName,
          TargetLocationMaxConcurrency: "3",
          TargetLocationMaxErrors: "100%",
        },
      ],
      ...more,
    };
    return (await ask<{ AutomationExecutionId: string }>(home, "StartAutomationExecution", input))
      .AutomationExecutionId;
  };
  const get = async (name: string, id: string) => {
    const answer = await ask<{ AutomationExecution: AutomationExecution }>(name, "GetAutomationExecution", {
      AutomationExecutionId: id,
    });
    return answer.AutomationExecution;
  };
  /** What each Region's nodes report: the snapshots that they were looked at with. */
  const snapshots = (name: string) =>
    made.region(name).nodes.all.map(({ id, state }: LabNode) => [id, state?.snapshotId]);
  return { ...world, clock, api, start, get, snapshots };
}

const perRegion = {
  ResourceGroup: ["web"],
  MaxConcurrency: ["5"],
  MaxErrors: ["1"],
};
const perInstance = {
  TargetParameterName: "InstanceIds",
  Targets: [{ Key: "ResourceGroup", Values: ["web"] }],
  MaxConcurrency: "5",
  MaxErrors: "1",
};
const id = (index: number) => `i-${String(index).padStart(17, "0")}`;

describe("the runbook of the central fan-out", () => {
  it("patches the group's members in each Region by one command, and none where there are none", async () => {
    const { start, get, clock, account: made, snapshots } = fanoutWorld();
    const parent = await start(perRegion);
    await clock.advanceTo(monday + hour);
    const told = await get(home, parent);
    expect(told.ProgressCounters).to.include({ TotalSteps: 3, SuccessSteps: 3 });
    const children = childrenByRegion(told);
    for (const [name, nodes] of [
      [home, [id(0), hybrid]],
      [ireland, [id(3)]],
      // A command whose target matches nothing ends as Success (Run Command's status NoInstancesInTag).
      [ohio, []],
    ] as const) {
      const [command, second] = made.region(name).runCommand.commands;
      expect(second).to.equal(undefined);
      expect(command?.nodes.map((one) => one.id)).to.deep.equal(nodes);
      expect(command).to.deep.include({
        parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"], SnapshotId: [snapshotId] },
        errorLimit: 1,
      });
      const child = await get(name, children.get(name) ?? "");
      expect(child.Outputs).to.deep.equal({ "patch.CommandId": [command?.id] });
      expect(statuses(child)).to.deep.equal(["Success", "Success"]);
    }
    expect(snapshots(home)).to.deep.equal([
      [id(0), snapshotId],
      [hybrid, snapshotId],
      [id(2), undefined],
    ]);
  });

  it("patches each member by a command of its own in per-instance mode", async () => {
    const { start, get, clock, account: made, snapshots } = fanoutWorld({ mode: "per-instance" });
    const parent = await start({}, perInstance);
    await clock.advanceTo(monday + hour);
    const told = await get(home, parent);
    const regions = told.StepExecutions?.map(({ StepStatus }) => StepStatus);
    expect(regions).to.deep.equal(["Success", "Success", "Failed"]);
    expect(told.StepExecutions?.[2]?.FailureMessage).to.equal(
      "The target ResourceGroup web selects no resource.",
    );
    const commands = made.region(home).runCommand.commands.map(({ nodes }) => nodes.map((one) => one.id));
    expect(commands).to.deep.equal([[id(0)], [hybrid]]);
    expect(snapshots(ireland)).to.deep.equal([[id(3), snapshotId]]);
  });

  it("fails in one Region alone, where it is the administration role that runs it", async () => {
    const { start, get, clock } = fanoutWorld();
    const alone = await start(perRegion, { TargetLocations: null });
    await clock.advanceTo(monday + hour);
    expect((await get(home, alone)).FailureMessage).to.match(
      /^Step patch failed: AccessDeniedException: \S+ \S+patch-administration is not authorized/,
    );
  });

  it("takes a token once", async () => {
    const { start, clock } = fanoutWorld();
    const ClientToken = "6ba7b810-9dad-51d1-80b4-00c04fd430c8";
    await start(perRegion, { ClientToken });
    await clock.advanceTo(monday + 10 * second);
    for (const [again, code] of [
      [
        () => start(perRegion, { ClientToken: ClientToken.toUpperCase() }),
        // Unknown repeatedToken.
        "IdempotentParameterMismatch",
      ],
      [() => start({ ...perRegion, MaxErrors: ["2"] }, { ClientToken }), "IdempotentParameterMismatch"],
      [() => start(perRegion, { ClientToken: "TASK-1" }), "ValidationException"],
      [() => start({ ...perRegion, ResourceGroup: [""] }), "ValidationException"],
    ] as const) {
      const told = await again().then(
        () => "none",
        (error: Error) => error.name,
      );
      expect(told).to.equal(code);
    }
  });

  for (const missing of executionMay) {
    it(`needs ${missing} for the execution role`, async () => {
      const {
        start,
        get,
        clock,
        account: made,
      } = fanoutWorld({
        mayDo: executionMay.filter((one) => one !== missing),
      });
      const parent = await start(perRegion);
      await clock.advanceTo(monday + hour);
      const [first] = (await get(home, parent)).StepExecutions ?? [];
      expect(first?.StepStatus).to.equal("Failed");
      expect(made.iam.denials[0]?.action).to.equal(missing);
    });
  }

  it("needs iam:PassRole on the administration role for whoever starts it", async () => {
    const { start, account: made } = fanoutWorld({ starts: ["ssm:StartAutomationExecution"] });
    const told = await start(perRegion).catch((error: Error) => error.message);
    expect(told).to.match(/not authorized to perform: iam:PassRole on resource: \S+patch-administration/);
    expect(made.region(home).automation.describeAutomationExecutions({})).to.deep.equal({
      AutomationExecutionMetadataList: [],
    });
  });
});
