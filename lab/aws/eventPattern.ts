import { AwsError } from "./errors.js";

/** A value, or an operator, that a pattern lists for a field. */
type Matcher =
  | string
  | number
  | boolean
  | null
  | { readonly prefix: string }
  | { readonly "anything-but": readonly (string | number)[] };

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
    for (const matcher of value) {
      const isScalar = matcher === null || ["string", "number", "boolean"].includes(typeof matcher);
      if (isScalar) continue;
      const operators = Object.keys(matcher);
      const [operator] = operators;
      if (operators.length !== 1 || (operator !== "prefix" && operator !== "anything-but")) {
        throw invalid(`the lab does not know the operator ${operators.join(", ")} at ${path}`);
      }
    }
    return;
  }
  if (typeof value !== "object" || value === null) throw invalid(`${path} must be an object or an array`);
  for (const [field, nested] of Object.entries(value)) check(nested, `${path}.${field}`);
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
  return value !== undefined && ![matcher["anything-but"]].flat().some((one) => one === value);
}
