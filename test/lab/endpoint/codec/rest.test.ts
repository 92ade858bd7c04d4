import { expect } from "chai";
import { modelOf } from "#lab/aws/model/model.js";
import { restJsonCodec, restXmlCodec } from "#lab/endpoint/codec/rest.js";
import { bytes, wireRequest } from "../supportWire.js";
import { reading } from "./restSupport.js";

describe("the headers of a REST request", () => {
  const Bucket = "b";
  const Key = "k";
  const read: readonly (readonly [headers: Readonly<Record<string, string>>, members: object])[] = [
    [
      { "content-type": "text/plain", "cache-control": "no-cache" },
      { ContentType: "text/plain", CacheControl: "no-cache" },
    ],
    [{ "if-none-match": "*" }, { IfNoneMatch: "*" }],
    [{ "x-amz-meta-colour": "blue", "x-amz-meta-": "x" }, { Metadata: { colour: "blue", "": "x" } }],
    [{ "x-amz-meta-__proto__": "x" }, { Metadata: Object.fromEntries([["__proto__", "x"]]) }],
    [
      {
        "x-amz-date": "d",
        "x-amz-content-sha256": "s",
        "x-amz-security-token": "t",
        "x-amz-user-agent": "u",
      },
      {},
    ],
    [
      { "x-amz-sdk-checksum-algorithm": "CRC32", "x-amz-checksum-crc32": "AAAA" },
      { ChecksumAlgorithm: "CRC32", ChecksumCRC32: "AAAA" },
    ],
    [{ "x-amz-server-side-encryption-bucket-key-enabled": "true" }, { BucketKeyEnabled: true }],
    [{ "amz-sdk-invocation-id": "i", "user-agent": "u", "x-other": "o" }, {}],
  ];
  for (const [headers, members] of read) {
    it(`are read: ${JSON.stringify(headers)}`, () => {
      expect(reading("s3", wireRequest("PUT", "/b/k", { headers }))).to.deep.equal([
        "PutObject",
        { Bucket, Key, ...members },
      ]);
    });
  }

  it("tell a copy from a put", () => {
    const headers = { "x-amz-copy-source": "/b/other" };
    expect(reading("s3", wireRequest("PUT", "/b/k", { headers }))).to.deep.equal([
      "CopyObject",
      { Bucket, Key, CopySource: "/b/other" },
    ]);
  });

  const refused = [
    [
      "PUT",
      { "x-amz-copy-source-range": "bytes=0-1" },
      "PutObject: the lab does not model x-amz-copy-source-range of this request",
    ],
    ["PUT", { "x-amz-meta": "x" }, "PutObject: the lab does not model x-amz-meta of this request"],
    ["GET", { "x-amz-meta-a": "x" }, "GetObject: the lab does not model x-amz-meta-a of this request"],
    [
      "PUT",
      { "x-amz-server-side-encryption-bucket-key-enabled": "maybe" },
      "PutObject: 400 SerializationException",
    ],
    ["GET", { "if-modified-since": "yesterday" }, "GetObject: 400 SerializationException"],
  ] as const;
  for (const [method, headers, outcome] of refused) {
    it(`are refused: ${method} ${JSON.stringify(headers)}`, () => {
      expect(reading("s3", wireRequest(method, "/b/k", { headers }))).to.equal(outcome);
    });
  }

  it("hold a list with commas", () => {
    const headers = { "x-amz-optional-object-attributes": "RestoreStatus, Other" };
    expect(reading("s3", wireRequest("GET", "/b?list-type=2", { headers }))).to.deep.equal([
      "ListObjectsV2",
      { Bucket, OptionalObjectAttributes: ["RestoreStatus", "Other"] },
    ]);
  });
});

describe("the body of a REST request", () => {
  it("is the payload, byte by byte", () => {
    const body = new Uint8Array([0, 255, 13, 10]);
    expect(reading("s3", wireRequest("PUT", "/b/k", { body }))).to.deep.equal([
      "PutObject",
      { Bucket: "b", Key: "k", Body: body },
    ]);
  });

  it("is the payload out of its chunks, with the encoding that it has without them", () => {
    const headers = { "content-encoding": "gzip,aws-chunked", "x-amz-decoded-content-length": "3" };
    const body = bytes("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n");
    expect(reading("s3", wireRequest("PUT", "/b/k", { body, headers }))).to.deep.equal([
      "PutObject",
      {
        ...{ Bucket: "b", Key: "k", ContentEncoding: "gzip", ContentLength: 3 },
        ...{ ChecksumCRC32: "AAAA", Body: bytes("abc") },
      },
    ]);
    const cut = wireRequest("PUT", "/b/k", { body: body.subarray(0, 4), headers });
    expect(reading("s3", cut)).to.equal("PutObject: 400 IncompleteBody");
  });

  const bodies = [
    ["", ["GetGroup", {}]],
    ['{"Group": "g"}', ["GetGroup", { Group: "g" }]],
    ['{"Group": null}', ["GetGroup", {}]],
    ['{"Group": 1}', "GetGroup: 400 SerializationException"],
    ["[]", "GetGroup: 400 SerializationException"],
    ["null", "GetGroup: 400 SerializationException"],
    ["x", "GetGroup: 400 SerializationException"],
    ['{"Other": 1}', "GetGroup: the lab does not model the member Other, which is not in the API's model"],
  ] as const;
  for (const [body, outcome] of bodies) {
    it(`in JSON: ${body}`, () => {
      expect(
        reading("resource-groups", wireRequest("POST", "/get-group", { body: bytes(body) })),
      ).to.deep.equal(outcome);
    });
  }
});

describe("a REST response", () => {
  it("has its payload as it is, and the other members in headers", () => {
    const model = modelOf("s3");
    const asked = { operation: "GetObject", model: model.operations.GetObject ?? expect.fail() };
    const Body = new Uint8Array([0, 255]);
    const output = {
      Body,
      ETag: '"e"',
      ContentType: "text/plain",
      LastModified: new Date("2026-06-01T00:00:00Z"),
      Metadata: { colour: "blue" },
      DeleteMarker: false,
      VersionId: undefined,
    };
    const { status, headers, body } = restXmlCodec.encode(model, asked, output, "id-1");
    expect([status, body]).to.deep.equal([200, Body]);
    expect(headers).to.deep.equal({
      "x-amzn-requestid": "id-1",
      "x-amz-request-id": "id-1",
      etag: '"e"',
      "content-type": "text/plain",
      "last-modified": "Mon, 01 Jun 2026 00:00:00 GMT",
      "x-amz-meta-colour": "blue",
      "x-amz-delete-marker": "false",
    });
  });

  it("has the status that the output or the model says", () => {
    const lambda = modelOf("lambda");
    const invoke = { operation: "Invoke", model: lambda.operations.Invoke ?? expect.fail() };
    const output = { StatusCode: 202, Payload: new Uint8Array() };
    expect(restJsonCodec.encode(lambda, invoke, output, "id").status).to.equal(202);
    const s3 = modelOf("s3");
    const deletion = { operation: "DeleteObject", model: s3.operations.DeleteObject ?? expect.fail() };
    expect(restXmlCodec.encode(s3, deletion, {}, "id")).to.include({ status: 204, body: "" });
    const reading = { operation: "GetObject", model: s3.operations.GetObject ?? expect.fail() };
    const part = { ContentRange: "bytes 0-0/2", Body: new Uint8Array(1) };
    expect(restXmlCodec.encode(s3, reading, part, "id").status).to.equal(206);
  });

  it("in JSON has the members that stand in the body", () => {
    const model = modelOf("resource-groups");
    const asked = { operation: "ListGroups", model: model.operations.ListGroups ?? expect.fail() };
    const { headers, body } = restJsonCodec.encode(
      model,
      asked,
      { GroupIdentifiers: [], NextToken: "t" },
      "id",
    );
    expect(headers["content-type"]).to.equal("application/json");
    expect(JSON.parse(String(body))).to.deep.equal({ GroupIdentifiers: [], NextToken: "t" });
  });

  it("to HEAD has no body, and 304 has none either", () => {
    const error = { code: "NoSuchKey", message: "m", status: 404, requestId: "id" };
    expect(restXmlCodec.encodeError(error, wireRequest("HEAD", "/b/k")).body).to.equal("");
    expect(restXmlCodec.encodeError({ ...error, status: 304 }, wireRequest("GET", "/b/k")).body).to.equal("");
    expect(restXmlCodec.encodeError(error, wireRequest("GET", "/b/k")).body).to.contain(
      "<Code>NoSuchKey</Code>",
    );
  });
});
