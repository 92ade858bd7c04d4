import { expect } from "chai";
import type { ServiceModel, ShapeModel } from "#lab/aws/model/model.js";
import { violationMessage, violations } from "#lab/aws/model/validate.js";

function model(shapes: Readonly<Record<string, ShapeModel>>): ServiceModel {
  return { metadata: { apiVersion: "1", protocol: "json" }, operations: {}, shapes };
}

/** What is found in the only member of a request, of the shape that is given. */
function found(
  shape: ShapeModel,
  value: unknown,
  others: Readonly<Record<string, ShapeModel>> = {},
): string[] {
  const whole = model({
    ...others,
    Request: { type: "structure", members: { Member: { shape: "Member" } } },
    Member: shape,
  });
  return violations(whole, "Request", { Member: value }).map(
    ({ path, constraint }) => `${path}: ${constraint}`,
  );
}

const least = (noun: string, size: number) => `Member must have ${noun} greater than or equal to ${size}`;
const most = (noun: string, size: number) => `Member must have ${noun} less than or equal to ${size}`;
const pattern = (text: string) => `Member must satisfy regular expression pattern: ${text}`;

describe("violations", () => {
  const cases: readonly (readonly [
    name: string,
    shape: ShapeModel,
    value: unknown,
    broken: string | undefined,
  ])[] = [
    ["a text of the least length", { type: "string", min: 2, max: 3 }, "ab", undefined],
    ["a text of the greatest length", { type: "string", min: 2, max: 3 }, "abc", undefined],
    ["a text that is too short", { type: "string", min: 2, max: 3 }, "a", least("length", 2)],
    ["a text that is too long", { type: "string", min: 2, max: 3 }, "abcd", most("length", 3)],
    ["an empty text where one is allowed", { type: "string", min: 0 }, "", undefined],
    ["an empty text where none is", { type: "string", min: 1 }, "", least("length", 1)],
    ["signs of two UTF-16 units, each as one", { type: "string", max: 3 }, "𝒜𝒜𝒜", undefined],
    ["such signs, too many", { type: "string", max: 3 }, "𝒜𝒜𝒜𝒜", most("length", 3)],
    ["a value of an enumeration", { type: "string", enum: ["A", "B"] }, "B", undefined],
    [
      "a value in the wrong case",
      { type: "string", enum: ["A", "B"] },
      "b",
      "Member must satisfy enum value set: [A, B]",
    ],
    [
      "the name of a method",
      { type: "string", enum: ["A"] },
      "constructor",
      "Member must satisfy enum value set: [A]",
    ],
    ["a text that matches", { type: "string", pattern: "^mw-[0-9a-f]{3}$" }, "mw-0af", undefined],
    [
      "a text that does not",
      { type: "string", pattern: "^mw-[0-9a-f]{3}$" },
      "mw-0ag",
      pattern("^mw-[0-9a-f]{3}$"),
    ],
    [
      "more than the pattern, without anchors",
      { type: "string", pattern: "[a-z]+" },
      "abC",
      pattern("[a-z]+"),
    ],
    ["more than one side of an alternative", { type: "string", pattern: "a|b" }, "ab", pattern("a|b")],
    ["a line more", { type: "string", pattern: "^[a-z]+$" }, "abc\n", pattern("^[a-z]+$")],
    ["letters of any script", { type: "string", pattern: "^[\\p{L}\\p{N}]*$" }, "Zürich東京𝒜9", undefined],
    [
      "what is no letter",
      { type: "string", pattern: "^[\\p{L}\\p{N}]*$" },
      "a!",
      pattern("^[\\p{L}\\p{N}]*$"),
    ],
    ["a pattern that minds no case", { type: "string", pattern: "(?i)[a-z]+" }, "aBc", undefined],
    ["its own text all the same", { type: "string", pattern: "(?i)[a-z]+" }, "1", pattern("(?i)[a-z]+")],
    ["the least number", { type: "integer", min: 1, max: 50 }, 1, undefined],
    ["the greatest number", { type: "integer", min: 1, max: 50 }, 50, undefined],
    ["a number that is too small", { type: "integer", min: 1, max: 50 }, 0, least("value", 1)],
    ["a number that is too great", { type: "long", min: 1, max: 50 }, 51, most("value", 50)],
    ["a fraction just below", { type: "double", min: 1 }, 0.9999, least("value", 1)],
    ["a blob of the greatest length", { type: "blob", max: 2 }, new Uint8Array(2), undefined],
    ["a blob that is too long", { type: "blob", max: 2 }, new Uint8Array(3), most("length", 2)],
    ["a truth", { type: "boolean" }, false, undefined],
    ["a time", { type: "timestamp" }, new Date(0), undefined],
  ];
  for (const [name, shape, value, broken] of cases) {
    it(`${broken === undefined ? "has nothing against" : "sees"} ${name}`, () => {
      expect(found(shape, value)).to.deep.equal(broken === undefined ? [] : [`member: ${broken}`]);
    });
  }

  it("sees all that is wrong with a text", () => {
    expect(found({ type: "string", min: 3, pattern: "[a-z]+", enum: ["abc"] }, "1")).to.deep.equal([
      `member: ${least("length", 3)}`,
      "member: Member must satisfy enum value set: [abc]",
      `member: ${pattern("[a-z]+")}`,
    ]);
  });

  it("names items by their place from 1, and what is in them by member", () => {
    const others: Record<string, ShapeModel> = {
      Tag: {
        type: "structure",
        required: ["Key", "Value"],
        members: { Key: { shape: "Key" }, Value: { shape: "Key" } },
      },
      Key: { type: "string", min: 1 },
    };
    const list: ShapeModel = { type: "list", member: { shape: "Tag" }, max: 2 };
    expect(found(list, [{ Key: "a", Value: "b" }, { Key: "" }, { Value: "b" }], others)).to.deep.equal([
      `member: ${most("length", 2)}`,
      "member.2.member.value: Member must not be null",
      `member.2.member.key: ${least("length", 1)}`,
      "member.3.member.key: Member must not be null",
    ]);
  });

  it("looks at the keys and the values of a map", () => {
    const others: Record<string, ShapeModel> = {
      Key: { type: "string", pattern: "[a-z]+" },
      Values: { type: "list", member: { shape: "Text" }, min: 1 },
      Text: { type: "string", max: 1 },
    };
    const map: ShapeModel = {
      type: "map",
      key: { shape: "Key" },
      value: { shape: "Values" },
      min: 1,
      max: 2,
    };
    expect(found(map, {}, others)).to.deep.equal([`member: ${least("length", 1)}`]);
    const value = { A: ["x"], b: [], c: ["xy"] };
    expect(found(map, value, others)).to.deep.equal([
      `member: ${most("length", 2)}`,
      `member.A.key: ${pattern("[a-z]+")}`,
      `member.b.value: ${least("length", 1)}`,
      `member.c.value.1.member: ${most("length", 1)}`,
    ]);
  });

  it("takes a member that is undefined for one that is not there", () => {
    const shapes: Record<string, ShapeModel> = {
      Request: {
        type: "structure",
        required: ["Name"],
        members: { Name: { shape: "Name" }, Other: { shape: "Name" } },
      },
      Name: { type: "string", min: 1 },
    };
    expect(violations(model(shapes), "Request", { Name: undefined, Other: undefined })).to.deep.equal([
      { path: "name", value: undefined, constraint: "Member must not be null" },
    ]);
  });
});

describe("the message of violations", () => {
  it("is the one that AWS gives", () => {
    const constraint = "Member must have length greater than or equal to 1";
    expect(violationMessage([{ path: "name", value: "", constraint }])).to.equal(
      "1 validation error detected: Value '' at 'name' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1",
    );
  });

  it("lists all, null for what is missing and JSON for what is no text", () => {
    expect(
      violationMessage([
        { path: "a", value: undefined, constraint: "Member must not be null" },
        { path: "b.1.member", value: ["x"], constraint: "C" },
        { path: "c", value: 7, constraint: "D" },
      ]),
    ).to.equal(
      "3 validation errors detected: Value null at 'a' failed to satisfy constraint: Member must not be null; " +
        "Value '[\"x\"]' at 'b.1.member' failed to satisfy constraint: C; " +
        "Value '7' at 'c' failed to satisfy constraint: D",
    );
  });

  it("does not repeat all of a long value", () => {
    const text = (length: number) =>
      violationMessage([{ path: "a", value: "x".repeat(length), constraint: "C" }]);
    expect(text(200)).to.contain(`'${"x".repeat(200)}'`);
    expect(text(201)).to.contain(`'${"x".repeat(197)}...'`);
    expect(text(1_000_000)).to.have.length.below(300);
  });
});
