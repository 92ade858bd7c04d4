import { type PathPart, pathText } from "#shared/text/paths.js";
import type { Found } from "./found.js";
import { dateAsWritten, handedOver } from "./handedOver.js";

/** Texts that YAML has taken for dates, where nothing but a text makes sense. */
export function dateProblems(path: readonly [string, ...PathPart[]], value: unknown): Found[] {
  if (typeof value === "object" && value !== null) {
    const members: [PathPart, unknown][] = Array.isArray(value)
      ? [...value.entries()]
      : Object.entries(value);
    return members.flatMap(([step, member]) => dateProblems([...path, step], member));
  }
  if (typeof value !== "string" || !handedOver.test(value)) return [];
  const day = dateAsWritten(value);
  if (/Date$/.test(String(path.at(-1))) && day !== value) return [];
  const reason = `is a date to YAML, which makes "${value}" of it. Put it in quotes.`;
  return [
    { path: pathText(path), reason, examples: day === value ? [] : [{ path, value: day, asText: true }] },
  ];
}
