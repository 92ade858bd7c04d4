import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import type { ShapeModel } from "#lab/aws/model/model.js";
import { fromText, toText } from "#lab/endpoint/codec/text.js";

type Type = ShapeModel["type"];

describe("a value that is read from a text", () => {
  const read: readonly (readonly [type: Type, text: string, value: unknown])[] = [
    ["string", "", ""],
    ["string", " a ", " a "],
    ["integer", "0", 0],
    ["integer", "-12", -12],
    ["integer", "007", 7],
    ["long", "999999999999999", 999999999999999],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["timestamp", "2026-06-01T00:00:00Z", new Date("2026-06-01T00:00:00Z")],
    ["timestamp", "Mon, 01 Jun 2026 00:00:00 GMT", new Date("2026-06-01T00:00:00Z")],
    ["blob", "AP8=", new Uint8Array([0, 255])],
    ["blob", "", new Uint8Array()],
  ];
  for (const [type, text, value] of read) {
    it(`is ${JSON.stringify(value)} for the ${type} ${JSON.stringify(text)}`, () => {
      expect(fromText({ type }, text, "Member")).to.deep.equal(value);
    });
  }

  const refused: readonly (readonly [type: Type, expected: string, texts: readonly string[]])[] = [
    [
      "integer",
      "a whole number",
      ["", " 1", "1.0", "1e3", "0x10", "+1", "١", "NaN", "2147483648", "-2147483649"],
    ],
    ["long", "a whole number", ["", "1.5", "9007199254740993", "1234567890123456789"]],
    ["boolean", "true or false", ["", "True", "1", "yes"]],
    ["timestamp", "a time", ["", "soon", "2026-13-01T00:00:00Z"]],
    ["blob", "base64", ["AP8", "!", "AP8=\n"]],
    ["list", "a text", ["a"]],
    ["map", "a text", ["a"]],
    ["structure", "a text", ["a"]],
  ];
  for (const [type, expected, texts] of refused) {
    for (const text of texts) {
      it(`is refused for the ${type} ${JSON.stringify(text)}`, () => {
        expect(() => fromText({ type }, text, "Member"))
          .to.throw(AwsError, `Member must be ${expected}, got ${JSON.stringify(text)}`)
          .with.property("code", "SerializationException");
      });
    }
  }
});

describe("a value that is written as text", () => {
  const time = new Date("2026-06-01T12:30:00.250Z");
  const written: readonly (readonly [shape: ShapeModel, value: unknown, text: string])[] = [
    [{ type: "string" }, "a b", "a b"],
    [{ type: "integer" }, -7, "-7"],
    [{ type: "long" }, 9007199254740991, "9007199254740991"],
    [{ type: "boolean" }, false, "false"],
    [{ type: "blob" }, new Uint8Array([0, 255]), "AP8="],
    [{ type: "timestamp" }, time, "Mon, 01 Jun 2026 12:30:00 GMT"],
    [{ type: "timestamp", timestampFormat: "rfc822" }, time, "Mon, 01 Jun 2026 12:30:00 GMT"],
    [{ type: "timestamp", timestampFormat: "iso8601" }, time, "2026-06-01T12:30:00.250Z"],
    [{ type: "timestamp", timestampFormat: "unixTimestamp" }, time, "1780317000.25"],
  ];
  for (const [shape, value, text] of written) {
    it(`is ${text} for a ${shape.type} ${shape.timestampFormat ?? ""}`, () => {
      expect(toText(shape, value, "rfc822")).to.equal(text);
    });
  }
});
