import type { Place } from "../place.js";
import type { FunctionError } from "./bootstrap/messages.js";
import type { Ending, Environment } from "./environment.js";
import type { LambdaFunction } from "./function.js";
import { keptLogBytes } from "./logFile.js";
import { until } from "./waiting.js";

/** Milliseconds of simulated time that an environment takes to start; a module with more to do takes longer. */
const initMilliseconds = 300;
/** Milliseconds after which Lambda gives up an init, and begins anew as part of the invocation. */
const initLimit = 10_000;
/** Milliseconds of each invocation before the handler is called. */
const overheadMilliseconds = 5;
const largestResponse = 6_291_556;

/** An invocation, for the report. */
export interface InvocationRecord {
  readonly functionName: string;
  readonly requestId: string;
  /** What has brought it about. */
  readonly source: string;
  /** 1 for the first of those for one event. */
  readonly attempt: number;
  readonly startedAt: number;
  endedAt?: number;
  coldStart: boolean;
  /** `refused` when Lambda could not take on the function's role. */
  status: "running" | "success" | "error" | "timeout" | "crash" | "throttled" | "refused";
  error?: string;
}

/** What a function is called with. */
export interface FunctionEvent {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** JSON in base64. */
  readonly clientContext?: string;
  readonly source: string;
  readonly attempt: number;
}

/** How an invocation has ended, as its caller is told. */
export interface InvocationResult {
  readonly requestId: string;
  /** JSON: what the function returns, or its error. */
  readonly payload: string;
  readonly functionError?: "Unhandled";
  /** The last 4 KiB of what it has logged. */
  readonly logTail: string;
}

/**
 * Lets an environment handle an event, after it has started if it still has to, and logs it as Lambda does, but for the
 * figures that differ from run to run.
 *
 * @returns how it has ended; the environment is of no use any more when it is not alive
 */
export async function execute(
  region: Place,
  fn: LambdaFunction,
  environment: Environment,
  event: FunctionEvent,
  record: InvocationRecord,
): Promise<InvocationResult> {
  const { clock } = region.account;
  const { log } = environment;
  const { requestId } = event;
  log.begin();
  const begun = clock.now;
  const startup = record.coldStart ? await start(region, fn, environment) : done;
  const started = clock.now;
  log.write(`START RequestId: ${requestId} Version: $LATEST`);
  const verdict = judge(await run(region, fn, environment, event, startup), fn, requestId);
  const cut = environment.endLogs();
  if (cut > 0) {
    log.write(`The lab keeps ${keptLogBytes} bytes of the logs of an invocation, and has cut ${cut} more.`);
  }
  if (verdict.logged !== undefined) log.write(verdict.logged(new Date(clock.now).toISOString()));
  log.write(`END RequestId: ${requestId}`);
  const figures = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${clock.now - started}.00 ms`,
    `Billed Duration: ${clock.now - begun} ms`,
    `Memory Size: ${fn.memoryMiB} MB`,
    ...(record.coldStart ? [`Init Duration: ${started - begun}.00 ms`] : []),
    ...(verdict.reported === undefined ? [] : [verdict.reported]),
  ];
  log.write(figures.join("\t"));
  record.endedAt = clock.now;
  record.status = verdict.status;
  const { error } = verdict;
  if (error !== undefined) record.error = environment.masked(`${error.errorType}: ${error.errorMessage}`);
  return {
    requestId,
    payload: environment.masked(error === undefined ? verdict.payload : JSON.stringify(error)),
    ...(error === undefined ? {} : { functionError: "Unhandled" }),
    logTail: log.tail,
  };
}

const done: Ending = { kind: "done", payload: "null" };

async function start(region: Place, fn: LambdaFunction, environment: Environment): Promise<Ending> {
  const { clock } = region.account;
  const begun = clock.now;
  environment.log.write(`INIT_START Runtime Version: ${fn.input.Runtime}`);
  const outcome = await environment.init(begun + initLimit);
  await until(clock, Math.max(clock.now, begun + initMilliseconds));
  if (outcome.kind !== "done") {
    const status = outcome.kind === "timedOut" ? "timeout" : "error";
    const duration = clock.now - begun;
    environment.log.write(`INIT_REPORT Init Duration: ${duration}.00 ms\tPhase: init\tStatus: ${status}`);
  }
  return outcome;
}

async function run(
  region: Place,
  fn: LambdaFunction,
  environment: Environment,
  event: FunctionEvent,
  startup: Ending,
): Promise<Ending> {
  const { clock, faults } = region.account;
  const { requestId, payload, clientContext } = event;
  const deadline = clock.now + fn.timeout;
  // What did not start in time starts anew, within the time limit of the function.
  const outcome = startup.kind === "timedOut" ? await environment.init(deadline) : startup;
  if (outcome.kind !== "done") return outcome;
  const order = {
    ...{ requestId, payload, deadline },
    functionArn: fn.arn,
    ...(clientContext === undefined ? {} : { clientContext }),
  };
  const begin = Math.min(clock.now + overheadMilliseconds, deadline);
  return environment.invoke(
    order,
    begin,
    faults.killAfter({ functionName: fn.name, number: fn.invocations }),
  );
}

interface Verdict {
  readonly status: InvocationRecord["status"];
  readonly payload: string;
  readonly error?: FunctionError;
  /** What Lambda itself logs of it, at a time. */
  readonly logged?: (time: string) => string;
  /** The end of the report. */
  readonly reported?: string;
}

function judge(outcome: Ending, { timeout }: LambdaFunction, requestId: string): Verdict {
  const payload = "null";
  const failed = (status: Verdict["status"], errorType: string, errorMessage: string) => ({
    ...{ status, payload },
    error: { errorType, errorMessage },
  });
  switch (outcome.kind) {
    case "done": {
      if (Buffer.byteLength(outcome.payload) <= largestResponse) return { ...outcome, status: "success" };
      const message = `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`;
      return failed("error", "Function.ResponseSizeTooLarge", message);
    }
    case "failed": {
      const { error, isFatal } = outcome;
      const reported = `Status: error\tError Type: ${error.errorType}`;
      return { status: "error", payload, error, ...(isFatal ? { reported } : {}) };
    }
    case "exited": {
      const message = `RequestId: ${requestId} Error: ${outcome.how}`;
      return {
        ...failed("crash", "Runtime.ExitError", message),
        logged: () => `${message}\nRuntime.ExitError`,
        reported: "Status: error\tError Type: Runtime.ExitError",
      };
    }
    case "timedOut": {
      const message = `Task timed out after ${(timeout / 1000).toFixed(2)} seconds`;
      return {
        ...failed("timeout", "Sandbox.Timedout", `RequestId: ${requestId} Error: ${message}`),
        logged: (time) => `${time} ${requestId} ${message}`,
        reported: "Status: timeout",
      };
    }
  }
}
