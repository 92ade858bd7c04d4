import type { StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import { sleep } from "./support.js";

/** A runbook that sleeps for as long as its target says, or fails at a target that is no duration. */
export const sleeper = {
  parameters: { Duration: { type: "String" }, Words: { type: "StringList", default: [] } },
  mainSteps: [sleep("only", { Duration: "{{ Duration }}" })],
};
export const values = (...Values: string[]) => [{ Key: "ParameterValues", Values }];
export const sleeping = (...minutes: (number | string)[]): Partial<StartAutomationExecutionRequest> => ({
  TargetParameterName: "Duration",
  Targets: values(...minutes.map((one) => (typeof one === "number" ? `PT${one}M` : one))),
});
