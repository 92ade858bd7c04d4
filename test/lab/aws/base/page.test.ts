import { expect } from "chai";
import fc from "fast-check";
import { page } from "#lab/aws/base/page.js";
import { errorCode } from "../../support.js";

function all(count: number, size: number | undefined, options: object) {
  const items = Array.from({ length: count }, (_, index) => index);
  const found: number[] = [];
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const answer = page(items, { MaxResults: size, NextToken }, 1, 100, options);
    found.push(...answer.items);
    sizes.push(answer.items.length);
    NextToken = answer.token.NextToken;
  } while (NextToken !== undefined);
  return { isWhole: found.every((item, index) => item === index) && found.length === count, sizes };
}

describe("pages", () => {
  it("are as large as asked for, or as the operation gives unasked, but for the last", () => {
    expect(all(10, 4, {}).sizes).to.deep.equal([4, 4, 2]);
    expect(all(8, 4, {}).sizes).to.deep.equal([4, 4]);
    expect(all(0, 4, {}).sizes).to.deep.equal([0]);
    expect(all(250, undefined, {}).sizes).to.deep.equal([100, 100, 50]);
    expect(all(25, undefined, { unasked: 10 }).sizes).to.deep.equal([10, 10, 5]);
  });

  it("that may be short are so: the first is empty, and none ever holds more than asked for", () => {
    const { sizes } = all(1000, 10, { mayBeShort: true });
    expect(sizes[0]).to.equal(0);
    expect(new Set(sizes)).to.deep.equal(new Set([0, 5, 10]));
    expect(all(1, 10, { mayBeShort: true }).sizes).to.deep.equal([0, 1]);
    expect(all(0, 10, { mayBeShort: true }).sizes).to.deep.equal([0]);
  });

  it("hold every item once, in order, whatever their size", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        (count, size, mayBeShort) => {
          const { isWhole, sizes } = all(count, size, { mayBeShort });
          const twiceEmpty = sizes.some((one, index) => index > 0 && one === 0 && sizes[index - 1] === 0);
          return isWhole && !twiceEmpty && sizes.every((one) => one <= size);
        },
      ),
    );
  });

  it("of an array are those of a walk over it", () => {
    const request = fc.record({
      NextToken: fc.nat({ max: 30 }).map(String),
      MaxResults: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.nat({ max: 25 }), request, fc.boolean(), (count, asked, mayBeShort) => {
        const items = Array.from({ length: count }, (_, index) => index);
        const walked = page(items.values(), asked, 1, 9, { mayBeShort });
        expect(page(items, asked, 1, 9, { mayBeShort })).to.deep.equal(walked);
      }),
    );
  });

  it("look no further into a list than they must", () => {
    function* endless() {
      for (let index = 0; ; index++) yield index;
    }
    expect(page(endless(), { NextToken: "5" }, 1, 3)).to.deep.equal({
      items: [5, 6, 7],
      token: { NextToken: "8" },
    });
  });

  for (const [what, request, code] of [
    ["more than the most", { MaxResults: 51 }, "ValidationException"],
    ["fewer than the least", { MaxResults: 4 }, "ValidationException"],
    ["a token of somebody else", { NextToken: "x" }, "InvalidNextToken"],
    ["an empty token", { NextToken: "" }, "InvalidNextToken"],
    ["a token with more behind it", { NextToken: "3x" }, "InvalidNextToken"],
    ["the most", { MaxResults: 50 }, "none"],
  ] as const) {
    it(`${code === "none" ? "take" : "refuse"} ${what}`, () => {
      expect(errorCode(() => page([], request, 5, 50))).to.equal(code);
    });
  }
});
