import { expect } from "chai";
import { sealedKept } from "#functions/shared/windows/sealedKept.js";
import { sealOf, sealText } from "#shared/contract/seal.js";
import { watchKey } from "#shared/contract/windowWatch.js";

/** A bucket that writes on condition, as S3 does (API reference of PutObject: If-Match, If-None-Match). */
class Bucket {
  readonly objects = new Map<string, { text: string; etag: string }>();
  private writes = 0;

  put(key: string, text: string): string {
    const etag = `e${++this.writes}`;
    this.objects.set(key, { text, etag });
    return etag;
  }

  /** As one process reaches it. @param turn comes before each call */
  store(turn: () => Promise<void> = async () => undefined) {
    return {
      read: async (key: string) => {
        await turn();
        return this.objects.get(key);
      },
      writeIf: async (key: string, text: string, etag: string | undefined) => {
        await turn();
        return this.objects.get(key)?.etag === etag ? this.put(key, text) : undefined;
      },
    };
  }
}

const kept = (bucket: Bucket) => sealedKept(bucket.store()).readKept(watchKey);

async function written(text: string): Promise<Bucket> {
  const bucket = new Bucket();
  const { readKept, writeKept } = sealedKept(bucket.store());
  expect(await readKept(watchKey)).to.eql({ isSpoiled: false });
  await writeKept(watchKey, text);
  return bucket;
}

/** Two that read and write at the same time, a call of the one or the other at each turn; who has no more turns is cut off. */
async function play(bucket: Bucket, turns: readonly number[]): Promise<void> {
  const waiting: (() => void)[][] = [[], []];
  for (const [index, own] of waiting.entries()) {
    const { readKept, writeKept } = sealedKept(bucket.store(() => new Promise((done) => own.push(done))));
    void readKept(watchKey).then(() => writeKept(watchKey, `of ${index}`));
  }
  for (const index of turns) {
    waiting[index]?.shift()?.();
    for (let step = 0; step < 8; step++) await Promise.resolve();
  }
}

describe("what is kept of windows", () => {
  it("is what a run has left, and nothing that somebody else writes, puts back or deletes", async () => {
    const bucket = await written("a");
    expect(await kept(bucket)).to.eql({ text: "a", isSpoiled: false });
    const spoiled = { isSpoiled: true };
    bucket.put(watchKey, "b");
    expect(await kept(bucket)).to.eql(spoiled);
    bucket.objects.delete(watchKey);
    expect(await kept(bucket)).to.eql(spoiled);
    bucket.put(watchKey, "a");
    bucket.put(sealOf(watchKey), sealText([]));
    expect(await kept(bucket)).to.eql(spoiled);
    const again = sealedKept(bucket.store());
    await again.readKept(watchKey);
    await again.writeKept(watchKey, "c");
    expect(await kept(bucket)).to.eql({ text: "c", isSpoiled: false });
  });

  it("is sealed whatever two do at the same time, wherever they are cut off", async () => {
    for (let bits = 0; bits < 1 << 10; bits++) {
      const bucket = await written("before");
      const turns = Array.from({ length: 10 }, (_, turn) => (bits >> turn) & 1);
      await play(bucket, turns);
      const { isSpoiled, text } = await kept(bucket);
      expect(isSpoiled, turns.join("")).to.equal(false);
      expect(text).to.match(/^before$|^of [01]$/);
    }
  });
});
