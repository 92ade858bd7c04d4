import { expect } from "chai";
import type { CompleteFanoutArgs } from "#components/fanout/fanout.js";
import { regionsOf } from "#shared/contract/regions.js";
import { fanoutOf, policyOf, statement } from "../../support/arguments.js";
import { accountId, settle } from "../../support/mocks.js";
import {
  bucket,
  deploy,
  groups,
  handedToSsm,
  ownLog,
  policy,
  role,
  ssm,
  started,
  where,
} from "./fanoutRoleSupport.js";

const processor = `arn:aws:lambda:us-east-1:${accountId}:function:SSM-fleet-exclusions`;
const exclusionProcessor = { functionName: "SSM-fleet-exclusions", bucket: "exclusions" };
const others = regionsOf("aws").filter((region) => !fanoutOf().regions.includes(region));

describe("the roles of the functions of a fan-out", () => {
  afterEach(settle);

  it("let the first see groups, start the runbook and keep open records", async () => {
    expect(policy(await deploy(), "start-role-policy").Statement).to.deep.equal([
      {
        Sid: "SeeTheGroups",
        Effect: "Allow",
        Action: "resource-groups:ListGroupResources",
        Resource: groups("fleet-base", "fleet-excluded"),
        Condition: where,
      },
      {
        Sid: "SeeNodesAndTheirPatches",
        Effect: "Allow",
        Action: ["tag:GetResources", "ssm:DescribeInstancePatchStates"],
        Resource: "*",
        Condition: where,
      },
      {
        Sid: "StartTheRunbook",
        Effect: "Allow",
        Action: "ssm:StartAutomationExecution",
        Resource: started("*"),
        Condition: where,
      },
      {
        Sid: "FindAutomations",
        Effect: "Allow",
        Action: "ssm:DescribeAutomationExecutions",
        Resource: "*",
        Condition: where,
      },
      {
        Sid: "ReadAutomations",
        Effect: "Allow",
        Action: "ssm:GetAutomationExecution",
        Resource: ssm("*", "automation-execution/*"),
        Condition: where,
      },
      {
        Sid: "HandOverTheRoles",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: [role("execution")],
        Condition: handedToSsm,
      },
      { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
      {
        Sid: "KeepRecords",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: `${bucket}/runs/open/*`,
      },
      {
        Sid: "ArrangeTheEnd",
        Effect: "Allow",
        Action: "scheduler:CreateSchedule",
        Resource: `arn:aws:scheduler:us-east-1:${accountId}:schedule/fleet-fanout/*`,
      },
      {
        Sid: "HandOverTheRoleOfSchedules",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: `arn:aws:iam::${accountId}:role/f-ends-role-0a1b2c3`,
        Condition: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      },
      {
        Sid: "SeeWhenTheWindowEnds",
        Effect: "Allow",
        Action: ["ssm:GetMaintenanceWindow", "ssm:DescribeMaintenanceWindowExecutions"],
        Resource: ssm("us-east-1", "maintenancewindow/*"),
      },
      ...ownLog("SSM-fleet-fanout", "start"),
    ]);
  });

  it("let it hand over the role that begins the automations of other accounts where there are any", async () => {
    const recording = await deploy({ fanout: fanoutOf({ accounts: ["210987654321"] }) });
    expect(statement(policy(recording, "start-role-policy"), "HandOverTheRoles").Resource).to.deep.equal([
      role("execution"),
      role("administration"),
    ]);
  });

  it("let it ask the calendars that are named, of this account or another", async () => {
    const other = "arn:aws:ssm:eu-west-1:210987654321:document/group-freeze";
    const recording = await deploy({ fanout: fanoutOf({ calendars: ["freeze", other] }) });
    const found = policy(recording, "start-role-policy");
    expect(statement(found, "AskCalendars")).to.deep.equal({
      Sid: "AskCalendars",
      Effect: "Allow",
      Action: "ssm:GetCalendarState",
      Resource: [ssm("us-east-1", "document/freeze"), other],
    });
    expect(found.Statement).to.have.lengthOf(
      policy(await deploy(), "start-role-policy").Statement.length + 1,
    );
  });

  it("let it read what is promised, ask the exclusion processor, and be called once more, before it installs", async () => {
    const recording = await deploy({ exclusionProcessor });
    const found = policy(recording, "start-role-policy");
    expect(statement(found, "ReadPromises").Resource).to.deep.equal([
      "arn:aws:s3:::exclusions/state/regions/*",
      "arn:aws:s3:::exclusions/state/verdicts.json",
      "arn:aws:s3:::exclusions/state/seal.json",
    ]);
    expect(statement(found, "FindPromises").Resource).to.equal("arn:aws:s3:::exclusions");
    expect(statement(found, "AskTheExclusionProcessor")).to.deep.include({
      Action: "lambda:InvokeFunction",
      Resource: processor,
    });
    const ends = policy(recording, "ends-role-policy");
    const closing = policy(recording, "closing-role-policy");
    expect(statement(closing, "SeeExclusionsInForce").Resource).to.equal(
      "arn:aws:s3:::exclusions/state/verdicts.json",
    );
    expect(statement(closing, "FindExclusions").Resource).to.equal("arn:aws:s3:::exclusions");
    expect(statement(ends, "CallTheFunction").Resource).to.deep.equal(
      ["fleet-fanout-stopping", "SSM-fleet-fanout"].map(
        (name) => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`,
      ),
    );
    const scan = await deploy({ exclusionProcessor, fanout: fanoutOf({ operation: "Scan" }) });
    expect(JSON.stringify(policy(scan, "start-role-policy"))).to.not.contain("exclusions");
    expect(statement(policy(scan, "ends-role-policy"), "CallTheFunction").Resource)
      .to.be.a("array")
      .with.lengthOf(1);
  });

  it("let the second look elsewhere for nodes, where there is an elsewhere that no window reaches", async () => {
    const sought = async (args: Parameters<typeof deploy>[0]) => {
      const { Statement } = policy(await deploy(args), "closing-role-policy");
      return Statement.find(({ Sid }) => Sid === "LookForNodesElsewhere")?.Condition?.StringEquals?.[
        "aws:RequestedRegion"
      ];
    };
    expect(await sought({ windowRegions: ["us-east-1"] })).to.deep.equal(
      others.filter((region) => region !== "us-east-1"),
    );
    expect(await sought({ fanout: fanoutOf({ regions: [...regionsOf("aws")] }) })).to.equal(undefined);
  });

  it("let the second see what became of nodes, close records, and tell people", async () => {
    expect(policy(await deploy(), "closing-role-policy").Statement).to.deep.equal([
      { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
      { Sid: "ReadRecords", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucket}/runs/*` },
      { Sid: "CloseRecords", Effect: "Allow", Action: "s3:PutObject", Resource: `${bucket}/runs/closed/*` },
      {
        Sid: "RemoveOpenRecords",
        Effect: "Allow",
        Action: "s3:DeleteObject",
        Resource: `${bucket}/runs/open/*`,
      },
      {
        Sid: "FollowAutomations",
        Effect: "Allow",
        Action: ["ssm:GetAutomationExecution", "ssm:DescribeAutomationStepExecutions"],
        Resource: ssm("*", "automation-execution/*"),
        Condition: where,
      },
      {
        Sid: "SeeTheGroups",
        Effect: "Allow",
        Action: "resource-groups:ListGroupResources",
        Resource: groups("fleet-base", "fleet-excluded"),
        Condition: where,
      },
      {
        Sid: "SeeWhatBecameOfNodes",
        Effect: "Allow",
        Action: [
          ...["tag:GetResources", "ssm:DescribeAutomationExecutions"],
          ...["ssm:ListCommands", "ssm:ListCommandInvocations"],
          ...["ssm:DescribeInstancePatches", "ssm:DescribeInstancePatchStates"],
          ...["ssm:DescribeInstanceInformation", "ssm:DescribePatchBaselines", "ssm:DescribePatchGroups"],
        ],
        Resource: "*",
        Condition: where,
      },
      {
        Sid: "LookForNodesElsewhere",
        Effect: "Allow",
        Action: ["ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates"],
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": others } },
      },
      {
        Sid: "KeepWhenToLookElsewhere",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: `${bucket}/state/elsewhere.json`,
      },
      {
        Sid: "TellPeople",
        Effect: "Allow",
        Action: "sns:Publish",
        Resource: `arn:aws:sns:us-east-1:${accountId}:failures`,
      },
      {
        Sid: "EncryptMessages",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: `arn:aws:kms:us-east-1:${accountId}:key/k`,
        Condition: { StringEquals: { "kms:ViaService": "sns.us-east-1.amazonaws.com" } },
      },
      ...ownLog("fleet-fanout-closing", "closing"),
    ]);
  });

  it("let schedules of the group alone call the one that ends runs, which cancels and starts nothing", async () => {
    const recording = await deploy();
    const trust = policyOf(recording.named("f-ends-role").props, "assumeRolePolicy").Statement;
    expect(trust[0]?.Condition).to.deep.equal({
      StringEquals: {
        "aws:SourceAccount": accountId,
        "aws:SourceArn": `arn:aws:scheduler:us-east-1:${accountId}:schedule-group/fleet-fanout`,
      },
    });
    const called = policy(recording, "ends-role-policy").Statement;
    expect(called.map(({ Action }) => Action)).to.deep.equal(["lambda:InvokeFunction", "sqs:SendMessage"]);
    const ends = policy(recording, "stopping-role-policy");
    expect(statement(ends, "CancelWhatHasNotBegun")).to.deep.equal({
      Sid: "CancelWhatHasNotBegun",
      Effect: "Allow",
      Action: ["ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:CancelCommand"],
      Resource: "*",
      Condition: where,
    });
    expect(JSON.stringify(ends)).to.not.contain("StartAutomationExecution").and.to.not.contain("PutObject");
  });

  it("let the one that ends runs find what begins a node each, where each node has an automation of its own", async () => {
    const finds = async (executionMode: "per-region" | "per-instance") => {
      const recording = await deploy({ fanout: fanoutOf({ executionMode }) });
      const { Statement } = policy(recording, "stopping-role-policy");
      return Statement.flatMap(({ Sid }) =>
        ["FindWhatBegins", "FollowAutomations"].includes(Sid ?? "") ? [Sid] : [],
      );
    };
    expect(await finds("per-region")).to.deep.equal([]);
    expect(await finds("per-instance")).to.deep.equal(["FollowAutomations", "FindWhatBegins"]);
  });

  it("let the window call its functions, and no other", async () => {
    const called = async (changes: Partial<CompleteFanoutArgs>) =>
      policy(await deploy(changes), "window-role-policy").Statement;
    const start = `arn:aws:lambda:us-east-1:${accountId}:function:SSM-fleet-fanout`;
    const call = { Sid: "CallTheFunctions", Effect: "Allow", Action: "lambda:InvokeFunction" };
    expect(await called({})).to.deep.equal([{ ...call, Resource: start }]);
    expect(await called({ exclusionProcessor })).to.deep.equal([{ ...call, Resource: [start, processor] }]);
  });
});
