import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { windowArgs } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

const topic = (kind: string) => `arn:aws:sns:us-east-1:${accountId}:${kind}`;

describe("a window's messages", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordMocks();
    new PatchInstallWindow("w", windowArgs({ tags: { Owner: "ops" } }));
    await settle();
  });

  it("tell of openings that were skipped alone, where a record tells of all others", async () => {
    const recorded = await recordMocks();
    new PatchInstallWindow("w", windowArgs({ isRecorded: true }));
    await settle();
    const { eventPattern } = recorded.named("w-failed-rule").props;
    expect(JSON.parse(String(eventPattern)).detail.status).to.deep.equal(["SKIPPED_OVERLAPPING"]);
  });

  for (const [kind, statuses, to] of [
    ["failed", ["FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"], "failures"],
    ["completed", ["SUCCESS"], "completions"],
  ] as const) {
    it(`tell of what ${kind}, of this window alone, on the topic of ${to}`, () => {
      const { eventPattern, ...rule } = recording.named(`w-${kind}-rule`).props;
      expect(JSON.parse(String(eventPattern))).to.deep.equal({
        source: ["aws.ssm"],
        "detail-type": ["Maintenance Window Execution State-change Notification"],
        detail: { "window-id": ["mw-w-window"], status: statuses },
      });
      expect(rule).to.have.keys("description", "tags");
      const target = recording.named(`w-${kind}-rule-target`).props;
      expect(target).to.include({ rule: `w-${kind}-rule-0a1b2c3`, targetId: "topic", arn: topic(to) });
    });

    it(`name the window, its Region, its end and its execution when it ${kind}`, () => {
      const { inputPaths, inputTemplate } = recording.named(`w-${kind}-rule-target`).props
        .inputTransformer as {
        inputPaths: Record<string, string>;
        inputTemplate: string;
      };
      expect(inputPaths).to.deep.equal({
        execution: "$.detail.window-execution-id",
        region: "$.region",
        status: "$.detail.status",
        window: "$.detail.window-id",
      });
      const said = JSON.parse(inputTemplate) as string;
      expect(said).to.match(
        /^Maintenance window fleet \(<window>\) in <region> ended as <status>\. Execution: <execution>\./,
      );
      for (const [, name = ""] of said.matchAll(/<(.*?)>/g)) expect(inputPaths).to.have.property(name);
    });
  }

  for (const kind of ["failed", "completed"]) {
    it(`are kept where ${kind} ones reach nobody, and told once where the queue does not take them either`, () => {
      const kept = { arn: "arn:aws:sqs:us-east-1:123456789012:undelivered" };
      expect(recording.named(`w-${kind}-rule-target`).props.deadLetterConfig).to.deep.equal(kept);
      expect(recording.named(`w-${kind}-rule-lost-alarm`).props).to.deep.include({
        namespace: "AWS/Events",
        metricName: "InvocationsFailedToBeSentToDlq",
        dimensions: { RuleName: `w-${kind}-rule-0a1b2c3` },
        statistic: "Sum",
        alarmActions: [topic("failures")],
      });
    });
  }

  it("ask nobody to look when the window completed and nodes wrote", () => {
    for (const name of ["w-ended-alarm", "w-heard-alarm"]) {
      expect(recording.named(name).props).to.not.have.any.keys(
        "alarmActions",
        "okActions",
        "insufficientDataActions",
      );
    }
  });

  it("look for the window's end", () => {
    expect(recording.named("w-ended-alarm").props).to.deep.include({
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensions: { RuleName: "w-completed-rule-0a1b2c3" },
      ...{ statistic: "Sum", comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1 },
      ...{ period: 300, evaluationPeriods: 4, datapointsToAlarm: 1, treatMissingData: "notBreaching" },
    });
  });

  it("look for lines of nodes over the whole window", () => {
    expect(recording.named("w-heard-alarm").props).to.deep.include({
      namespace: "AWS/Logs",
      metricName: "IncomingLogEvents",
      dimensions: { LogGroupName: "/patching/fleet" },
      ...{ statistic: "Sum", comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1 },
      ...{ period: 3600, evaluationPeriods: 7, datapointsToAlarm: 1, treatMissingData: "notBreaching" },
    });
  });

  it("report a window that completed and reached no node", () => {
    expect(recording.only("cloudwatch.CompositeAlarm").props).to.deep.include({
      alarmName: "fleet-hollow",
      alarmRule: 'ALARM("w-ended-alarm-0a1b2c3")',
      alarmActions: [topic("failures")],
      actionsSuppressor: {
        alarm: `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:w-heard-alarm-0a1b2c3`,
        waitPeriod: 600,
        extensionPeriod: 60,
      },
    });
  });

  it("stay in the alarm for longer than the suppressor waits", () => {
    const { period, evaluationPeriods } = recording.named("w-ended-alarm").props;
    const { waitPeriod } = recording.only("cloudwatch.CompositeAlarm").props.actionsSuppressor as {
      waitPeriod: number;
    };
    expect(Number(period) * Number(evaluationPeriods)).to.be.greaterThan(waitPeriod);
  });

  it("are made of alarms that CloudWatch takes for the longest window", async () => {
    const long = await recordMocks();
    new PatchInstallWindow(
      "w",
      windowArgs({ schedule: { expression: "rate(7 days)", durationHours: 24, cutoffHours: 0 } }),
    );
    await settle();
    const { period, evaluationPeriods } = long.named("w-heard-alarm").props;
    // API reference of PutMetricAlarm: at most a week in all, for periods of an hour or more.
    expect(Number(period)).to.equal(3600);
    expect(Number(period) * Number(evaluationPeriods)).to.be.within(24 * 3600, 7 * 24 * 3600);
  });
});
