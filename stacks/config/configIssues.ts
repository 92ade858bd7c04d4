import type { z } from "zod";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { valueAt } from "#shared/text/paths.js";
import { shown, shownName } from "#shared/text/quotes.js";
import { ruleKeys, settingsKeys } from "./baselineSchema.js";
import { type ConfigKeyName, configKeys } from "./configSchema.js";

/** One thing that is wrong with the shape of a value. */
interface ShapeProblem {
  readonly key: ConfigKeyName;
  /** The key, with a path into its value. */
  readonly path: string;
  readonly reason: string;
}

/**
 * Says what is wrong with the shape of a value in the words of the documentation.
 *
 * @param issue what the schema found
 * @param given the values that it was looking at, by key
 * @returns more than one problem for an object with several unknown keys
 */
export function shapeProblems(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
): ShapeProblem[] {
  const { path } = issue;
  const key = String(path[0]) as ConfigKeyName;
  if (issue.code === "unrecognized_keys") {
    const reason = `is not known here; known are ${knownAt(path).join(", ")}.`;
    return issue.keys.map((name) => ({ key, path: pathText([...path, name]), reason }));
  }
  const value = valueAt(given, path);
  const got = value === undefined ? "is missing" : `got ${shown(value)}`;
  return [{ key, path: pathText(path), reason: `${got}; allowed is ${allowedFor(key, issue)}.` }];
}

const shapes: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** A key of its own has its own words. Inside a baseline those would name everything but the part that is wrong. */
function allowedFor(key: ConfigKeyName, issue: z.core.$ZodIssue): string {
  if (key === "baselines" && issue.path.length > 1) {
    if (issue.code === "invalid_value") return issue.values.join(", ");
    if (issue.code === "invalid_type") return shapes[issue.expected] ?? issue.expected;
  }
  return configKeys[key].allowed;
}

/** The keys of the map at a path into `baselines`: operating systems, a baseline's settings, a rule's. */
function knownAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 1) return operatingSystemNames;
  return path.length === 2 ? settingsKeys : ruleKeys;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const name = shownName(String(part));
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}
