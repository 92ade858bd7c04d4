import { expect } from "chai";
import { ObjectMemory } from "#functions/exclusion-processor/core/objectMemory.js";
import { MemoryBucket, MemoryStore } from "#test/memory/exclusionProcessor/store.js";
import { Fuse } from "#test/memory/fuse.js";

const start = Date.UTC(2026, 9, 5);
const minute = 60_000;

/** A run over a bucket, and what the bucket itself was asked for. */
function world() {
  const bucket = new MemoryBucket();
  const memory = new ObjectMemory();
  const run = (now: number) => {
    const asked: string[] = [];
    const inner = new MemoryStore(bucket, new Fuse(), now);
    const read = inner.read.bind(inner);
    inner.read = (key, versionId) => {
      asked.push(versionId === undefined ? key : `${key}@${versionId}`);
      return read(key, versionId);
    };
    const store = memory.over(inner, now);
    const text = async (key: string, versionId?: string) => {
      const found = await store.read(key, versionId);
      return found === undefined ? undefined : `${found.versionId} ${new TextDecoder().decode(found.bytes)}`;
    };
    return { store, asked, text };
  };
  return { bucket, run };
}

describe("what a warm function remembers of the bucket", () => {
  it("is taken in the place of a second reading, for the newest version and by its id", async () => {
    const { bucket, run } = world();
    bucket.put("a", "one", start);
    const first = run(start + minute);
    await first.store.list("");
    expect([await first.text("a"), first.asked]).to.deep.equal(["v1 one", ["a"]]);
    const second = run(start + 2 * minute);
    await second.store.list("");
    expect([await second.text("a"), await second.text("a", "v1"), second.asked]).to.deep.equal([
      ...["v1 one", "v1 one", []],
    ]);
  });

  for (const [what, change, then, expected] of [
    ["another content", (b: MemoryBucket) => b.put("a", "two", start + minute), "a", "v2 two"],
    ["the same content again", (b: MemoryBucket) => b.put("a", "one", start + minute), "a", "v2 one"],
    ["another content in the same second", (b: MemoryBucket) => b.put("a", "two", start), "a", "v2 two"],
    ["a deletion", (b: MemoryBucket) => b.remove("a", start + minute), "a", undefined],
  ] as const) {
    it(`is not taken after ${what}`, async () => {
      const { bucket, run } = world();
      bucket.put("a", "one", start);
      const first = run(start + minute);
      await first.store.list("");
      await first.text("a");
      change(bucket);
      const second = run(start + 3 * minute);
      await second.store.list("");
      expect([await second.text(then), second.asked]).to.deep.equal([expected, ["a"]]);
    });
  }

  it("is not taken for another version, nor before the run has listed, nor for what was not listed", async () => {
    const { bucket, run } = world();
    bucket.put("a", "zero", start - minute);
    bucket.put("a", "one", start);
    const first = run(start + minute);
    await first.store.list("");
    await first.text("a");
    const second = run(start + 2 * minute);
    expect(await second.text("a")).to.equal("v2 one");
    await second.store.list("");
    expect(await second.text("a", "v1")).to.equal("v1 zero");
    expect(await second.text("b")).to.equal(undefined);
    expect(second.asked).to.deep.equal(["a", "a@v1", "b"]);
  });

  it("is nothing that was written within the last minute: S3 counts seconds", async () => {
    const { bucket, run } = world();
    bucket.put("a", "one", start);
    const first = run(start + minute - 1);
    await first.store.list("");
    await first.text("a");
    bucket.put("a", "one", start);
    const second = run(start + 2 * minute);
    await second.store.list("");
    expect(await second.text("a")).to.equal("v2 one");
  });

  it("is not what was written after the listing, nor what the run itself writes", async () => {
    const { bucket, run } = world();
    bucket.put("a", "one", start);
    bucket.put("s", "old", start);
    const first = run(start + 2 * minute);
    await first.store.list("");
    bucket.put("a", "two", start + minute);
    expect([await first.text("a"), await first.text("s")]).to.deep.equal(["v3 two", "v2 old"]);
    await first.store.write("s", "new");
    expect(await first.text("s")).to.equal("v4 new");
    const second = run(start + 4 * minute);
    await second.store.list("");
    expect([await second.text("a"), second.asked]).to.deep.equal(["v3 two", ["a"]]);
  });

  it("has an end: large objects are read each time", async () => {
    const { bucket, run } = world();
    bucket.put("large", "x".repeat(64 * 1024 + 1), start);
    bucket.put("fits", "x".repeat(64 * 1024), start);
    for (const [index, asked] of [["large", "fits"], ["large"]].entries()) {
      const one = run(start + (index + 1) * minute);
      await one.store.list("");
      await one.text("large");
      await one.text("fits");
      expect(one.asked).to.deep.equal(asked);
    }
  });
});
