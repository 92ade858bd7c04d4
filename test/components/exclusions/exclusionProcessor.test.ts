import { expect } from "chai";
import {
  ExclusionProcessor,
  type ExclusionProcessorArgs,
} from "#components/exclusions/exclusionProcessor.js";
import { RecordComesLater } from "#components/exclusions/ownRecord.js";
import { processorArgs, refusals } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

const bucket = "e-bucket-0a1b2c3";
const name = "SSM-fleet-exclusions";
const functionArn = `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;

async function deploy(changes: Partial<ExclusionProcessorArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  new ExclusionProcessor("e", processorArgs(changes), undefined, new RecordComesLater());
  await settle();
  return recording;
}

describe("ExclusionProcessor", () => {
  afterEach(settle);

  it("makes a bucket, a function with all that keeps it sound, what calls it, and nothing else", async () => {
    const recording = await deploy();
    expect(recording.list()).to.deep.equal([
      "ExclusionProcessor e",
      "cloudwatch.EventRule e-hourly-rule < e",
      "cloudwatch.EventTarget e-hourly-target < e",
      "cloudwatch.LogGroup e-logs < e",
      "cloudwatch.MetricAlarm e-breach-alarm < e",
      "cloudwatch.MetricAlarm e-errors-alarm < e",
      "cloudwatch.MetricAlarm e-foreign-alarm < e",
      "cloudwatch.MetricAlarm e-hourly-lost-alarm < e",
      "cloudwatch.MetricAlarm e-regions-alarm < e",
      "cloudwatch.MetricAlarm e-throttles-alarm < e",
      "iam.Role e-role < e",
      "iam.RolePolicy e-role-policy < e",
      "lambda.Function e-function < e",
      "lambda.FunctionEventInvokeConfig e-retries < e",
      "lambda.Permission e-bucket-permission < e",
      "lambda.Permission e-hourly-permission < e",
      "s3.Bucket e-bucket < e",
      "s3.BucketLifecycleConfiguration e-lifecycle < e",
      "s3.BucketNotification e-notification < e",
      "s3.BucketOwnershipControls e-ownership < e",
      "s3.BucketPolicy e-policy < e",
      "s3.BucketPublicAccessBlock e-public-access < e",
      "s3.BucketServerSideEncryptionConfiguration e-encryption < e",
      "s3.BucketVersioning e-versioning < e",
      "sqs.Queue e-failed < e",
    ]);
    expect(recording.outputs.get(recording.named("e").urn)).to.deep.equal({
      bucket,
      functionArn,
      functionName: name,
      roleName: "e-role-0a1b2c3",
    });
  });

  it("runs as often at once as it is called, for as long as Lambda lets it, and is told its bucket and its topic", async () => {
    const { code: _, ...props } = (await deploy()).only("lambda.Function").props;
    expect(props).to.deep.equal({
      name,
      description: "patchplane: moves nodes between patch groups as manifests of exclusions say",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      role: `arn:aws:iam::${accountId}:role/e-role-0a1b2c3`,
      timeout: 900,
      memorySize: 512,
      environment: {
        variables: { BUCKET: bucket, TOPIC_ARN: `arn:aws:sns:us-east-1:${accountId}:failures` },
      },
      loggingConfig: { logFormat: "Text", logGroup: `/patching/${name}` },
    });
  });

  it("deletes old versions of manifests once no exclusion can need them, and manifests never", async () => {
    expect((await deploy()).only("s3.BucketLifecycleConfiguration").props).to.deep.equal({
      bucket,
      rules: [
        {
          id: "expire-old-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: 400 },
          expiration: { expiredObjectDeleteMarker: true },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    });
  });

  it("is called by changes of what it reads, and by none of what it writes", async () => {
    const recording = await deploy();
    expect(recording.named("e-notification").props).to.deep.equal({
      bucket,
      lambdaFunctions: ["deployment.json", "exclusions/", "plans/", "approvals/"].map((filterPrefix) => ({
        lambdaFunctionArn: functionArn,
        events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
        filterPrefix,
      })),
    });
    expect(recording.named("e-bucket-permission").props).to.deep.equal({
      action: "lambda:InvokeFunction",
      function: name,
      principal: "s3.amazonaws.com",
      sourceArn: `arn:aws:s3:::${bucket}`,
      sourceAccount: accountId,
    });
    expect(recording.named("e-notification").dependencies).to.include(
      recording.named("e-bucket-permission").urn,
    );
  });

  it("is called every hour, at a minute at which no window opens", async () => {
    const recording = await deploy({ tags: { Owner: "ops" } });
    expect(recording.named("e-hourly-rule").props).to.deep.equal({
      description: "patchplane: exclusions end and nodes come without anybody's upload",
      scheduleExpression: "cron(37 * * * ? *)",
      tags: { Owner: "ops" },
    });
    expect(recording.named("e-hourly-target").props).to.deep.equal({
      rule: "e-hourly-rule-0a1b2c3",
      targetId: "processor",
      deadLetterConfig: { arn: "arn:aws:sqs:us-east-1:123456789012:undelivered" },
      arn: functionArn,
    });
    expect(recording.named("e-hourly-permission").props).to.deep.equal({
      action: "lambda:InvokeFunction",
      function: name,
      principal: "events.amazonaws.com",
      sourceArn: `arn:aws:events:us-east-1:${accountId}:rule/e-hourly-rule-0a1b2c3`,
    });
  });

  it("is taken on by Lambda alone", async () => {
    expect(JSON.parse(String((await deploy()).only("iam.Role").props.assumeRolePolicy))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Lambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
  });

  it("refuses everything that is wrong at once", async () => {
    await recordMocks();
    const wrong = processorArgs({
      region: "eu",
      namePrefix: "a b",
      owner: "",
      regions: [],
      targets: { patchGroupTagKey: "PatchGroup", patchGroups: [], tags: {} },
    });
    const logs = { ...wrong.logs, logGroupPrefix: "/a/", retentionDays: 2 };
    const found = await refusals(
      () => new ExclusionProcessor("e", { ...wrong, logs }, undefined, new RecordComesLater()),
    );
    expect(found.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      ...["region", "namePrefix", "owner", "regions", "targets.patchGroups"],
      ...["logs.logGroupPrefix", "logs.retentionDays"],
    ]);
  });

  for (const [title, changes, propertyPath, reason] of [
    [
      "a start of names that Lambda's 64 characters do not hold",
      { namePrefix: "p".repeat(50) },
      "namePrefix",
      `got "${"p".repeat(50)}"; allowed are 3 to 49 characters of a-z A-Z 0-9 _ and -.`,
    ],
    [
      "an owner that a policy would take for a variable",
      { owner: "${aws:username}" },
      "owner",
      'got "${aws:username}"; allowed are 1 to 201 letters, digits and _ . : / = + - @.',
    ],
    ["no Region", { regions: [] }, "regions", "is empty. Leave it out for the Region of the function."],
  ] satisfies [string, Partial<ExclusionProcessorArgs>, string, string][]) {
    it(`refuses ${title}`, async () => {
      await recordMocks();
      const found = await refusals(
        () => new ExclusionProcessor("e", processorArgs(changes), undefined, new RecordComesLater()),
      );
      expect(found).to.deep.equal([{ propertyPath, reason }]);
    });
  }
});
