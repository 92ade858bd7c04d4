import { setImmediate as othersTurn } from "node:timers/promises";
import { CannotRun } from "#shared/terminal/terminal.js";
import { hourMs } from "#shared/text/time.js";
import type { Account } from "../aws/account.js";
import type { WireResponse } from "../endpoint/codec/wire.js";
import type { Control } from "../endpoint/server.js";
import { type Happened, happened } from "./happened.js";
import { timeMeant } from "./span.js";

/** What letting time pass came to. */
export interface Advanced {
  readonly from: number;
  readonly to: number;
  readonly happened: readonly Happened[];
}

/** Name of the file in the output folder that tells where the lab is. */
export const endpointFile = "endpoint.json";

/** Where the lab takes its own commands, beside AWS's operations. */
export const advancePath = "/_lab/advance";

/** What whoever let time pass is told when the lab closes meanwhile. */
export const closedMeanwhile = "The lab was closed while time passed.";

/**
 * The lab's own commands: `POST /_lab/advance?by=7d` lets time pass and tells what happened.
 *
 * @param closing stops the passing of time
 */
export function controlOf(account: Account, closing: AbortSignal): Control {
  const { clock } = account;
  let isAdvancing = false;

  /** Hour by hour, so that others get their answers in between, and Ctrl-C has its effect. */
  async function advanceTo(time: number): Promise<void> {
    isAdvancing = true;
    try {
      while (clock.now < time && !closing.aborted) {
        if (!clock.isPassing) await clock.advanceTo(Math.min(clock.now + hourMs, time));
        await othersTurn();
      }
    } finally {
      isAdvancing = false;
    }
  }

  async function advance(by: string): Promise<WireResponse> {
    const from = clock.now;
    let to: number;
    try {
      to = timeMeant(by, from);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      return json(400, { error: error.message });
    }
    if (isAdvancing || clock.isPassing)
      return json(409, { error: "Time is passing already; try again when it is done." });
    await advanceTo(to);
    if (closing.aborted) return json(503, { error: closedMeanwhile });
    const done: Advanced = { from, to: clock.now, happened: happened(account, from, clock.now) };
    return json(200, done);
  }

  return ({ method, path, query }) => {
    if (path !== advancePath) return undefined;
    if (method !== "POST") return Promise.resolve(json(405, { error: "POST is what this takes." }));
    return advance(query.get("by") ?? "");
  };
}

function json(status: number, value: object): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
