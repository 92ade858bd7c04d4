import { InvokeCommand, LambdaClient, TooManyRequestsException } from "@aws-sdk/client-lambda";
import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { S3Client } from "@aws-sdk/client-s3";
import {
  GetMaintenanceWindowTaskCommand,
  paginateDescribeMaintenanceWindows,
  paginateDescribeMaintenanceWindowTasks,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { allPages, clientSettings } from "#functions/shared/aws/clients.js";
import { S3RunStore } from "#functions/shared/aws/runStore.js";
import { deployedFunction } from "../deployedFunction.js";
import { AwsRegion } from "./awsRegion.js";
import type { FanoutPorts, Invoked, WindowTask } from "./ports.js";

/** An invocation is waited for as long as a function may run (Lambda: 900 s). */
const invocationTimeout = 910_000;

/** What reaches AWS or the lab, as whoever the environment's credentials are. */
export function awsPorts(homeRegion: string): FanoutPorts {
  const home = { ...clientSettings, region: homeRegion };
  const ssm = new SSMClient(home);
  const lambda = new LambdaClient(home);
  const invoking = new LambdaClient({
    ...home,
    // Whoever waits for a turn would start a run when nobody expects it any more.
    maxAttempts: 1,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: invocationTimeout },
  });
  const regions = new Map<string, AwsRegion>();
  const store = (bucket: string) => new S3RunStore(new S3Client(home), bucket);
  return {
    deployedFunction: (name) => deployedFunction(lambda, name),
    windowTask: (windowName, functionName) => windowTask(ssm, windowName, functionName),
    invoke: (name, payload, signal) => invoke(invoking, name, payload, signal),
    runs: store,
    words: store,
    region: (region) => {
      const settings = { ...clientSettings, region };
      const known =
        regions.get(region) ?? new AwsRegion(new SSMClient(settings), new ResourceGroupsClient(settings));
      regions.set(region, known);
      return known;
    },
  };
}

async function windowTask(
  client: SSMClient,
  windowName: string,
  functionName: string,
): Promise<WindowTask | undefined> {
  const windows = await allPages(
    paginateDescribeMaintenanceWindows({ client }, { Filters: [{ Key: "Name", Values: [windowName] }] }),
    ({ WindowIdentities }) => WindowIdentities,
  );
  for (const { WindowId = "", Duration = 0 } of windows) {
    const tasks = await allPages(
      paginateDescribeMaintenanceWindowTasks({ client }, { WindowId }),
      ({ Tasks }) => Tasks,
    );
    const task = tasks.find(({ TaskArn }) => TaskArn?.endsWith(`:function:${functionName}`) === true);
    if (task === undefined) continue;
    const { TaskInvocationParameters } = await client.send(
      new GetMaintenanceWindowTaskCommand({ WindowId, WindowTaskId: task.WindowTaskId }),
    );
    const payload = TaskInvocationParameters?.Lambda?.Payload;
    const text = new TextDecoder().decode(payload);
    if (payload !== undefined) return { windowId: WindowId, windowHours: Duration, payload: text };
  }
  return undefined;
}

async function invoke(
  client: LambdaClient,
  name: string,
  payload: string,
  abortSignal: AbortSignal,
): Promise<Invoked> {
  try {
    const answer = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: new TextEncoder().encode(payload) }),
      { abortSignal },
    );
    if (answer.FunctionError === undefined) return { ok: true };
    return { ok: false, error: errorOf(answer.Payload?.transformToString() ?? "", answer.FunctionError) };
  } catch (error) {
    if (error instanceof TooManyRequestsException) return { ok: "throttled" };
    throw error;
  }
}

/** What Lambda says of a failure: JSON with an errorMessage, as a rule. */
function errorOf(payload: string, kind: string): string {
  try {
    const said: unknown = JSON.parse(payload);
    if (typeof said === "object" && said !== null && "errorMessage" in said) return String(said.errorMessage);
  } catch {
    // A crash of the runtime may leave any text.
  }
  return payload === "" ? kind : payload;
}
