import { expect } from "chai";
import {
  logGroupPrefixProblems,
  logRetentionPeriods,
  retentionProblems,
} from "#components/common/logSettings.js";
import { PatchLogs } from "#components/common/patchLogs.js";
import { policyOf, refusals } from "../../support/arguments.js";
import { accountId, promiseOf, recordMocks, settle } from "../../support/mocks.js";

const bucket = "l-bucket-0a1b2c3";

describe("PatchLogs", () => {
  afterEach(settle);

  it("makes a bucket with all that closes it, a policy for nodes, and nothing else", async () => {
    const recording = await recordMocks();
    const logs = new PatchLogs("l", { retentionDays: 30, logGroupPrefix: "/patching" });
    await settle();
    expect(recording.list()).to.deep.equal([
      "PatchLogs l",
      "iam.Policy l-node-policy < l",
      "s3.Bucket l-bucket < l",
      "s3.BucketLifecycleConfiguration l-lifecycle < l",
      "s3.BucketOwnershipControls l-ownership < l",
      "s3.BucketPolicy l-policy < l",
      "s3.BucketPublicAccessBlock l-public-access < l",
      "s3.BucketServerSideEncryptionConfiguration l-encryption < l",
      "s3.BucketVersioning l-versioning < l",
    ]);
    expect(await promiseOf(logs.bucket)).to.equal(bucket);
    expect(recording.outputs.get(recording.named("l").urn)).to.deep.equal({
      bucket,
      nodePolicyArn: `arn:aws:iam::${accountId}:policy/l-node-policy-0a1b2c3`,
    });
  });

  it("blocks public access, encrypts, keeps versions and deletes what is old", async () => {
    const recording = await recordMocks();
    new PatchLogs("l", { retentionDays: 30, logGroupPrefix: "/patching", tags: { Owner: "ops" } });
    await settle();
    expect(recording.named("l-bucket").props).to.deep.equal({ tags: { Owner: "ops" } });
    expect(recording.named("l-public-access").props).to.deep.equal({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(recording.named("l-ownership").props).to.deep.equal({
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    expect(recording.named("l-encryption").props).to.deep.equal({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    expect(recording.named("l-versioning").props).to.deep.equal({
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    expect(recording.named("l-lifecycle").props).to.deep.equal({
      bucket,
      rules: [
        {
          id: "expire-output",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: 30 },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    });
    expect(recording.named("l-lifecycle").dependencies).to.include(recording.named("l-versioning").urn);
    expect(policyOf(recording.named("l-policy").props).Statement).to.deep.equal([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("lets nodes write output, and read or delete none of it", async () => {
    const recording = await recordMocks({ region: "eu-west-1" });
    new PatchLogs("l", { retentionDays: 30, logGroupPrefix: "/patching" });
    await settle();
    const logs = `arn:aws:logs:eu-west-1:${accountId}:log-group:`;
    expect(policyOf(recording.only("iam.Policy").props).Statement).to.deep.equal([
      {
        Sid: "UploadOutput",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: ["scan", "install", "fanout"].map((prefix) => `arn:aws:s3:::${bucket}/${prefix}/*`),
      },
      {
        Sid: "AskForEncryption",
        Effect: "Allow",
        Action: "s3:GetEncryptionConfiguration",
        Resource: `arn:aws:s3:::${bucket}`,
      },
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `${logs}/patching/*`,
      },
      { Sid: "FindLogGroups", Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: `${logs}*` },
    ]);
  });

  it("refuses everything that is wrong at once", async () => {
    await recordMocks();
    const wrong = { region: "eu", retentionDays: 31, logGroupPrefix: "" };
    expect(
      (await refusals(() => new PatchLogs("l", wrong))).map(({ propertyPath }) => propertyPath),
    ).to.deep.equal(["region", "retentionDays", "logGroupPrefix"]);
  });

  it("takes the periods of CloudWatch Logs and no other", () => {
    const taken = Array.from({ length: 4001 }, (_, days) => days).filter(
      (days) => retentionProblems("d")(days).length === 0,
    );
    expect(taken).to.deep.equal([...logRetentionPeriods]);
    for (const days of [-1, 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(retentionProblems("d")(days)).to.deep.equal([
        {
          propertyPath: "d",
          reason: `got ${days}; CloudWatch Logs allows ${logRetentionPeriods.join(", ")} days.`,
          ...(days === 1.5 ? { perhaps: 3 } : {}),
        },
      ]);
    }
  });

  for (const prefix of ["", "/", "/a/", "a b", "/patch*", "/ä", `/${"a".repeat(400)}`]) {
    it(`refuses the prefix ${JSON.stringify(prefix).slice(0, 20)}`, () => {
      const problems = logGroupPrefixProblems("p")(prefix);
      expect(problems.map(({ propertyPath }) => propertyPath)).to.deep.equal(["p"]);
      expect(problems[0]?.reason).to.match(
        /; allowed are 1 to 400 of a-z A-Z 0-9 _ - \. \/ #, without a slash at the end\.$/,
      );
    });
  }

  for (const prefix of ["/patchplane/prod", "a", "/A-z_0.9#/b", `/${"a".repeat(399)}`]) {
    it(`takes the prefix ${prefix.slice(0, 20)}`, () => {
      expect(logGroupPrefixProblems("p")(prefix)).to.deep.equal([]);
    });
  }
});
