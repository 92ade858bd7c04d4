import { expect } from "chai";
import fc from "fast-check";
import { isOfType, pathOf, selected } from "#lab/aws/ssm/automation/selector.js";
import { errorCode } from "#test/lab/support.js";

const answer = {
  List: [{ Name: "a", Sub: { Deep: [[1, 2], []] } }, { Name: null }],
  Text: "text",
  Zero: 0,
  No: false,
  Empty: "",
};

describe("a selector of an automation's output", () => {
  for (const [selector, value] of [
    ["$", answer],
    ["$.Text", "text"],
    ["$.Empty", ""],
    ["$.Zero", 0],
    ["$.No", false],
    ["$.List[0].Name", "a"],
    ["$.List[0].Sub.Deep[0][1]", 2],
    ["$.List[0].Sub.Deep[1]", []],
    ["$.List[1].Name", undefined],
    ["$.List[2].Name", undefined],
    ["$.List[0].Sub.Deep[1][0]", undefined],
    ["$.List.Name", undefined],
    ["$.List.length", undefined],
    ["$.Text[0]", undefined],
    ["$.Text.length", undefined],
    ["$.toString", undefined],
    ["$[0]", undefined],
  ] as [string, unknown][]) {
    it(`finds ${JSON.stringify(value)} at ${selector}`, () => {
      expect(selected(answer, selector)).to.deep.equal(value);
    });
  }

  for (const selector of [
    "",
    "Text",
    "$Text",
    "$.",
    "$..Text",
    "$.List[*].Name",
    "$.List[-1]",
    "$.List[0:1]",
    "$['Text']",
    "$.List[?(@.Name)]",
    "$.Text ",
    "$.a-b",
  ]) {
    it(`is refused by name: ${JSON.stringify(selector)}`, () => {
      expect(errorCode(() => pathOf(selector))).to.equal("NotModelledError");
      expect(() => pathOf(selector)).to.throw(`the selector ${selector}`);
    });
  }

  it("finds whatever there is in an answer", () => {
    const path = fc.array(fc.oneof(fc.stringMatching(/^[A-Za-z_]\w{0,5}$/), fc.nat(3)), { maxLength: 6 });
    fc.assert(
      fc.property(path, fc.integer(), (parts, value) => {
        const made = parts.reduceRight<unknown>(
          (inner, part) =>
            typeof part === "string" ? { [part]: inner } : [...Array(part).fill(undefined), inner],
          value,
        );
        const selector = `$${parts.map((part) => (typeof part === "string" ? `.${part}` : `[${part}]`)).join("")}`;
        expect(pathOf(selector)).to.deep.equal(parts);
        expect(selected(made, selector)).to.equal(value);
        expect(selected(made, `${selector}.more`)).to.equal(undefined);
      }),
    );
  });

  for (const [type, fits, not] of [
    ["String", "", 1],
    ["Boolean", false, "false"],
    ["Integer", 0, 1.5],
    ["StringList", ["a"], ["a", 1]],
    ["StringMap", {}, []],
    ["MapList", [{}], ["a"]],
  ] as [string, unknown, unknown][]) {
    it(`is a ${type} or is not`, () => {
      expect([isOfType(type, fits), isOfType(type, not)]).to.deep.equal([true, false]);
    });
  }
});
