import { expect } from "chai";
import { told } from "./notificationSupport.js";
import { bucketName, bucketWorld, failureOf, of, role, textOf } from "./support.js";

const source = (Key: string, versionId?: string) =>
  `${bucketName}/${encodeURIComponent(Key)}${versionId === undefined ? "" : `?versionId=${versionId}`}`;

describe("copies in S3", () => {
  it("have the body, the headers, the metadata and the tags of their source", () => {
    const world = bucketWorld();
    const version = world.put("a b/ü", "text", {
      ContentType: "text/yaml",
      Metadata: { By: "me" },
      Tagging: "Team=one&Env=a%20b",
    });
    const copied = world.call("CopyObject", { Key: "new", CopySource: source("a b/ü") });
    expect(copied).to.deep.include({ CopySourceVersionId: version, ServerSideEncryption: "AES256" });
    const got = world.call("GetObject", { Key: "new" });
    expect(got).to.deep.include({ ContentType: "text/yaml", Metadata: { by: "me" } });
    expect([textOf(got), got.VersionId]).to.deep.equal(["text", copied.VersionId]);
    expect(copied.CopyObjectResult).to.deep.equal({ ETag: got.ETag, LastModified: got.LastModified });
    expect(world.call("GetObjectTagging", { Key: "new" }).TagSet).to.deep.equal([
      { Key: "Team", Value: "one" },
      { Key: "Env", Value: "a b" },
    ]);
  });

  it("have headers, metadata and tags of their own when they say REPLACE", () => {
    const world = bucketWorld();
    world.put("a", "text", { ContentType: "text/yaml", Metadata: { by: "me" }, Tagging: "Team=one" });
    const own = { MetadataDirective: "REPLACE", TaggingDirective: "REPLACE", Metadata: { now: "you" } };
    world.call("CopyObject", { Key: "a", CopySource: source("a"), ...own });
    expect(world.call("HeadObject", { Key: "a" })).to.deep.include({
      ContentType: "binary/octet-stream",
      Metadata: { now: "you" },
    });
    expect(world.call("GetObjectTagging", { Key: "a" }).TagSet).to.deep.equal([]);
  });

  it("restore a version, also below a delete marker", () => {
    const world = bucketWorld();
    const first = world.put("a", "1");
    world.put("a", "2");
    world.remove("a");
    world.call("CopyObject", { Key: "a", CopySource: source("a", first) });
    expect(textOf(world.call("GetObject", { Key: "a" }))).to.equal("1");
    expect(world.call("ListObjectVersions").Versions).to.have.length(3);
  });

  it("come from a bucket of another Region, too, and never go to one", () => {
    const world = bucketWorld();
    world.put("a", "text");
    const far = world.account.region("eu-west-1");
    world.account.s3.createBucket({ Bucket: "far" }, far);
    const copy = (from: string) =>
      failureOf(() =>
        world.call("CopyObject", { Bucket: "far", Key: "b", CopySource: source("a") }, { region: from }),
      );
    expect(copy("eu-west-1")).to.equal("none");
    expect(copy("us-east-1")).to.equal("PermanentRedirect 301 eu-west-1");
  });

  const refused: readonly (readonly [what: string, input: object, failure: string])[] = [
    [
      "an object onto itself that changes nothing",
      { Key: "a", CopySource: source("a") },
      "InvalidRequest 400",
    ],
    ["what is not there", { CopySource: source("none") }, "NoSuchKey 404"],
    ["a version that is not there", { CopySource: source("a", "0".repeat(32)) }, "NoSuchVersion 404"],
    ["from a bucket that is not there", { CopySource: "nowhere/a" }, "NoSuchBucket 404"],
    ["no source", { CopySource: "only-a-bucket" }, "InvalidArgument 400"],
    ["a source that cannot be read", { CopySource: `${bucketName}/%zz` }, "InvalidArgument 400"],
    ["an access point", { CopySource: "arn:aws:s3:us-east-1:1:accesspoint/p/object/a" }, "NotModelledError"],
    [
      "a source that is another",
      { CopySource: source("a"), CopySourceIfMatch: '"x"' },
      "PreconditionFailed 412",
    ],
    [
      "a source that is the same",
      { CopySource: source("a"), CopySourceIfNoneMatch: "*" },
      "PreconditionFailed 412",
    ],
    [
      "onto what is there already",
      { CopySource: source("a"), Key: "b", IfNoneMatch: "*" },
      "PreconditionFailed 412",
    ],
  ];
  for (const [what, input, failure] of refused) {
    it(`are refused: ${what}`, () => {
      const world = bucketWorld();
      world.put("a");
      world.put("b");
      expect(failureOf(() => world.call("CopyObject", { Key: "new", ...input }))).to.equal(failure);
    });
  }

  it("are not made of a delete marker", () => {
    const world = bucketWorld();
    world.put("a");
    const marker = world.remove("a");
    const copy = (from: string) => failureOf(() => world.call("CopyObject", { Key: "b", CopySource: from }));
    expect(copy(source("a"))).to.equal(`NoSuchKey 404 true ${marker}`);
    expect(copy(source("a", marker))).to.equal("InvalidRequest 400");
  });

  it("are told as such", async () => {
    const { world, records } = told([{}]);
    world.put("a", "text");
    const { VersionId } = world.call("CopyObject", { Key: "b", CopySource: source("a") });
    const [, copied] = await records();
    expect(copied?.eventName).to.equal("ObjectCreated:Copy");
    expect(copied?.s3.object).to.deep.include({ key: "b", size: 4, versionId: VersionId });
  });
});

describe("deleting many objects in S3", () => {
  const batch = (world: ReturnType<typeof bucketWorld>, Objects: readonly object[], more = {}, from = {}) =>
    world.call("DeleteObjects", { Delete: { Objects, ...more } }, from);

  it("leaves markers, or takes versions and markers away, and says which", () => {
    const world = bucketWorld();
    const version = world.put("a");
    world.put("b");
    const gone = world.remove("c");
    const { Deleted, Errors } = batch(world, [
      { Key: "a", VersionId: version },
      { Key: "b" },
      { Key: "c", VersionId: gone },
    ]);
    expect(Errors).to.deep.equal([]);
    const [marker] = of(world.call("ListObjectVersions").DeleteMarkers, "VersionId");
    expect(Deleted).to.deep.equal([
      { Key: "a", VersionId: version },
      { Key: "b", DeleteMarker: true, DeleteMarkerVersionId: marker },
      { Key: "c", VersionId: gone, DeleteMarker: true, DeleteMarkerVersionId: gone },
    ]);
  });

  it("is quiet when asked to be", () => {
    const world = bucketWorld();
    world.put("a");
    expect(batch(world, [{ Key: "a" }], { Quiet: true })).to.deep.equal({ Errors: [] });
  });

  it("asks IAM for each, and the others go", () => {
    const world = bucketWorld();
    const [a, b] = [world.put("a"), world.put("b")];
    const caller = role({
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      Resource: `arn:aws:s3:::${bucketName}/a`,
    });
    const objects = [{ Key: "a", VersionId: a }, { Key: "b" }, { Key: "b", VersionId: b }];
    const { Deleted, Errors } = batch(world, objects, {}, { caller });
    expect(Deleted).to.deep.equal([{ Key: "a", VersionId: a }]);
    expect(of(Errors, "Code")).to.deep.equal(["AccessDenied", "AccessDenied"]);
    expect(world.account.iam.denials.map(({ action, resource }) => `${action} ${resource}`)).to.deep.equal([
      `s3:DeleteObject arn:aws:s3:::${bucketName}/b`,
      `s3:DeleteObjectVersion arn:aws:s3:::${bucketName}/b`,
    ]);
    expect(textOf(world.call("GetObject", { Key: "b" }))).to.equal("b");
  });

  it("takes one to a thousand at a time", () => {
    const world = bucketWorld();
    const objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `key-${index}` }));
    expect(failureOf(() => batch(world, objects))).to.equal("MalformedXML 400");
    expect(failureOf(() => batch(world, []))).to.equal("MalformedXML 400");
    expect(batch(world, objects.slice(1)).Deleted).to.have.length(1000);
  });

  it("tells of each", async () => {
    const { world, records } = told([{}]);
    const version = world.put("a");
    batch(world, [{ Key: "a", VersionId: version }, { Key: "b" }]);
    expect((await records()).map(({ eventName, s3 }) => [eventName, s3.object.key])).to.deep.equal([
      ["ObjectCreated:Put", "a"],
      ["ObjectRemoved:Delete", "a"],
      ["ObjectRemoved:DeleteMarkerCreated", "b"],
    ]);
  });
});

describe("the first form of lists in S3", () => {
  it("says where the next page begins only where keys are put together", () => {
    const world = bucketWorld();
    for (const key of ["a/1", "a/2", "b", "c"]) world.put(key);
    const first = world.call("ListObjects", { MaxKeys: 2 });
    expect(first).to.deep.include({ IsTruncated: true, Marker: "", MaxKeys: 2 });
    expect(first).not.to.have.any.keys("NextMarker", "KeyCount", "NextContinuationToken");
    expect(of(first.Contents, "Key")).to.deep.equal(["a/1", "a/2"]);
    expect(of(world.call("ListObjects", { Marker: "a/2" }).Contents, "Key")).to.deep.equal(["b", "c"]);
    const folded = world.call("ListObjects", { MaxKeys: 1, Delimiter: "/" });
    expect(folded.NextMarker).to.equal("a/");
    const rest = world.call("ListObjects", { Delimiter: "/", Marker: "a/" });
    expect(of(rest.Contents, "Key")).to.deep.equal(["b", "c"]);
    expect(rest.CommonPrefixes).to.deep.equal([]);
  });
});
