import { expect } from "chai";
import { makeResource } from "#lab/deploy/resources.js";
import { account, errorCode, homeRegion, minute, monday, type World } from "../support.js";

const bucket = "journal-bucket";
const arn = `arn:aws:s3:::${bucket}`;
const functionArn = `arn:aws:lambda:${homeRegion}:123456789012:function:processor`;

/** An account with a bucket that the program made, and how it makes more of it. */
function deployed(): {
  world: World;
  make: (type: string, inputs?: object) => ReturnType<typeof makeResource>;
} {
  const world = account([]);
  const make = (type: string, inputs: object = {}) =>
    makeResource(world.region, `aws:s3/${type}`, "logical-name", { bucket, ...inputs });
  make("bucket:Bucket", { forceDestroy: true, tags: { a: "b" } });
  return { world, make };
}

const owner = ({ account: { iam }, region }: World) => ({ region, caller: iam.owner });

function permit({ account: { iam } }: World): void {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: functionArn,
    Condition: { ArnLike: { "aws:SourceArn": arn } },
  };
  iam.putResourcePolicy(functionArn, JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
}

const enabled = { versioningConfiguration: { status: "Enabled" } };
const created = { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"] };

describe("buckets that the program makes", () => {
  it("are called what it says, or else after themselves, and lie in its Region", () => {
    const { region } = account([]);
    const type = "aws:s3/bucket:Bucket";
    expect(makeResource(region, type, "logical-name", {})).to.deep.equal({
      id: "logical-name",
      state: { arn: "arn:aws:s3:::logical-name", bucket: "logical-name", region: homeRegion },
    });
    expect(makeResource(region.account.region("eu-west-1"), type, "logical-name", { bucket })).to.deep.equal({
      id: bucket,
      state: { arn, bucket, region: "eu-west-1" },
    });
  });

  it("have versions when it says so", () => {
    const { world, make } = deployed();
    const { s3 } = world.account;
    const versioning = () => s3.getBucketVersioning({ Bucket: bucket }, owner(world));
    make("bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Disabled" } });
    expect(versioning()).to.deep.equal({});
    expect(make("bucketVersioning:BucketVersioning", enabled).id).to.equal(bucket);
    expect(versioning()).to.deep.equal({ Status: "Enabled" });
  });

  it("have its policy", () => {
    const { world, make } = deployed();
    const Principal = { Service: "ssm.amazonaws.com" };
    const statement = { Effect: "Allow", Principal, Action: "s3:ListBucket", Resource: arn };
    make("bucketPolicy:BucketPolicy", {
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    const allows = (name: string) =>
      world.account.iam.allows({ caller: { kind: "service", name }, action: "s3:ListBucket", resource: arn });
    expect([allows("ssm.amazonaws.com"), allows("sns.amazonaws.com")]).to.deep.equal([true, false]);
  });

  it("hold its objects, the last content under a key", () => {
    const { world, make } = deployed();
    make("bucketVersioning:BucketVersioning", enabled);
    const put = (content: string) =>
      make("bucketObjectv2:BucketObjectv2", { key: "in/ü", content, contentType: "application/json" });
    put("{}");
    const { id, state } = put("ü");
    expect(id).to.equal(`${bucket}/in/ü`);
    const { Body, ...got } = world.account.s3.getObject({ Bucket: bucket, Key: "in/ü" }, owner(world));
    expect(Buffer.from(Body).toString()).to.equal("ü");
    expect(got).to.include({ ContentType: "application/json", VersionId: state?.versionId });
    expect(state).to.include({ key: "in/ü", etag: got.ETag?.replaceAll('"', "") });
    expect(make("bucketObjectv2:BucketObjectv2", { content: "" }).id).to.equal(`${bucket}/logical-name`);
  });

  it("tell its functions", async () => {
    const { world, make } = deployed();
    permit(world);
    const payloads: string[] = [];
    world.region.lambda.invokeAsync = ({ payload }) => {
      payloads.push(payload);
      return { requestId: "" };
    };
    make("bucketNotification:BucketNotification", {
      lambdaFunctions: [{ ...created, id: "mine", filterPrefix: "in/", filterSuffix: ".json" }],
    });
    for (const key of ["in/a.json", "in/a.txt", "a.json"]) {
      make("bucketObjectv2:BucketObjectv2", { key, content: "" });
    }
    await world.clock.advanceTo(monday + minute);
    expect(payloads.map((payload) => JSON.parse(payload).Records[0].s3)).to.have.length(1);
    expect(JSON.parse(payloads[0] ?? "").Records[0].s3).to.deep.include({ configurationId: "mine" });
    expect(make("bucketNotification:BucketNotification", { lambdaFunctions: [] }).id).to.equal(bucket);
  });

  for (const [type, inputs] of [
    ["bucketOwnershipControls:BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }],
    [
      "bucketPublicAccessBlock:BucketPublicAccessBlock",
      { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    ],
    ["bucketLifecycleConfiguration:BucketLifecycleConfiguration", { rules: [] }],
    [
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      { rules: [], region: homeRegion },
    ],
  ] as const) {
    it(`take note of ${type}, and of nothing in it that is unknown`, () => {
      const { make } = deployed();
      expect(make(type, inputs).id).to.equal(bucket);
      expect(errorCode(() => make(type, { ...inputs, unknown: 1 }))).to.equal("NotModelledError");
      expect(errorCode(() => make(type, { ...inputs, bucket: "other-bucket" }))).to.equal("NoSuchBucket");
    });
  }

  for (const [what, type, inputs, code] of [
    ["a name that S3 refuses", "bucket:Bucket", { bucket: "No_Bucket" }, "InvalidBucketName"],
    ["access by list", "bucket:Bucket", { acl: "private" }, "NotModelledError"],
    [
      "versions of no bucket",
      "bucketVersioning:BucketVersioning",
      { ...enabled, bucket: "x-bucket" },
      "NoSuchBucket",
    ],
    [
      "suspended versions",
      "bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Suspended" } },
      "NotModelledError",
    ],
    [
      "versions that MFA guards",
      "bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" } },
      "NotModelledError",
    ],
    [
      "a policy of no bucket",
      "bucketPolicy:BucketPolicy",
      { bucket: "x-bucket", policy: "{}" },
      "NoSuchBucket",
    ],
    [
      "an object from a file",
      "bucketObjectv2:BucketObjectv2",
      { key: "a", content: "", source: {} },
      "NotModelledError",
    ],
    ["an object of nothing", "bucketObjectv2:BucketObjectv2", { key: "a" }, "Error"],
    ["queues that are told", "bucketNotification:BucketNotification", { queues: [] }, "NotModelledError"],
    [
      "a bus that is told",
      "bucketNotification:BucketNotification",
      { eventbridge: true },
      "NotModelledError",
    ],
    [
      "a function that S3 may not invoke",
      "bucketNotification:BucketNotification",
      { lambdaFunctions: [created] },
      "InvalidArgument",
    ],
    [
      "no function at all",
      "bucketNotification:BucketNotification",
      { lambdaFunctions: [{ events: created.events }] },
      "InvalidArgument",
    ],
  ] as const) {
    it(`are refused with ${what}: ${code}`, () => {
      const { make } = deployed();
      expect(errorCode(() => make(type, inputs))).to.equal(code);
    });
  }
});
