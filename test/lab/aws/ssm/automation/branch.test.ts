import { expect } from "chai";
import fc from "fast-check";
import { branch, branchProblem, branchSteps } from "#lab/aws/ssm/automation/steps/branch.js";
import type { StepContext, StepEnd } from "#lab/aws/ssm/automation/steps/kind.js";
import { account, errorCode } from "#test/lab/support.js";

/** How a branch ends, its references resolved. */
function ends(inputs: Record<string, unknown>): StepEnd | undefined {
  const { region } = account([]);
  const context: StepContext = {
    region,
    caller: region.account.iam.owner,
    spec: { name: "choose", action: "aws:branch", inputs: {} },
    inputs,
  };
  let end: StepEnd | undefined;
  branch(context, (told) => {
    end = told;
  });
  return end;
}

const holds = (condition: object) =>
  ends({ Choices: [{ NextStep: "yes", ...condition }], Default: "no" })?.next === "yes";
const is = (value: boolean) => ({ Variable: value, BooleanEquals: true });

describe("aws:branch", () => {
  for (const [operation, variable, wanted, expected] of [
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", "", "", true],
    ["EqualsIgnoreCase", "aB", "Ab", true],
    ["EqualsIgnoreCase", "a", "b", false],
    ["StartsWith", "arn:aws", "arn:", true],
    ["StartsWith", "my arn:", "arn:", false],
    ["EndsWith", "a.txt", ".txt", true],
    ["EndsWith", "a.txt", "a", false],
    ["Contains", "abc", "b", true],
    ["Contains", "abc", "d", false],
    ["NumericEquals", 1, 1, true],
    ["NumericEquals", 1, 2, false],
    ["NumericGreater", 2, 1, true],
    ["NumericGreater", 1, 1, false],
    ["NumericLesser", 1, 2, true],
    ["NumericLesser", 1, 1, false],
    ["NumericGreaterOrEquals", 1, 1, true],
    ["NumericGreaterOrEquals", 0, 1, false],
    ["NumericLesserOrEquals", 1, 1, true],
    ["NumericLesserOrEquals", 2, 1, false],
    ["BooleanEquals", true, true, true],
    ["BooleanEquals", false, true, false],
  ] as [string, unknown, unknown, boolean][]) {
    it(`takes ${JSON.stringify(variable)} ${operation} ${JSON.stringify(wanted)} as ${expected}`, () => {
      expect(holds({ Variable: variable, [operation]: wanted })).to.equal(expected);
      expect(holds({ Not: { Variable: variable, [operation]: wanted } })).to.equal(!expected);
    });
  }

  for (const [operation, variable, wanted] of [
    ["StringEquals", 1, "1"],
    ["Contains", ["a"], "a"],
    ["NumericEquals", "1", 1],
    ["NumericEquals", 1, "1"],
    ["BooleanEquals", "true", true],
  ] as [string, unknown, unknown][]) {
    it(`fails on ${JSON.stringify(variable)} ${operation} ${JSON.stringify(wanted)}`, () => {
      expect(errorCode(() => holds({ Variable: variable, [operation]: wanted }))).to.equal(
        "ValidationException",
      );
    });
  }

  it("puts And, Or and Not together as logic does", () => {
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(flags, (values) => {
        const parts = values.map(is);
        expect(holds({ And: parts })).to.equal(values.every((one) => one));
        expect(holds({ Or: parts })).to.equal(values.some((one) => one));
        expect(holds({ Not: { And: parts } })).to.equal(holds({ Or: parts.map((part) => ({ Not: part })) }));
      }),
    );
  });

  it("goes to the first choice that is true, then to Default, then on", () => {
    const choices = (...values: boolean[]) =>
      values.map((value, index) => ({ NextStep: `step${index}`, ...is(value) }));
    expect(ends({ Choices: choices(false, true, true), Default: "no" })).to.deep.equal({ next: "step1" });
    expect(ends({ Choices: choices(false, false), Default: "no" })).to.deep.equal({ next: "no" });
    expect(ends({ Choices: choices(false) })).to.deep.equal({});
    expect(branchSteps({ Choices: choices(true, false), Default: "no" })).to.deep.equal([
      "step0",
      "step1",
      "no",
    ]);
  });

  const good = { Variable: "{{ x }}", StringEquals: "a" };
  for (const [what, inputs, problem] of [
    ["a choice", { Choices: [{ NextStep: "a", ...good }] }, undefined],
    ["nested conditions", { Choices: [{ NextStep: "a", And: [good, { Not: { Or: [good] } }] }] }, undefined],
    ["no choices", { Choices: [] }, /Choices must be a list/],
    ["choices that are none", { Default: "a" }, /Choices must be a list/],
    ["another input", { Choices: [{ NextStep: "a", ...good }], Else: "b" }, /no input Else/],
    ["a choice that leads nowhere", { Choices: [good] }, /must have a NextStep/],
    ["a Default that is no name", { Choices: [{ NextStep: "a", ...good }], Default: 1 }, /Default must be/],
    ["no operation", { Choices: [{ NextStep: "a", Variable: "{{ x }}" }] }, /nothing is no operation/],
    [
      "an unknown operation",
      { Choices: [{ NextStep: "a", Variable: "{{ x }}", Matches: "a" }] },
      /Matches is no operation/,
    ],
    [
      "an unknown one deep down",
      { Choices: [{ NextStep: "a", Or: [good, { Not: { Variable: "{{ x }}", Is: 1 } }] }] },
      /Is is no operation/,
    ],
    ["two operations", { Choices: [{ NextStep: "a", ...good, Contains: "b" }] }, /in one condition/],
    [
      "a Variable that is none",
      { Choices: [{ NextStep: "a", ...good, Variable: "x" }] },
      /must name a parameter/,
    ],
    ["no Variable", { Choices: [{ NextStep: "a", StringEquals: "a" }] }, /must name a parameter/],
    ["an empty And", { Choices: [{ NextStep: "a", And: [] }] }, /And must be a list/],
  ] as [string, Record<string, unknown>, RegExp | undefined][]) {
    it(`${problem === undefined ? "takes" : "refuses"} ${what}`, () => {
      if (problem === undefined) expect(branchProblem(inputs)).to.equal(undefined);
      else expect(branchProblem(inputs)).to.match(problem);
    });
  }
});
