import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { S3Store } from "#functions/exclusion-processor/aws/store.js";
import { maxManifestBytes } from "#functions/exclusion-processor/manifest/source.js";

/** A store with one object, and what it was asked for. */
function store(text: string) {
  const ranges: (string | undefined)[] = [];
  const send = async ({ input }: GetObjectCommand) => {
    ranges.push(input.Range);
    // S3 API: GetObject, 416: no byte of the object is in the range.
    if (input.Range !== undefined && text === "") throw Object.assign(new Error(), { name: "InvalidRange" });
    const bytes = Buffer.from(input.Range === undefined ? text : text.slice(0, maxManifestBytes + 1));
    return {
      Body: { transformToByteArray: async () => new Uint8Array(bytes) },
      ...{ VersionId: "v1", ETag: '"e"', LastModified: new Date(0) },
    };
  };
  const made = new S3Store({ send } as unknown as S3Client, "bucket", new AbortController().signal);
  return { made, ranges };
}

describe("what other people have put into the bucket", () => {
  const range = "bytes=0-1048576";
  // Each row: a key, how long the object is, what is asked for, and how much of it comes.
  for (const [key, length, asked, come] of [
    ["exclusions/a.yaml", 3, [range], 3],
    ["exclusions/a.yaml", 0, [range, undefined], 0],
    ["exclusions/a.yaml", 3 * maxManifestBytes, [range], maxManifestBytes + 1],
    ["approvals/exclusions/a.yaml", 3 * maxManifestBytes, [range], maxManifestBytes + 1],
    ["deployment.json", 3 * maxManifestBytes, [range], maxManifestBytes + 1],
    ["state/verdicts.json", 3 * maxManifestBytes, [undefined], 3 * maxManifestBytes],
  ] as const) {
    it(`is read as far as a manifest may go, unlike what is the function's own: ${key}, ${length} bytes`, async () => {
      const { made, ranges } = store("x".repeat(length));
      expect((await made.read(key, "v1"))?.bytes).to.have.lengthOf(come);
      expect(ranges).to.deep.equal(asked);
    });
  }
});
