import { parseXML } from "@aws-sdk/xml-builder";
import { expect } from "chai";
import fc from "fast-check";
import { modelOf, type ServiceModel } from "#lab/aws/model/model.js";
import { queryCodec } from "#lab/endpoint/codec/query.js";
import { restXmlCodec } from "#lab/endpoint/codec/rest.js";
import { element, escapeXml, membersToXml } from "#lab/endpoint/codec/xml.js";
import { size } from "#test/support/size.js";
import { wireRequest } from "../supportWire.js";

/** The characters that XML 1.0 has. */
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe("a text in XML", () => {
  const cases = [
    ["", ""],
    ["a b", "a b"],
    ['<a href="x">&amp;\'</a>', "&lt;a href=&quot;x&quot;&gt;&amp;amp;'&lt;/a&gt;"],
    ["]]>", "]]&gt;"],
    ["a\r\nb\tc", "a&#13;\nb\tc"],
    ["\0\u0001\u000b\u001f\ufffe\uffff", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"],
    ["𝒜é日", "𝒜é日"],
  ] as const;
  for (const [text, written] of cases) {
    it(`is ${JSON.stringify(written)} for ${JSON.stringify(text)}`, () => {
      expect(escapeXml(text)).to.equal(written);
    });
  }

  it("is what the SDK's parser reads, but for what XML cannot hold", () => {
    // The parser takes an element with nothing but blanks and a line's end for one that is empty.
    const text = fc.string({ unit: "binary", maxLength: 20 }).filter((one) => !/^\s*\n\s*$/.test(one));
    const special = fc.string({ unit: fc.constantFrom(..."<>&\"';#\r\n\t ]-!x") }).map((one) => `x${one}x`);
    fc.assert(
      fc.property(fc.oneof(text, special), (one) => {
        const held = [...one].map((sign) => (allowed.test(sign) ? sign : "\ufffd")).join("");
        const written = Buffer.from(`<A>${element("B", one)}<C>1</C></A>`).toString("utf8");
        expect(parseXML(written)).to.deep.equal({ A: { B: held, C: "1" } });
      }),
      { numRuns: size(10, 2000) },
    );
  });
});

describe("a structure in XML", () => {
  const model: ServiceModel = {
    metadata: { apiVersion: "1", protocol: "rest-xml" },
    operations: {},
    shapes: {
      Whole: {
        type: "structure",
        members: {
          Text: { shape: "Text", locationName: "text" },
          Truth: { shape: "Truth" },
          Time: { shape: "Time" },
          Blob: { shape: "Blob" },
          Items: { shape: "Items" },
          Flat: { shape: "Flat", locationName: "Item" },
          Inner: { shape: "Inner" },
          Header: { shape: "Text", location: "header", locationName: "x-header" },
        },
      },
      Inner: { type: "structure", members: { A: { shape: "Text" }, B: { shape: "Text" } } },
      Text: { type: "string" },
      Truth: { type: "boolean" },
      Time: { type: "timestamp" },
      Blob: { type: "blob" },
      Items: { type: "list", member: { shape: "Inner", locationName: "One" } },
      Flat: { type: "list", member: { shape: "Text" }, flattened: true },
    },
  };
  const shape = model.shapes.Whole ?? expect.fail();
  const cases: readonly (readonly [value: Readonly<Record<string, unknown>>, xml: string])[] = [
    [{}, ""],
    [{ Text: undefined }, ""],
    [{ Text: "" }, "<text></text>"],
    [{ Text: "a<b" }, "<text>a&lt;b</text>"],
    [{ Truth: false }, "<Truth>false</Truth>"],
    [{ Time: new Date(0) }, "<Time>1970-01-01T00:00:00.000Z</Time>"],
    [{ Blob: new Uint8Array([0, 255]) }, "<Blob>AP8=</Blob>"],
    [{ Items: [] }, "<Items></Items>"],
    [{ Items: [{ A: "1" }, { B: "2" }] }, "<Items><One><A>1</A></One><One><B>2</B></One></Items>"],
    [{ Flat: [] }, ""],
    [{ Flat: ["1", "2"] }, "<Item>1</Item><Item>2</Item>"],
    [{ Inner: {} }, "<Inner></Inner>"],
    [{ Inner: { B: "2", A: "1" } }, "<Inner><A>1</A><B>2</B></Inner>"],
    [{ Header: "x", Other: "y" }, ""],
  ];
  for (const [value, xml] of cases) {
    it(`is ${xml || "nothing"} for ${JSON.stringify(value)}`, () => {
      expect(membersToXml(model, shape, value)).to.equal(xml);
    });
  }

  it("has items of S3 side by side, each in the element of their list", () => {
    const asked = {
      operation: "ListObjectsV2",
      model: modelOf("s3").operations.ListObjectsV2 ?? expect.fail(),
    };
    const output = {
      Name: "bucket",
      Contents: [{ Key: "a&b", Size: 1, LastModified: new Date(0) }, { Key: "c" }],
      CommonPrefixes: [{ Prefix: "x/" }],
      RequestCharged: "requester",
    };
    const { headers, body } = restXmlCodec.encode(modelOf("s3"), asked, output, "id-1");
    expect(parseXML(String(body))).to.deep.equal({
      ListObjectsV2Result: {
        Name: "bucket",
        Contents: [{ Key: "a&b", Size: "1", LastModified: "1970-01-01T00:00:00.000Z" }, { Key: "c" }],
        CommonPrefixes: { Prefix: "x/" },
      },
    });
    expect(headers).to.include({
      "content-type": "application/xml",
      "x-amz-request-id": "id-1",
      "x-amz-request-charged": "requester",
    });
  });

  const locations = [
    [{ LocationConstraint: "eu-west-1" }, "<LocationConstraint>eu-west-1</LocationConstraint>"],
    [{}, "<LocationConstraint/>"],
  ] as const;
  for (const [output, xml] of locations) {
    it(`is ${xml} for the location of a bucket`, () => {
      const asked = {
        operation: "GetBucketLocation",
        model: modelOf("s3").operations.GetBucketLocation ?? expect.fail(),
      };
      const { body } = restXmlCodec.encode(modelOf("s3"), asked, output, "id");
      expect(body).to.equal(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
    });
  }
});

describe("a response of the query protocol", () => {
  it("wraps the result, and says the request's id", () => {
    const asked = {
      operation: "GetCallerIdentity",
      model: modelOf("sts").operations.GetCallerIdentity ?? expect.fail(),
    };
    const output = { Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/a&b", UserId: "AIDA" };
    const { status, headers, body } = queryCodec.encode(modelOf("sts"), asked, output, "id-1");
    expect([status, headers["content-type"]]).to.deep.equal([200, "text/xml"]);
    expect(parseXML(String(body))).to.deep.equal({
      GetCallerIdentityResponse: {
        xmlns: "https://sts.amazonaws.com/doc/2011-06-15/",
        GetCallerIdentityResult: {
          UserId: "AIDA",
          Account: "123456789012",
          Arn: "arn:aws:iam::123456789012:user/a&b",
        },
        ResponseMetadata: { RequestId: "id-1" },
      },
    });
  });

  it("has lists with an element for each member", () => {
    const asked = { operation: "ListTopics", model: modelOf("sns").operations.ListTopics ?? expect.fail() };
    const output = { Topics: [{ TopicArn: "a" }, { TopicArn: "b" }] };
    const { body } = queryCodec.encode(modelOf("sns"), asked, output, "id");
    expect(body).to.contain(
      "<ListTopicsResult><Topics><member><TopicArn>a</TopicArn></member><member><TopicArn>b</TopicArn></member></Topics></ListTopicsResult>",
    );
  });

  for (const [status, type] of [
    [400, "Sender"],
    [500, "Receiver"],
  ] as const) {
    it(`blames the ${type} for ${status}`, () => {
      const error = { code: "Throttling", message: "a<b", status, requestId: "id-2" };
      expect(parseXML(String(queryCodec.encodeError(error, wireRequest("POST", "/")).body))).to.deep.equal({
        ErrorResponse: { Error: { Type: type, Code: "Throttling", Message: "a<b" }, RequestId: "id-2" },
      });
    });
  }
});
