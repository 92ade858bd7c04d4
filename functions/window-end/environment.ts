import { windowEndVariables } from "#shared/contract/windowEnd.js";
import { readVariables } from "../shared/environment.js";

/** What the function is told by its environment. */
export type WindowEndEnvironment = Readonly<Record<keyof typeof told, string>>;

const told = { ...windowEndVariables, functionName: "AWS_LAMBDA_FUNCTION_NAME" };

/**
 * Reads the function's environment.
 *
 * @throws Error that names every variable that is missing
 */
export function windowEndEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): WindowEndEnvironment {
  return readVariables(variables, told);
}
