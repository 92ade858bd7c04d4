import { AwsError, NotModelledError, refuseOthers } from "../../aws/base/errors.js";
import { page } from "../../aws/base/page.js";
import type { LambdaFunction } from "../../aws/lambda/function.js";
import type { ApiContext, Handlers } from "../operation.js";

interface InvokeRequest {
  readonly FunctionName: string;
  readonly Qualifier?: string;
  readonly InvocationType?: "RequestResponse" | "Event" | "DryRun";
  readonly LogType?: "None" | "Tail";
  readonly ClientContext?: string;
  readonly Payload?: Uint8Array;
}

interface FunctionRequest {
  readonly FunctionName: string;
  readonly Qualifier?: string;
}

async function invoke(input: InvokeRequest, { region, caller }: ApiContext): Promise<object> {
  const { FunctionName, InvocationType = "RequestResponse", LogType, ClientContext, Payload } = input;
  const known = ["FunctionName", "Qualifier", "InvocationType", "LogType", "ClientContext", "Payload"];
  refuseOthers("Invoke", input, known);
  const { account, lambda } = region;
  const { arn: functionArn } = lambda.find(FunctionName, input.Qualifier);
  const payload = new TextDecoder().decode(Payload);
  const source = `lambda:Invoke by ${caller.kind === "role" ? caller.arn : caller.name}`;
  if (InvocationType === "DryRun") return { StatusCode: 204 };
  if (InvocationType === "Event") {
    lambda.invokeAsync({ functionArn, payload, source });
    return { StatusCode: 202 };
  }
  if (caller.kind === "role" && account.regions().some((one) => one.lambda.isRoleOfFunction(caller.arn))) {
    // Time stands still while a function computes, so it would wait for ever.
    throw new NotModelledError("a function that waits for another function's answer");
  }
  const request = { functionArn, payload, source };
  const result = await account.clock.advanceUntil(
    lambda.invoke(ClientContext === undefined ? request : { ...request, clientContext: ClientContext }),
  );
  return {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: new TextEncoder().encode(result.payload),
    ...(result.functionError === undefined ? {} : { FunctionError: result.functionError }),
    ...(LogType === "Tail" ? { LogResult: Buffer.from(result.logTail).toString("base64") } : {}),
  };
}

/** A function as its API shows it, without what only Lambda's own store of code could tell. */
function configuration(fn: LambdaFunction): object {
  const { Description = "", Handler, Role, Runtime, Architectures = ["x86_64"] } = fn.input;
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    ...{ Runtime, Role, Handler, Description, Architectures },
    Timeout: fn.timeout / 1000,
    MemorySize: fn.memoryMiB,
    LastModified: new Date(fn.createdAt).toISOString().replace("Z", "+0000"),
    Version: "$LATEST",
    ...(Object.keys(fn.variables).length === 0 ? {} : { Environment: { Variables: fn.variables } }),
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
    LoggingConfig: { LogFormat: "Text", LogGroup: fn.logGroup },
  };
}

/** Lambda's operations. */
export const lambdaHandlers = {
  Invoke: invoke,
  GetFunction: ({ FunctionName, Qualifier }: FunctionRequest, { region }: ApiContext) => {
    const fn = region.lambda.find(FunctionName, Qualifier);
    return {
      Configuration: configuration(fn),
      Tags: region.tags.of(fn.arn),
      ...(Number.isFinite(fn.reserved) ? { Concurrency: { ReservedConcurrentExecutions: fn.reserved } } : {}),
    };
  },
  GetFunctionConfiguration: ({ FunctionName, Qualifier }: FunctionRequest, { region }: ApiContext) =>
    configuration(region.lambda.find(FunctionName, Qualifier)),
  GetFunctionEventInvokeConfig: ({ FunctionName, Qualifier }: FunctionRequest, { region }: ApiContext) => {
    const { arn, events } = region.lambda.find(FunctionName, Qualifier);
    const destination = (Destination: string) => (Destination === "" ? {} : { Destination });
    return {
      FunctionArn: `${arn}:$LATEST`,
      MaximumRetryAttempts: events.retries,
      MaximumEventAgeInSeconds: events.maximumAge / 1000,
      DestinationConfig: {
        OnSuccess: destination(events.onSuccess),
        OnFailure: destination(events.onFailure),
      },
    };
  },
  GetPolicy: ({ FunctionName, Qualifier }: FunctionRequest, { region }: ApiContext) => {
    const { arn } = region.lambda.find(FunctionName, Qualifier);
    const Policy = region.account.iam.resourcePolicy(arn);
    if (Policy === undefined)
      throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    return { Policy, RevisionId: String(region.lambda.find(FunctionName, Qualifier).revision) };
  },
  ListFunctions: (
    input: { readonly MaxItems?: number; readonly Marker?: string },
    { region }: ApiContext,
  ) => {
    refuseOthers("ListFunctions", input, ["MaxItems", "Marker"]);
    const { MaxItems = 50, Marker } = input;
    const { items, token } = page(
      region.lambda.all,
      { MaxResults: Math.min(MaxItems, 50), NextToken: Marker },
      1,
      50,
    );
    return {
      Functions: items.map(configuration),
      ...(token.NextToken === undefined ? {} : { NextMarker: token.NextToken }),
    };
  },
  /** Every function has the one version that it is run as. */
  ListVersionsByFunction: (input: FunctionRequest, { region }: ApiContext) => {
    refuseOthers("ListVersionsByFunction", input, ["FunctionName", "MaxItems"]);
    const fn = region.lambda.find(input.FunctionName, undefined);
    return { Versions: [{ ...configuration(fn), FunctionArn: `${fn.arn}:$LATEST` }] };
  },
} as const satisfies Handlers;
