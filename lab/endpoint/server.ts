import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { reasonOf } from "#shared/text/words.js";
import type { Account } from "../aws/account.js";
import type { ApiAnswer, ApiCall } from "../aws/lambda/bootstrap/messages.js";
import { hashUnit } from "../random.js";
import type { WireRequest, WireResponse } from "./codec/wire.js";
import { Api, type ApiOptions } from "./dispatch.js";

/** More than any message that the lab serves needs, and little enough to keep in memory. */
const maxBodyBytes = 16 * 1024 * 1024;
/** Milliseconds of simulated time that an answer takes to reach a function: between the two. */
const latency = [15, 45] as const;

const plain = { "content-type": "text/plain" };

/** What becomes of a request. A function sees an answer when simulated time says so; others get theirs at once. */
type Reply =
  | { readonly kind: "answer"; readonly response: WireResponse; readonly arrival?: number }
  /** `isFunction` where the process that waits is to be told of it. */
  | { readonly kind: "silence"; readonly isFunction: boolean }
  | { readonly kind: "reset" };

/** Answers requests that are not AWS's, such as the lab's own commands; undefined for what it does not know. */
export type Control = (request: WireRequest) => Promise<WireResponse> | undefined;

export interface EndpointOptions extends ApiOptions {
  /** 0 for any that is free. */
  readonly port?: number;
  readonly control?: Control;
}

/** The HTTP server that the account's APIs are reached at, on the loopback interface alone. */
export class Endpoint {
  readonly api: Api;
  /** Errors of the lab itself, which no client can mend. */
  readonly failures: unknown[] = [];
  private readonly server: Server;
  private readonly answers = new Map<string, number>();

  private constructor(
    private readonly account: Account,
    private readonly options: EndpointOptions,
  ) {
    this.api = new Api(account, options);
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.serve(request, response).catch((error: unknown) => send(response, this.failed(error)));
    });
    this.server.on("clientError", (_error, socket) => {
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
  }

  /** Starts to serve an account, and tells it where. */
  static async start(account: Account, options: EndpointOptions = {}): Promise<Endpoint> {
    const endpoint = new Endpoint(account, options);
    const { server } = endpoint;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port: options.port ?? 0 }, () => {
        server.off("error", reject);
        resolve();
      });
    });
    account.endpoint = endpoint.url;
    account.answer = (call) => endpoint.call(call);
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Stops serving; whoever still waits for an answer is cut off. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Answers a function's call that has come without a connection. */
  private async call(call: ApiCall): Promise<ApiAnswer | undefined> {
    const { now } = this.account.clock;
    const reply = await this.reply(wireRequest(call.method, call.url, call.headers, call.body)).catch(
      (error: unknown): Reply => ({ kind: "answer", response: this.failed(error) }),
    );
    if (reply.kind === "silence") return undefined;
    if (reply.kind === "reset") return { kind: "reset", at: now };
    const { response, arrival = now } = reply;
    const { status } = response;
    const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
    return { kind: "answer", at: arrival, status, headers: headersOf(response, call.method), body };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === "aborted") return;
    const { method = "GET", url = "/", headers } = request;
    const single = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]);
    const asked = (bytes: Uint8Array) => wireRequest(method, url, Object.fromEntries(single), bytes);
    const reply = body === "too large" ? tooLarge : await this.reply(asked(body));
    if (reply.kind === "reset") response.socket?.destroy();
    // Tells a function's process that nothing more will come; the clients of AWS pass over it.
    else if (reply.kind === "answer") send(response, reply.response);
    else if (reply.isFunction) response.writeProcessing();
  }

  private async reply(request: WireRequest): Promise<Reply> {
    if (request.body.length > maxBodyBytes) return tooLarge;
    // A page in a browser sends this header; none has any business here.
    if (request.headers.origin !== undefined) {
      return { kind: "answer", response: { status: 403, headers: plain, body: "no pages here" } };
    }
    const control = this.options.control?.(request);
    if (control !== undefined) return { kind: "answer", response: await control };
    const identity = this.api.identity(request);
    const isFunction = identity?.onCall !== undefined;
    const outcome = await this.api.answer(request);
    if (outcome.kind === "silence") return { kind: "silence", isFunction };
    if (outcome.kind === "reset") return outcome;
    const { headers, ...rest } = outcome.response;
    const dated = (at: number, more = {}) => ({
      ...rest,
      headers: { ...more, date: new Date(at).toUTCString(), ...headers },
    });
    // Clients learn the account's time from what goes well. Of what fails they would take it for their own clock's fault, and ask again.
    if (!isFunction)
      return rest.status < 400 ? { kind: "answer", response: dated(this.account.clock.now) } : outcome;
    const arrival = this.arrival(identity.arn);
    return { kind: "answer", response: dated(arrival, { "x-lab-at": String(arrival) }), arrival };
  }

  /** When the next answer reaches a function. */
  private arrival(arn: string): number {
    const { seed, clock } = this.account;
    const number = (this.answers.get(arn) ?? 0) + 1;
    this.answers.set(arn, number);
    const [least, most] = latency;
    return clock.now + Math.round(least + hashUnit(seed, "latency", arn, number) * (most - least));
  }

  /** The answer to whom the lab itself has failed. */
  private failed(error: unknown): WireResponse {
    this.failures.push(error);
    const message = `The lab failed: ${reasonOf(error)}`;
    return { status: 500, headers: plain, body: message };
  }
}

const tooLarge: Reply = {
  kind: "answer",
  response: {
    status: 413,
    headers: { ...plain, connection: "close" },
    body: `The lab takes bodies of up to ${maxBodyBytes} bytes.`,
  },
};

function wireRequest(
  method: string,
  url: string,
  headers: WireRequest["headers"],
  body: Uint8Array,
): WireRequest {
  // Not by URL, which would resolve the dots of a path that are part of an object's key.
  const at = url.indexOf("?");
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers,
    body,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | "too large" | "aborted"> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return "too large";
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBodyBytes) return "too large";
      chunks.push(chunk);
    }
  } catch {
    // The client is gone, and nobody is left to be told.
    return "aborted";
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** The length of the body among them; an answer to HEAD tells that of the body that it does not have. */
function headersOf({ headers, body }: WireResponse, method: string): Record<string, string> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return method === "HEAD" ? { ...length, ...headers } : { ...headers, ...length };
}

function send(response: ServerResponse, answer: WireResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, headersOf(answer, response.req.method ?? ""));
  response.end(answer.body);
}
