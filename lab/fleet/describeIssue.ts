import type { core } from "zod";
import type { PathPart } from "#shared/text/paths.js";

type Issue = core.$ZodIssue;

function sizeText(issue: core.$ZodIssueTooSmall | core.$ZodIssueTooBig): string {
  const least = issue.code === "too_small";
  const limit = least ? issue.minimum : issue.maximum;
  const bound = least ? `at least ${limit}` : `at most ${limit}`;
  const plural = Number(limit) === 1 ? "" : "s";
  if (issue.origin === "string") return `${bound} character${plural}`;
  if (issue.origin === "array") return `${bound} item${plural}`;
  return bound;
}

const typeTexts: Readonly<Record<string, string>> = {
  string: "a string (in quotes, where it looks like a number or a date)",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What is allowed where the issue was found, in words. */
export function allowedText(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeTexts[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
    case "too_big":
      return sizeText(issue);
    case "invalid_key":
      return `as a key ${issue.issues.map(allowedText).join(" and ")}`;
    case "unrecognized_keys":
      return "nothing, there is no such key here";
    default:
      return issue.message;
  }
}

/** The paths that the issue speaks of: one, save for unknown keys, which come together. */
export function issuePaths(issue: Issue): readonly (readonly PathPart[])[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key]);
  return [issue.path];
}
