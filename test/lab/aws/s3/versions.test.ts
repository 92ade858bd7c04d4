import { expect } from "chai";
import { bucketName, bucketWorld, failureOf, textOf } from "./support.js";

describe("versions in S3", () => {
  it("are kept, each under its own id, and deleted for good by it", () => {
    const world = bucketWorld();
    const [first, second] = [world.put("a", "1"), world.put("a", "2")];
    const text = (VersionId?: string) => textOf(world.call("GetObject", { Key: "a", VersionId }));
    expect([text(first), text(second), text()]).to.deep.equal(["1", "2", "2"]);
    expect(world.call("DeleteObject", { Key: "a", VersionId: second })).to.deep.equal({ VersionId: second });
    expect(text()).to.equal("1");
    expect(failureOf(() => text(second))).to.equal("NoSuchVersion 404");
  });

  it("are covered by a delete marker, and come back when it is deleted", () => {
    const world = bucketWorld();
    const version = world.put("a", "1");
    const deleted = world.call("DeleteObject", { Key: "a" });
    const marker = deleted.VersionId as string;
    expect(deleted).to.deep.equal({ DeleteMarker: true, VersionId: marker });
    const get = (VersionId?: string) => failureOf(() => world.call("GetObject", { Key: "a", VersionId }));
    expect(get()).to.equal(`NoSuchKey 404 true ${marker}`);
    expect(get(marker)).to.equal(`MethodNotAllowed 405 DELETE true ${marker}`);
    expect(get(version)).to.equal("none");
    expect(world.call("DeleteObject", { Key: "a", VersionId: marker })).to.deep.equal({
      DeleteMarker: true,
      VersionId: marker,
    });
    expect(get()).to.equal("none");
  });

  it("of a bucket that had none before: what was there is the version null", () => {
    const world = bucketWorld({ isVersioned: false });
    world.put("a", "old");
    expect(world.call("GetBucketVersioning")).to.deep.equal({});
    world.account.s3.putBucketVersioning({ Bucket: bucketName, Status: "Enabled" }, world.region);
    expect(world.call("GetBucketVersioning")).to.deep.equal({ Status: "Enabled" });
    expect(world.call("HeadObject", { Key: "a" }).VersionId).to.equal("null");
    const version = world.put("a", "new");
    expect(textOf(world.call("GetObject", { Key: "a", VersionId: "null" }))).to.equal("old");
    expect(textOf(world.call("GetObject", { Key: "a", VersionId: version }))).to.equal("new");
  });

  it("are not what a bucket without them has: a put replaces, a delete leaves nothing", () => {
    const world = bucketWorld({ isVersioned: false });
    world.put("a", "1");
    world.put("a", "2");
    expect(world.call("ListObjectVersions").Versions).to.have.length(1);
    expect(world.call("DeleteObject", { Key: "a" })).to.deep.equal({});
    expect(world.call("DeleteObject", { Key: "a" })).to.deep.equal({});
    expect(failureOf(() => world.call("GetObject", { Key: "a" }))).to.equal("NoSuchKey 404");
    expect(world.call("ListObjectVersions")).to.deep.include({ Versions: [], DeleteMarkers: [] });
  });

  it("that are not there, or of keys that are not there, are deleted without a trace", () => {
    const world = bucketWorld();
    const VersionId = "0".repeat(32);
    expect(world.call("DeleteObject", { Key: "a", VersionId })).to.deep.equal({ VersionId });
    const marker = world.remove("a");
    expect(world.call("ListObjectVersions").DeleteMarkers).to.have.length(1);
    expect(marker).to.match(/^[0-9a-f]{32}$/);
  });

  it("have the same ids in each run, and another for each version", () => {
    const ids = () => {
      const { put } = bucketWorld();
      return [put("a"), put("a"), put("b")];
    };
    expect(ids()).to.deep.equal(ids());
    expect(new Set(ids()).size).to.equal(3);
  });
});
