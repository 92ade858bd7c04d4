import { expect } from "chai";
import fc from "fast-check";
import { arnCovers, covers } from "#lab/aws/iam/wildcard.js";
import { computed } from "#test/support/cpu.js";
import { size } from "#test/support/size.js";

describe("wildcards of IAM", () => {
  const patterns = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?", "${*}"), maxLength: 8 });
  const values = fc.string({ unit: fc.constantFrom("a", "b", ":", "*"), maxLength: 8 });
  const oracle = (pattern: string) => {
    const parts = pattern.match(/\$\{\*\}|[^$]/g) ?? [];
    const known: Readonly<Record<string, string>> = { "*": "[^]*", "?": "[^]", "${*}": "\\*" };
    return new RegExp(`^${parts.map((part) => known[part] ?? part).join("")}$`);
  };

  it("cover what a regular expression covers", () => {
    fc.assert(
      fc.property(
        patterns,
        values,
        (pattern, value) => covers(pattern, value) === oracle(pattern).test(value),
      ),
      { numRuns: size(10, 5000) },
    );
  });

  it("cover the text that they were made from", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.nat(), fc.nat(), (text, from, length) => {
        const start = from % (text.length + 1);
        const escaped = (part: string) => part.replace(/[*?$]/g, (character) => `\${${character}}`);
        const end = start + length;
        expect(covers(`${escaped(text.slice(0, start))}*${escaped(text.slice(end))}`, text)).to.equal(true);
        expect(covers(escaped(text), text)).to.equal(true);
        expect(covers(escaped(text), `${text}x`)).to.equal(false);
      }),
    );
  });

  it("cover an ARN only if each part covers its own", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 3 });
    const six = fc.array(part, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(six, six, (pattern, given) => {
        const each = pattern.every((one, index) => covers(one, given[index] ?? ""));
        expect(arnCovers(pattern.join(":"), given.join(":"))).to.equal(each);
      }),
      { numRuns: size(10, 2000) },
    );
    // What has fewer parts is no ARN, and covers none.
    expect(arnCovers("arn:aws:s3", "arn:aws:s3:::a")).to.equal(false);
  });

  it("take no time that grows with their stars", () => {
    const started = computed();
    expect(covers("*a".repeat(50), "a".repeat(1999).concat("b"))).to.equal(false);
    expect(covers(`${"*a".repeat(50)}b`, "a".repeat(2000))).to.equal(false);
    expect(covers("*".repeat(50), "a".repeat(2000))).to.equal(true);
    expect(computed() - started).to.be.below(1000);
  });
});
