import type { LambdaClient } from "@aws-sdk/client-lambda";
import { fanoutVariables, startFunctionName } from "#shared/contract/fanoutNames.js";
import { deployedFunction } from "../deployedFunction.js";

/** Buckets with records of a stack's runs, by the environments of the functions that write them. */
export async function recordBuckets(lambda: LambdaClient, prefix: string): Promise<string[]> {
  const names = [startFunctionName(prefix)];
  const found = await Promise.all(names.map((name) => deployedFunction(lambda, name)));
  return [...new Set(found.flatMap((one) => one?.variables[fanoutVariables.bucket] ?? []))];
}
