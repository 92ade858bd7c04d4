import { validationError } from "#lab/aws/base/errors.js";
import type { StepKind } from "./kind.js";

type Condition = Readonly<Record<string, unknown>>;

const text =
  (compare: (variable: string, wanted: string) => boolean) => (variable: unknown, wanted: unknown) => {
    if (typeof variable !== "string" || typeof wanted !== "string") throw mismatch("texts", variable, wanted);
    return compare(variable, wanted);
  };
const numeric =
  (compare: (variable: number, wanted: number) => boolean) => (variable: unknown, wanted: unknown) => {
    if (typeof variable !== "number" || typeof wanted !== "number")
      throw mismatch("numbers", variable, wanted);
    return compare(variable, wanted);
  };

/** How a choice may compare its variable. */
const operators: Readonly<Record<string, (variable: unknown, wanted: unknown) => boolean>> = {
  StringEquals: text((a, b) => a === b),
  EqualsIgnoreCase: text((a, b) => a.toLowerCase() === b.toLowerCase()),
  StartsWith: text((a, b) => a.startsWith(b)),
  EndsWith: text((a, b) => a.endsWith(b)),
  Contains: text((a, b) => a.includes(b)),
  NumericEquals: numeric((a, b) => a === b),
  NumericGreater: numeric((a, b) => a > b),
  NumericLesser: numeric((a, b) => a < b),
  NumericGreaterOrEquals: numeric((a, b) => a >= b),
  NumericLesserOrEquals: numeric((a, b) => a <= b),
  BooleanEquals: (variable, wanted) => {
    if (typeof variable !== "boolean" || typeof wanted !== "boolean")
      throw mismatch("true or false", variable, wanted);
    return variable === wanted;
  },
};

function mismatch(what: string, variable: unknown, wanted: unknown): Error {
  return validationError(
    `aws:branch compares ${what} here, got ${JSON.stringify(variable)} and ${JSON.stringify(wanted)}`,
  );
}

/** `aws:branch`: the first choice that is true says what follows, then Default, then the order of the runbook. */
export const branch: StepKind = ({ inputs }, done) => {
  const choice = listOf(inputs.Choices).find(holds);
  const next = choice === undefined ? inputs.Default : choice.NextStep;
  done(typeof next === "string" ? { next } : {});
};

/** The steps that a branch may lead to. */
export function branchSteps({ Choices, Default }: Condition): string[] {
  return [...listOf(Choices).map(({ NextStep }) => NextStep), Default].filter(
    (one) => typeof one === "string",
  );
}

/** What is wrong with the inputs of a branch; undefined for nothing. */
export function branchProblem({ Choices, Default, ...others }: Condition): string | undefined {
  const [odd] = Object.keys(others);
  if (odd !== undefined) return `aws:branch has no input ${odd}`;
  if (!Array.isArray(Choices) || Choices.length === 0) return "Choices must be a list of at least one choice";
  if (Default !== undefined && typeof Default !== "string") return "Default must be the name of a step";
  for (const choice of Choices as unknown[]) {
    const { NextStep, ...condition } = mapOf(choice);
    if (typeof NextStep !== "string") return "each choice must have a NextStep";
    const problem = conditionProblem(condition);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function conditionProblem(condition: Condition): string | undefined {
  const { Variable, ...rest } = condition;
  const [[name, wanted] = ["", undefined], second] = Object.entries(rest);
  if (second !== undefined) return `${name} and ${second[0]} stand in one condition`;
  if (Variable === undefined && name === "Not") return conditionProblem(mapOf(wanted));
  if (Variable === undefined && (name === "And" || name === "Or")) {
    const parts = listOf(wanted);
    if (parts.length === 0) return `${name} must be a list of conditions`;
    return parts.map(conditionProblem).find((problem) => problem !== undefined);
  }
  if (!Object.hasOwn(operators, name))
    return `${name || "nothing"} is no operation of aws:branch; there are ${Object.keys(operators).join(", ")}`;
  return typeof Variable === "string" && /\{\{.*\}\}/.test(Variable)
    ? undefined
    : `the Variable of ${name} must name a parameter or an output in {{ }}`;
}

/** Whether a condition, its references resolved, is true. */
function holds({ NextStep: _, Variable, ...rest }: Condition): boolean {
  const [[name, wanted] = ["", undefined]] = Object.entries(rest);
  if (name === "Not") return !holds(mapOf(wanted));
  if (name === "And") return listOf(wanted).every(holds);
  if (name === "Or") return listOf(wanted).some(holds);
  return operators[name]?.(Variable, wanted) === true;
}

function listOf(value: unknown): Condition[] {
  return Array.isArray(value) ? value.map(mapOf) : [];
}

function mapOf(value: unknown): Condition {
  return typeof value === "object" && value !== null ? (value as Condition) : {};
}
