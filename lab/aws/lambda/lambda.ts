import { AwsError, NotModelledError } from "../base/errors.js";
import type { CloudWatch } from "../cloudwatch/cloudWatch.js";
import type { Credentials } from "../iam/credentials.js";
import type { Logs } from "../logs/logs.js";
import type { Sns } from "../messages/sns.js";
import type { Sqs } from "../messages/sqs.js";
import type { Place } from "../place.js";
import { AsyncInvocations } from "./asyncInvocations.js";
import type { AnswerCall } from "./bootstrap/messages.js";
import { Environment } from "./environment.js";
import { execute, type FunctionEvent, type InvocationRecord, type InvocationResult } from "./execution.js";
import {
  type EventInvokeConfigInput,
  type FunctionInput,
  LambdaFunction,
  type PermissionInput,
} from "./function.js";
import { until } from "./waiting.js";

export type { InvocationRecord, InvocationResult } from "./execution.js";

/** Where functions are, what their processes call, and who is told of them. */
type Needs = Place & {
  readonly account: {
    readonly credentials: Credentials;
    readonly endpoint: string | undefined;
    readonly answer: AnswerCall | undefined;
  };
  readonly cloudWatch: CloudWatch;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly sns: Sns;
  readonly sqs: Sqs;
};

/** Milliseconds of simulated time after which Lambda gives up an environment that nobody has called. */
const reclaimAfter = 2 * 3_600_000;
const largestRequest = { sync: 6_291_456, async: 1_048_576 };

/** Lambda: functions, how they are invoked, and how that ends. */
export class Lambda {
  /** Every invocation, in the order in which they began. */
  readonly invocations: InvocationRecord[] = [];
  /** Real milliseconds that a function may compute without a rest before it counts as never coming to an end. */
  watchdog = 20_000;
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly environments = new Set<Environment>();
  private readonly events: AsyncInvocations;

  constructor(private readonly region: Needs) {
    this.events = new AsyncInvocations(region);
  }

  /** The functions, in the order in which they were made. */
  get all(): LambdaFunction[] {
    return [...this.functions.values()];
  }

  createFunction(input: FunctionInput): { readonly FunctionArn: string } {
    if (this.functions.has(input.FunctionName)) {
      throw new AwsError("ResourceConflictException", `Function already exist: ${input.FunctionName}`, 409);
    }
    const fn = new LambdaFunction(this.region, input);
    this.functions.set(fn.name, fn);
    return { FunctionArn: fn.arn };
  }

  putFunctionEventInvokeConfig(input: EventInvokeConfigInput): void {
    this.find(input.FunctionName).setEvents(input);
  }

  addPermission(input: PermissionInput): void {
    this.find(input.FunctionName).allow(input);
  }

  /**
   * The function of a name, a partial ARN or an ARN.
   *
   * @throws AwsError ResourceNotFoundException, NotModelledError for a version or an alias
   */
  find(nameOrArn: string, qualifier?: string): LambdaFunction {
    const prefix = `(?:${this.region.arn("lambda", "function:")}|${this.region.account.id}:function:)?`;
    const [, name = "", version = qualifier ?? "$LATEST"] =
      new RegExp(`^${prefix}([^:]+)(?::([^:]+))?$`).exec(nameOrArn) ?? [];
    const fn = this.functions.get(name);
    if (fn === undefined) {
      const arn = name === "" ? nameOrArn : this.region.arn("lambda", `function:${name}`);
      throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
    }
    if (version !== "$LATEST") throw new NotModelledError(`the version or alias ${version} of ${name}`);
    return fn;
  }

  /**
   * Invokes a function and waits for what it returns, for as long as simulated time passes.
   *
   * @param request `functionArn` may be a name; `payload` is JSON, and nothing stands for an empty object; `source` says
   *   for the report what has brought the invocation about
   * @returns what the function returns, or its error
   * @throws AwsError when the function cannot be invoked at all
   */
  async invoke(request: {
    readonly functionArn: string;
    readonly payload: string;
    readonly clientContext?: string;
    readonly source: string;
  }): Promise<InvocationResult> {
    const { functionArn, source, clientContext } = request;
    // Whoever waits learns of a refusal before time goes on.
    await until(this.region.account.clock, this.now);
    const fn = this.find(functionArn);
    const payload = checkedPayload(request.payload, largestRequest.sync);
    if (clientContext !== undefined) {
      checkedJson(
        Buffer.from(clientContext, "base64").toString(),
        "Client context must be a valid Base64-encoded JSON object.",
      );
    }
    const requestId = this.requestId(fn);
    const event = { requestId, payload, source, attempt: 1 };
    return this.execute(fn, clientContext === undefined ? event : { ...event, clientContext });
  }

  /**
   * Takes an event for a function that runs later, as many times as it takes.
   *
   * @throws AwsError when there is no such function, or the event is none
   */
  invokeAsync(request: {
    readonly functionArn: string;
    readonly payload: string;
    readonly source?: string;
  }): { readonly requestId: string } {
    const fn = this.find(request.functionArn);
    const payload = checkedPayload(request.payload, largestRequest.async);
    const requestId = this.requestId(fn);
    this.events.accept(fn, { requestId, payload, source: request.source ?? "event" });
    return { requestId };
  }

  /**
   * Lets a function handle an event, as one try of however many there are.
   *
   * @throws AwsError when it cannot be tried
   */
  async execute(fn: LambdaFunction, event: FunctionEvent): Promise<InvocationResult> {
    const record: InvocationRecord = {
      functionName: fn.name,
      requestId: event.requestId,
      source: event.source,
      attempt: event.attempt,
      startedAt: this.now,
      coldStart: false,
      status: "running",
    };
    this.invocations.push(record);
    if (fn.running >= fn.reserved) {
      Object.assign(record, { status: "throttled", endedAt: this.now });
      this.count("Throttles", fn);
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    }
    const environment = this.environment(fn, record);
    this.count("Invocations", fn);
    fn.invocations++;
    fn.running++;
    const result = await execute(this.region, fn, environment, event, record);
    fn.running--;
    if (result.functionError !== undefined) this.count("Errors", fn);
    this.putAside(fn, environment);
    return result;
  }

  /** Whether functions run as a role. */
  isRoleOfFunction(roleArn: string): boolean {
    return this.all.some(({ input }) => input.Role === roleArn);
  }

  /** Ends the processes of the functions. */
  async close(): Promise<void> {
    const environments = [...this.environments];
    await Promise.all(environments.map((environment) => environment.kill()));
    for (const environment of environments) this.discard(environment);
    for (const fn of this.all) fn.clear();
  }

  count(metric: string, fn: LambdaFunction): void {
    this.region.cloudWatch.metric("AWS/Lambda", metric, "FunctionName", fn.name).add(1);
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private requestId(fn: LambdaFunction): string {
    return this.region.account.ids.uuid(`invocation|${fn.arn}`);
  }

  /** The environment that was used last, or a new one. */
  private environment(fn: LambdaFunction, record: InvocationRecord): Environment {
    for (let warm = fn.warm.pop(); warm !== undefined; warm = fn.warm.pop()) {
      if (warm.isAlive) return warm;
      this.discard(warm);
    }
    const { iam } = this.region.account;
    const caller = () => iam.assume(fn.input.Role, "lambda.amazonaws.com", fn.arn);
    try {
      caller();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = "The role defined for the function cannot be assumed by Lambda.";
      Object.assign(record, { status: "refused", error: message, endedAt: this.now });
      throw new AwsError("AccessDeniedException", message, 403);
    }
    const environment = new Environment(this.region, fn, caller, this.watchdog);
    this.environments.add(environment);
    record.coldStart = true;
    return environment;
  }

  private putAside(fn: LambdaFunction, environment: Environment): void {
    if (!environment.isAlive) {
      this.discard(environment);
      return;
    }
    const since = this.now;
    environment.idleSince = since;
    fn.warm.push(environment);
    this.region.account.clock.at(since + reclaimAfter, async () => {
      const place = fn.warm.indexOf(environment);
      if (place < 0 || environment.idleSince !== since) return;
      fn.warm.splice(place, 1);
      await environment.kill();
      this.discard(environment);
    });
  }

  private discard(environment: Environment): void {
    if (this.environments.delete(environment)) environment.discard();
  }
}

function checkedPayload(payload: string, most: number): string {
  const size = Buffer.byteLength(payload);
  if (size > most) {
    const message = `Request must be smaller than ${most} bytes for the InvokeFunction operation`;
    throw new AwsError("RequestTooLargeException", message, 413);
  }
  if (payload === "") return "{}";
  checkedJson(payload, "Could not parse request body into json");
  return payload;
}

function checkedJson(text: string, message: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError("InvalidRequestContentException", message);
  }
}
