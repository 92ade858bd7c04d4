import { expect } from "chai";
import fc from "fast-check";
import { urlEncoded } from "#lab/aws/s3/keys.js";
import { homeRegion, second } from "../../support.js";
import { functionArn, told } from "./notificationSupport.js";
import { bucketName, role } from "./support.js";

describe("an event of S3", () => {
  it("has the shape that S3 gives it", async () => {
    const { world, delivered, records } = told([{ id: "exclusions", filterPrefix: "ex/" }]);
    const versionId = world.put("ex/a b.json", "text");
    const [record, ...others] = await records();
    expect(others).to.deep.equal([]);
    const source = "ObjectCreated:Put of ex/a b.json in journal-bucket";
    expect(delivered[0]).to.deep.include({ at: second, functionArn, source });
    if (record === undefined) throw new Error("there is no event");
    const { responseElements, userIdentity, s3, ...outer } = record;
    const { ownerIdentity, ...bucket } = s3.bucket;
    expect(userIdentity.principalId).to.match(/^AWS:AIDA[0-9A-F]{17}$/);
    expect(responseElements["x-amz-request-id"]).to.match(/^[0-9A-F]{16}$/);
    expect(responseElements["x-amz-id-2"]).to.match(/^[A-Za-z0-9+/]{64}$/);
    expect(Object.keys(responseElements)).to.have.length(2);
    expect(ownerIdentity.principalId).to.match(/^A[0-9A-F]{17}$/);
    expect(outer).to.deep.equal({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: homeRegion,
      eventTime: "2026-06-01T00:00:00.000Z",
      eventName: "ObjectCreated:Put",
      requestParameters: { sourceIPAddress: "127.0.0.1" },
    });
    expect({ ...s3, bucket }).to.deep.equal({
      s3SchemaVersion: "1.0",
      configurationId: "exclusions",
      bucket: { name: bucketName, arn: `arn:aws:s3:::${bucketName}` },
      object: {
        key: "ex/a+b.json",
        size: 4,
        eTag: "1cb251ec0d568de6a929b520c4aed8d1",
        versionId,
        sequencer: "000000000000000001",
      },
    });
  });

  it("of a delete marker, of a version that goes, and of the marker that goes tells which, and no size", async () => {
    const { world, records } = told();
    const version = world.put("a");
    const marker = world.remove("a");
    world.remove("a", version);
    world.remove("a", marker);
    const got = (await records()).map((record) => [record.eventName, record.s3.object]);
    const object = (versionId: string | undefined, sequencer: string) => ({
      key: "a",
      versionId,
      sequencer: sequencer.padStart(18, "0"),
    });
    expect(got.slice(1)).to.deep.equal([
      ["ObjectRemoved:DeleteMarkerCreated", object(marker, "2")],
      ["ObjectRemoved:Delete", object(version, "3")],
      ["ObjectRemoved:Delete", object(marker, "4")],
    ]);
  });

  it("in a bucket without versions has no version id, and there is none when nothing was deleted", async () => {
    const { world, records } = told([{}], { isVersioned: false });
    world.put("a");
    world.remove("a");
    world.remove("a");
    const got = await records();
    expect(got.map(({ eventName }) => eventName)).to.deep.equal([
      "ObjectCreated:Put",
      "ObjectRemoved:Delete",
    ]);
    for (const record of got) expect(record.s3.object).not.to.have.property("versionId");
    expect(got[1]?.s3.object).to.have.all.keys("key", "sequencer");
  });

  it("tells who did it, by an id of theirs", async () => {
    const { world, records } = told();
    const caller = role({ Effect: "Allow", Action: "*", Resource: "*" });
    const service = { kind: "service", name: "ssm.amazonaws.com" } as const;
    for (const who of [caller, caller, service, world.account.iam.owner]) {
      world.call("PutObject", { Key: "a" }, { caller: who });
    }
    const ids = (await records()).map(({ userIdentity }) => userIdentity.principalId);
    expect(ids[0]).to.match(/^AWS:AROA[0-9A-F]{17}$/);
    expect(ids[1]).to.equal(ids[0]);
    expect(ids[2]).to.equal("AWSService:ssm.amazonaws.com");
    expect(ids[3]).to.match(/^AWS:AIDA[0-9A-F]{17}$/);
  });

  it("is the same, byte for byte, in each run", async () => {
    const run = async () => {
      const { world, delivered, records } = told();
      world.put("a");
      world.remove("a");
      await records();
      return delivered;
    };
    expect(await run()).to.deep.equal(await run());
  });

  for (const [key, encoded] of [
    ["a b", "a+b"],
    ["a+b", "a%2Bb"],
    ["a%20b", "a%2520b"],
    ["ü/\u{1f600}", "%C3%BC/%F0%9F%98%80"],
    ["../a//b", "../a//b"],
    ["(a)!'~*=&?#:", "%28a%29%21%27%7E*%3D%26%3F%23%3A"],
  ] as const) {
    it(`writes the key ${key} as ${encoded}`, async () => {
      const { world, records } = told();
      world.put(key);
      expect((await records())[0]?.s3.object.key).to.equal(encoded);
    });
  }

  it("writes any key so that it can be read back, in plain ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        expect(urlEncoded(key)).to.match(/^[\w.*/%+-]*$/);
        expect(decodeURIComponent(urlEncoded(key).replace(/\+/g, " "))).to.equal(key);
      }),
    );
  });

  it("of a key comes with a greater sequencer than the one before, whatever the change", async () => {
    const { world, records } = told();
    for (let round = 0; round < 20; round++) {
      world.put("a");
      world.put("b");
      const marker = world.remove("a");
      world.remove("a", marker);
    }
    const sequencers = (await records()).map((record) => String(record.s3.object.sequencer));
    expect(sequencers).to.have.length(80);
    expect(new Set(sequencers).size).to.equal(80);
    expect([...sequencers].sort()).to.deep.equal(sequencers);
    for (const sequencer of sequencers) expect(sequencer).to.match(/^[0-9A-F]{18}$/);
  });
});
