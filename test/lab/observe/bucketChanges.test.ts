import { expect } from "chai";
import { exclusionBucket, planBucketChanges } from "#lab/observe/bucketChanges.js";
import { account, at, hour, monday, node } from "../support.js";

const key = "exclusions/a.yaml";
const body = Buffer.from("x");

/** An account with a bucket that tells a function of manifests, and with another one. */
function world() {
  const made = account([node()]);
  const { s3 } = made.account;
  s3.createBucket({ Bucket: "another" }, made.region);
  const bucket = s3.createBucket({ Bucket: "manifests" }, made.region);
  s3.putBucketVersioning({ Bucket: "manifests", Status: "Enabled" }, made.region);
  const told = { id: "1", functionArn: "f", events: [], filterSuffix: "" };
  bucket.notifications = [
    { ...told, filterPrefix: "deployment.json" },
    { ...told, filterPrefix: "exclusions/" },
  ];
  return { ...made, bucket };
}

describe("planBucketChanges", () => {
  it("uploads and deletes at the times of the run, its first one and not its last", async () => {
    const { account: made, clock, bucket } = world();
    expect(exclusionBucket(made)?.bucket).to.equal(bucket);
    const to = monday + 4 * hour;
    const changes = [monday - 1000, monday, monday + hour, to, to + 1000].map((time, index) => ({
      at: time,
      key,
      body: index === 2 ? undefined : body,
    }));
    const fleet = { ...made.fleet, exclusions: changes };
    expect(planBucketChanges(made, fleet, { from: monday, to })).to.eql([
      { at: monday - 1000, key, why: "before the run" },
      { at: to, key, why: "after the run" },
      { at: to + 1000, key, why: "after the run" },
    ]);
    expect(bucket.allVersions()).to.eql([]);
    await clock.advanceTo(to + hour);
    const versions = bucket.allVersions().map(({ lastModified, content }) => [+lastModified, content?.body]);
    expect(versions).to.eql([
      [monday + hour, undefined],
      [monday, body],
    ]);
  });

  it("asks for no bucket where nothing is to be done", () => {
    const { account: made } = account([node()]);
    expect(planBucketChanges(made, made.fleet, { from: monday, to: at("2026-07-01T00:00:00Z") })).to.eql([]);
  });
});
