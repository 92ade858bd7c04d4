import { expect } from "chai";
import { fanoutArgs, fanoutOf, policyOf, statement } from "../../support/arguments.js";
import { accountId, settle } from "../../support/mocks.js";
import {
  automations,
  deploy,
  groups,
  handedToSsm,
  policy,
  role,
  ssm,
  started,
  where,
} from "./fanoutRoleSupport.js";

const withOthers = { fanout: fanoutOf({ accounts: ["210987654321"] }) };

describe("the administration role", () => {
  afterEach(settle);

  it("is taken on by automations of this account, and by the functions that look at others and end them there", async () => {
    const recording = await deploy(withOthers);
    const { props } = recording.named("f-administration-role");
    expect(props).to.include({ name: "fleet-automation-administration" });
    const [first, ...rest] = policyOf(props, "assumeRolePolicy").Statement;
    expect(first).to.deep.equal(automations);
    const functions = ["closing", "stopping"].map(
      (one) => `arn:aws:iam::${accountId}:role/f-${one}-role-0a1b2c3`,
    );
    expect(rest).to.deep.equal([
      { Sid: "TheFunctions", Effect: "Allow", Principal: { AWS: functions }, Action: "sts:AssumeRole" },
    ]);
    for (const one of ["closing", "stopping"])
      expect(statement(policy(recording, `${one}-role-policy`), "ReachOtherAccounts")).to.deep.include({
        Action: "sts:AssumeRole",
        Resource: `arn:aws:iam::${accountId}:role/fleet-automation-administration`,
      });
    expect(JSON.stringify(policy(await deploy(), "closing-role-policy"))).to.not.contain("sts:");
  });

  it("is there for other accounts alone: a Region of the own one is started in that Region", async () => {
    const names = (await deploy()).resources.map(({ name }) => name);
    expect(names).to.not.include.members(["f-administration-role", "f-administration-policy"]);
  });

  it("may take on the execution role of the accounts that are named, and no more", async () => {
    expect(policy(await deploy(withOthers), "administration-policy").Statement).to.deep.equal([
      {
        Sid: "WorkAsTheExecutionRole",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: [role("execution", "210987654321")],
      },
    ]);
  });

  it("may take on that of any account of its organization, and ask for them, where a unit is named", async () => {
    const recording = await deploy({ fanout: fanoutOf({ accounts: ["210987654321", "ou-ab12-cdefgh34"] }) });
    expect(policy(recording, "administration-policy").Statement).to.deep.equal([
      {
        Sid: "WorkAsTheExecutionRole",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: [role("execution", "*")],
        Condition: { StringEqualsIfExists: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
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

  it("is taken on by automations of this account alone", async () => {
    const { props } = (await deploy()).named("f-execution-role");
    expect(props).to.include({ name: "fleet-automation-execution" });
    expect(policyOf(props, "assumeRolePolicy").Statement).to.deep.equal([automations]);
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
          ...fanoutArgs().fanout.regions.map(
            (region) => `arn:aws:ssm:${region}::document/AWS-RunPatchBaseline`,
          ),
          "arn:aws:s3:::output-bucket",
          "arn:aws:s3:::output-bucket/*",
        ],
      },
      {
        Sid: "OnNodesOfTheTargets",
        Effect: "Allow",
        Action: "ssm:SendCommand",
        Resource: [`arn:aws:ec2:*:${accountId}:instance/*`, ssm("*", "managed-instance/*")],
        Condition: {
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
