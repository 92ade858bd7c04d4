import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { policyOf, windowArgs } from "../../support/arguments.js";
import { accountId, recordMocks, settle } from "../../support/mocks.js";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
const allow = (Sid: string, Action: string | string[], Resource: string | string[], equals?: object) => ({
  ...{ Sid, Effect: "Allow", Action, Resource },
  ...(equals === undefined ? {} : { Condition: { StringEquals: equals } }),
});

describe("the function of an install window's end", () => {
  it("may arrange, bring about and tell the end, is called by the window and its own schedules, and no more", async () => {
    const recording = await recordMocks();
    const end = { code: "dist/functions/window-end" };
    new PatchInstallWindow("w", { ...windowArgs(), end });
    await settle();
    const statements = (name: string) =>
      policyOf(recording.named(name).props, name.endsWith("-role") ? "assumeRolePolicy" : "policy").Statement;
    const self = arn("lambda", "function:SSM-fleet-end");
    expect(statements("w-end-role-policy")).to.deep.equal([
      allow("ArrangeTheEnd", "scheduler:CreateSchedule", arn("scheduler", "schedule/fleet/*")),
      allow(
        "HandOverTheRoleOfSchedules",
        "iam:PassRole",
        `arn:aws:iam::${accountId}:role/w-ends-role-0a1b2c3`,
        { "iam:PassedToService": "scheduler.amazonaws.com" },
      ),
      allow(
        "SeeWhenTheWindowEnds",
        ["ssm:GetMaintenanceWindow", "ssm:DescribeMaintenanceWindowExecutions"],
        arn("ssm", "maintenancewindow/*"),
      ),
      allow(
        "CancelWhatHasNotBegun",
        [
          ...["ExecutionTasks", "ExecutionTaskInvocations", "Targets"].map(
            (what) => `ssm:DescribeMaintenanceWindow${what}`,
          ),
          ...["ssm:DescribeInstanceInformation", "ssm:ListCommandInvocations", "ssm:CancelCommand"],
        ],
        "*",
        { "aws:RequestedRegion": "us-east-1" },
      ),
      allow("TellPeople", "sns:Publish", arn("sns", "failures")),
      allow("EncryptMessages", ["kms:Decrypt", "kms:GenerateDataKey*"], arn("kms", "key/k"), {
        "kms:ViaService": "sns.us-east-1.amazonaws.com",
      }),
      allow(
        "WriteOwnLog",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        arn("logs", "log-group:/patching/SSM-fleet-end:log-stream:*"),
      ),
      allow("KeepFailedEvents", "sqs:SendMessage", arn("sqs", "w-end-failed-0a1b2c3")),
    ]);
    expect(statements("w-end-call-policy")).to.deep.equal([
      allow("ArrangeTheEnd", "lambda:InvokeFunction", self),
    ]);
    expect(statements("w-ends-role-policy")).to.deep.equal([
      allow("CallTheFunction", "lambda:InvokeFunction", [self]),
      allow("KeepUndelivered", "sqs:SendMessage", arn("sqs", "undelivered")),
    ]);
    expect(statements("w-ends-role")).to.deep.equal([
      {
        ...{ Sid: "SchedulesOfTheGroup", Effect: "Allow", Action: "sts:AssumeRole" },
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: {
            "aws:SourceAccount": accountId,
            "aws:SourceArn": arn("scheduler", "schedule-group/fleet"),
          },
        },
      },
    ]);
  });
});
