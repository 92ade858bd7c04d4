import { NotModelledError } from "../aws/base/errors.js";
import type { Region } from "../aws/region.js";
import { given, type Inputs, optional, watch } from "./inputs.js";
import { type SentRequest, sender } from "./send.js";

/** A call of a function as a resource. */
export const callType = "aws:lambda/invocation:Invocation";

/** Whether a call is made anew for another input, and nothing is called when it goes, as without `lifecycleScope`. */
export function isMadeOnly({ lifecycleScope }: Inputs): boolean {
  return lifecycleScope === undefined || lifecycleScope === "CREATE_ONLY";
}

/**
 * Calls a function as the provider does when the resource is made and, with `CRUD`, before it is deleted: then it adds what
 * becomes of the resource to the input, as `tf`.
 *
 * @see documentation of aws.lambda.Invocation, CRUD Lifecycle Management
 * @throws Error what the function ends with, as the provider tells it
 */
export async function callFunction(
  region: Region,
  name: string,
  inputs: Inputs,
  action: "create" | "delete",
  sent: (request: SentRequest) => void,
): Promise<{ id: string; state: Inputs }> {
  const { functionArn, payload } = requestOf(name, inputs, action, sent);
  const { account, lambda } = region;
  const source = `deployment: ${action} ${name}`;
  const result = await account.clock.advanceUntil(lambda.invoke({ functionArn, payload, source }));
  if (result.functionError !== undefined) {
    throw new Error(`Lambda function (${functionArn}) returned error: (${result.payload})`);
  }
  return { id: `${functionArn}_$LATEST`, state: { result: result.payload } };
}

/** Sends the request of such a call. */
export function requestOf(
  name: string,
  inputs: Inputs,
  action: "create" | "delete",
  sent: (request: SentRequest) => void,
): { readonly functionArn: string; readonly payload: string } {
  const { inputs: read, unread } = watch(inputs);
  const functionArn = given<string>(read, "functionName");
  const input = given<string>(read, "input");
  optional<string>(read, "lifecycleScope");
  const missed = unread().filter((path) => path !== "region");
  if (missed.length > 0) throw new NotModelledError(`${missed.join(", ")} of ${callType} ${name}`);
  const tf = action === "create" ? { action, prev_input: null } : { action, prev_input: JSON.parse(input) };
  const payload = isMadeOnly(inputs) ? input : JSON.stringify({ ...(JSON.parse(input) as object), tf });
  sender(`${callType} ${name}`, sent)("lambda", "Invoke", {
    FunctionName: functionArn,
    InvocationType: "RequestResponse",
    Payload: new TextEncoder().encode(payload),
    Qualifier: "$LATEST",
  });
  return { functionArn, payload };
}
