import { fstatSync, writeSync } from "node:fs";
import { format } from "node:util";
import { optimizeLater } from "#lab/patience.js";
import { Random } from "#lab/random.js";
import { Channel } from "./channel.js";
import { installClock, VirtualClock } from "./clock.js";
import type { Frame } from "./frames.js";
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
import { Transport } from "./transport.js";

/**
 * The process of one environment of a function. It does one thing at a time, as the lab tells it to, and when nothing
 * goes on in it any more, it says when there is more to do: Node.js knows that of itself, since it would end then.
 */
optimizeLater();
const { pid } = process;
const kill = process.kill.bind(process);
const exit = process.exit.bind(process);
const channel = new Channel();
// Its number would differ from run to run.
Object.defineProperty(process, "pid", { value: 8 });

const clock = new VirtualClock();
const endpoint = process.env.AWS_ENDPOINT_URL;
const transport = new Transport(clock);
const freshenConnections = installNetwork(endpoint);
installClock(clock);
installHttp(clock);

/** Turns between two looks at the memory, since a look costs as much as a short turn. */
const memoryTurns = 8;
let turns = 0;
/** The lab's own time, and until when the process may go on by itself. */
let toldNow = 0;
let until = 0;
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
  const calls = transport.take();
  // Calls go out before anything else happens, even at the same time.
  const isIdle = settled === undefined && calls.length === 0;
  if (isIdle && mayGoOn()) clock.now = Math.max(clock.now, clock.next ?? 0);
  const due = isIdle ? clock.take() : undefined;
  if (due !== undefined) {
    setImmediate(due);
    return;
  }
  const isLook = settled !== undefined || ++turns % memoryTurns === 0;
  if (isLook && process.memoryUsage.rss() > memoryBytes) kill(pid, "SIGKILL");
  const { next } = clock;
  const told: Rest = {
    now: clock.now,
    ...(settled === undefined ? {} : { settled }),
    ...(next === undefined ? {} : { next }),
    ...(calls.length === 0 ? {} : { calls: calls.map(({ body: _, ...call }) => call) }),
  };
  settled = undefined;
  turn(() =>
    channel.exchange(
      told,
      calls.map(({ body }) => body),
    ),
  );
}

/** Whether the next thing to happen needs nothing of the lab. What has been written is to be read at its own time. */
function mayGoOn(): boolean {
  const { next } = clock;
  return next !== undefined && next <= until && fstatSync(1).size === 0;
}

/** Does what the lab says next, with all that is due. */
function turn(exchanged: () => Frame): void {
  let frame: Frame;
  try {
    frame = exchanged();
  } catch {
    // The lab is no more, so nobody is left to be told.
    exit(1);
    return;
  }
  const order = frame.message as Order;
  clock.now = order.now;
  toldNow = order.now;
  until = order.until;
  freshenConnections();
  for (const [index, answer] of order.answers.entries()) {
    const body = frame.bodies[index] ?? new Uint8Array();
    transport.deliver(answer.id, answer.kind === "reset" ? answer : { ...answer, body });
  }
  if (order.kind === "init") {
    if (order.callsOverChannel && endpoint !== undefined) transport.install(endpoint);
    void start(order);
  }
  // After what has become due since the last invocation.
  if (order.kind === "invoke") clock.at(clock.now, () => invoke(order.invocation));
  setImmediate(clock.take() ?? (() => undefined));
}

process.on("beforeExit", rest);
// Whoever ends ahead of the lab ends when the lab has come so far.
process.on("exit", () => {
  if (clock.now > toldNow) channel.tell({ now: clock.now, next: clock.now });
});
turn(() => channel.receive());
