import { expect } from "chai";
import { makeResource } from "#lab/deploy/resources.js";
import { account, errorCode } from "../support.js";

const window = { name: "a-window", schedule: "cron(0 2 ? * * *)", duration: 2, cutoff: 1 };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const alarm = {
  namespace: "N",
  metricName: "M",
  dimensions: { D: "V" },
  statistic: "Sum",
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  treatMissingData: "notBreaching",
  threshold: 1,
  period: 60,
  evaluationPeriods: 1,
};

describe("resources in the lab", () => {
  it("have the ARNs that AWS would give them", () => {
    const { region } = account([]);
    for (const [type, inputs, id, arn] of [
      ["aws:iam/role:Role", { name: "r", assumeRolePolicy: policy }, "r", "arn:aws:iam::123456789012:role/r"],
      ["aws:s3/bucket:Bucket", { bucket: "b" }, "b", "arn:aws:s3:::b"],
      [
        "aws:cloudwatch/logGroup:LogGroup",
        { name: "/g" },
        "/g",
        "arn:aws:logs:us-east-1:123456789012:log-group:/g",
      ],
      ["aws:kms/key:Key", { policy }, "logical", "arn:aws:kms:us-east-1:123456789012:key/logical"],
      [
        "aws:cloudwatch/eventRule:EventRule",
        { eventPattern: "{}" },
        "logical",
        "arn:aws:events:us-east-1:123456789012:rule/logical",
      ],
      [
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        alarm,
        "logical",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:logical",
      ],
    ] as const) {
      const made = makeResource(region, type, "logical", inputs);
      expect([made.id, made.state?.arn], type).to.deep.equal([id, arn]);
    }
    const topic = "arn:aws:sns:us-east-1:123456789012:logical";
    expect(makeResource(region, "aws:sns/topic:Topic", "logical", {})).to.deep.equal({
      id: topic,
      state: { arn: topic },
    });
  });

  for (const [what, type, inputs, code] of [
    ["of an unknown type", "aws:ec2/instance:Instance", {}, "NotModelledError"],
    [
      "with an input that the lab does not look at",
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      { ...window, enables: false },
      "NotModelledError",
    ],
    [
      "that the service refuses",
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      { ...window, cutoff: 2 },
      "ValidationException",
    ],
    [
      "without an input that it needs",
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      { name: "a-window" },
      "Error",
    ],
    [
      "that is as it should be, with tags",
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      { ...window, tags: { a: "b" } },
      "none",
    ],
  ] as const) {
    it(`${code === "none" ? "are made" : "are refused"}: one ${what}`, () => {
      expect(errorCode(() => makeResource(account([]).region, type, "logical", inputs))).to.equal(code);
    });
  }

  it("hand a baseline on in full", () => {
    const { region } = account([]);
    const { id } = makeResource(region, "aws:ssm/patchBaseline:PatchBaseline", "baseline", {
      operatingSystem: "UBUNTU",
      approvedPatches: ["bash"],
      rejectedPatches: ["curl"],
      rejectedPatchesAction: "BLOCK",
      approvalRules: [
        {
          patchFilters: [{ key: "PRIORITY", values: ["Required"] }],
          approveAfterDays: 3,
          complianceLevel: "HIGH",
          enableNonSecurity: true,
        },
      ],
    });
    expect(region.baselines.getPatchBaseline({ BaselineId: id })).to.deep.include({
      Name: "baseline",
      OperatingSystem: "UBUNTU",
      ApprovedPatches: ["bash"],
      RejectedPatches: ["curl"],
      RejectedPatchesAction: "BLOCK",
      ApprovalRules: {
        PatchRules: [
          {
            PatchFilterGroup: { PatchFilters: [{ Key: "PRIORITY", Values: ["Required"] }] },
            ApproveAfterDays: 3,
            ComplianceLevel: "HIGH",
            EnableNonSecurity: true,
          },
        ],
      },
    });
  });

  it("hand a window's offset, dates and zone on", async () => {
    const world = account([]);
    makeResource(world.region, "aws:ssm/maintenanceWindow:MaintenanceWindow", "logical", {
      ...window,
      schedule: "cron(0 2 ? * TUE#2 *)",
      scheduleOffset: 3,
      scheduleTimezone: "Europe/Berlin",
      startDate: "2026-06-01T00:00:00Z",
      endDate: "2026-07-01T00:00:00Z",
    });
    await world.clock.advanceTo(Date.parse("2026-12-01T00:00:00Z"));
    const opened = world.region.windows.all[0]?.executions.map(({ startedAt }) =>
      new Date(startedAt).toISOString(),
    );
    expect(opened).to.deep.equal(["2026-06-12T00:00:00.000Z"]);
  });
});
