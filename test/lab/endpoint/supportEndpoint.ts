import { connect } from "node:net";
import { Account } from "#lab/aws/account.js";
import { Endpoint, type EndpointOptions } from "#lab/endpoint/server.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { nodes, account as world } from "../support.js";
import { region } from "./supportWire.js";

/** An account of two nodes that is served while something works with it. */
export async function served<T>(
  work: (endpoint: Endpoint, account: Account) => Promise<T>,
  { faults = {}, ...options }: EndpointOptions & { readonly faults?: Partial<Faults> } = {},
): Promise<T> {
  const { clock, account: model } = world(nodes(2));
  const account = new Account(clock, model.fleet, 1, { ...noFaults, ...faults });
  const endpoint = await Endpoint.start(account, options);
  try {
    return await work(endpoint, account);
  } finally {
    await endpoint.close();
    await account.close();
  }
}

/** What the SDK's clients need to talk to an endpoint as the account's owner. */
export function clientOf(endpoint: Endpoint, account: Account) {
  return { endpoint: endpoint.url, region, credentials: account.credentials.owner };
}

/** Connects to an endpoint, writes, and reads until the other side ends the connection. */
export function exchange(
  endpoint: Pick<Endpoint, "url">,
  writes: readonly (string | Uint8Array)[],
  { hangUp = false }: { readonly hangUp?: boolean } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      answer += text;
    });
    // A connection that is cut is an answer, too.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    for (const write of writes) socket.write(write);
    if (hangUp) socket.end();
  });
}
