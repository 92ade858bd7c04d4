import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
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

  it("are copied, tagged, deleted at once and listed in the first form, whatever their keys", () =>
    served(async (endpoint, account) => {
      const s3 = withBucket(endpoint, account);
      const Bucket = "bucket";
      for (const Key of keys) {
        await s3.send(new PutObjectCommand({ Bucket, Key: `from ${Key}`, Body: Key, Tagging: "a=b%2Bc" }));
        const CopySource = `${Bucket}/${encodeURIComponent(`from ${Key}`)}`;
        const copied = await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
        expect(copied.CopyObjectResult?.ETag).to.match(/^"[0-9a-f]{32}"$/);
        expect(copied.CopyObjectResult?.LastModified).to.be.instanceOf(Date);
        const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
        expect(TagSet).to.deep.equal([{ Key: "a", Value: "b+c" }]);
      }
      const Objects = keys.map((Key) => ({ Key: `from ${Key}` }));
      const { Deleted = [], Errors } = await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
      );
      expect(Deleted.map(({ Key }) => Key)).to.deep.equal(Objects.map(({ Key }) => Key));
      expect(Errors).to.equal(undefined);
      const { Contents = [] } = await s3.send(new ListObjectsCommand({ Bucket }));
      expect(Contents.map(({ Key }) => Key)).to.have.members(keys);
    }));

  it("are not stored when a checksum is another body's, before it or behind its chunks", () =>
    served(async (endpoint, account) => {
      const s3 = withBucket(endpoint, account);
      const put = { Bucket: "bucket", Key: "key", Body: "text" };
      const wrong = new PutObjectCommand({ ...put, ChecksumSHA256: `${"A".repeat(43)}=` });
      const refusal: unknown = await s3.send(wrong).catch((error: unknown) => error);
      expect(refusal).to.have.property("name", "BadDigest");
      const chunked = (trailer: string) => [
        "PUT /bucket/key HTTP/1.1",
        ...["host: a", "connection: close", "content-encoding: aws-chunked"],
        ...["x-amz-decoded-content-length: 4", "x-amz-trailer: x-amz-checksum-crc32", "content-length: 45"],
        `authorization: ${authorization(account.credentials.owner.accessKeyId, "s3")}`,
        ...["", "4", "text", "0", trailer, "", ""],
      ];
      const ask = (sum: string) => exchange(endpoint, [chunked(`x-amz-checksum-crc32:${sum}`).join("\r\n")]);
      expect(await ask("AAAAAA==")).to.contain("BadDigest");
      expect((await s3.send(new ListObjectsV2Command({ Bucket: "bucket" }))).KeyCount).to.equal(0);
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32("text"));
      expect(await ask(sum.toString("base64"))).to.match(/^HTTP\/1\.1 200 OK/);
    }));

  it("are not deleted by a body that is no list of them, or has no checksum", () =>
    served(async (endpoint, account) => {
      withBucket(endpoint, account);
      const md5 = (body: string) => createHash("md5").update(body).digest("base64");
      const ask = async (body: string, name = "content-md5", checksum = md5(body)) => {
        const response = await fetch(`${endpoint.url}/bucket?delete`, {
          method: "POST",
          headers: {
            authorization: authorization(account.credentials.owner.accessKeyId, "s3"),
            [name]: checksum,
          },
          body,
        });
        return /<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? response.status;
      };
      const list = (inner: string) => `<?xml version="1.0"?><!-- one --><Delete xmlns="x">${inner}</Delete>`;
      const one = "<Object><Key>a&amp;&#65;</Key></Object>";
      expect(await ask(list(one))).to.equal(200);
      expect(await ask(list(one), "x-other")).to.equal("InvalidRequest");
      expect(await ask(list(one), "content-md5", md5("other"))).to.equal("BadDigest");
      expect(await ask(list(one), "content-md5", "AAAA")).to.equal("InvalidDigest");
      for (const broken of [
        "no xml",
        list(one).slice(0, -1),
        list("<Object><Key>a</Object></Key>"),
        list("<Object><Key>&unknown;</Key></Object>"),
        list("<Object><Key>a<b/></Key></Object>"),
        list("<Object><Key>a</Key><Key>b</Key></Object>"),
        list("<Other/>"),
        list(`${one}<Quiet>perhaps</Quiet>`),
        `${list(one)}<Delete/>`,
        "<Remove/>",
      ])
        expect(await ask(broken), broken).to.equal("MalformedXML");
    }));
});
