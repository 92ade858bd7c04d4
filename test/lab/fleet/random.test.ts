import { expect } from "chai";
import fc from "fast-check";
import { hash32, hashUnit, Random, scramble32, weightedAt } from "#lab/random.js";

function bitsOf(word: number): number {
  let bits = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

describe("hash32", () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }));

  it("gives the same unsigned integer of 32 bits each time", () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const hash = hash32(...parts);
        expect(hash).to.equal(hash32(...parts));
        expect(hash).to.equal(hash >>> 0);
      }),
    );
  });

  it("never changes: runs of earlier versions must stay what they were", () => {
    expect([
      hash32(),
      hash32(0),
      hash32(1, "a"),
      hash32(-0),
      hash32(2 ** 40),
      hash32(0.5),
      hash32(""),
    ]).to.eql([0, 2998794441, 12569804, 2998794441, 1952058191, 3877446243, 2064717280]);
  });

  it("minds order, type and where one part ends", () => {
    const hashes = [
      hash32(1, "a"),
      hash32("a", 1),
      hash32("1", "a"),
      hash32("1a"),
      hash32("1a", ""),
      hash32("", "1a"),
    ];
    expect(new Set(hashes).size).to.equal(hashes.length);
  });

  it("changes about half of its bits when one bit of the input changes", () => {
    const flips = Array.from({ length: 32 }, () => 0);
    const samples = 4000;
    for (let sample = 0; sample < samples; sample++) {
      const changed = hash32(7, sample) ^ hash32(7, sample ^ (1 << (sample % 16)));
      for (let bit = 0; bit < 32; bit++) flips[bit] = (flips[bit] ?? 0) + ((changed >>> bit) & 1);
    }
    for (const count of flips) expect(count / samples).to.be.within(0.45, 0.55);
  });

  it("spreads neighbours evenly", () => {
    const buckets = Array.from({ length: 64 }, () => 0);
    for (let at = 0; at < 64_000; at++) {
      const bucket = Math.floor(hashUnit("node", at) * 64);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(count).to.be.within(850, 1150);
  });
});

describe("scramble32", () => {
  it("gives no two numbers the same place", () => {
    const seen = new Set<number>();
    for (let value = 0; value < 200_000; value++) seen.add(scramble32(value, 3));
    expect(seen.size).to.equal(200_000);
  });

  it("depends on its seed in about half of the bits", () => {
    let bits = 0;
    for (let value = 0; value < 1000; value++) bits += bitsOf(scramble32(value, 1) ^ scramble32(value, 2));
    expect(bits / 1000).to.be.within(15, 17);
  });
});

describe("weightedAt", () => {
  it("cuts the unit interval by weight", () => {
    const choices = [
      ["a", 1],
      ["none", 0],
      ["b", 3],
    ] as const;
    expect([0, 0.2499, 0.25, 0.9999].map((unit) => weightedAt(unit, choices))).to.eql(["a", "a", "b", "b"]);
  });

  it("never takes what has no weight", () => {
    const weights = fc
      .array(fc.nat({ max: 5 }), { minLength: 1 })
      .filter((list) => list.some((weight) => weight > 0));
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(unit, weights, (at, list) => {
        expect(
          list[
            weightedAt(
              at,
              list.map((weight, index) => [index, weight] as const),
            )
          ],
        ).to.be.above(0);
      }),
    );
  });

  for (const weights of [[], [0], [-1, 2], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
    it(`refuses the weights [${weights}]`, () => {
      expect(() =>
        weightedAt(
          0.5,
          weights.map((weight) => ["x", weight] as const),
        ),
      ).to.throw(RangeError);
    });
  }
});

describe("Random", () => {
  it("repeats itself for the same seed, and only for that", () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draw(5)).to.eql(draw(5));
    expect(draw(5)).not.to.eql(draw(6));
    expect(draw(0.5)).not.to.eql(draw(0.25));
  });

  it("stays in [0, 1) with a mean of a half", () => {
    const random = new Random(1);
    let sum = 0;
    for (let draw = 0; draw < 20_000; draw++) {
      const value = random.next();
      expect(value).to.be.within(0, 0.9999999999999999);
      sum += value;
    }
    expect(sum / 20_000).to.be.within(0.49, 0.51);
  });

  it("draws whole numbers with both ends", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -1000, max: 1000 }),
        fc.nat({ max: 1000 }),
        (seed, min, span) => {
          const value = new Random(seed).integer(min, min + span);
          expect(Number.isInteger(value) && value >= min && value <= min + span).to.equal(true);
        },
      ),
    );
    const random = new Random(2);
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(3, 5)));
    expect([...seen].sort()).to.eql([3, 4, 5]);
  });

  it("picks each item, and by weight", () => {
    const random = new Random(3);
    const counts = { a: 0, b: 0 };
    for (let draw = 0; draw < 4000; draw++)
      counts[
        random.weighted([
          ["a", 1],
          ["b", 3],
        ] as const)
      ]++;
    expect(counts.b / 4000).to.be.within(0.72, 0.78);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(["x", "y", "z"]))).size).to.equal(3);
  });

  it("refuses what has no answer", () => {
    const random = new Random(4);
    expect(() => random.pick([])).to.throw(RangeError, "nothing to pick");
    expect(() => random.integer(2, 1)).to.throw(RangeError);
    expect(() => random.integer(0.5, 2)).to.throw(RangeError);
    expect(() => random.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).to.throw(RangeError);
  });
});
