import { expect } from "chai";
import type { RegionalFanoutArgs } from "#components/fanout/fanout.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf, type Policy, policyOf, statement } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

async function deploy(changes: Partial<RegionalFanoutArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  new RegionalFanout("f", fanoutArgs(changes));
  await settle();
  return recording;
}

const policy = (recording: Recording, kind: string): Policy => policyOf(recording.named(`f-${kind}`).props);
const role = (name: string, account = accountId) => `arn:aws:iam::${account}:role/fleet-automation-${name}`;
const bucket = "arn:aws:s3:::f-bucket-0a1b2c3";
const where = { StringEquals: { "aws:RequestedRegion": ["us-east-2", "eu-west-3"] } };
const handedToSsm = { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } };
const groups = (...names: string[]) =>
  names.map((name) => `arn:aws:resource-groups:*:${accountId}:group/${name}`);
const ssm = (region: string, resource: string) => `arn:aws:ssm:${region}:${accountId}:${resource}`;
const started = (region: string) => [
  ssm(region, "automation-definition/fleet-fanout:*"),
  ssm(region, "document/fleet-fanout"),
  ssm(region, "automation-execution/*"),
];
const automations = {
  Sid: "AutomationsOfThisAccount",
  Effect: "Allow",
  Principal: { Service: "ssm.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:aws:ssm:*:${accountId}:automation-execution/*` },
  },
};
const ownLog = (functionName: string, kind: string) => [
  {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:/patching/${functionName}:log-stream:*`,
  },
  {
    Sid: "KeepFailedEvents",
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Resource: `arn:aws:sqs:us-east-1:${accountId}:f-${kind}-failed-0a1b2c3`,
  },
];

describe("the administration role", () => {
  afterEach(settle);

  it("is taken on by automations of this account alone", async () => {
    const { props } = (await deploy()).named("f-administration-role");
    expect(props).to.include({ name: "fleet-automation-administration" });
    expect(policyOf(props, "assumeRolePolicy").Statement).to.deep.equal([automations]);
  });

  it("may take on the execution role of this account, and no more", async () => {
    expect(policy(await deploy(), "administration-policy").Statement).to.deep.equal([
      {
        Sid: "WorkAsTheExecutionRole",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: [role("execution")],
      },
    ]);
  });

  it("may take on that of the accounts that are named", async () => {
    const recording = await deploy({ fanout: fanoutOf({ accounts: ["210987654321"] }) });
    const { Statement } = policy(recording, "administration-policy");
    expect(Statement.map(({ Resource }) => Resource)).to.deep.equal([
      [role("execution"), role("execution", "210987654321")],
    ]);
  });

  it("may take on that of any account, and ask for them, where a unit is named", async () => {
    const recording = await deploy({ fanout: fanoutOf({ accounts: ["210987654321", "ou-ab12-cdefgh34"] }) });
    expect(policy(recording, "administration-policy").Statement).to.deep.equal([
      {
        Sid: "WorkAsTheExecutionRole",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: [role("execution", "*")],
      },
      {
        Sid: "FindTheAccountsOfUnits",
        Effect: "Allow",
        Action: ["organizations:ListAccountsForParent"],
        Resource: "*",
      },
    ]);
  });
});

describe("the execution role", () => {
  afterEach(settle);

  it("is taken on by the administration role, and then by the automations that it begins", async () => {
    const { props } = (await deploy()).named("f-execution-role");
    expect(props).to.include({ name: "fleet-automation-execution" });
    expect(policyOf(props, "assumeRolePolicy").Statement).to.deep.equal([
      {
        Sid: "TheAdministrationRole",
        Effect: "Allow",
        Principal: { AWS: role("administration") },
        Action: "sts:AssumeRole",
      },
      automations,
    ]);
  });

  it("may patch nodes of the targets in the Regions of the fan-out, and no more", async () => {
    expect(policy(await deploy(), "execution-policy").Statement).to.deep.equal([
      {
        Sid: "SeeTheGroups",
        Effect: "Allow",
        Action: "resource-groups:ListGroupResources",
        Resource: groups("fleet-base", "fleet-excluded"),
        Condition: where,
      },
      {
        Sid: "SeeMembersAndFollowCommands",
        Effect: "Allow",
        Action: [
          "tag:GetResources",
          "ec2:DescribeInstances",
          "ssm:ListCommands",
          "ssm:ListCommandInvocations",
          "ssm:GetCommandInvocation",
          "ssm:DescribeInstanceInformation",
          "ssm:GetAutomationExecution",
          "ssm:DescribeAutomationExecutions",
          "ssm:DescribeAutomationStepExecutions",
        ],
        Resource: "*",
        Condition: where,
      },
      {
        Sid: "CancelCommands",
        Effect: "Allow",
        Action: "ssm:CancelCommand",
        Resource: "*",
        Condition: where,
      },
      {
        Sid: "StopAutomations",
        Effect: "Allow",
        Action: "ssm:StopAutomationExecution",
        Resource: ssm("*", "automation-execution/*"),
        Condition: where,
      },
      {
        Sid: "RunThePatchDocument",
        Effect: "Allow",
        Action: "ssm:SendCommand",
        // The bucket: Service Authorization Reference, resource types of SendCommand.
        Resource: [
          "arn:aws:ssm:*::document/AWS-RunPatchBaseline",
          "arn:aws:s3:::output-bucket",
          "arn:aws:s3:::output-bucket/*",
        ],
        Condition: where,
      },
      {
        Sid: "OnNodesOfTheTargets",
        Effect: "Allow",
        Action: "ssm:SendCommand",
        Resource: [`arn:aws:ec2:*:${accountId}:instance/*`, ssm("*", "managed-instance/*")],
        Condition: {
          ...where,
          StringLike: {
            "ssm:resourceTag/PatchGroup": ["web", "web.x-*", "app", "app.x-*"],
            "ssm:resourceTag/Tier": ["gold"],
          },
        },
      },
      {
        Sid: "RunTheRunbook",
        Effect: "Allow",
        Action: "ssm:StartAutomationExecution",
        Resource: started("*"),
        Condition: where,
      },
      {
        Sid: "HandTheRoleToIt",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: role("execution"),
        Condition: handedToSsm,
      },
    ]);
  });

  it("may reach held nodes in a scan alone", async () => {
    const reach = async (operation: "Scan" | "Install") => {
      const found = policy(await deploy({ fanout: fanoutOf({ operation }) }), "execution-policy");
      return statement(found, "OnNodesOfTheTargets").Condition?.StringLike?.["ssm:resourceTag/PatchGroup"];
    };
    expect(await reach("Scan")).to.include("web.hold");
    expect(await reach("Install")).to.not.include("web.hold");
  });

  it("may do the same in the mode per-instance, in which nodes have automations of their own", async () => {
    const perInstance = await deploy({ fanout: fanoutOf({ executionMode: "per-instance" }) });
    const found = policy(perInstance, "execution-policy");
    expect(found).to.deep.equal(policy(await deploy(), "execution-policy"));
  });
});

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
        Resource: started("us-east-1"),
        Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      },
      {
        Sid: "HandOverTheAdministrationRole",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: role("administration"),
        Condition: handedToSsm,
      },
      { Sid: "FindRecords", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
      {
        Sid: "KeepRecords",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: `${bucket}/runs/open/*`,
      },
      ...ownLog("SSM-fleet-fanout", "start"),
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
        Resource: ssm("us-east-1", "automation-execution/*"),
      },
      {
        Sid: "SeeWhatBecameOfNodes",
        Effect: "Allow",
        Action: [
          ...["ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:DescribeInstancePatchStates"],
          ...["ssm:DescribeInstanceInformation", "ssm:DescribePatchBaselines", "ssm:DescribePatchGroups"],
        ],
        Resource: "*",
        Condition: where,
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

  it("let the window call its functions, and no other", async () => {
    const called = async (changes: Partial<RegionalFanoutArgs>) =>
      policy(await deploy(changes), "window-role-policy").Statement;
    const start = `arn:aws:lambda:us-east-1:${accountId}:function:SSM-fleet-fanout`;
    const call = { Sid: "CallTheFunctions", Effect: "Allow", Action: "lambda:InvokeFunction" };
    expect(await called({})).to.deep.equal([{ ...call, Resource: start }]);
    expect(await called({ exclusionProcessorArn: "arn:e" })).to.deep.equal([
      { ...call, Resource: [start, "arn:e"] },
    ]);
  });
});
