import { keys } from "#shared/contract/exclusionNames.js";
import { canonicalJson } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { ListedObject, Ports } from "../ports.js";
import { dryPorts } from "./dryPorts.js";
import { type Free, Lease } from "./lease.js";
import { reconcile } from "./reconcile.js";
import { recordedPorts } from "./recorded.js";
import type { Occasion, RunSummary } from "./runSummary.js";

/** Milliseconds between two looks at a lease that somebody else has. */
const pause = 5_000;
/** Milliseconds between two looks whether somebody else has written since, and waits in this invocation's place. */
const lookEvery = 30_000;

/** An invocation of the function, and its time. */
interface Invocation {
  /** A name that no other has. */
  readonly id: string;
  readonly occasion: Occasion;
  /** Region of the function, whose nodes a window patches. */
  readonly home: string;
  /** After which nothing new is begun, epoch milliseconds. */
  readonly lateAt: number;
  /** When Lambda will have ended it, epoch milliseconds. */
  readonly endsAt: number;
  readonly clock: Clock;
}

interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<unknown>;
}

/** How a run has gone, and the lease that it had, if it has written anything. */
interface Ran {
  readonly summary: RunSummary;
  /** Milliseconds that its plain reads have taken. */
  readonly readIn: number;
  readonly lease?: Lease;
}

/**
 * One invocation, beside others at the same time. It plans from plain reads, and where nothing is to be written it ends.
 * Otherwise it takes the lease, and plans again: from the same reads, if nobody has had the lease since before the first of
 * them, and else from new ones. It writes, lets the lease go, and looks once more whether anything was
 * uploaded meanwhile. Who finds the lease taken can leave: whatever brought it about came before, so that the holder
 * finds it in its last look. A window's call waits, since nodes are patched after it.
 *
 * What it has written is in force only once AWS is sure to show it. So it waits for that and runs again, as far as its time
 * reaches: of all that have written, the last one alone, which has the most time left. A window's call waits too where nodes
 * on which entries are in force have just been put back. What nobody waits for is left to the next hour.
 */
export async function runAsOnlyWriter(ports: Ports, invocation: Invocation): Promise<RunSummary> {
  const { clock, occasion, lateAt } = invocation;
  let ran = await runOnce(ports, invocation, 1);
  let { summary } = ran;
  let { lease } = ran;
  for (let round = 2; ; round++) {
    const { ok, regions } = concernOf(summary, invocation);
    if (!ok) break;
    const isUnsure = occasion === "window" && regions.some(({ unsure = 0 }) => unsure > 0);
    const at = nextLook(regions);
    // A read that is cut off says nothing of its Region, which is worse than what is known of it.
    if (at === undefined || at + ran.readIn >= lateAt || (lease === undefined && !isUnsure)) break;
    while (clock.now() < at) {
      await clock.wait(Math.min(lookEvery, at - clock.now()));
      const isLast = lease === undefined ? undefined : await settle(lease.isLast());
      if (!isUnsure && isLast?.ok === true && !isLast.value) return summary;
    }
    ran = await runOnce(ports, { ...invocation, occasion: occasion === "hour" ? "other" : occasion }, round);
    lease = ran.lease ?? lease;
    summary = together(summary, ran.summary);
  }
  return summary;
}

/** What of a run decides how its invocation goes on: with a window waiting, what has become of that window's own Region. */
function concernOf(summary: RunSummary, { occasion, home }: Invocation): Pick<RunSummary, "ok" | "regions"> {
  if (occasion !== "window") return summary;
  const regions = summary.regions.filter(({ region }) => region === home);
  return { ok: regions.length > 0 && regions.every(({ error }) => error === undefined), regions };
}

/** When a run comes to something else although nobody changes anything, epoch milliseconds: in all Regions at once. */
function nextLook(regions: RunSummary["regions"]): number | undefined {
  const settled = regions.flatMap(({ settlesAt }) => settlesAt ?? []);
  const quiet = regions.flatMap(({ waitsUntil }) => waitsUntil ?? []);
  const times = [settled, quiet].flatMap((list) => (list.length === 0 ? [] : [Math.max(...list)]));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Two runs of one invocation as one. What the first one has put right was somebody else's work all the same. */
function together(before: RunSummary, after: RunSummary): RunSummary {
  const regions = after.regions.map((region) => {
    const done = new Map(Object.entries(region.done));
    const earlier = before.regions.find((one) => one.region === region.region);
    for (const [kind, count] of Object.entries(earlier?.done ?? {}))
      done.set(kind, (done.get(kind) ?? 0) + count);
    const shown = new Set(region.foreign.map(({ id }) => id));
    const foreign = [...region.foreign, ...(earlier?.foreign ?? []).filter(({ id }) => !shown.has(id))];
    const lost = region.lost ?? earlier?.lost;
    const unknown = lost === undefined ? {} : { lost };
    return { ...region, done: Object.fromEntries(done), foreign, ...unknown };
  });
  return {
    ...after,
    regions,
    messages: before.messages + after.messages,
    statusWrites: before.statusWrites + after.statusWrites,
  };
}

async function runOnce(ports: Ports, invocation: Invocation, round: number): Promise<Ran> {
  const { id, occasion, endsAt, clock } = invocation;
  const now = clock.now();
  let watched: ReturnType<Ports["watchWindows"]> | undefined;
  // Once is enough, and is no write of what this is about.
  const watchWindows: Ports["watchWindows"] = (listed, time) => {
    watched ??= ports.watchWindows(listed, time);
    return watched;
  };
  const recorded = recordedPorts(ports);
  const dry = dryPorts({ ...recorded, watchWindows }, now);
  let free: Free | undefined;
  const plan = await reconcile(dry, now, occasion, async () => {
    recorded.forget();
    const looked = await settle(Lease.look(ports.store, clock.now()));
    free = looked.ok ? looked.value : undefined;
  });
  const readIn = clock.now() - now;
  const failed = (summary: RunSummary, error: string): Ran => ({
    summary: { ...summary, ok: false, errors: [...summary.errors, error] },
    readIn,
  });
  if (!dry.hasWork()) return { summary: plan, readIn };
  for (let turn = 1; ; ) {
    const request = { holder: `${id} ${round} ${turn}`, now: clock.now(), endsAt };
    const early = free === undefined ? undefined : await Lease.take(ports.store, request, free);
    free = undefined;
    const isRead = early?.kind === "lease";
    const lease = isRead ? early : await Lease.take(ports.store, request);
    if (lease.kind === "taken") {
      if (occasion !== "window") return { summary: leftToOthers(plan), readIn };
      if (ports.isLate())
        return failed(unvouched(leftToOthers(plan)), "Another invocation has been at work all the time.");
      await clock.wait(pause);
      continue;
    }
    const used = isRead ? recorded : ports;
    let seen: readonly ListedObject[] = [];
    const list = async (prefix: string) => {
      const listed = await used.store.list(prefix);
      if (prefix === "") seen = listed;
      return listed;
    };
    const own: Ports = { ...used, store: { ...storeOf(used), list }, watchWindows };
    const time = isRead ? now : clock.now();
    const summary = await reconcile(own, time, occasion === "hour" ? "other" : occasion);
    // After a write that was cut off nobody knows when it is done: the lease ends by itself.
    if (ports.isCut()) return failed(summary, "The invocation's time was over; the next one goes on.");
    if (!(await lease.end())) return failed(unvouched(summary), "Somebody else has taken the lease.");
    if (inputsOf(await ports.store.list("")) === inputsOf(seen)) return { summary, readIn, lease };
    if (ports.isLate()) return failed(summary, "What came at the end is left to the next invocation.");
    turn++;
  }
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

/** A summary that vouches for nothing, since another invocation may write at the same time. */
function unvouched(summary: RunSummary): RunSummary {
  const error = "was left to another invocation";
  const regions = summary.regions.map(({ unvouched: _, doubts: __, ...region }) => ({ error, ...region }));
  return { ...summary, regions };
}
