import { expect } from "chai";
import { WindowRecords } from "#components/windows/windowRecords.js";
import { policyOf, windowArgs } from "../../support/arguments.js";
import { accountId, recordMocks, settle } from "../../support/mocks.js";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
const runs = { bucket: "runs", arn: "arn:aws:s3:::runs" };

describe("the function of closing records", () => {
  afterEach(settle);

  it("may read what a record needs, write records and tell people, and no more", async () => {
    const recording = await recordMocks();
    const { logs, notifications } = windowArgs();
    new WindowRecords("r", {
      ...{ namePrefix: "fleet", code: "dist/functions/window-end-closing", runs, logs },
      windows: [{ id: "mw-1", name: "fleet-scan", operation: "Scan" }],
      exclusionBucket: "exclusions",
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
    });
    await settle();
    const { Statement } = policyOf(recording.named("r-closing-role-policy").props);
    const allowed = Statement.map(({ Sid, Action, Resource }) => [Sid, [Action].flat(), [Resource].flat()]);
    expect(allowed).to.deep.equal([
      ["FindRecords", ["s3:ListBucket"], [runs.arn]],
      ["ReadRecords", ["s3:GetObject"], [`${runs.arn}/runs/windows/*`, `${runs.arn}/runs/closed/*`]],
      [
        ...["WriteRecords", ["s3:PutObject"]],
        [`${runs.arn}/runs/windows/open/*`, `${runs.arn}/runs/windows/closed/*`],
      ],
      ["CloseRecords", ["s3:DeleteObject"], [`${runs.arn}/runs/windows/open/*`]],
      [
        "SeeNodesAndCommands",
        [
          ...["tag:GetResources", "ssm:DescribeInstanceInformation", "ssm:DescribeInstancePatchStates"],
          ...["ssm:DescribeInstancePatches", "ssm:DescribeMaintenanceWindowExecutionTasks"],
          "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
          ...["ssm:DescribePatchBaselines", "ssm:DescribePatchGroups"],
          ...["ssm:ListCommandInvocations", "ssm:ListCommands"],
        ],
        ["*"],
      ],
      [
        "SeeWindows",
        ["ssm:DescribeMaintenanceWindowExecutions", "ssm:DescribeMaintenanceWindowTargets"],
        [arn("ssm", "maintenancewindow/*")],
      ],
      ["FindExclusions", ["s3:ListBucket"], ["arn:aws:s3:::exclusions"]],
      ["SeeExclusionsInForce", ["s3:GetObject"], ["arn:aws:s3:::exclusions/state/verdicts.json"]],
      ["TellPeople", ["sns:Publish"], [arn("sns", "failures")]],
      ["EncryptMessages", ["kms:Decrypt", "kms:GenerateDataKey*"], [logs.kmsKeyArn]],
      [
        "WriteOwnLog",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [arn("logs", "log-group:/patching/fleet-closing:log-stream:*")],
      ],
      ["KeepFailedEvents", ["sqs:SendMessage"], [arn("sqs", "r-closing-failed-0a1b2c3")]],
    ]);
  });

  it("is called by the ends of the stack's windows, in the words of AWS's reference of events, and every hour", async () => {
    const recording = await recordMocks();
    const { logs, notifications } = windowArgs();
    new WindowRecords("r", {
      ...{ namePrefix: "fleet", code: "dist/functions/window-end-closing", runs, logs },
      windows: [
        { id: "mw-1", name: "fleet-scan", operation: "Scan" },
        { id: "mw-2", name: "fleet-install", operation: "Install" },
      ],
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
    });
    await settle();
    // Systems Manager user guide, "Amazon EventBridge event patterns and types for Systems Manager": Maintenance Window.
    expect(JSON.parse(String(recording.named("r-ended-rule").props.eventPattern))).to.deep.equal({
      source: ["aws.ssm"],
      "detail-type": ["Maintenance Window Execution State-change Notification"],
      detail: {
        "window-id": ["mw-1", "mw-2"],
        status: ["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"],
      },
    });
    expect(recording.named("r-hourly-rule").props.scheduleExpression).to.equal("cron(22 * * * ? *)");
    const { environment, timeout, memorySize } = recording.named("r-closing-function").props;
    expect({ environment, timeout, memorySize }).to.deep.equal({
      ...{ timeout: 900, memorySize: 1024 },
      environment: {
        variables: {
          RUNS_BUCKET: "runs",
          FAILURES_TOPIC_ARN: arn("sns", "failures"),
          CLOSED_WINDOWS: JSON.stringify([
            { id: "mw-1", name: "fleet-scan", operation: "Scan" },
            { id: "mw-2", name: "fleet-install", operation: "Install" },
          ]),
        },
      },
    });
  });
});
