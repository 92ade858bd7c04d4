import { expect } from "chai";
import fc from "fast-check";
import { type CsvColumn, type CsvValue, csvText } from "#shared/page/csv.js";
import { size } from "#test/support/size.js";

const one = (value: CsvValue) => csvText([{ name: "it", value: (row: CsvValue) => row }], [value]);

/** A reader of RFC 4180, written from its grammar alone. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (text[at] === '"') at++;
        field += text[at];
      }
      at++;
    } else while (at < text.length && !",\r".includes(text[at] ?? "")) field += text[at++];
    row.push(field);
    if (text[at] === ",") {
      at++;
      continue;
    }
    expect(text.slice(at, at + 2)).to.equal("\r\n");
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe("csvText", () => {
  const columns: readonly CsvColumn<readonly CsvValue[]>[] = [
    { name: "first", value: ([value = null]) => value },
    { name: "second", value: ([, value = null]) => value },
  ];

  it("has a line of names, then a line for each row, each ended by CR and LF", () => {
    expect(csvText(columns, [])).to.equal("first,second\r\n");
    expect(
      csvText(columns, [
        ["a", 1],
        [null, true],
      ]),
    ).to.equal('first,second\r\n"a",1\r\n,true\r\n');
  });

  it("writes words of letters and digits as any other text", () => {
    const words = fc.stringMatching(/^[a-zA-Z09ſK =_.:/;@-]{0,6}$/u);
    fc.assert(
      fc.property(words, (text) => {
        // Between marks that are no such words, everything is looked through.
        const looked = one(`{${text}}`)
          .replace(/^(it\r\n"){/, "$1")
          .replace(/}"\r\n$/, '"\r\n');
        const isAtStart = /^[=@-]|^ | $/.test(text);
        return isAtStart || one(text) === looked;
      }),
      { numRuns: size(10, 1000) },
    );
  });

  it("has each row of a long table once, in order", () => {
    for (const count of [999, 1000, 1001, 2001]) {
      const rows = Array.from({ length: count }, (_, index) => [index, "a"] as const);
      const lines = rows.map(([index]) => `${index},"a"\r\n`);
      expect(csvText(columns, rows.values())).to.equal(`first,second\r\n${lines.join("")}`);
    }
  });

  it("quotes text, quotes in it twice, on one line", () => {
    expect(one('say "a, b"\nc ')).to.equal('it\r\n"say ""a, b"" c"\r\n');
  });

  for (const text of [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "－1",
    "＋1",
    "＠x",
  ])
    it(`makes no formula of ${JSON.stringify(text)}`, () => {
      expect(one(text)).to.equal(`it\r\n"'${text.trim()}"\r\n`);
    });

  it("makes none behind the separator of other countries, and leaves other text alone", () => {
    expect(one("a;=1+1")).to.equal('it\r\n"a;\'=1+1"\r\n');
    expect(one("a;\t =1+1")).to.equal('it\r\n"a; \'=1+1"\r\n');
    expect(one("kernel-6.1; 2 missing: a-b=c")).to.equal('it\r\n"kernel-6.1; 2 missing: a-b=c"\r\n');
    expect(one(-1)).to.equal("it\r\n-1\r\n");
  });

  it("lets nothing forge what stands around it", () => {
    expect(one("a\u202Eb\u0000c\uD800")).to.equal('it\r\n"a\uFFFDb\uFFFDc\uFFFD"\r\n');
  });

  it("is read back by a reader of the standard, whatever the text", () => {
    const text = fc.string({ unit: fc.constantFrom(..."a=+-@;,\"'\t\r\n é") });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (rows) => {
        const [, ...found] = read(csvText(columns, rows));
        expect(found.length).to.equal(rows.length);
        for (const [index, cells] of found.entries())
          for (const [column, cell] of cells.entries()) {
            expect(cell).not.to.match(/(^|;)\s*[=+\-@]|[\t\r\n]/);
            const bare = (text = "") => text.replaceAll("'", "").replace(/\s+/g, " ").trim();
            expect(bare(cell)).to.equal(bare(rows[index]?.[column]));
          }
      }),
      { numRuns: size(10, 1000) },
    );
  });
});
