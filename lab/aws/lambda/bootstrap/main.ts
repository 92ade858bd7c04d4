import { writeSync } from "node:fs";
import { format } from "node:util";
import { Random } from "#lab/random.js";
import { installClock, VirtualClock } from "./clock.js";
import {
  contextOf,
  functionError,
  type LambdaHandler,
  loadHandler,
  loggedError,
  unhandled,
} from "./handler.js";
import { installHttp } from "./http.js";
import type { InvocationOrder, Order, Rest, Settled } from "./messages.js";
import { installNetwork } from "./network.js";

/**
 * The process of one environment of a function. It does one thing at a time, as the lab tells it to, and when nothing
 * goes on in it any more, it says when there is more to do: Node.js knows that of itself, since it would end then.
 */
const { channel, pid } = process;
const kill = process.kill.bind(process);
const send = process.send?.bind(process);
if (channel === undefined || send === undefined) throw new Error("only the lab starts this");
// A function's process knows no lab, and its number would differ from run to run.
Object.assign(process, { send: undefined });
Object.defineProperty(process, "pid", { value: 8 });

const clock = new VirtualClock();
const freshenConnections = installNetwork(process.env.AWS_ENDPOINT_URL);
installClock(clock);
installHttp(clock);

let handler: LambdaHandler | undefined;
let memoryBytes = Number.POSITIVE_INFINITY;
let requestId = "undefined";
let settled: Settled | undefined;

function log(level: string, ...values: unknown[]): void {
  // One line is one event.
  const text = format(...values).replaceAll("\n", "\r");
  writeSync(1, `${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
}
for (const [method, level] of [
  ["log", "INFO"],
  ["info", "INFO"],
  ["debug", "DEBUG"],
  ["warn", "WARN"],
  ["error", "ERROR"],
  ["trace", "TRACE"],
] as const) {
  console[method] = (...values: unknown[]) => log(level, ...values);
}

function fail(thrown: unknown, what: string, isFatal: boolean): void {
  log("ERROR", `${what} \t${loggedError(thrown)}`);
  settled ??= { kind: "failed", error: functionError(thrown), isFatal };
}
process.on("uncaughtException", (error) => fail(error, "Uncaught Exception", true));
process.on("unhandledRejection", (reason) => fail(unhandled(reason), "Unhandled Promise Rejection", true));

async function start(order: Order & { kind: "init" }): Promise<void> {
  clock.startedAt = order.now;
  memoryBytes = order.memoryBytes;
  const random = new Random(order.seed);
  Math.random = () => random.next();
  try {
    handler = await loadHandler(order.folder, order.handler);
    settled ??= { kind: "done", payload: "null" };
  } catch (error) {
    fail(error, "Uncaught Exception", true);
  }
}

async function invoke(order: InvocationOrder): Promise<void> {
  requestId = order.requestId;
  try {
    const answer = handler?.(JSON.parse(order.payload), contextOf(order, Date.now));
    // Lambda drops what a handler returns that is not asynchronous.
    const result = isPromise(answer) ? await answer : null;
    settled ??= { kind: "done", payload: JSON.stringify(result) ?? "null" };
  } catch (error) {
    fail(error, "Invoke Error", false);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function rest(): void {
  const due = settled === undefined ? clock.take() : undefined;
  if (due !== undefined) {
    setImmediate(due);
    return;
  }
  if (process.memoryUsage.rss() > memoryBytes) kill(pid, "SIGKILL");
  const { next } = clock;
  const told: Rest = {
    ...(settled === undefined ? {} : { settled }),
    ...(next === undefined ? {} : { next }),
  };
  settled = undefined;
  send?.(told);
  channel?.ref();
}

process.on("beforeExit", rest);
process.on("disconnect", () => process.exit(1));
process.on("message", (order: Order) => {
  channel.unref();
  clock.now = order.now;
  freshenConnections();
  if (order.kind === "init") void start(order);
  // After what has become due since the last invocation.
  if (order.kind === "invoke") clock.at(clock.now, () => invoke(order.invocation));
});
