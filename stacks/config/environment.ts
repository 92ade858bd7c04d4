import { shown } from "#shared/text/quotes.js";
import { configKeys } from "./configKeys.js";
import type { RuleProblem } from "./found.js";

/** What is wrong with the word that names and tags are made of. */
export function environmentProblems(environment: string): RuleProblem[] {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,29}$/.test(environment)) return [];
  const reason = `got ${shown(environment)}; allowed is ${configKeys.environment.allowed}.`;
  const plain = environment
    .replaceAll(/[^a-zA-Z0-9]+/g, "-")
    .replaceAll(/^[^a-zA-Z]+|-+$/g, "")
    .slice(0, 30);
  const examples = plain === "" ? {} : { examples: [{ path: ["environment"] as const, value: plain }] };
  return [{ key: "environment", path: "environment", reason, ...examples }];
}
