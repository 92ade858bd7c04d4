import http, { type ClientRequest } from "node:http";
import net, { type Socket } from "node:net";

/** Real milliseconds after which an idle connection is not used again; servers end one after more. */
const idleMilliseconds = 1000;

/** How an agent keeps connections; Node.js documents it for those who make agents. */
interface KeepsSockets {
  keepSocketAlive(socket: Socket): boolean;
  reuseSocket(socket: Socket, request: ClientRequest): void;
}

/**
 * Leaves a function no way out but to the account's endpoint, and no time limit on a connection but in simulated time.
 *
 * @returns closes connections that have been idle for long, to be called when real time may have passed
 */
export function installNetwork(endpoint: string | undefined): () => void {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const sockets = net.Socket.prototype;
  const { connect } = sockets;
  sockets.connect = function (this: Socket, ...given: unknown[]) {
    const { host, port } = destination(given);
    if (url !== undefined && host === url.hostname && port === url.port) {
      return Reflect.apply(connect, this, given);
    }
    const problem = `the lab does not model calls from functions to ${host}:${port}`;
    process.nextTick(() => this.destroy(new Error(problem)));
    return this;
  };
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  sockets.setTimeout = function (this: Socket, delay: number, callback?: () => void) {
    clearTimeout(timers.get(this));
    if (delay > 0)
      timers.set(
        this,
        setTimeout(() => this.emit("timeout"), delay),
      );
    if (callback !== undefined) {
      if (delay > 0) this.once("timeout", callback);
      else this.removeListener("timeout", callback);
    }
    return this;
  };
  globalThis.fetch = async () => {
    throw new Error("the lab does not model fetch in functions, only calls through node:http");
  };
  return keepFresh();
}

function destination(given: readonly unknown[]): { readonly host: string; readonly port: string } {
  const [first, second] = given.flat();
  const { host = "localhost", port } =
    typeof first === "object" && first !== null
      ? (first as { host?: string; port?: number })
      : { port: first, ...(typeof second === "string" ? { host: second } : {}) };
  return { host, port: String(port) };
}

function keepFresh(): () => void {
  const idle = new Map<Socket, number>();
  const agent = http.Agent.prototype as unknown as KeepsSockets;
  const { keepSocketAlive, reuseSocket } = agent;
  const now = process.hrtime.bigint;
  const milliseconds = () => Number(now() / 1_000_000n);
  agent.keepSocketAlive = function (socket) {
    const isKept = keepSocketAlive.call(this, socket);
    if (isKept) idle.set(socket, milliseconds());
    return isKept;
  };
  agent.reuseSocket = function (socket, request) {
    idle.delete(socket);
    reuseSocket.call(this, socket, request);
  };
  return () => {
    for (const [socket, since] of idle) {
      if (milliseconds() - since < idleMilliseconds) continue;
      idle.delete(socket);
      socket.destroy();
    }
  };
}
