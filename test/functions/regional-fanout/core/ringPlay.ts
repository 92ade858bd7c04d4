import { ringRule } from "#components/fanout/rings.js";
import { parseSchedule } from "#schedule/expression.js";
import { decisionKey, type RingWord, ringWords } from "#shared/contract/ringNames.js";
import type { RingStand } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { membersOf } from "#shared/contract/runRecord.js";
import type { RingPlan } from "#stacks/config/rings.js";
import { Crash, Fuse } from "#test/memory/fuse.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import { MemoryWorld, pagesOf } from "#test/memory/regionalFanout/world.js";
import { occurrencesBetween } from "#test/schedule/support/between.js";
import { now as readAt } from "#test/support/configuration.js";
import { close } from "./closingSupport.js";
import { ageMs, approvedBy, type History, isUnlucky, offeredAt, plansOf } from "./ringHistory.js";
import { arnOf, east, invoke, nodeId, openRecord, payload, state } from "./support.js";

const hour = 3_600_000;
const day = 24 * hour;

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
  /** Of those that it broke, those that say so, and those that are not heard any more. */
  readonly failed: number;
  readonly lost: number;
  /** As the run's record has it; undefined where its window did not open. */
  readonly stand: RingStand | undefined;
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
  const openings = openingsOf(plans, history);
  const offered = offeredAt(
    history.patches.map((patch, cycle) => (openings.firsts[cycle] ?? 0) - ageMs(patch)),
  );
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
    const odd = history.oddities.filter(
      ({ ring, cycle }) => plans[ring]?.ring.name === opening.ring && cycle === opening.cycle,
    );
    for (const word of ringWords) if (odd.some(({ what }) => what === word)) say(world, opening, word);
    const approved = approvedBy(offered, plan.delayDays, opening.at).filter((patch) => !withdrawn.has(patch));
    const hasOpened = odd.every(({ what }) => what !== "never opens");
    if (!hasOpened) {
      played.push({ ...opening, ...nothing, approved, nodes: ids.length });
      continue;
    }
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
    const { failed, lost } = hasStarted
      ? patchAll(world, opening, ids, { approved, installed, history })
      : nothing;
    world.now = opening.at + hour;
    await surely(world, crashes, (fuse) => close(world, fuse));
    if (!hasStarted)
      for (const patch of history.patches.keys()) if (history.patches[patch]?.isBad) withdrawn.add(patch);
    played.push({
      ...{ ...opening, hasStarted, approved, nodes: ids.length },
      ...{ failed, lost, stand: record.ring },
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
    offered: openings.firsts.map((time) => approvedBy(offered, 0, time)),
  };
}

const nothing = { hasStarted: false, failed: 0, lost: 0, stand: undefined };

/** Lets somebody say a word of a ring that holds for this opening. */
function say({ processor }: MemoryWorld, { ring, at }: Opening, word: RingWord): void {
  const until = new Date(at + hour).toISOString();
  const said = { version: 1, say: word, owner: "web-team", reason: "INC-4711", until };
  processor?.bucket.put(decisionKey(ring, word), JSON.stringify(said));
}

/** Gives the nodes of a run what is approved. @returns how many it broke: those that say so, and those that are lost */
function patchAll(
  world: MemoryWorld,
  { runId, ring, at }: Opening,
  ids: readonly string[],
  {
    approved,
    installed,
    history,
  }: { approved: readonly number[]; installed: ReadonlyMap<string, Set<number>>; history: History },
): { readonly failed: number; readonly lost: number } {
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
  const counts = { failed: 0, lost: 0 };
  for (const id of ids) {
    const own = installed.get(id) ?? new Set();
    const fresh = approved.filter((patch) => !own.has(patch));
    for (const patch of fresh) own.add(patch);
    const isBroken = fresh.some(
      (patch) => history.patches[patch]?.isBad && isUnlucky(history.luck, id, patch),
    );
    // A third of the broken ones are not heard any more, the others report a failure.
    const isLost = isBroken && isUnlucky(history.luck, id, "lost");
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
    if (isLost) counts.lost++;
    else if (isBroken) counts.failed++;
  }
  return counts;
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

function openingsOf(plans: readonly RingPlan[], { patches, timezone }: History) {
  const runs = plans.map(({ ring }) => {
    const parsed = parseSchedule(ring.schedule.expression);
    if (!parsed.ok) throw new RangeError(ring.schedule.expression);
    const options = { timezone, created: readAt };
    return occurrencesBetween(parsed.schedule, options, readAt, readAt + 12 * 7 * day);
  });
  const [firsts = []] = runs;
  const own = firsts.slice(0, patches.length);
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
