import { PayloadError, type PayloadProblem, readPayload } from "#functions/regional-fanout/core/payload.js";
import { payload } from "./support.js";

/** The role that a payload may name. */
export const role = "patchplane-test-automation-execution";

/** What is wrong with a payload. */
export function problems(event: unknown): readonly PayloadProblem[] {
  try {
    readPayload(event, role);
  } catch (error) {
    if (error instanceof PayloadError) return error.problems;
    throw error;
  }
  return [];
}

/** A payload whose document has such parameters. */
export const withParameters = (changes: Record<string, unknown>) => {
  const Parameters = {
    AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
    Operation: ["Scan"],
    ...changes,
  };
  return payload({ Document: { Name: "CustomAutomationDocument", Version: "1", Parameters } });
};
