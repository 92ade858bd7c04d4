import { expect } from "chai";
import { homeRegion, monday } from "../../support.js";
import {
  type BucketWorld,
  bucketName,
  bucketWorld,
  failureOf,
  otherRegion,
  role,
  textOf,
} from "./support.js";

const lastModified = new Date(monday);

describe("buckets in S3", () => {
  it("tell where they are", () => {
    const world = bucketWorld();
    const { account, call } = world;
    account.s3.createBucket({ Bucket: "far-bucket" }, account.region(otherRegion));
    expect(call("HeadBucket")).to.deep.equal({
      BucketArn: `arn:aws:s3:::${bucketName}`,
      BucketRegion: homeRegion,
      AccessPointAlias: false,
    });
    expect(call("GetBucketLocation")).to.deep.equal({});
    expect(call("GetBucketLocation", { Bucket: "far-bucket" }, { region: otherRegion })).to.deep.equal({
      LocationConstraint: otherRegion,
    });
  });

  it("are listed wherever they are, by name, in pages", () => {
    const { account, call } = bucketWorld();
    account.s3.createBucket({ Bucket: "far-bucket" }, account.region(otherRegion));
    const far = { Name: "far-bucket", CreationDate: lastModified, BucketArn: "arn:aws:s3:::far-bucket" };
    const near = { Name: bucketName, CreationDate: lastModified, BucketArn: `arn:aws:s3:::${bucketName}` };
    const { Owner, ...all } = call("ListBuckets");
    expect((Owner as { ID: string }).ID).to.match(/^[0-9a-f]{64}$/);
    expect(all).to.deep.equal({ Buckets: [far, near] });
    const first = call("ListBuckets", { MaxBuckets: 1 });
    expect(first.Buckets).to.deep.equal([{ ...far, BucketRegion: otherRegion }]);
    const { ContinuationToken } = first;
    const last = call("ListBuckets", { MaxBuckets: 1, ContinuationToken });
    expect(last).to.deep.equal({ Buckets: [{ ...near, BucketRegion: homeRegion }], Owner });
    expect(call("ListBuckets", { BucketRegion: otherRegion }).Buckets).to.have.length(1);
    expect(call("ListBuckets", { Prefix: "journal" })).to.deep.include({
      Prefix: "journal",
      Buckets: [{ ...near, BucketRegion: homeRegion }],
    });
  });
});

describe("S3 refuses", () => {
  const wholeBucket = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  for (const [what, work, failure] of [
    ["an unknown bucket", (w) => w.call("HeadBucket", { Bucket: "other-bucket" }), "NoSuchBucket 404"],
    [
      "a bucket by a name that none can have",
      (w) => w.call("HeadBucket", { Bucket: "No" }),
      "InvalidBucketName 400",
    ],
    [
      "another account's bucket",
      (w) => w.call("ListObjectsV2", { ExpectedBucketOwner: "210987654321" }),
      "AccessDenied 403",
    ],
    [
      "a bucket in a Region that is not its own",
      (w) => w.call("GetObject", { Key: "a" }, { region: otherRegion }),
      `PermanentRedirect 301 ${homeRegion}`,
    ],
    ["an unknown key", (w) => w.call("GetObject", { Key: "b" }), "NoSuchKey 404"],
    [
      "an unknown version",
      (w) => w.call("HeadObject", { Key: "a", VersionId: "0".repeat(32) }),
      "NoSuchVersion 404",
    ],
    ["no id of a version", (w) => w.call("HeadObject", { Key: "a", VersionId: "x" }), "InvalidArgument 400"],
    [
      "no id of a version to delete",
      (w) => w.call("DeleteObject", { Key: "a", VersionId: "x" }),
      "InvalidArgument 400",
    ],
    [
      "eleven tags",
      (w) => w.put("a", "x", { Tagging: Array.from({ length: 11 }, (_, n) => `k${n}=`).join("&") }),
      "BadRequest 400",
    ],
    ["a tag twice", (w) => w.put("a", "x", { Tagging: "a=b&a=c" }), "InvalidTag 400"],
    ["a tag of AWS", (w) => w.put("a", "x", { Tagging: "aws:a=b" }), "InvalidTag 400"],
    ["a key of 1,025 bytes", (w) => w.put(`${"x".repeat(1023)}ü`), "KeyTooLongError 400"],
    ["reading such a key", (w) => w.call("GetObject", { Key: "x".repeat(1025) }), "KeyTooLongError 400"],
    ["deleting such a key", (w) => w.remove("x".repeat(1025)), "KeyTooLongError 400"],
    ["a body that is not what was sent", (w) => w.put("a", "x", { ContentMD5: "x" }), "BadDigest 400"],
    [
      "too much metadata",
      (w) => w.put("a", "x", { Metadata: { a: "x".repeat(2048) } }),
      "MetadataTooLarge 400",
    ],
    [
      "encryption that the lab does not model",
      (w) => w.put("a", "x", { ServerSideEncryption: "aws:kms" }),
      "NotModelledError",
    ],
    [
      "storage that the lab does not model",
      (w) => w.put("a", "x", { StorageClass: "GLACIER" }),
      "NotModelledError",
    ],
    [
      "input that it does not look at",
      (w) => w.put("a", "x", { WebsiteRedirectLocation: "/b" }),
      "NotModelledError",
    ],
    ["of a read as well", (w) => w.call("GetObject", { Key: "a", PartNumber: 1 }), "NotModelledError"],
    ["of a delete as well", (w) => w.call("DeleteObject", { Key: "a", IfMatch: "*" }), "NotModelledError"],
    [
      "to suspend versions",
      (w) => w.account.s3.putBucketVersioning({ Bucket: bucketName, Status: "Suspended" }, w.region),
      "NotModelledError",
    ],
    [
      "to disable versions again",
      (w) => w.account.s3.putBucketVersioning({ Bucket: bucketName, Status: "Disabled" }, w.region),
      "NotModelledError",
    ],
    [
      "a second bucket of a name, in another Region",
      (w) => w.account.s3.createBucket({ Bucket: bucketName }, w.account.region(otherRegion)),
      "BucketAlreadyOwnedByYou 409",
    ],
    [
      "not: a bucket that is there",
      (w) => w.account.s3.createBucket({ Bucket: bucketName }, w.region),
      "none",
    ],
    [
      "not: a caller who may do everything",
      (w) => w.call("GetObject", { Key: "a" }, { caller: role(wholeBucket) }),
      "none",
    ],
  ] as const satisfies readonly (readonly [string, (world: BucketWorld) => unknown, string])[]) {
    it(`${what}: ${failure}`, () => {
      const world = bucketWorld();
      world.put("a", "text");
      expect(failureOf(() => work(world))).to.equal(failure);
      expect(textOf(world.call("GetObject", { Key: "a" }))).to.equal("text");
    });
  }

  for (const name of [
    "A-bucket",
    "-bucket",
    "bucket-",
    "a..b",
    "a_b",
    "192.168.0.1",
    "xn--a",
    "a-s3alias",
    "x".repeat(64),
  ]) {
    it(`to make a bucket called ${name}`, () => {
      const { account, region } = bucketWorld();
      expect(failureOf(() => account.s3.createBucket({ Bucket: name }, region))).to.equal(
        "InvalidBucketName 400",
      );
    });
  }

  const list = { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucketName}` };
  const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
  const theirs = (effect: string) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ ...list, Effect: effect, Principal: "*" }] });
  for (const [who, statements, bucketPolicy, failure] of [
    ["may only read", [read], undefined, "AccessDenied 403"],
    ["may list as well", [read, list], undefined, "NoSuchKey 404"],
    [
      "may list another bucket",
      [read, { ...list, Resource: "arn:aws:s3:::x" }],
      undefined,
      "AccessDenied 403",
    ],
    ["may list by the bucket's policy", [read], theirs("Allow"), "NoSuchKey 404"],
    ["may not list by the bucket's policy", [read, list], theirs("Deny"), "AccessDenied 403"],
  ] as const) {
    it(`to say to one who ${who} whether there is an object: ${failure}`, () => {
      const world = bucketWorld();
      if (bucketPolicy !== undefined)
        world.account.s3.putBucketPolicy({ Bucket: bucketName, Policy: bucketPolicy }, world.region);
      world.put("deleted");
      world.remove("deleted");
      const caller = role(...statements);
      for (const operation of ["GetObject", "HeadObject"] as const) {
        expect(failureOf(() => world.call(operation, { Key: "none" }, { caller }))).to.equal(failure);
        expect(
          failureOf(() => world.call(operation, { Key: "deleted" }, { caller })).split(" true")[0],
        ).to.equal(failure);
      }
      expect(world.account.iam.denials).to.deep.equal([]);
    });
  }
});
