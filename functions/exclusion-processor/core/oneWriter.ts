import { keys } from "#shared/contract/exclusionNames.js";
import { canonicalJson } from "#shared/text/words.js";
import type { Watched } from "../../shared/windows/watch.js";
import type { ListedObject, Ports } from "../ports.js";
import { dryPorts } from "./dryPorts.js";
import { Lease } from "./lease.js";
import { reconcile } from "./reconcile.js";
import type { Occasion, RunSummary } from "./runSummary.js";

/** Milliseconds between two looks at a lease that somebody else has. */
const pause = 5_000;

/** An invocation of the function, and its time. */
export interface Invocation {
  /** A name that no other has. */
  readonly id: string;
  readonly occasion: Occasion;
  /** When Lambda will have ended it, epoch milliseconds. */
  readonly endsAt: number;
  readonly clock: Clock;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * One invocation, beside others at the same time. It plans from plain reads, and where nothing is to be written it ends.
 * Otherwise it takes the lease, reads and plans again, writes, lets the lease go, and looks once more whether anything was
 * uploaded meanwhile. Who finds the lease taken can leave: whatever brought it about came before, so that the holder
 * finds it in its last look. A window's call waits, since nodes are patched after it.
 */
export async function runAsOnlyWriter(ports: Ports, invocation: Invocation): Promise<RunSummary> {
  const { id, occasion, endsAt, clock } = invocation;
  const now = clock.now();
  const dry = dryPorts(ports, now);
  const plan = await reconcile(dry, now, occasion);
  // Once is enough, and is no write of what this is about.
  const watched = watchedOf(plan);
  if (!dry.hasWork()) return plan;
  for (let turn = 1; ; ) {
    const lease = await Lease.take(ports.store, { holder: `${id} ${turn}`, now: clock.now(), endsAt });
    if (lease.kind === "taken") {
      if (occasion !== "window") return leftToOthers(plan);
      if (ports.isLate()) return failed(plan, "Another invocation has been at work all the time.");
      await clock.wait(pause);
      continue;
    }
    let seen: readonly ListedObject[] = [];
    const list = async (prefix: string) => {
      const listed = await ports.store.list(prefix);
      if (prefix === "") seen = listed;
      return listed;
    };
    const own: Ports = { ...ports, store: { ...storeOf(ports), list }, watchWindows: async () => watched };
    const summary = await reconcile(own, clock.now(), occasion === "hour" ? "other" : occasion);
    // After a write that was cut off nobody knows when it is done: the lease ends by itself.
    if (ports.isCut()) return failed(summary, "The invocation's time was over; the next one goes on.");
    if (!(await lease.end())) return failed(summary, "Somebody else has taken the lease.");
    if (inputsOf(await ports.store.list("")) === inputsOf(seen)) return summary;
    if (ports.isLate())
      return failed(summary, "What was uploaded at the end is left to the next invocation.");
    turn++;
  }
}

function watchedOf({ hoursOverdue, overdue }: RunSummary): Watched {
  return {
    ...(hoursOverdue === undefined ? {} : { hoursOverdue }),
    ...(overdue === undefined ? {} : { overdue }),
  };
}

function storeOf({ store }: Ports): Ports["store"] {
  return {
    list: (prefix) => store.list(prefix),
    read: (key, versionId) => store.read(key, versionId),
    olderVersions: (key) => store.olderVersions(key),
    write: (key, text) => store.write(key, text),
    writeIf: (key, text, etag) => store.writeIf(key, text, etag),
  };
}

/** What people and deployments have put into the bucket. */
function inputsOf(listed: readonly ListedObject[]): string {
  const inputs = [keys.record, keys.manifests, keys.plans, keys.approvals];
  const own = listed.filter(({ key }) => inputs.some((prefix) => key.startsWith(prefix)));
  return canonicalJson(own.map(({ key, etag, lastModified }) => [key, etag, lastModified]));
}

function leftToOthers(plan: RunSummary): RunSummary {
  const regions = plan.regions.map((region) => ({ ...region, done: {}, failedNodes: 0 }));
  return { ...plan, regions, messages: 0, statusWrites: 0, why: "left to the invocation that is at work" };
}

function failed(summary: RunSummary, error: string): RunSummary {
  return { ...summary, ok: false, errors: [...summary.errors, error] };
}
