import { AsyncResource } from "node:async_hooks";
import http, { type IncomingMessage, type RequestOptions } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import { abortError } from "./clock.js";
import type { ApiAnswer, ApiCall } from "./messages.js";

/** Where a call goes on its way: it waits for a connection, is sent when its body is complete, and ends. */
interface Line {
  readonly sent: (call: Call) => void;
  readonly over: (call: Call) => void;
}

/** Stands in for `http.ClientRequest`: a call that never sees a connection. */
export class Call extends Writable {
  readonly protocol = "http:";
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly reusedSocket = false;
  readonly maxHeadersCount = null;
  socket: Socket | null = null;
  aborted = false;
  res: IncomingMessage | undefined;
  /** Takes the answer's event off the clock again. */
  withdraw: (() => void) | undefined;
  private readonly fields = new Map<string, readonly [name: string, value: string | readonly string[]]>();
  private readonly chunks: Buffer[] = [];
  private readonly scope = new AsyncResource("Call");
  private line: Line | undefined;
  private isEnded = false;

  /** @param order its place among what happens at one time: decided when it is made, however quickly the answer comes */
  constructor(
    readonly order: number,
    options: RequestOptions,
    onResponse?: (response: IncomingMessage) => void,
  ) {
    super({ autoDestroy: false, decodeStrings: true });
    this.method = (options.method ?? "GET").toUpperCase();
    this.path = options.path ?? "/";
    this.host = options.hostname ?? options.host ?? "localhost";
    const { headers = {}, port = 80, auth, timeout, signal } = options;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.setHeader(name, value);
    }
    if (!this.fields.has("host")) this.setHeader("Host", `${this.host}:${port}`);
    if (typeof auth === "string" && !this.fields.has("authorization")) {
      this.setHeader("Authorization", `Basic ${Buffer.from(auth).toString("base64")}`);
    }
    if (onResponse !== undefined) this.once("response", onResponse);
    if (timeout !== undefined) this.setTimeout(timeout);
    if (signal !== undefined) this.endBy(signal);
  }

  /** As it is sent. */
  get sent(): ApiCall {
    const headers = Array.from(this.fields, ([name, [, value]]) => [name, [value].flat().join(", ")]);
    return {
      method: this.method,
      url: this.path,
      headers: Object.fromEntries(headers),
      body: this.chunks.length === 1 ? (this.chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.chunks),
    };
  }

  /** It has what stands for a connection. */
  connect(line: Line): void {
    this.line = line;
    process.nextTick(() => {
      if (this.destroyed) return;
      this.socket = this.standIn();
      this.emit("socket", this.socket);
      if (/^100-continue$/i.test(String(this.getHeader("expect") ?? ""))) this.emit("continue");
    });
    if (this.isEnded) line.sent(this);
  }

  /** Hands the answer to the function. */
  answer(answer: ApiAnswer): void {
    if (this.destroyed) return;
    this.scope.runInAsyncScope(() => {
      if (answer.kind === "reset") this.destroy(hangUp());
      else this.respond(answer);
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Whoever has written it may write on into the same memory.
    this.chunks.push(Buffer.from(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.isEnded = true;
    this.line?.sent(this);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.withdraw?.();
    this.socket?.setTimeout(0).destroy();
    if (this.res !== undefined && !this.res.readableEnded) this.res.resume();
    this.line?.over(this);
    // A call that ends without an answer has failed, whoever has ended it.
    done(error ?? (this.res === undefined ? hangUp() : null));
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit("abort"));
    this.destroy();
  }

  setTimeout(delay: number, callback?: () => void): this {
    if (callback !== undefined) this.once("timeout", callback);
    const limit = () => this.socket?.setTimeout(delay).once("timeout", () => this.emit("timeout"));
    if (this.socket === null) this.once("socket", limit);
    else limit();
    return this;
  }

  setHeader(name: string, value: number | string | readonly string[]): this {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value as string);
    this.fields.set(name.toLowerCase(), [name, typeof value === "number" ? String(value) : value]);
    return this;
  }

  getHeader(name: string): string | readonly string[] | undefined {
    return this.fields.get(name.toLowerCase())?.[1];
  }

  hasHeader(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  getHeaders(): Record<string, string | readonly string[]> {
    return Object.fromEntries(Array.from(this.fields, ([name, [, value]]) => [name, value]));
  }

  getHeaderNames(): string[] {
    return [...this.fields.keys()];
  }

  getRawHeaderNames(): string[] {
    return Array.from(this.fields.values(), ([name]) => name);
  }

  // What these do to a connection has no meaning here.
  flushHeaders(): void {}
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}

  private endBy(signal: AbortSignal): void {
    const abort = () => this.destroy(abortError(signal));
    if (signal.aborted) process.nextTick(abort);
    signal.addEventListener("abort", abort, { once: true });
    this.once("close", () => signal.removeEventListener("abort", abort));
  }

  /** A socket that is never connected: clients set its time limits, and may end it. */
  private standIn(): Socket {
    const socket = new Socket();
    let failure: Error | undefined;
    socket.once("error", (error) => {
      failure = error;
    });
    socket.once("close", () => this.destroy(failure));
    return socket;
  }

  private respond({ status, headers, body }: ApiAnswer & { kind: "answer" }): void {
    const response = new http.IncomingMessage(this.socket as Socket);
    this.res = response;
    response.httpVersion = "1.1";
    response.httpVersionMajor = 1;
    response.httpVersionMinor = 1;
    response.statusCode = status;
    response.statusMessage = http.STATUS_CODES[status] ?? "";
    response.rawHeaders = Object.entries(headers).flat();
    response.headers = { ...headers };
    response.complete = true;
    if (body.length > 0 && this.method !== "HEAD") response.push(body);
    response.push(null);
    response.once("end", () => process.nextTick(() => this.destroy()));
    if (!this.emit("response", response)) response.resume();
  }
}

function hangUp(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}
