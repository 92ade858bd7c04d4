import type { LambdaClient } from "@aws-sdk/client-lambda";
import { fanoutVariables, startFunctionName } from "#shared/contract/fanoutNames.js";
import { windowClosingName, windowClosingVariables } from "#shared/contract/windowClosing.js";
import { deployedFunction } from "../deployedFunction.js";

/** Buckets with records of a stack's runs, by the environments of the functions that write them. */
export async function recordBuckets(lambda: LambdaClient, prefix: string): Promise<string[]> {
  const writers = [
    { name: startFunctionName(prefix), variable: fanoutVariables.bucket },
    { name: windowClosingName(prefix), variable: windowClosingVariables.bucket },
  ];
  const found = await Promise.all(
    writers.map(
      async ({ name, variable }) => (await deployedFunction(lambda, name))?.variables[variable] ?? [],
    ),
  );
  return [...new Set(found.flat())];
}
