import http, { type Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { urlToHttpOptions } from "node:url";
import { Call } from "./call.js";
import type { VirtualClock } from "./clock.js";
import type { ApiAnswer, ApiCall } from "./messages.js";

type Listener = (response: IncomingMessage) => void;

/** What an agent lets out at once, and what has to wait. */
interface Queue {
  inUse: number;
  readonly waiting: Call[];
}

/**
 * Carries a function's calls over the channel to the lab: they are gathered while the function computes, and go out when
 * it rests. Only calls to the account's endpoint; all others take the way that they would take without it.
 */
export class Transport {
  private readonly queues = new WeakMap<Agent, Queue>();
  private readonly open = new Map<number, Call>();
  private ready: Call[] = [];

  constructor(private readonly clock: VirtualClock) {}

  /** Puts itself in the place of Node's requests. */
  install(endpoint: string): void {
    const { hostname, port } = new URL(endpoint);
    const { request } = http;
    const made = (...given: readonly unknown[]): ClientRequest => {
      const { options, listener } = normalized(given);
      const isOurs = (options.hostname ?? options.host) === hostname && String(options.port) === port;
      if (!isOurs || !isPlain(options)) return Reflect.apply(request, http, given) as ClientRequest;
      const { agent = http.globalAgent } = options;
      const call = new Call(this.clock.order(), options, listener);
      this.enter(call, typeof agent === "boolean" ? undefined : agent);
      return call as unknown as ClientRequest;
    };
    http.request = made as typeof http.request;
    http.get = ((...given: readonly unknown[]) => {
      const call = made(...given);
      call.end();
      return call;
    }) as typeof http.get;
    syncBuiltinESMExports();
  }

  /** The calls that are to go out, each once, in the order in which they were made. */
  take(): (ApiCall & { readonly id: number })[] {
    if (this.ready.length === 0) return [];
    const calls = this.ready.toSorted((one, other) => one.order - other.order);
    this.ready = [];
    return calls.map((call) => ({ ...call.sent, id: call.order }));
  }

  /** Plans when the function sees an answer. */
  deliver(id: number, answer: ApiAnswer): void {
    const call = this.open.get(id);
    // The function may have given it up.
    if (call === undefined) return;
    const entry = this.clock.at(answer.at, () => call.answer(answer), call.order);
    call.withdraw = () => this.clock.cancel(entry);
  }

  /** Gives a call what stands for a connection, as soon as its agent has one left. */
  private enter(call: Call, agent: Agent | undefined): void {
    const queue = (agent && this.queues.get(agent)) ?? { inUse: 0, waiting: [] };
    if (agent !== undefined) this.queues.set(agent, queue);
    const most = agent?.maxSockets ?? Number.POSITIVE_INFINITY;
    const next = () => {
      while (queue.inUse < most) {
        const first = queue.waiting.shift();
        if (first === undefined) return;
        if (first.destroyed) continue;
        queue.inUse++;
        first.connect({
          sent: (one) => {
            this.open.set(one.order, one);
            this.ready.push(one);
          },
          over: (one) => {
            this.open.delete(one.order);
            this.ready = this.ready.filter((other) => other !== one);
            queue.inUse--;
            next();
          },
        });
      }
    };
    queue.waiting.push(call);
    next();
  }
}

/** Whether a request asks for nothing of its connection that only a real one has. */
function isPlain({ agent, protocol, socketPath, createConnection, headers }: RequestOptions): boolean {
  return (
    (protocol ?? "http:") === "http:" &&
    (agent === undefined || typeof agent === "boolean" || agent instanceof http.Agent) &&
    [socketPath, createConnection].every((option) => option === undefined) &&
    !Array.isArray(headers)
  );
}

/** `http.request` takes an address, options, or both, and a listener. */
function normalized(given: readonly unknown[]): { options: RequestOptions; listener?: Listener } {
  const [first, second, third] = given;
  const isAddress = typeof first === "string" || first instanceof URL;
  const address = isAddress ? urlToHttpOptions(new URL(first)) : {};
  const own = isAddress ? second : first;
  const listener = typeof own === "function" ? own : isAddress ? third : second;
  return {
    options: { ...address, ...(typeof own === "object" ? own : {}) },
    ...(typeof listener === "function" ? { listener: listener as Listener } : {}),
  };
}
