import { expect } from "chai";
import fc from "fast-check";
import { size } from "#test/support/size.js";
import { type Answer, type BucketWorld, bucketName, bucketWorld, failureOf, of, textOf } from "./support.js";

/** A bucket as one would write it down: every version and delete marker, the newest first. */
interface Written {
  readonly key: string;
  readonly id: string;
  /** Undefined for a delete marker. */
  readonly text: string | undefined;
}

const keys = ["a", "a/", "a/b", "a/c", "a//b", "b/x/y", "b/x/z", "é", "\uffee", "\u{1f600}/x", "../x"];
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ put: fc.constantFrom(...keys), text: fc.string({ maxLength: 2 }) }) },
    { weight: 3, arbitrary: fc.record({ remove: fc.constantFrom(...keys) }) },
    { weight: 2, arbitrary: fc.record({ removeVersion: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.constant({ enable: true } as const) },
  ),
  { maxLength: 30 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

/** Takes steps in the lab and on paper, and gives what is on paper. */
function take(world: BucketWorld, all: readonly Step[]): Written[] {
  let paper: Written[] = [];
  let isVersioned = false;
  const write = (key: string, text: string | undefined, id: string | undefined) => {
    expect(id !== undefined, "a version has an id when the bucket has versions").to.equal(isVersioned);
    paper = [{ key, text, id: id ?? "null" }, ...paper.filter((one) => isVersioned || one.key !== key)];
  };
  for (const step of all) {
    if ("put" in step) write(step.put, step.text, world.put(step.put, step.text));
    else if ("removeVersion" in step) {
      const gone = paper[step.removeVersion % Math.max(1, paper.length)];
      if (gone === undefined) continue;
      world.remove(gone.key, gone.id);
      paper = paper.filter((one) => one !== gone);
    } else if ("enable" in step) {
      world.account.s3.putBucketVersioning({ Bucket: bucketName, Status: "Enabled" }, world.region);
      isVersioned = true;
    } else if (isVersioned) write(step.remove, undefined, world.remove(step.remove));
    else {
      world.remove(step.remove);
      paper = paper.filter(({ key }) => key !== step.remove);
    }
  }
  return paper;
}

function newest(paper: readonly Written[], key: string): Written | undefined {
  return paper.find((one) => one.key === key);
}

/** Sorts by the bytes of keys, and leaves versions of one key as they are. */
function sorted(paper: readonly Written[]): Written[] {
  return [...paper].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

/** Lines of a whole list: keys of those that have the prefix, or what they have in common up to the delimiter. */
function lines(paper: readonly Written[], prefix: string, delimiter: string, line: (one: Written) => string) {
  const all = sorted(paper)
    .filter(({ key }) => key.startsWith(prefix))
    .map((one) => {
      const parts = one.key.slice(prefix.length).split(delimiter);
      return delimiter === "" || parts.length === 1
        ? line(one)
        : `${prefix}${parts[0]}${delimiter} in common`;
    });
  return [...new Set(all)];
}

function chunks(all: readonly string[], size: number): string[][] {
  const found = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
  return found.length === 0 ? [[]] : found;
}

/** All pages of a list, each as the set of its lines. */
function pages(
  world: BucketWorld,
  operation: "ListObjectsV2" | "ListObjectVersions",
  input: object,
  line: (row: Answer) => string,
): string[][] {
  const found: string[][] = [];
  let next: object = {};
  for (;;) {
    const answer = world.call(operation, { ...input, ...next });
    const rows = [answer.Contents, answer.Versions, answer.DeleteMarkers].flatMap(
      (list) => (list ?? []) as Answer[],
    );
    found.push([
      ...rows.map(line),
      ...of(answer.CommonPrefixes, "Prefix").map((text) => `${text} in common`),
    ]);
    if (answer.IsTruncated !== true) return found;
    next =
      operation === "ListObjectsV2"
        ? { ContinuationToken: answer.NextContinuationToken }
        : { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
  }
}

describe("S3 against a list on paper", () => {
  it("has the same objects and versions, and lists them on pages of any size", () => {
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom("", "a", "a/", "b/x/", "x"),
        fc.constantFrom("", "/", "//"),
        fc.integer({ min: 1, max: 3 }),
        (all, Prefix, Delimiter, MaxKeys) => {
          const world = bucketWorld({ isVersioned: false });
          const paper = take(world, all);
          for (const key of keys) {
            const wanted = newest(paper, key)?.text;
            const get = () => textOf(world.call("GetObject", { Key: key }));
            if (wanted === undefined) expect(failureOf(get)).to.match(/^NoSuchKey 404/);
            else expect(get()).to.equal(wanted);
          }
          for (const { key, id, text } of paper) {
            const get = () => textOf(world.call("GetObject", { Key: key, VersionId: id }));
            if (text === undefined) expect(failureOf(get)).to.match(/^MethodNotAllowed 405/);
            else expect(get()).to.equal(text);
          }
          const input = { Prefix, Delimiter, MaxKeys };
          const objects = paper.filter((one) => newest(paper, one.key) === one && one.text !== undefined);
          expectPages(
            pages(world, "ListObjectsV2", input, ({ Key }) => String(Key)),
            lines(objects, Prefix, Delimiter, ({ key }) => key),
            MaxKeys,
          );
          expectPages(
            pages(world, "ListObjectVersions", input, ({ Key, VersionId, IsLatest, Size = "no" }) =>
              [Key, VersionId, IsLatest, Size].join(" "),
            ),
            lines(paper, Prefix, Delimiter, (one) =>
              [
                one.key,
                one.id,
                newest(paper, one.key) === one,
                one.text === undefined ? "no" : Buffer.byteLength(one.text),
              ].join(" "),
            ),
            MaxKeys,
          );
        },
      ),
      { numRuns: size(10, 400) },
    );
  });
});

/** An answer keeps objects, delete markers and folders apart, so that the order within a page is lost. */
function expectPages(got: readonly string[][], wanted: readonly string[], size: number): void {
  expect(got.map((page) => [...page].sort())).to.deep.equal(
    chunks(wanted, size).map((page) => [...page].sort()),
  );
}
