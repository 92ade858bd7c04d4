import { expect } from "chai";
import { checkSums } from "#lab/endpoint/codec/checksums.js";
import { errorCode } from "#test/lab/support.js";
import { bytes, wireRequest } from "../supportWire.js";

const model = { checksumRequired: true } as Parameters<typeof checkSums>[0];

/** The check value of each algorithm's definition: what becomes of the digits from 1 to 9. */
const digits = {
  "content-md5": "25f9e794323b453885f5181f1b624d0b",
  "x-amz-checksum-crc32": "cbf43926",
  "x-amz-checksum-crc32c": "e3069283",
  "x-amz-checksum-crc64nvme": "ae8b14860a799888",
  "x-amz-checksum-sha1": "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
  "x-amz-checksum-sha256": "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
} as const;

describe("a body's checksum", () => {
  const check = async (headers: Readonly<Record<string, string>>, body: string, required = model) => {
    const request = wireRequest("POST", "/b?delete", { headers, body: bytes(body) });
    try {
      await checkSums(required, request);
    } catch (error) {
      return errorCode(() => {
        throw error;
      });
    }
    return "none";
  };

  for (const [name, hex] of Object.entries(digits)) {
    it(`is compared: ${name}`, async () => {
      const headers = { [name]: Buffer.from(hex, "hex").toString("base64") };
      for (const required of [model, {} as typeof model]) {
        expect(await check(headers, "123456789", required)).to.equal("none");
        expect(await check(headers, "123456788", required)).to.equal("BadDigest");
      }
      expect(await check({ [name]: "AAAA" }, "123456789")).to.match(/^Invalid(Digest|Request)$/);
    });
  }

  it("is asked for where the model requires one", async () => {
    expect(await check({}, "x")).to.equal("InvalidRequest");
    expect(await check({}, "x", {} as typeof model)).to.equal("none");
  });
});
