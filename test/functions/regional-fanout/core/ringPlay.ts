import fc from "fast-check";
import { ringRule } from "#components/fanout/rings.js";
import { parseSchedule } from "#schedule/expression.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { membersOf } from "#shared/contract/runRecord.js";
import type { RingPlan } from "#stacks/config/rings.js";
import { Crash, Fuse } from "#test/memory/fuse.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import { MemoryWorld, pagesOf } from "#test/memory/regionalFanout/world.js";
import { occurrencesBetween } from "#test/schedule/support/between.js";
import { now as readAt, readFanout } from "#test/support/configuration.js";
import { close } from "./closingSupport.js";
import { arnOf, east, invoke, nodeId, openRecord, payload, state } from "./support.js";

const hour = 3_600_000;
const day = 24 * hour;
/** Days after release after which a first ring approves. */
const baseDelay = 3;

/** What is drawn: rings behind each other, their sizes and limits, and what the patches of each cycle are. */
export interface History {
  readonly rings: readonly {
    readonly nodes: number;
    readonly minSuccess: number;
    readonly maxFailed: number | undefined;
    /** Days after the ring before, from which they open. */
    readonly gap: number;
    readonly soakDays: number;
  }[];
  readonly maxFailedTotal: number | undefined;
  /** For each cycle whether its patch breaks nodes, and days before the first opening at which it comes out. */
  readonly patches: readonly { readonly isBad: boolean; readonly age: number }[];
  /** For each node and patch whether it would break it, drawn of 30 of 100. */
  readonly luck: number;
  /** Writes after which the n-th invocation dies; it is made anew then. */
  readonly crashes: readonly number[];
}

const ringArbitrary = fc.record({
  nodes: fc.integer({ min: 1, max: 12 }),
  minSuccess: fc.constantFrom(50, 80, 90, 95, 100),
  maxFailed: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  gap: fc.integer({ min: 1, max: 3 }),
  soakDays: fc.nat({ max: 2 }),
});

export const histories: fc.Arbitrary<History> = fc.record({
  rings: fc.array(ringArbitrary, { minLength: 2, maxLength: 4 }),
  maxFailedTotal: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
  patches: fc.array(fc.record({ isBad: fc.boolean(), age: fc.integer({ min: 2, max: 9 }) }), {
    minLength: 3,
    maxLength: 3,
  }),
  luck: fc.nat({ max: 1_000_000 }),
  crashes: fc.array(fc.nat({ max: 14 }), { maxLength: 12 }),
});

/** An opening of a ring's window. */
export interface Opening {
  readonly ring: string;
  readonly cycle: number;
  readonly at: number;
  readonly runId: string;
}

/** What an opening came to. */
export interface Played extends Opening {
  /** Whether anything was started on its nodes. */
  readonly hasStarted: boolean;
  /** Patches, by their cycle, that its baselines approve at the opening. */
  readonly approved: readonly number[];
  readonly nodes: number;
  /** Nodes that were fine after it, and those that it broke. */
  readonly fine: number;
  readonly broken: number;
}

/** What became of a whole history. */
export interface Outcome {
  readonly plans: readonly RingPlan[];
  readonly played: readonly Played[];
  /** Patches that a first ring could have had in each cycle. */
  readonly offered: readonly (readonly number[])[];
  /** Nodes that got a bad patch, and those that one window for all would have given it. */
  readonly struck: number;
  readonly all: number;
  /** Patches each node has, by ring. */
  readonly installed: ReadonlyMap<string, readonly ReadonlySet<number>[]>;
  /** Ids of runs with a closed record. */
  readonly closed: readonly string[];
}

const days = "SUN MON TUE WED THU FRI SAT".split(" ");

/** The configuration of a history: windows of two hours, once a week. */
export function plansOf({ rings, maxFailedTotal }: History): readonly RingPlan[] {
  let offset = 0;
  const written = rings.map(({ minSuccess, maxFailed, gap, soakDays }, index) => {
    offset += index === 0 ? 0 : gap;
    const after = {
      after: `ring${index - 1}`,
      soakHours: Math.min(soakDays, gap - 1) * 24,
      minSuccess: `${minSuccess}%`,
    };
    return {
      ...{ name: `ring${index}`, patchGroups: [`group${index}`], durationHours: 2, cutoffHours: 1 },
      // The week begins on Sunday; a ring may open in the next one.
      schedule: `cron(0 4 ? * ${days[offset % 7]} *)`,
      ...(index === 0 ? {} : { ...after, ...(maxFailed === undefined ? {} : { maxFailed }) }),
    };
  });
  return readFanout({
    ...{ patchGroups: [], rings: written, fanoutTimezone: "UTC", operatingSystems: ["AMAZON_LINUX_2023"] },
    ...(maxFailedTotal === undefined ? {} : { maxFailedTotal: String(maxFailedTotal) }),
  }).rings;
}

/** A draw that is the same for the same words. */
function isUnlucky(luck: number, node: string, patch: number): boolean {
  let hash = luck;
  for (const sign of `${node} ${patch}`) hash = (Math.imul(hash, 31) + sign.charCodeAt(0)) >>> 0;
  return (Math.imul(hash ^ (hash >>> 15), 2_246_822_519) >>> 0) % 100 < 30;
}

/** Plays a history through the starting and the closing function. */
export async function play(history: History): Promise<Outcome> {
  const plans = plansOf(history);
  const world = new MemoryWorld();
  world.processor = { bucket: new MemoryBucket(), asked: () => undefined };
  const nodes = new Map(
    plans.map(({ ring }, index) => [ring.name, idsOf(index, history.rings[index]?.nodes ?? 0)]),
  );
  for (const [ring, ids] of nodes) {
    world.region(east).groups.set(`${ring}-base`, pagesOf(ids.map((id) => arnOf(id))));
    for (const id of ids) world.region(east).pings.set(id, "Online");
  }
  const openings = openingsOf(plans, history.patches.length);
  const released = history.patches.map(({ age }, cycle) => utcDay(openings.firsts[cycle] ?? 0) - age);
  const approvedAt = (delay: number, time: number) =>
    released.flatMap((on, patch) => (on + baseDelay + delay <= utcDay(time) ? [patch] : []));
  const installed = new Map([...nodes.values()].flat().map((id) => [id, new Set<number>()]));
  const withdrawn = new Set<number>();
  const played: Played[] = [];
  const crashes = [...history.crashes];
  for (const opening of openings.all) {
    const plan = plans.find(({ ring }) => ring.name === opening.ring);
    const ids = nodes.get(opening.ring) ?? [];
    if (plan === undefined) throw new RangeError(opening.ring);
    // Before each cycle people have repaired what was broken.
    if (opening.ring === plans[0]?.ring.name)
      for (const id of installed.keys()) world.region(east).pings.set(id, "Online");
    world.now = opening.at;
    const event = payload({
      ...{
        TaskExecutionId: opening.runId,
        Ring: { ...ringRule(plan.ring), WindowExecutionId: opening.runId },
        Regions: [east],
      },
      Targets: [{ Key: "ResourceGroup", Values: [`${opening.ring}-base`] }],
    });
    await surely(world, crashes, (fuse) => invoke(world, event, fuse));
    const record = openRecord(world, opening.runId);
    const hasStarted = record.starts.length > 0;
    const approved = approvedAt(plan.delayDays, opening.at).filter((patch) => !withdrawn.has(patch));
    const broken = hasStarted ? patchAll(world, opening, ids, { approved, installed, history }) : [];
    world.now = opening.at + hour;
    await surely(world, crashes, (fuse) => close(world, fuse));
    if (!hasStarted)
      for (const patch of history.patches.keys()) if (history.patches[patch]?.isBad) withdrawn.add(patch);
    played.push({
      ...{ ...opening, hasStarted, approved, nodes: ids.length },
      ...{ fine: hasStarted ? ids.length - broken.length : 0, broken: broken.length },
    });
  }
  const bad = history.patches.flatMap(({ isBad }, patch) => (isBad ? [patch] : []));
  const struck = (sets: Iterable<ReadonlySet<number>>) =>
    [...sets].filter((own) => bad.some((patch) => own.has(patch))).length;
  const byRing = [...nodes].map(
    ([ring, ids]) => [ring, ids.map((id) => installed.get(id) ?? new Set<number>())] as const,
  );
  const closed = [...world.bucket.keys()].flatMap((key) =>
    key.startsWith(runKeys.closed) ? [key.replace(/^.*\//, "").replace(".json", "")] : [],
  );
  return {
    ...{ plans, played, closed, installed: new Map(byRing), struck: struck(installed.values()) },
    all: bad.length === 0 ? 0 : installed.size,
    offered: openings.firsts.map((time) => approvedAt(0, time)),
  };
}

/** Gives the nodes of a run what is approved. @returns those that broke */
function patchAll(
  world: MemoryWorld,
  { runId, ring, at }: Opening,
  ids: readonly string[],
  {
    approved,
    installed,
    history,
  }: { approved: readonly number[]; installed: ReadonlyMap<string, Set<number>>; history: History },
): string[] {
  const region = world.region(east);
  for (const start of openRecord(world, runId).starts)
    world.executions.set(start.executionId ?? "", {
      status: "Success",
      failureMessage: undefined,
      locations: [],
    });
  const commandId = `command-${runId}`;
  region.commands = [
    ...region.commands,
    { id: commandId, snapshotId: runId, status: "Success", groups: [`${ring}-base`] },
  ];
  const members = membersOf(openRecord(world, runId), east);
  region.invocations = [
    ...region.invocations,
    ...members.map((id) => ({ commandId, nodeId: id, status: "Success", requestedAt: at + 60_000 })),
  ];
  return ids.filter((id) => {
    const own = installed.get(id) ?? new Set();
    const fresh = approved.filter((patch) => !own.has(patch));
    for (const patch of fresh) own.add(patch);
    const isBroken = fresh.some(
      (patch) => history.patches[patch]?.isBad && isUnlucky(history.luck, id, patch),
    );
    // Half of the broken ones report a failure, the others are not heard any more.
    const isLost = isBroken && isUnlucky(history.luck, `${id} lost`, 0);
    region.states.set(
      id,
      state(id, {
        snapshotId: runId,
        startedAt: at + 60_000,
        endedAt: at + 120_000,
        failed: isBroken && !isLost ? 1 : 0,
      }),
    );
    if (isLost) region.pings.set(id, "ConnectionLost");
    return isBroken;
  });
}

/** Makes an invocation, and makes it anew a minute later when it has died. */
async function surely(
  world: MemoryWorld,
  crashes: number[],
  work: (fuse: Fuse) => Promise<unknown>,
): Promise<void> {
  const most = crashes.shift();
  if (most === undefined) return void (await work(new Fuse()));
  try {
    await work(new Fuse(most));
  } catch (error) {
    // A death may come to light as an error of its own.
    if (!(error instanceof Crash) && !String(error).includes("died")) throw error;
    world.now += 60_000;
  }
  await work(new Fuse());
}

function openingsOf(plans: readonly RingPlan[], cycles: number) {
  const runs = plans.map(({ ring }) => {
    const parsed = parseSchedule(ring.schedule.expression);
    if (!parsed.ok) throw new RangeError(ring.schedule.expression);
    const options = { timezone: "UTC", created: readAt };
    return occurrencesBetween(parsed.schedule, options, readAt, readAt + 12 * 7 * day);
  });
  const [firsts = []] = runs;
  const own = firsts.slice(0, cycles);
  const all = own.flatMap((first, cycle) => {
    let before = first;
    return plans.map(({ ring }, index): Opening => {
      const at = index === 0 ? first : (runs[index]?.find((time) => time > before) ?? 0);
      before = at;
      return { ring: ring.name, cycle, at, runId: runIdOf(index, cycle) };
    });
  });
  return { firsts: own, all: all.sort((a, b) => a.at - b.at) };
}

function runIdOf(ring: number, cycle: number): string {
  return `0b5f1c1e-8a7d-4c3b-9e2f-${String(ring).padStart(6, "0")}${String(cycle).padStart(6, "0")}`;
}

function idsOf(ring: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => nodeId((ring + 1) * 1000 + index));
}

function utcDay(time: number): number {
  return Math.floor(time / day);
}
