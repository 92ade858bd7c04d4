import { AwsError, NotModelledError } from "../base/errors.js";
import type { CloudWatch } from "../cloudwatch/cloudWatch.js";
import type { Credentials } from "../iam/credentials.js";
import type { Logs } from "../logs/logs.js";
import type { Sns } from "../messages/sns.js";
import type { Sqs } from "../messages/sqs.js";
import { held } from "../model/held.js";
import type { Place } from "../place.js";
import { AsyncInvocations } from "./asyncInvocations.js";
import type { AnswerCall } from "./bootstrap/messages.js";
import { Environments } from "./environments.js";
import { execute, type FunctionEvent, type InvocationRecord, type InvocationResult } from "./execution.js";
import {
  type ConfigurationInput,
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

const largestRequest = { sync: 6_291_456, async: 1_048_576 };

/** Lambda: functions, how they are invoked, and how that ends. */
export class Lambda {
  /** Every invocation, in the order in which they began. */
  readonly invocations: InvocationRecord[] = [];
  /** Milliseconds of the processor that a function may take without a rest before it counts as never coming to an end. */
  watchdog = 20_000;
  /** Every function that there has been, in the order in which they were made. */
  readonly ever: LambdaFunction[] = [];
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly environments: Environments;
  private readonly events: AsyncInvocations;

  constructor(private readonly region: Needs) {
    this.events = new AsyncInvocations(region);
    this.environments = new Environments(region);
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
    this.ever.push(fn);
    return { FunctionArn: fn.arn };
  }

  /** Its next invocations run in new environments. */
  updateFunctionConfiguration({ FunctionName, ...changes }: ConfigurationInput): void {
    const fn = this.find(FunctionName);
    fn.configure(changes);
    this.environments.end(fn);
  }

  /** @param code lays the new files out in a folder */
  updateFunctionCode({ FunctionName, code }: Pick<FunctionInput, "FunctionName" | "code">): void {
    const fn = this.find(FunctionName);
    fn.configure({ code });
    fn.clear();
    this.environments.end(fn);
  }

  putFunctionConcurrency(
    input: Required<Pick<FunctionInput, "FunctionName" | "ReservedConcurrentExecutions">>,
  ): void {
    const { FunctionName, ReservedConcurrentExecutions } = input;
    this.find(FunctionName).reserve(ReservedConcurrentExecutions);
  }

  deleteFunctionConcurrency({ FunctionName }: { readonly FunctionName: string }): void {
    this.find(FunctionName).reserve(undefined);
  }

  /** What it runs now goes on to its end; events that wait are dropped, which `AsyncEventsDropped` counts. */
  deleteFunction({ FunctionName }: { readonly FunctionName: string }): void {
    const fn = this.find(FunctionName);
    this.functions.delete(fn.name);
    this.region.account.iam.deleteResourcePolicy(fn.arn);
    this.environments.end(fn);
    const { clock } = this.region.account;
    clock.at(clock.now, () => fn.clear());
  }

  /** Whether there was a function of an ARN, and there is none any more. */
  isDeleted(functionArn: string): boolean {
    const isOne = ({ arn }: LambdaFunction) => arn === functionArn;
    return this.ever.some(isOne) && !this.all.some(isOne);
  }

  /** Whether a function has not been deleted. */
  has(fn: LambdaFunction): boolean {
    return this.functions.get(fn.name) === fn;
  }

  deleteFunctionEventInvokeConfig({ FunctionName }: { readonly FunctionName: string }): void {
    this.find(FunctionName).clearEvents();
  }

  removePermission(input: Pick<PermissionInput, "FunctionName" | "StatementId">): void {
    this.find(input.FunctionName).disallow(input.StatementId);
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
    const ClientContext = clientContext === undefined ? {} : { ClientContext: clientContext };
    const fn = this.invoked(functionArn, ClientContext);
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
    const fn = this.invoked(request.functionArn, { InvocationType: "Event" });
    const payload = checkedPayload(request.payload, largestRequest.async);
    const requestId = this.requestId(fn);
    this.events.accept(fn, { requestId, payload, source: request.source ?? "event" });
    return { requestId };
  }

  /** The function that an Invoke names; what it is called with has limits that the model does not tell. */
  private invoked(FunctionName: string, more: object): LambdaFunction {
    return this.find(held("lambda", "Invoke", { FunctionName, ...more }).FunctionName);
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
    const environment = this.environments.take(fn, record, this.watchdog);
    this.count("Invocations", fn);
    fn.invocations++;
    fn.running++;
    const result = await execute(this.region, fn, environment, event, record);
    fn.running--;
    if (result.functionError !== undefined) this.count("Errors", fn);
    this.environments.putAside(fn, environment);
    return result;
  }

  /** Whether functions run as a role. */
  isRoleOfFunction(roleArn: string): boolean {
    return this.all.some(({ input }) => input.Role === roleArn);
  }

  /** Ends the processes of the functions. */
  async close(): Promise<void> {
    await this.environments.close();
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
