import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { awsContext } from "#components/common/awsContext.js";
import { type LambdaFunctionArgs, lambdaFunction } from "#components/common/lambdaFunction.js";
import { policyOf } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

const kmsKeyArn = `arn:aws:kms:us-east-1:${accountId}:key/k`;
const topicArn = `arn:aws:sns:us-east-1:${accountId}:failures`;

async function deploy(changes: Partial<LambdaFunctionArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  const parent = new pulumi.ComponentResource("patchplane:index:Parent", "p");
  const args: LambdaFunctionArgs = {
    functionName: "SSM-worker",
    description: "works",
    code: "some/folder",
    timeoutSeconds: 60,
    memoryMegabytes: 256,
    environment: { A: "b" },
    statements: [{ Sid: "Work", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::x/*" }],
    logs: { logGroupPrefix: "/patching", retentionDays: 30, kmsKeyArn },
    failuresTopicArn: topicArn,
    ...changes,
  };
  lambdaFunction(parent, "f", args, awsContext(parent, args.region));
  await settle();
  return recording;
}

describe("a function", () => {
  afterEach(settle);

  it("comes with its role, its log, its queue and its alarms, and nothing else", async () => {
    expect((await deploy()).list()).to.deep.equal([
      "Parent p",
      "cloudwatch.LogGroup f-logs < p",
      "cloudwatch.MetricAlarm f-errors-alarm < p",
      "cloudwatch.MetricAlarm f-throttles-alarm < p",
      "iam.Role f-role < p",
      "iam.RolePolicy f-role-policy < p",
      "lambda.Function f-function < p",
      "lambda.FunctionEventInvokeConfig f-retries < p",
      "sqs.Queue f-failed < p",
    ]);
  });

  it("is what it was asked to be, with one file of code", async () => {
    const { code, ...props } = (await deploy()).named("f-function").props;
    expect(props).to.deep.equal({
      name: "SSM-worker",
      description: "works",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      role: `arn:aws:iam::${accountId}:role/f-role-0a1b2c3`,
      timeout: 60,
      memorySize: 256,
      environment: { variables: { A: "b" } },
      loggingConfig: { logFormat: "Text", logGroup: "/patching/SSM-worker" },
    });
    const { assets } = code as { assets: Record<string, { path: string }> };
    expect(Object.entries(assets).map(([name, { path }]) => [name, path])).to.deep.equal([
      ["index.mjs", "some/folder/index.mjs"],
    ]);
  });

  it("has the rights that it was given, and those to log and to keep what fails", async () => {
    const recording = await deploy();
    expect(recording.named("f-role-policy").props.role).to.equal("f-role-id");
    expect(policyOf(recording.named("f-role-policy").props).Statement).to.deep.equal([
      { Sid: "Work", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::x/*" },
      {
        Sid: "WriteOwnLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:/patching/SSM-worker:log-stream:*`,
      },
      {
        Sid: "KeepFailedEvents",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: `arn:aws:sqs:us-east-1:${accountId}:f-failed-0a1b2c3`,
      },
    ]);
  });

  it("is not there before its rights are", async () => {
    const recording = await deploy();
    expect(recording.named("f-function").dependencies).to.include.members([
      recording.named("f-role-policy").urn,
      recording.named("f-logs").urn,
    ]);
  });

  it("tries an event three times, keeps it for two weeks, encrypted", async () => {
    const recording = await deploy();
    expect(recording.named("f-retries").props).to.deep.equal({
      functionName: "SSM-worker",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: {
        onFailure: { destination: `arn:aws:sqs:us-east-1:${accountId}:f-failed-0a1b2c3` },
      },
    });
    expect(recording.named("f-failed").props).to.deep.equal({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
    });
  });

  for (const [kind, metricName, evaluationPeriods] of [
    ["errors", "Errors", 1],
    // In an account that is short of concurrency a burst of events has some, which are tried again.
    ["throttles", "Throttles", 6],
  ] as const) {
    it(`has somebody told of its ${metricName}, and of nothing in its queue again`, async () => {
      const recording = await deploy();
      const { alarmDescription, ...alarm } = recording.named(`f-${kind}-alarm`).props;
      expect(alarmDescription).to.match(
        /^patchplane: SSM-worker (ended with an error|was called and had no room)/,
      );
      expect(alarm).to.deep.equal({
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: "SSM-worker" },
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: 300,
        evaluationPeriods,
        treatMissingData: "notBreaching",
        alarmActions: [topicArn],
      });
    });
  }

  it("keeps its lines encrypted and for a while", async () => {
    expect((await deploy()).named("f-logs").props).to.deep.equal({
      name: "/patching/SSM-worker",
      retentionInDays: 30,
      kmsKeyId: kmsKeyArn,
    });
  });

  it("hands its tags and its Region to all that take them", async () => {
    const recording = await deploy({ tags: { Owner: "ops" }, region: "eu-west-3" });
    const having = (key: string) =>
      recording.resources.filter(({ props }) => key in props).map(({ name }) => name);
    expect(having("tags")).to.have.members([
      ...["f-logs", "f-failed", "f-role", "f-function", "f-errors-alarm", "f-throttles-alarm"],
    ]);
    expect(having("region")).to.have.members([
      ...["f-logs", "f-failed", "f-function", "f-retries", "f-errors-alarm", "f-throttles-alarm"],
    ]);
  });
});
