import { expect } from "chai";
import { Random } from "#lab/random.js";
import { readJson } from "#shared/text/document/readJson.js";
import { size } from "#test/support/size.js";

const most = 1000;

/** What JSON.parse makes of a text, if anything. */
function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

describe("readJson", () => {
  it("knows where everything stands", () => {
    const text = '{"a": [1,\n  {"b": "x"}], "c": null }';
    const reading = readJson(text, most);
    if (!("value" in reading)) throw new Error("it was refused");
    const root = reading.value as { a: [number, { b: string }] };
    const shown = (container: object, part: string | number) => {
      const { key = 0, start = 0, end = 0 } = reading.places.of(container, part) ?? {};
      return [text.slice(key, start), text.slice(start, end)];
    };
    expect(shown(root, "a")).to.eql(['"a": ', '[1,\n  {"b": "x"}]']);
    expect(shown(root.a, 0)).to.eql(["", "1"]);
    expect(shown(root.a[1], "b")).to.eql(['"b": ', '"x"']);
    expect(shown(root, "c")).to.eql(['"c": ', "null"]);
    expect(reading.places.root).to.eql({ key: 0, start: 0, end: text.length });
    expect(reading.places.of(root, "toString")).to.equal(undefined);
  });

  it("accepts and reads what JSON.parse does, and nothing else", () => {
    const random = new Random(61);
    const source = JSON.stringify(
      { a: [1, -2.5e3, true, null, 'x\u00e9\\"'], b: { c: "", d: [[], {}] } },
      null,
      1,
    );
    const signs = [...'[]{}",:01-+.eE\\/utnfals \n\t\r\u0001\u007fé', ""];
    const runs = size(10, 30_000);
    let accepted = 0;
    for (let run = 0; run < runs; run++) {
      let text = source;
      for (let times = random.integer(1, 3); times > 0; times--) {
        const place = random.integer(0, text.length);
        text = text.slice(0, place) + random.pick(signs) + text.slice(place + random.integer(0, 1));
      }
      const [theirs, ours] = [parsed(text), readJson(text, most)];
      expect("value" in ours, text).to.equal(theirs !== undefined);
      // They keep the last of two equal keys, and we the first.
      if (theirs === undefined || !("value" in ours) || ours.faults.length > 0) continue;
      accepted++;
      expect(ours.value, text).to.eql(theirs.value);
    }
    expect(accepted / runs).to.be.above(0.05);
  });

  it("keeps the first of two equal keys, also if one is escaped", () => {
    const reading = readJson('{"ab": 1, "a\\u0062": 2}', most);
    expect("value" in reading ? [reading.value, reading.faults.length] : []).to.eql([{ ab: 1 }, 1]);
  });

  it("gives no object another prototype", () => {
    const reading = readJson('{"__proto__": {"a": 1}, "b": {"__proto__": []}}', most);
    expect("value" in reading ? [reading.value, reading.faults.length] : []).to.eql([{ b: {} }, 2]);
    expect(Object.hasOwn(Object.prototype, "a")).to.equal(false);
  });

  it("counts values, and gives up at the most", () => {
    expect("value" in readJson("[1, [2], {}]", 5)).to.equal(true);
    expect("value" in readJson("[1, [2], {}]", 4)).to.equal(false);
  });

  it("reads 64 levels and no more", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect("value" in readJson(nested(64), most)).to.equal(true);
    expect("value" in readJson(nested(65), most)).to.equal(false);
    expect("value" in readJson("[".repeat(1_000_000), 2_000_000)).to.equal(false);
  });
});
