import { AwsError, NotModelledError } from "../base/errors.js";

type Scalar = string | number | boolean | null;

/** A value, or an operator, that a pattern lists for a field. */
type Matcher =
  | Scalar
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly "anything-but": Scalar | readonly Scalar[] };

/** An EventBridge event pattern: fields with lists of matchers, and nested fields. */
export interface EventPattern {
  readonly [field: string]: readonly Matcher[] | EventPattern;
}

/** Reads a pattern; an operator that the lab does not know is refused rather than guessed at. */
export function compilePattern(json: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw invalid("it is not JSON");
  }
  check(pattern, "the pattern");
  return pattern as EventPattern;
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
}

function check(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalid(`Empty arrays are not allowed at ${path}`);
    for (const matcher of value) if (!isScalar(matcher)) checkOperator(matcher, path);
    return;
  }
  if (typeof value !== "object" || value === null) throw invalid(`${path} must be an object or an array`);
  for (const [field, nested] of Object.entries(value)) check(nested, `${path}.${field}`);
}

function checkOperator(matcher: object, path: string): void {
  const operators = Object.entries(matcher);
  const [operator, operand] = operators[0] ?? [];
  const isKnown =
    ((operator === "prefix" || operator === "suffix") && typeof operand === "string") ||
    (operator === "anything-but" && [operand].flat().every(isScalar));
  if (operators.length !== 1 || !isKnown) throw new NotModelledError(`${JSON.stringify(matcher)} at ${path}`);
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** Whether an event fits a pattern: every field of the pattern is there, with one of the values listed. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Record<string, unknown> | undefined)?.[field];
    if (!Array.isArray(wanted)) return matches(wanted as EventPattern, value);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => (wanted as readonly Matcher[]).some((matcher) => fits(matcher, one)));
  });
}

function fits(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === value;
  if ("prefix" in matcher) return typeof value === "string" && value.startsWith(matcher.prefix);
  if ("suffix" in matcher) return typeof value === "string" && value.endsWith(matcher.suffix);
  return value !== undefined && ![matcher["anything-but"]].flat().some((one) => one === value);
}
