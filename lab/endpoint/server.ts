import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { reasonOf } from "#shared/text/words.js";
import type { Account } from "../aws/account.js";
import { hashUnit } from "../random.js";
import type { WireRequest, WireResponse } from "./codec/wire.js";
import { Api, type ApiOptions } from "./dispatch.js";

/** More than any message that the lab serves needs, and little enough to keep in memory. */
const maxBodyBytes = 16 * 1024 * 1024;
/** Milliseconds of simulated time that an answer takes to reach a function: between the two. */
const latency = [15, 45] as const;

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
      this.serve(request, response).catch((error: unknown) => {
        this.failures.push(error);
        const message = `The lab failed: ${reasonOf(error)}`;
        send(response, { status: 500, headers: { "content-type": "text/plain" }, body: message });
      });
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

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === "aborted") return;
    if (body === "too large") {
      const message = `The lab takes bodies of up to ${maxBodyBytes} bytes.`;
      send(response, {
        status: 413,
        headers: { "content-type": "text/plain", connection: "close" },
        body: message,
      });
      return;
    }
    const wire = wireRequest(request, body);
    // A page in a browser sends this header; none has any business here.
    if (wire.headers.origin !== undefined) {
      send(response, { status: 403, headers: { "content-type": "text/plain" }, body: "no pages here" });
      return;
    }
    const control = this.options.control?.(wire);
    if (control !== undefined) {
      send(response, await control);
      return;
    }
    await this.answer(wire, response);
  }

  private async answer(request: WireRequest, response: ServerResponse): Promise<void> {
    const { account } = this;
    const identity = this.api.identity(request);
    const isFunction = identity?.onCall !== undefined;
    const outcome = await this.api.answer(request);
    if (outcome.kind === "reset") {
      response.socket?.destroy();
      return;
    }
    if (outcome.kind === "silence") {
      // Tells a function's process that nothing more will come; the clients of AWS pass over it.
      if (isFunction) response.writeProcessing();
      return;
    }
    if (isFunction && !response.destroyed) {
      const number = (this.answers.get(identity.arn) ?? 0) + 1;
      this.answers.set(identity.arn, number);
      const [least, most] = latency;
      const delay = least + hashUnit(account.seed, "latency", identity.arn, number) * (most - least);
      const arrival = account.clock.now + Math.round(delay);
      response.setHeader("x-lab-at", arrival);
      response.setHeader("date", new Date(arrival).toUTCString());
    }
    send(response, outcome.response);
  }
}

function wireRequest({ method = "GET", url = "/", headers }: IncomingMessage, body: Uint8Array): WireRequest {
  // Not by URL, which would resolve the dots of a path that are part of an object's key.
  const at = url.indexOf("?");
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    ),
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

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (response.headersSent || response.destroyed) return;
  const length = { "content-length": Buffer.byteLength(body) };
  // An answer to HEAD tells the length of the body that it does not have.
  const isHead = response.req.method === "HEAD";
  response.writeHead(status, isHead ? { ...length, ...headers } : { ...headers, ...length });
  response.end(body);
}
