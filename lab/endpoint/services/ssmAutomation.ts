import type { StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import type { ApiContext, Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on automations. */
export const ssmAutomationHandlers = {
  ...methods(
    ({ automation }) => automation,
    "GetAutomationExecution",
    "DescribeAutomationExecutions",
    "DescribeAutomationStepExecutions",
    "StopAutomationExecution",
  ),
  StartAutomationExecution: (input: StartAutomationExecutionRequest, { region, caller }: ApiContext) =>
    region.automation.startAutomationExecution(input, caller),
} as const satisfies Handlers;
