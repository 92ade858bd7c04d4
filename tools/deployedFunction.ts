import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";

/** A function as it is deployed. */
export interface DeployedFunction {
  /** Its environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads a function by its name; undefined when there is none. */
export async function deployedFunction(
  client: LambdaClient,
  name: string,
): Promise<DeployedFunction | undefined> {
  try {
    const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return { variables: found.Environment?.Variables ?? {} };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
