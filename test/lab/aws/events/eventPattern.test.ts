import { expect } from "chai";
import fc from "fast-check";
import { compilePattern, matches } from "#lab/aws/events/eventPattern.js";
import { errorCode } from "../../support.js";

const event = {
  source: "aws.ssm",
  region: "us-east-1",
  resources: ["a", "b"],
  detail: { status: "FAILED", count: 2, again: false, nothing: null, name: "patchplane-scan" },
};

describe("event patterns", () => {
  for (const [pattern, fits] of [
    [{}, true],
    [{ source: ["aws.ssm"] }, true],
    [{ source: ["aws.ec2", "aws.ssm"] }, true],
    [{ source: ["AWS.SSM"] }, false],
    [{ source: ["aws.ssm"], region: ["eu-west-1"] }, false],
    [{ detail: { status: ["FAILED"], count: [2] } }, true],
    [{ detail: { count: ["2"] } }, false],
    [{ detail: { again: [false], nothing: [null] } }, true],
    [{ detail: { missing: [null] } }, false],
    [{ missing: { deeper: ["x"] } }, false],
    [{ source: { deeper: ["x"] } }, false],
    [{ resources: ["b"] }, true],
    [{ resources: ["c"] }, false],
    [{ detail: { name: [{ prefix: "patchplane-" }] } }, true],
    [{ detail: { name: [{ prefix: "scan" }] } }, false],
    [{ detail: { name: [{ suffix: "-scan" }] } }, true],
    [{ detail: { name: [{ suffix: "patchplane" }] } }, false],
    [{ detail: { count: [{ suffix: "2" }] } }, false],
    [{ detail: { count: [{ prefix: "2" }] } }, false],
    [{ detail: { status: [{ "anything-but": ["SUCCESS"] }] } }, true],
    [{ detail: { status: [{ "anything-but": "FAILED" }] } }, false],
    [{ detail: { status: [{ "anything-but": ["SUCCESS", "FAILED"] }] } }, false],
    [{ detail: { missing: [{ "anything-but": ["SUCCESS"] }] } }, false],
    [{ detail: { status: ["SUCCESS", { prefix: "FAIL" }] } }, true],
  ] as const) {
    it(`${JSON.stringify(pattern)} ${fits ? "fits" : "does not fit"}`, () => {
      expect(matches(compilePattern(JSON.stringify(pattern)), event)).to.equal(fits);
    });
  }

  for (const [text, code] of [
    ["{", "InvalidEventPatternException"],
    ['"text"', "InvalidEventPatternException"],
    ["null", "InvalidEventPatternException"],
    ['{"source":[]}', "InvalidEventPatternException"],
    ['{"source":"aws.ssm"}', "InvalidEventPatternException"],
    ['{"detail":{"status":"FAILED"}}', "InvalidEventPatternException"],
    ['{"source":[{"wildcard":"x"}]}', "NotModelledError"],
    ['{"source":[{"suffix":1}]}', "NotModelledError"],
    ['{"source":[{"exists":true}]}', "NotModelledError"],
    ['{"source":[{"anything-but":{"prefix":"x"}}]}', "NotModelledError"],
    ['{"source":[{"prefix":1}]}', "NotModelledError"],
    ['{"source":[{"prefix":"a","suffix":"b"}]}', "NotModelledError"],
    ['{"source":[{}]}', "NotModelledError"],
  ] as const) {
    it(`${text} is refused with ${code}`, () => {
      expect(errorCode(() => compilePattern(text))).to.equal(code);
    });
  }

  it("fit the very event that they list, and no more once a field asks for another value", () => {
    const names = fc.constantFrom("a", "b", "c");
    const events = fc.dictionary(names, fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minKeys: 1 });
    fc.assert(
      fc.property(events, fc.nat(), (fields, which) => {
        const listed = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
        expect(matches(compilePattern(JSON.stringify(listed)), fields)).to.equal(true);
        const keys = Object.keys(fields);
        const other = { ...listed, [keys[which % keys.length] ?? ""]: ["something else altogether"] };
        expect(matches(compilePattern(JSON.stringify(other)), fields)).to.equal(false);
      }),
    );
  });
});
