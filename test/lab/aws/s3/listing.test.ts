import { expect } from "chai";
import { monday } from "../../support.js";
import { type Answer, bucketName, bucketWorld, failureOf, of } from "./support.js";

const etagOfA = '"0cc175b9c0f1b6a831c399e269772661"';

function listed(keys: readonly string[], input: object, operation: "ListObjectsV2" | "ListObjectVersions") {
  const world = bucketWorld();
  for (const key of keys) world.put(key, "");
  const answer = world.call(operation, input);
  return [
    ...of(answer.Contents ?? answer.Versions, "Key"),
    "|",
    ...of(answer.CommonPrefixes, "Prefix"),
    ...(answer.IsTruncated === true ? ["..."] : []),
  ].join(" ");
}

const photos = ["a", "a/1", "a/2", "a/b/3", "b", "c/4"];
/** What lists of objects and of versions have in common, and what comes of it. */
const lists: readonly (readonly [what: string, keys: readonly string[], input: object, expected: string])[] =
  [
    ["nothing of an empty bucket", [], {}, "|"],
    [
      "all keys, by the bytes of their UTF-8",
      ["\uffee", "\u{1f600}", "é", "z", "Z", "0"],
      {},
      "0 Z z é \uffee \u{1f600} |",
    ],
    ["a key before those it begins", ["a/", "a0", "a", "a!"], {}, "a a! a/ a0 |"],
    ["keys with a prefix", photos, { Prefix: "a/" }, "a/1 a/2 a/b/3 |"],
    ["nothing with a prefix that no key has", photos, { Prefix: "x" }, "|"],
    ["folders", photos, { Delimiter: "/" }, "a b | a/ c/"],
    ["folders of a folder", photos, { Delimiter: "/", Prefix: "a/" }, "a/1 a/2 | a/b/"],
    ["folders below half a name", photos, { Delimiter: "/", Prefix: "a" }, "a | a/"],
    ["keys up to a longer delimiter", ["x--1", "x--2", "x-3"], { Delimiter: "--" }, "x-3 | x--"],
    ["all keys with an empty delimiter", ["a/1"], { Delimiter: "" }, "a/1 |"],
    ["empty names of folders", ["/", "//", "a//b"], { Delimiter: "/" }, "| / a/"],
    ["a folder that is a key itself, inside it", ["a/", "a/1"], { Delimiter: "/", Prefix: "a/" }, "a/ a/1 |"],
    ["as many as asked for", photos, { MaxKeys: 2 }, "a a/1 | ..."],
    ["as many as asked for, folders included", photos, { MaxKeys: 3, Delimiter: "/" }, "a b | a/ ..."],
    ["as many as asked for, which are all", photos, { MaxKeys: 4, Delimiter: "/" }, "a b | a/ c/"],
    ["nothing when nothing is asked for", photos, { MaxKeys: 0 }, "|"],
    ["keys in a URL's encoding", ["a b+c", "d/(é)"], { EncodingType: "url" }, "a+b%2Bc d/%28%C3%A9%29 |"],
    ["folders in a URL's encoding", ["a b/c"], { EncodingType: "url", Delimiter: "/" }, "| a+b/"],
  ];

for (const operation of ["ListObjectsV2", "ListObjectVersions"] as const) {
  describe(`${operation} of S3`, () => {
    for (const [what, keys, input, expected] of lists) {
      it(`lists ${what}`, () => {
        expect(listed(keys, input, operation)).to.equal(expected.trim());
      });
    }

    it("gives at most 1,000 at a time", () => {
      const world = bucketWorld();
      for (let index = 0; index < 1001; index++) world.put(`k${index}`, "");
      for (const input of [{}, { MaxKeys: 5000 }]) {
        const answer = world.call(operation, input);
        expect(answer).to.include({ IsTruncated: true, MaxKeys: 1000 });
        expect(answer.Contents ?? answer.Versions).to.have.length(1000);
      }
    });

    it("refuses a negative size, and input that it does not look at", () => {
      const { call } = bucketWorld();
      expect(failureOf(() => call(operation, { MaxKeys: -1 }))).to.equal("InvalidArgument 400");
      expect(failureOf(() => call(operation, { RequestPayer: "requester" }))).to.equal("NotModelledError");
    });
  });
}

const afters: readonly (readonly [after: string, input: object, expected: string])[] = [
  ["a/1", {}, "a/2 a/b/3 b c/4 |"],
  ["a/11", {}, "a/2 a/b/3 b c/4 |"],
  ["z", {}, "|"],
  ["a/1", { Delimiter: "/" }, "b | a/ c/"],
  ["a/", { Delimiter: "/" }, "b | c/"],
];

describe("where lists of S3 begin", () => {
  for (const [after, input, expected] of afters) {
    it(`after ${after}${"Delimiter" in input ? " with folders" : ""}: ${expected}`, () => {
      expect(listed(photos, { ...input, StartAfter: after }, "ListObjectsV2")).to.equal(expected);
      expect(listed(photos, { ...input, KeyMarker: after }, "ListObjectVersions")).to.equal(expected);
    });
  }

  it("a token counts, not the key to start after", () => {
    const world = bucketWorld();
    for (const key of photos) world.put(key);
    const { NextContinuationToken: ContinuationToken } = world.call("ListObjectsV2", { MaxKeys: 1 });
    const answer = world.call("ListObjectsV2", { ContinuationToken, StartAfter: "b" });
    expect(of(answer.Contents, "Key")).to.deep.equal(photos.slice(1));
    expect(answer).to.include({ ContinuationToken, StartAfter: "b" });
  });

  for (const ContinuationToken of ["", "a/1", "YQ", "YQ==x"]) {
    it(`${JSON.stringify(ContinuationToken)} is no token`, () => {
      const { call } = bucketWorld();
      expect(failureOf(() => call("ListObjectsV2", { ContinuationToken }))).to.equal("InvalidArgument 400");
    });
  }

  it("a version to begin after needs its key, and must have been one", () => {
    const world = bucketWorld();
    const id = world.put("a");
    const begin = (VersionIdMarker: string | undefined, KeyMarker?: string) =>
      failureOf(() => world.call("ListObjectVersions", { VersionIdMarker, KeyMarker }));
    expect(begin(id)).to.equal("InvalidArgument 400");
    expect(begin("x", "a")).to.equal("InvalidArgument 400");
    expect(begin(id, "a")).to.equal("none");
    expect(begin("null", "a")).to.equal("none");
  });
});

describe("the answers of lists of S3", () => {
  it("have all there is to say of objects", () => {
    const world = bucketWorld();
    world.put("a");
    world.put("b");
    world.remove("b");
    const row = {
      Key: "a",
      LastModified: new Date(monday),
      ETag: etagOfA,
      Size: 1,
      StorageClass: "STANDARD",
    };
    expect(world.call("ListObjectsV2")).to.deep.equal({
      Name: bucketName,
      Prefix: "",
      MaxKeys: 1000,
      KeyCount: 1,
      IsTruncated: false,
      Contents: [row],
      CommonPrefixes: [],
    });
    const [contents] = world.call("ListObjectsV2", { FetchOwner: true }).Contents as Answer[];
    expect(contents).to.deep.equal({ ...row, Owner: world.call("ListBuckets").Owner });
  });

  it("repeat the question, encoded as the answer is", () => {
    const { call } = bucketWorld();
    expect(
      call("ListObjectsV2", {
        Prefix: "a b",
        Delimiter: " ",
        StartAfter: "é",
        EncodingType: "url",
        MaxKeys: 7,
      }),
    ).to.deep.equal({
      Name: bucketName,
      Prefix: "a+b",
      Delimiter: "+",
      StartAfter: "%C3%A9",
      EncodingType: "url",
      MaxKeys: 7,
      KeyCount: 0,
      IsTruncated: false,
      Contents: [],
      CommonPrefixes: [],
    });
  });

  it("have all there is to say of versions and delete markers, the newest first", () => {
    const world = bucketWorld();
    const { Owner } = world.call("ListBuckets");
    const [first, marker, last] = [world.put("a"), world.remove("a"), world.put("a", "")];
    const gone = world.remove("b c");
    const common = { LastModified: new Date(monday), Owner };
    const version = { ...common, Key: "a", StorageClass: "STANDARD" };
    expect(world.call("ListObjectVersions")).to.deep.equal({
      Name: bucketName,
      Prefix: "",
      MaxKeys: 1000,
      IsTruncated: false,
      Versions: [
        { ...version, VersionId: last, IsLatest: true, ETag: '"d41d8cd98f00b204e9800998ecf8427e"', Size: 0 },
        { ...version, VersionId: first, IsLatest: false, ETag: etagOfA, Size: 1 },
      ],
      DeleteMarkers: [
        { ...common, Key: "a", VersionId: marker, IsLatest: false },
        { ...common, Key: "b c", VersionId: gone, IsLatest: true },
      ],
      CommonPrefixes: [],
    });
    expect(
      world.call("ListObjectVersions", {
        MaxKeys: 2,
        KeyMarker: "a",
        VersionIdMarker: last,
        EncodingType: "url",
      }),
    ).to.include({
      KeyMarker: "a",
      VersionIdMarker: last,
      IsTruncated: true,
      NextKeyMarker: "a",
      NextVersionIdMarker: first,
    });
    const folders = world.call("ListObjectVersions", { MaxKeys: 1, Delimiter: " ", KeyMarker: "a" });
    expect(folders).to.include({ IsTruncated: false });
    world.put("c");
    const next = world.call("ListObjectVersions", {
      MaxKeys: 1,
      Delimiter: " ",
      KeyMarker: "a",
      EncodingType: "url",
    });
    expect(next).to.include({ IsTruncated: true, NextKeyMarker: "b+" });
    expect(next).not.to.have.property("NextVersionIdMarker");
  });

  it("lead through a bucket that is emptied page by page", () => {
    const world = bucketWorld();
    for (let round = 0; round < 3; round++) for (const key of photos) world.put(key);
    let marker: object = {};
    for (let pages = 1; ; pages++) {
      const answer = world.call("ListObjectVersions", { MaxKeys: 4, ...marker });
      for (const { Key, VersionId } of answer.Versions as Answer[]) {
        world.remove(Key as string, VersionId as string);
      }
      marker = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
      if (answer.IsTruncated !== true) {
        expect(pages).to.equal(5);
        break;
      }
    }
    expect(world.call("ListObjectVersions")).to.deep.include({ Versions: [], DeleteMarkers: [] });
  });
});
