import { expect } from "chai";
import { regionsOf } from "#shared/contract/regions.js";
import { fanoutOf } from "../../support/arguments.js";
import { accountId, settle } from "../../support/mocks.js";
import { deploy } from "./fanoutRoleSupport.js";

const bucket = "f-bucket-0a1b2c3";
const lambda = (name: string) => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
const failures = `arn:aws:sns:us-east-1:${accountId}:failures`;

describe("the functions of RegionalFanout", () => {
  afterEach(settle);

  it("runs each function once at a time, and tells it what its environment must have", async () => {
    const recording = await deploy();
    const common = {
      region: "us-east-1",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      timeout: 900,
      memorySize: 1024,
    };
    const { code: startCode, ...start } = recording.named("f-start-function").props;
    expect(JSON.stringify(startCode)).to.contain('"dist/functions/regional-fanout/index.mjs"');
    expect(start).to.deep.equal({
      ...common,
      name: "SSM-fleet-fanout",
      description: "patchplane: starts the patching of every Region that has nodes",
      role: `arn:aws:iam::${accountId}:role/f-start-role-0a1b2c3`,
      environment: {
        variables: {
          RUNS_BUCKET: bucket,
          EXECUTION_ROLE_NAME: "fleet-automation-execution",
          OPERATION: "Install",
          OWN_GROUPS: "fleet-base,fleet-excluded",
          PER_INSTANCE_NODES: "1000",
          STOP_FUNCTION_ARN: `arn:aws:lambda:us-east-1:${accountId}:function:fleet-fanout-stopping`,
          SCHEDULE_GROUP: "fleet-fanout",
          SCHEDULE_ROLE_ARN: `arn:aws:iam::${accountId}:role/f-ends-role-0a1b2c3`,
          DEAD_LETTER_QUEUE_ARN: `arn:aws:sqs:us-east-1:${accountId}:undelivered`,
        },
      },
      loggingConfig: { logFormat: "Text", logGroup: "/patching/SSM-fleet-fanout" },
    });
    const others = regionsOf("aws").filter((region) => !fanoutOf().regions.includes(region));
    const { code: closingCode, ...closing } = recording.named("f-closing-function").props;
    expect(JSON.stringify(closingCode)).to.contain('"dist/functions/regional-fanout-closing/index.mjs"');
    expect(closing).to.deep.equal({
      ...common,
      name: "fleet-fanout-closing",
      description: "patchplane: closes the records of fan-outs, and says what was patched and what was not",
      role: `arn:aws:iam::${accountId}:role/f-closing-role-0a1b2c3`,
      environment: {
        variables: {
          RUNS_BUCKET: bucket,
          FAILURES_TOPIC_ARN: failures,
          OTHER_REGIONS: others.join(","),
          NODES_TO_FIND: JSON.stringify([
            { key: "tag:PatchGroup", values: ["web", "app"] },
            { key: "tag:Tier", values: ["gold"] },
          ]),
        },
      },
      loggingConfig: { logFormat: "Text", logGroup: "/patching/fleet-fanout-closing" },
    });
  });

  it("closes runs when an automation of its runbook has ended, and every hour", async () => {
    const recording = await deploy();
    expect(JSON.parse(String(recording.named("f-ended-rule").props.eventPattern))).to.deep.equal({
      source: ["aws.ssm"],
      "detail-type": ["EC2 Automation Execution Status-change Notification"],
      detail: {
        Definition: ["fleet-fanout", { suffix: ":document/fleet-fanout" }],
        Status: [
          ...["Success", "Failed", "TimedOut", "Cancelled", "Canceled", "Rejected"],
          ...["CompletedWithSuccess", "CompletedWithFailure", "Exited"],
        ],
      },
    });
    expect(recording.named("f-hourly-rule").props.scheduleExpression).to.equal("cron(52 * * * ? *)");
    for (const kind of ["ended", "hourly"]) {
      expect(recording.named(`f-${kind}-target`).props).to.deep.equal({
        region: "us-east-1",
        rule: `f-${kind}-rule-0a1b2c3`,
        targetId: "closing",
        deadLetterConfig: { arn: `arn:aws:sqs:us-east-1:${accountId}:undelivered` },
        arn: lambda("fleet-fanout-closing"),
      });
      expect(recording.named(`f-${kind}-permission`).props).to.deep.equal({
        region: "us-east-1",
        action: "lambda:InvokeFunction",
        function: "fleet-fanout-closing",
        principal: "events.amazonaws.com",
        sourceArn: `arn:aws:events:us-east-1:${accountId}:rule/f-${kind}-rule-0a1b2c3`,
      });
    }
  });

  for (const [kind, name] of [
    ["start", "SSM-fleet-fanout"],
    ["closing", "fleet-fanout-closing"],
  ]) {
    it(`rings for hollow runs and failed Regions of the function ${name}`, async () => {
      const recording = await deploy();
      for (const [alarm, metric, dimensions] of [
        ["hollow", "patchplane HollowRuns", { Function: name }],
        ["regions", "patchplane FailedRegions", { Function: name }],
      ] as const) {
        const { alarmDescription, namespace, metricName, ...props } = recording.named(
          `f-${kind}-${alarm}-alarm`,
        ).props;
        expect(`${namespace} ${metricName}`).to.equal(metric);
        expect(alarmDescription).to.match(new RegExp(`^patchplane: ${name} .+ nodes may be unpatched\\.$`));
        expect(props).to.deep.equal({
          region: "us-east-1",
          dimensions,
          statistic: "Sum",
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          threshold: 1,
          period: 300,
          evaluationPeriods: 1,
          treatMissingData: "notBreaching",
          alarmActions: [failures],
        });
      }
    });
  }
});
