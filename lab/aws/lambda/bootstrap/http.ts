import http, { type ClientRequest, type IncomingMessage, type InformationEvent } from "node:http";
import type { VirtualClock } from "./clock.js";

/** A request, from when it is made until its answer is handed to the function. */
interface Flight {
  /** Its place among what happens at one time: decided when it is made, however quickly the answer comes. */
  readonly order: number;
  /** Whether the next request may go out. */
  hasLanded: boolean;
  answer?: IncomingMessage;
  /** When the answer is handed over, while it is held back. */
  arrival?: number;
  withdraw?: () => void;
}

/** The part of an agent through which every request goes on its way to a connection; Node.js does not document it. */
interface AgentRequests {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

/**
 * Answers come when simulated time says so: really they are there at once, but the function sees one only at the time
 * that its header `x-lab-at` tells. Requests go out one at a time, in the order in which they are made. One whose server
 * says 102 gets no answer, and the function's own time limits decide.
 */
export function installHttp(clock: VirtualClock): void {
  const flights = new WeakMap<ClientRequest, Flight>();
  const waiting: (() => void)[] = [];
  let isBusy = false;

  const depart = () => {
    const next = isBusy ? undefined : waiting.shift();
    if (next === undefined) return;
    isBusy = true;
    next();
  };
  const land = (flight: Flight) => {
    if (flight.hasLanded) return;
    flight.hasLanded = true;
    isBusy = false;
    depart();
  };

  const agent: AgentRequests = http.Agent.prototype as unknown as AgentRequests;
  const { addRequest } = agent;
  agent.addRequest = function (request, ...rest) {
    flights.set(request, { order: clock.order(), hasLanded: false });
    waiting.push(() => addRequest.call(this, request, ...rest));
    depart();
  };

  const requests = http.ClientRequest.prototype;
  const { emit, destroy } = requests;
  const hold = (request: ClientRequest, flight: Flight, answer: IncomingMessage) => {
    land(flight);
    // All of it is here, so nothing real is waited for any more.
    request.socket?.unref();
    flight.arrival = Number(answer.headers["x-lab-at"] ?? clock.now);
    const entry = clock.at(
      flight.arrival,
      () => {
        delete flight.arrival;
        if (!emit.call(request, "response", answer)) answer.resume();
      },
      flight.order,
    );
    flight.withdraw = () => clock.cancel(entry);
  };
  requests.emit = function (this: ClientRequest, event: string, ...values: unknown[]) {
    const flight = flights.get(this);
    if (flight === undefined) return emit.call(this, event, ...values);
    if (event === "response") {
      const answer = values[0] as IncomingMessage;
      flight.answer = answer;
      whenComplete(answer, () => hold(this, flight, answer));
      return true;
    }
    if (event === "information" && (values[0] as InformationEvent).statusCode === 102) {
      this.socket?.unref();
      land(flight);
    }
    if (event === "close") {
      land(flight);
      // A connection that ends with its answer is not seen to end before the answer.
      if (flight.arrival !== undefined) {
        clock.at(flight.arrival, () => emit.call(this, "close"));
        return true;
      }
      if (flight.answer?.complete === false)
        emit.call(this, "error", Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
    }
    return emit.call(this, event, ...values);
  };
  requests.destroy = function (this: ClientRequest, error?: Error) {
    const flight = flights.get(this);
    flight?.withdraw?.();
    delete flight?.arrival;
    return destroy.call(this, error);
  };
}

/** Calls back when all of an answer is in memory, however large it is and although nobody reads it yet. */
function whenComplete(answer: IncomingMessage, done: () => void): void {
  const { push } = answer;
  answer.push = (chunk: unknown, encoding?: BufferEncoding) => {
    const wasComplete = answer.readableEnded;
    push.call(answer, chunk, encoding);
    if (chunk === null && !wasComplete) {
      answer.push = push;
      done();
    }
    // The connection reads on, whatever piles up.
    return true;
  };
}
