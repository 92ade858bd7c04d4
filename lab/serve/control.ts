import type { Account } from "../aws/account.js";
import type { WireResponse } from "../endpoint/codec/wire.js";
import type { Control } from "../endpoint/server.js";
import { UsageError } from "../usage.js";
import { type Happened, happened } from "./happened.js";
import { timeMeant } from "./span.js";

/** What letting time pass came to. */
export interface Advanced {
  readonly from: number;
  readonly to: number;
  readonly happened: readonly Happened[];
}

/** Where the lab takes its own commands, beside AWS's operations. */
export const advancePath = "/_lab/advance";

/** The lab's own commands: `POST /_lab/advance?by=7d` lets time pass and tells what happened. */
export function controlOf(account: Account): Control {
  return ({ method, path, query }) => {
    if (path !== advancePath) return undefined;
    if (method !== "POST") return Promise.resolve(json(405, { error: "POST is what this takes" }));
    return advance(account, query.get("by") ?? "");
  };
}

async function advance(account: Account, by: string): Promise<WireResponse> {
  const from = account.clock.now;
  let to: number;
  try {
    to = timeMeant(by, from);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return json(400, { error: error.message });
  }
  if (account.clock.isPassing)
    return json(409, { error: "time is passing already; try again when it is done" });
  await account.clock.advanceTo(to);
  const done: Advanced = { from, to, happened: happened(account, from, to) };
  return json(200, done);
}

function json(status: number, value: object): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
