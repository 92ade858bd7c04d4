import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import { policyOf, windowArgs } from "../../support/arguments.js";
import { accountId, recordMocks, settle } from "../../support/mocks.js";

describe("windows over exclusions", () => {
  afterEach(settle);

  it("call the exclusion processor before an installation, once and with no rate control", async () => {
    const recording = await recordMocks();
    const arn = `arn:aws:lambda:us-east-1:${accountId}:function:SSM-x-exclusions`;
    const exclusionProcessor = { functionArn: arn, roleName: "exclusions-role" };
    new PatchInstallWindow("w", { ...windowArgs(), exclusionProcessor });
    await settle();
    expect(
      recording.all("ssm.MaintenanceWindowTask").map(({ name, props }) => [name, props.priority]),
    ).to.have.deep.members([
      ["w-first-task", 1],
      ["w-base-task", 2],
      ["w-excluded-task", 2],
    ]);
    expect(recording.named("w-first-task").props).to.deep.equal({
      windowId: "mw-w-window",
      name: "fleet-exclusions",
      description: "Brings exclusions up to date before any node is patched",
      taskType: "LAMBDA",
      taskArn: arn,
      // Never 0: the provider does not send it (GetOk).
      priority: 1,
      serviceRoleArn: `arn:aws:iam::${accountId}:role/w-role-0a1b2c3`,
      cutoffBehavior: "CANCEL_TASK",
      taskInvocationParameters: {
        lambdaParameters: {
          payload: '{"windowId":"{{WINDOW_ID}}","executionId":"{{WINDOW_EXECUTION_ID}}","gate":"cancel"}',
        },
      },
    });
    const policy = policyOf(recording.named("w-role-policy").props);
    expect(policy.Statement.filter(({ Action }) => String(Action).startsWith("lambda:"))).to.deep.equal([
      { Sid: "CallTheExclusionProcessor", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: arn },
    ]);
  });

  it("let the processor cancel their own executions, and nobody else's", async () => {
    const recording = await recordMocks();
    const exclusionProcessor = { functionArn: "arn:f", roleName: "exclusions-role" };
    new PatchInstallWindow("w", { ...windowArgs(), exclusionProcessor, exclusionGate: "cancel" });
    await settle();
    const { policy: _, ...props } = recording.named("w-gate-policy").props;
    expect(props).to.deep.equal({ role: "exclusions-role" });
    expect(policyOf(recording.named("w-gate-policy").props).Statement).to.deep.equal([
      {
        Sid: "CancelThisWindow",
        Effect: "Allow",
        Action: "ssm:CancelMaintenanceWindowExecution",
        Resource: `arn:aws:ssm:us-east-1:${accountId}:maintenancewindow/mw-w-window`,
      },
    ]);
  });

  it("go on by themselves where that is wished, and give no such right", async () => {
    const recording = await recordMocks();
    const exclusionProcessor = { functionArn: "arn:f", roleName: "exclusions-role" };
    new PatchInstallWindow("w", { ...windowArgs(), exclusionProcessor, exclusionGate: "proceed" });
    await settle();
    expect(JSON.stringify(recording.named("w-first-task").props)).to.contain('\\"gate\\":\\"proceed\\"');
    expect(recording.list().filter((name) => name.includes("gate"))).to.deep.equal([]);
  });

  for (const Kind of [PatchScanWindow, PatchInstallWindow]) {
    it(`have a role whose policy IAM takes with as many groups as are taken: ${Kind.name}`, async () => {
      const long = (text: string, length: number) => text.padEnd(length, "x");
      const region = "us-gov-west-1";
      const recording = await recordMocks({ partition: "aws-us-gov", region });
      const patchGroups = Array.from({ length: 25 }, (_, index) => long(`${index}-`, 100));
      const args = windowArgs({ windowName: long("w", 100) });
      // A scan has no use for the processor, and takes it for nothing.
      const most = {
        ...args,
        targets: { ...args.targets, patchGroups, tags: {} },
        notifications: {
          ...args.notifications,
          roleArn: `arn:aws-us-gov:iam::${accountId}:role/${long("r", 64)}`,
        },
        exclusionProcessor: {
          functionArn: `arn:aws-us-gov:lambda:${region}:${accountId}:function:${long("f", 64)}`,
          roleName: long("r", 64),
        },
      };
      new Kind("w", most);
      await settle();
      expect(String(recording.named("w-role-policy").props.policy).length).to.be.at.most(10_240);
    });
  }
});
