import { expect } from "chai";
import fc from "fast-check";
import { AwsError } from "#lab/aws/base/errors.js";
import { isAwsChunked, unchunked } from "#lab/endpoint/codec/awsChunked.js";
import { size } from "#test/support/size.js";
import { bytes, wireRequest } from "../supportWire.js";

interface Chunk {
  readonly content: Uint8Array;
  /** What follows its size, such as `;chunk-signature=0`. */
  readonly extension: string;
  readonly isUpper: boolean;
}

function chunked(chunks: readonly Chunk[], trailer: string): Uint8Array {
  const parts = chunks.flatMap(({ content, extension, isUpper }) => {
    const size = content.length.toString(16);
    return [
      Buffer.from(`${isUpper ? size.toUpperCase() : size}${extension}\r\n`),
      content,
      Buffer.from("\r\n"),
    ];
  });
  return new Uint8Array(Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)]));
}

const chunk = fc.record<Chunk>({
  // Contents that look like the frame around them.
  content: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.constantFrom("\r\n", "0\r\n\r\n", "5\r\nabc").map(bytes),
    fc.constant(new Uint8Array(300).fill(13)),
  ),
  extension: fc.constantFrom("", `;chunk-signature=${"0f".repeat(32)}`),
  isUpper: fc.boolean(),
});
const trailer = fc.constantFrom("", "x-amz-checksum-crc32:AAAAAA==\r\n");

/** What a body comes to, or the code of the error that it is refused with. */
function outcome(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Uint8Array | string {
  try {
    return unchunked(wireRequest("PUT", "/b/k", { body, headers })).body;
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}`;
    throw error;
  }
}

describe("a body in chunks", () => {
  const told: readonly (readonly [headers: Readonly<Record<string, string>>, is: boolean])[] = [
    [{}, false],
    [{ "content-encoding": "gzip" }, false],
    [{ "content-encoding": "aws-chunked" }, true],
    [{ "content-encoding": "gzip,aws-chunked" }, true],
    [{ "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }, false],
    [{ "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" }, true],
    [{ "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" }, true],
  ];
  for (const [headers, is] of told) {
    it(`is ${is ? "" : "not "}announced by ${JSON.stringify(headers)}`, () => {
      expect(isAwsChunked(headers)).to.equal(is);
    });
  }

  it("is the same however it is split", () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), trailer, (chunks, end) => {
        const whole = new Uint8Array(Buffer.concat(chunks.map(({ content }) => content)));
        expect(outcome(chunked(chunks, end))).to.deep.equal(whole);
      }),
      { numRuns: size(10, 300) },
    );
  });

  it("is refused when any of its contents is missing", () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), trailer, fc.nat(), (chunks, end, place) => {
        const all = chunked(chunks, end);
        // Up to the end of the line that says there is no further chunk.
        const least = all.length - end.length - "\r\n".length;
        expect(outcome(all.subarray(0, place % least))).to.equal("400 IncompleteBody");
      }),
      { numRuns: size(10, 500) },
    );
  });

  for (const body of [
    "",
    "\r\n",
    "3\r\nabc",
    "3\r\nabcd\r\n0\r\n\r\n",
    "2\r\nabc\r\n0\r\n\r\n",
    "3\r\nabcde0\r\n\r\n",
    "x\r\n",
    "-1\r\n",
  ]) {
    it(`is refused: ${JSON.stringify(body)}`, () => {
      expect(outcome(bytes(body))).to.equal("400 IncompleteBody");
    });
  }
  for (const size of ["fffffffff", "ffffffff", " 3", "0x3", "3 "]) {
    it(`is refused for the size ${JSON.stringify(size)}`, () => {
      expect(outcome(bytes(`${size}\r\nabc\r\n0\r\n\r\n`))).to.equal("400 IncompleteBody");
    });
  }

  it("has the length that is announced, or is refused", () => {
    const body = bytes("3\r\nabc\r\n0\r\n\r\n");
    expect(outcome(body, { "x-amz-decoded-content-length": "3" })).to.deep.equal(bytes("abc"));
    expect(outcome(body, { "x-amz-decoded-content-length": "4" })).to.equal("400 IncompleteBody");
  });

  const encodings = [
    ["aws-chunked", undefined],
    ["gzip, aws-chunked", "gzip"],
    ["aws-chunked,gzip,br", "gzip, br"],
    [undefined, undefined],
  ] as const;
  for (const [sent, kept] of encodings) {
    it(`leaves the encoding ${kept} of ${sent}`, () => {
      const headers: Record<string, string> = { "content-length": "13", "x-amz-other": "1" };
      if (sent !== undefined) headers["content-encoding"] = sent;
      const request = wireRequest("PUT", "/b/k", { body: bytes("3\r\nabc\r\n0\r\n\r\n"), headers });
      expect(unchunked(request).headers).to.deep.equal({
        "content-length": "3",
        "x-amz-other": "1",
        ...(kept === undefined ? {} : { "content-encoding": kept }),
      });
    });
  }
});
