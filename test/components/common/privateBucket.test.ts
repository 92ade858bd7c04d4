import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type PrivateBucketArgs, privateBucket } from "#components/common/privateBucket.js";
import { policyOf } from "../../support/arguments.js";
import { type Recording, recordMocks, settle } from "../../support/mocks.js";

const bucket = "b-bucket-0a1b2c3";
const lifecycleRules = [{ id: "r", status: "Enabled", expiration: { days: 3 } }];

async function deploy(changes: Partial<PrivateBucketArgs> = {}): Promise<Recording> {
  const recording = await recordMocks({ partition: "aws-cn" });
  const parent = new pulumi.ComponentResource("patchplane:index:Parent", "p");
  privateBucket(parent, "b", { lifecycleRules, ...changes });
  await settle();
  return recording;
}

describe("a private bucket", () => {
  afterEach(settle);

  it("comes with all that closes it, and nothing else", async () => {
    const recording = await deploy();
    const inputs = recording.resources.map(({ name, props }) => [name, props]);
    const policy = policyOf(recording.named("b-policy").props);
    expect(Object.fromEntries(inputs)).to.deep.equal({
      p: {},
      "b-bucket": {},
      "b-public-access": {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      "b-ownership": { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      "b-encryption": {
        bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      "b-versioning": { bucket, versioningConfiguration: { status: "Enabled" } },
      "b-lifecycle": { bucket, rules: lifecycleRules },
      "b-policy": { bucket, policy: JSON.stringify(policy) },
    });
    expect(policy).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [`arn:aws-cn:s3:::${bucket}`, `arn:aws-cn:s3:::${bucket}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("has versions before old ones are deleted", async () => {
    const recording = await deploy();
    expect(recording.named("b-lifecycle").dependencies).to.include(recording.named("b-versioning").urn);
  });

  it("hands its Region to every part, and its tags to the one that takes any", async () => {
    const recording = await deploy({ region: "eu-west-3", tags: { Owner: "ops" } });
    const parts = recording.resources.filter(({ name }) => name !== "p");
    expect(parts.map(({ props }) => props.region)).to.deep.equal(parts.map(() => "eu-west-3"));
    expect(parts.filter(({ props }) => "tags" in props).map(({ name }) => name)).to.deep.equal(["b-bucket"]);
  });
});
