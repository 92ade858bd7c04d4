import { createHash } from "node:crypto";
import { expect } from "chai";
import { monday, second } from "../../support.js";
import { type BucketWorld, bucketWorld, failureOf, textOf } from "./support.js";

const lastModified = new Date(monday);
const etagOf = (text: string) => `"${createHash("md5").update(text).digest("hex")}"`;

describe("an object in S3", () => {
  it("comes back as it was put", () => {
    const { call } = bucketWorld();
    const Body = Buffer.from("hello");
    const put = call("PutObject", {
      Key: "a",
      Body,
      ContentType: "text/plain",
      CacheControl: "no-cache",
      Metadata: { Owner: "Me" },
      ContentMD5: createHash("md5").update(Body).digest("base64"),
      ServerSideEncryption: "AES256",
      StorageClass: "STANDARD",
      ChecksumAlgorithm: "CRC32",
      ChecksumCRC32: "NhCmhg==",
    });
    const VersionId = put.VersionId;
    expect(VersionId).to.match(/^[0-9a-f]{32}$/);
    expect(put).to.deep.equal({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      VersionId,
      ServerSideEncryption: "AES256",
    });
    const head = {
      AcceptRanges: "bytes",
      ContentLength: 5,
      ContentType: "text/plain",
      CacheControl: "no-cache",
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      LastModified: lastModified,
      Metadata: { owner: "Me" },
      ServerSideEncryption: "AES256",
      VersionId,
    };
    expect(call("HeadObject", { Key: "a" })).to.deep.equal(head);
    expect(call("GetObject", { Key: "a", ChecksumMode: "ENABLED" })).to.deep.equal({ ...head, Body });
  });

  it("without a body, type or versions is empty, binary and has no version id", () => {
    const { call } = bucketWorld({ isVersioned: false });
    expect(call("PutObject", { Key: "a" })).to.deep.equal({
      ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
      ServerSideEncryption: "AES256",
    });
    expect(call("HeadObject", { Key: "a" })).to.deep.equal({
      AcceptRanges: "bytes",
      ContentLength: 0,
      ContentType: "binary/octet-stream",
      ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
      LastModified: lastModified,
      Metadata: {},
      ServerSideEncryption: "AES256",
    });
  });

  it("was modified in a whole second", async () => {
    const world = bucketWorld();
    await world.clock.advanceTo(monday + 2 * second + 345);
    world.put("a");
    expect(world.call("HeadObject", { Key: "a" }).LastModified).to.deep.equal(new Date(monday + 2 * second));
  });

  for (const key of ["../../etc/passwd", "a//b", "/", " ", "%2e%2e/x", "ü+&<>\u{1f600}", "x".repeat(1024)]) {
    it(`may be called ${JSON.stringify(key.slice(0, 20))}`, () => {
      const world = bucketWorld();
      world.put(key, "text");
      expect(textOf(world.call("GetObject", { Key: key }))).to.equal("text");
      expect(world.call("ListObjectsV2").KeyCount).to.equal(1);
    });
  }
});

describe("part of an object in S3", () => {
  for (const [range, text, contentRange] of [
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-4", "4", "bytes 4-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-99", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=5-2", "0123456789", undefined],
    ["bytes=-", "0123456789", undefined],
    ["lines=0-1", "0123456789", undefined],
  ] as const) {
    it(`${range} is ${text}`, () => {
      const world = bucketWorld();
      world.put("a", "0123456789");
      const got = world.call("GetObject", { Key: "a", Range: range });
      expect([textOf(got), got.ContentLength, got.ContentRange]).to.deep.equal([
        text,
        text.length,
        contentRange,
      ]);
      const { Body: _, ...head } = got;
      expect(world.call("HeadObject", { Key: "a", Range: range })).to.deep.equal(head);
    });
  }

  for (const [range, text, failure] of [
    ["bytes=10-", "0123456789", "InvalidRange 416"],
    ["bytes=10-12", "0123456789", "InvalidRange 416"],
    ["bytes=-0", "0123456789", "InvalidRange 416"],
    ["bytes=0-", "", "InvalidRange 416"],
    ["bytes=0-1,3-4", "0123456789", "NotModelledError"],
  ] as const) {
    it(`${range} of ${text.length} bytes is refused: ${failure}`, () => {
      const world = bucketWorld();
      world.put("a", text);
      expect(failureOf(() => world.call("GetObject", { Key: "a", Range: range }))).to.equal(failure);
    });
  }
});

describe("conditions in S3", () => {
  const etag = etagOf("text");
  const bare = etag.replaceAll('"', "");
  const notModified = `NotModified 304 ${etag} ${lastModified.toUTCString()}`;
  for (const [what, input, failure] of [
    ["the ETag", { IfMatch: etag }, "none"],
    ["the ETag without quotes", { IfMatch: bare }, "none"],
    ["one of several ETags", { IfMatch: `"x", ${etag}` }, "none"],
    ["anything", { IfMatch: "*" }, "none"],
    ["another ETag", { IfMatch: '"x"' }, "PreconditionFailed 412"],
    ["not the ETag", { IfNoneMatch: etag }, notModified],
    ["not the weak ETag", { IfNoneMatch: `W/${etag}` }, notModified],
    ["nothing", { IfNoneMatch: "*" }, notModified],
    ["not another ETag", { IfNoneMatch: '"x"' }, "none"],
    ["another ETag and not the ETag", { IfMatch: '"x"', IfNoneMatch: etag }, "PreconditionFailed 412"],
  ] as const) {
    it(`of a read for ${what}: ${failure}`, () => {
      const world = bucketWorld();
      world.put("a", "text");
      expect(failureOf(() => world.call("GetObject", { Key: "a", ...input }))).to.equal(failure);
      expect(failureOf(() => world.call("HeadObject", { Key: "a", ...input }))).to.equal(failure);
    });
  }

  const there = (world: BucketWorld) => world.put("a", "text");
  const deleted = (world: BucketWorld) => [world.put("a", "text"), world.remove("a")];
  const nothing = () => undefined;
  for (const [what, before, input, failure] of [
    ["nothing, and there is nothing", nothing, { IfNoneMatch: "*" }, "none"],
    ["nothing, and it was deleted", deleted, { IfNoneMatch: "*" }, "none"],
    ["nothing, and there is something", there, { IfNoneMatch: "*" }, "PreconditionFailed 412"],
    ["the ETag, and it is", there, { IfMatch: etag }, "none"],
    ["the ETag, and it is another", there, { IfMatch: '"x"' }, "PreconditionFailed 412"],
    ["the ETag, and there is nothing", nothing, { IfMatch: etag }, "NoSuchKey 404"],
    ["the ETag, and it was deleted", deleted, { IfMatch: etag }, "NoSuchKey 404"],
    ["not the ETag", nothing, { IfNoneMatch: etag }, "NotImplemented 501"],
    ["both", there, { IfMatch: etag, IfNoneMatch: "*" }, "NotImplemented 501"],
  ] as const) {
    it(`of a write for ${what}: ${failure}`, () => {
      const world = bucketWorld();
      before(world);
      const count = () => (world.call("ListObjectVersions").Versions as unknown[]).length;
      const versions = count();
      expect(failureOf(() => world.put("a", "new", input))).to.equal(failure);
      expect(count()).to.equal(versions + (failure === "none" ? 1 : 0));
    });
  }
});
