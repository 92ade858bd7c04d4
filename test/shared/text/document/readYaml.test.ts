import { expect } from "chai";
import { parse } from "yaml";
import { Random } from "#lab/random.js";
import { Lines } from "#shared/text/document/lines.js";
import { readYaml } from "#shared/text/document/readYaml.js";
import { size } from "#test/support/size.js";

const mostProblems = 1000;
const limits = { lexemes: 10_000, quoted: 1000, marks: 100, strays: 20 };
const read = (text: string, most = mostProblems) => readYaml(text, most, limits);

/** What the library makes of a text, if anything. */
function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text, { schema: "core", logLevel: "error", resolveKnownTags: false }) };
  } catch {
    return undefined;
  }
}

describe("readYaml", () => {
  it("knows where everything stands", () => {
    const text = "a: [1, { b: 'x' }]\nc:\n  - d\n  -\ne:";
    const reading = read(text);
    if (!("value" in reading)) throw new Error("it was refused");
    const root = reading.value as { a: [number, object]; c: unknown[] };
    const shown = (container: object, part: string | number) => {
      const { key = 0, start = 0, end = 0 } = reading.places.of(container, part) ?? {};
      return [text.slice(key, start), text.slice(start, end)];
    };
    expect(shown(root, "a")).to.eql(["a: ", "[1, { b: 'x' }]"]);
    expect(shown(root.a, 0)).to.eql(["", "1"]);
    expect(shown(root.a[1], "b")).to.eql(["b: ", "'x'"]);
    expect(shown(root.c, 0)).to.eql(["", "d"]);
    expect(shown(root.c, 1)).to.eql(["", ""]);
    expect(shown(root, "e")).to.eql(["e:", ""]);
  });

  it("reads what the library does, and nothing else", () => {
    const random = new Random(6);
    const source =
      "a: &x [1, 'two', \"3\"]\nb:\n  - c: *x\n    d: |\n      text\n  - { e: 2026-12-31, f: }\n? g\n: !!str 1\n";
    const signs = [..."&*x:-?[]{},'\"|>#!%@\n abc01.~", "  ", "\n  "];
    const runs = size(10, 3000);
    let accepted = 0;
    for (let run = 0; run < runs; run++) {
      let text = source;
      for (let times = random.integer(1, 2); times > 0; times--) {
        const place = random.integer(0, text.length);
        text = text.slice(0, place) + random.pick(signs) + text.slice(place + random.integer(0, 1));
      }
      const ours = read(text);
      if (!("value" in ours) || ours.faults.length > 0) continue;
      accepted++;
      expect(ours.value, text).to.eql(parsed(text)?.value);
    }
    expect(accepted / runs).to.be.above(0.2);
  });

  it("expands aliases, which share what they stand for", () => {
    const reading = read("a: &x { b: 1 }\nc: [*x, *x]\nd: &x 2\ne: *x");
    expect("value" in reading && reading.value).to.eql({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }], d: 2, e: 2 });
  });

  it("takes an alias in its own anchor for no earlier anchor of that name", () => {
    expect(read("x: &a 1\ny: &a [*a]").faults.map(({ got }) => got)).to.eql(['"*a"']);
  });

  it("counts what aliases stand for, each time", () => {
    const text = `a: &x [1, 2, 3]\nb: [${Array.from({ length: 10 }, () => "*x")}]`;
    expect("value" in read(text, 46)).to.equal(true);
    expect("value" in read(text, 45)).to.equal(false);
  });

  it("gives no object another prototype", () => {
    const reading = read("__proto__: { a: 1 }\nb: { __proto__: [] }");
    expect("value" in reading ? [reading.value, reading.faults.length] : []).to.eql([{ b: {} }, 2]);
  });

  it("lists faults until the first after which nothing can be trusted", () => {
    const places = (text: string) => read(text).faults.map(({ offset }) => new Lines(text).at(offset));
    expect(places("a: b: c\nd: @e\nf: !g h")).to.eql([
      { line: 1, column: 4 },
      { line: 2, column: 4 },
      { line: 3, column: 4 },
    ]);
    expect(places("a: b: c\n\td: 1\ne: f: g")).to.eql([
      { line: 1, column: 4 },
      { line: 2, column: 1 },
    ]);
  });
});

describe("Lines", () => {
  it("count lines and columns from 1", () => {
    const lines = new Lines("ab\n\r\n😀c");
    const places = [0, 1, 2, 3, 4, 5, 7, 8].map((offset) => Object.values(lines.at(offset)));
    expect(places).to.eql([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 3],
      [3, 4],
    ]);
    expect(new Lines("").at(0)).to.eql({ line: 1, column: 1 });
  });
});
