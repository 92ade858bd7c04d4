import { expect } from "chai";
import fc from "fast-check";
import { parsePath, pathText } from "#shared/text/paths.js";

describe("a path as text", () => {
  const part = fc.oneof(
    fc.nat({ max: 99 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.stringMatching(/^[a-z]+$/),
  );

  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (path) => {
        expect(parsePath(pathText(path))).to.deep.equal(path);
      }),
    );
    expect(parsePath("aws:region")).to.deep.equal(["aws:region"]);
  });

  it("is none that is cut, or broken", () => {
    for (const text of [pathText(["a", `${"x".repeat(90)}.`]), "a..b", "a[", "a[x]", 'a["b]', ".a", "a]"])
      expect(parsePath(text), text).to.equal(undefined);
    expect(parsePath("")).to.deep.equal([]);
  });
});
