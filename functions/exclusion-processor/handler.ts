import { setTimeout } from "node:timers/promises";
import { parseWindowCall } from "#shared/contract/exclusionGate.js";
import { parseGoing, parseRemoval, parseStaying, type RetiredPart } from "#shared/contract/retired.js";
import { settle } from "../shared/errors.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { jsonLog } from "../shared/log.js";
import { awsPorts } from "./aws/ports.js";
import { failuresFor } from "./core/callerFailure.js";
import { goingRefusal } from "./core/going.js";
import { leavingRefusal } from "./core/leaving.js";
import { runAsOnlyWriter } from "./core/oneWriter.js";
import { removalRefusal } from "./core/retirement.js";
import type { RunSummary } from "./core/runSummary.js";
import { shortened } from "./core/shortened.js";
import { keepUploads, uploadsIn } from "./core/uploads.js";
import { keepGate } from "./core/windowGate.js";
import { readEnvironment } from "./environment.js";
import { summaryLine } from "./log.js";
import { occasionOf } from "./occasion.js";

/** Milliseconds before Lambda ends the function at which writes are cut off, so that none outlives it. */
const margin = 30_000;
/** Share of the time after which nothing new is begun. */
const enough = 0.8;

const environment = readEnvironment(process.env);
const portsFor = awsPorts(environment, jsonLog(process.stdout));
const clock = { now: () => Date.now(), wait: (milliseconds: number) => setTimeout(milliseconds) };

/** What a deployment is answered that may go on. */
type Answer =
  | { readonly removed: RetiredPart }
  | { readonly staying: readonly RetiredPart[] }
  | { readonly going: boolean };

/**
 * Makes the nodes' patch groups and baselines what the manifests say. Whatever the event is, it only says that something
 * may have changed; the hourly one says not even that.
 *
 * @throws Error when not everything was done that its caller needs, so that the event is tried again and the alarm goes off
 */
export async function handler(event: unknown, context: InvocationContext): Promise<RunSummary | Answer> {
  const now = clock.now();
  const left = context.getRemainingTimeInMillis();
  const endsAt = now + left;
  const lateAt = now + left * enough;
  const occasion = occasionOf(event);
  const ports = portsFor({
    abortSignal: deadlineIn(Math.max(0, left - margin)),
    readSignal: deadlineIn(Math.max(0, left * enough)),
    isLate: () => clock.now() >= lateAt,
  });
  const { homeRegion: home } = environment;
  const removed = parseRemoval(event);
  if (removed !== undefined) {
    const refusal = await removalRefusal(ports.store, removed);
    if (refusal !== undefined) throw new Error(refusal);
    return { removed };
  }
  const going = parseGoing(event);
  if (going !== undefined) {
    const refusal = going ? await goingRefusal(ports, now) : undefined;
    if (refusal !== undefined) throw new Error(refusal);
    return { going };
  }
  const staying = parseStaying(event);
  if (staying !== undefined) {
    const refusal = await leavingRefusal(ports.store, staying, clock.wait);
    if (refusal !== undefined) throw new Error(refusal);
    return { staying };
  }
  const invocation = { id: context.awsRequestId, occasion, home, lateAt, endsAt, clock };
  const call = parseWindowCall(event);
  const keeping = settle(keepUploads(ports.store, uploadsIn(event, environment.bucket), now));
  const running = runAsOnlyWriter(ports, invocation);
  const gate = call === undefined ? undefined : await keepGate(ports, call, home, await settle(running));
  const run = await running;
  const kept = await keeping;
  const summary = gate === undefined ? run : { ...run, gate: gate.summary };
  process.stdout.write(summaryLine(context.functionName, summary, now));
  const failures = [
    ...failuresFor(summary, occasion, home),
    ...(gate?.errors ?? []),
    ...(kept.ok ? [] : [kept.error]),
  ];
  if (failures.length > 0) throw new Error(failures.join(" "));
  return shortened(summary);
}
