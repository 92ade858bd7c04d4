import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import type { Endpoint } from "#lab/endpoint/server.js";
import { clientOf, exchange, served } from "./supportEndpoint.js";
import { authorization } from "./supportWire.js";

/** A client of S3, with a bucket. */
function withBucket(endpoint: Endpoint, account: Account): S3Client {
  account.s3.createBucket({ Bucket: "bucket" }, account.region("us-east-1"));
  return new S3Client({ ...clientOf(endpoint, account), forcePathStyle: true });
}

describe("objects over HTTP", () => {
  const keys = [
    "../../etc/passwd",
    "..",
    "./a/../b",
    "a//b",
    "/a",
    "a b+c%2F",
    "日本/𝒜",
    "a\nb",
    "<&>\"'",
    "__proto__",
  ];

  it("have keys that are texts and no paths", () =>
    served(async (endpoint, account) => {
      const s3 = withBucket(endpoint, account);
      for (const Key of keys) {
        await s3.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: `body of ${Key}` }));
      }
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "bucket" }));
      expect(Contents.map(({ Key }) => Key)).to.have.members(keys);
      for (const Key of keys) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key }));
        expect(await Body?.transformToString()).to.equal(`body of ${Key}`);
      }
    }));

  it("are stored as they are when the client leaves the dots in the path", () =>
    served(async (endpoint, account) => {
      const s3 = withBucket(endpoint, account);
      const lines = [
        "PUT /bucket/../../etc/passwd HTTP/1.1",
        "host: a",
        "connection: close",
        `authorization: ${authorization(account.credentials.owner.accessKeyId, "s3")}`,
        "content-length: 1",
        "",
        "x",
      ];
      expect(await exchange(endpoint, [lines.join("\r\n")])).to.match(/^HTTP\/1\.1 200 OK/);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "bucket" }));
      expect(Contents.map(({ Key }) => Key)).to.deep.equal(["../../etc/passwd"]);
    }));

  it("have a length that HEAD tells as well", () =>
    served(async (endpoint, account) => {
      const s3 = withBucket(endpoint, account);
      await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "key", Body: "12345" }));
      expect((await s3.send(new HeadObjectCommand({ Bucket: "bucket", Key: "key" }))).ContentLength).to.equal(
        5,
      );
      expect((await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "key" }))).ContentLength).to.equal(
        5,
      );
    }));
});
