import {
  type ClosedWindow,
  parseClosedWindows,
  windowClosingVariables,
  windowExclusionBucket,
} from "#shared/contract/windowClosing.js";
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

const closingTold = { ...windowClosingVariables, functionName: "AWS_LAMBDA_FUNCTION_NAME" };

/** What the function that closes records is told by its environment. */
export type WindowClosingEnvironment = Readonly<Record<"bucket" | "topicArn" | "functionName", string>> & {
  readonly windows: readonly ClosedWindow[];
  readonly exclusionBucket?: string;
};

/** @throws Error that names every variable that is missing */
export function windowClosingEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): WindowClosingEnvironment {
  const { windows, ...told } = readVariables(variables, closingTold);
  const exclusionBucket = variables[windowExclusionBucket];
  return {
    ...told,
    windows: parseClosedWindows(windows),
    ...(exclusionBucket === undefined ? {} : { exclusionBucket }),
  };
}
