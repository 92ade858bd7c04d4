import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  baseGroupTagKey,
  type Cohort,
  groupOf,
  markOf,
  returnedMark,
} from "#shared/contract/exclusionNames.js";
import type { RetiredPart } from "#shared/contract/retired.js";
import { canonicalJson, compare, sortedUnion } from "#shared/text/words.js";
import { chunks } from "../../shared/chunks.js";
import { maxBaselines } from "./budget.js";
import { cleanup } from "./cleanup.js";
import type { Desired, WantedBaseline } from "./desired.js";
import { type DerivedBaseline, RegionFleet } from "./fleet.js";
import { promisedWord, wordIn } from "./ledger.js";
import { leftParts } from "./left.js";
import type { Memory, Recalled } from "./memory.js";
import type { BaselineContent } from "./model.js";
import type { Patched } from "./standing.js";
import type { BaselineReference, Step, TaggedNode } from "./steps.js";

/** Most nodes of one call that writes tags (API: TagResources, 20 ARNs). */
const maxTaggedNodes = 20;

/** What is to be done in a Region, and what it rests on. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly moves: Moves;
  /** Since when nobody uses what exclusions have made, epoch milliseconds. */
  readonly unused: ReadonlyMap<string, number>;
  /** Whether there is anything that exclusions have made or ask for. */
  readonly hasTraces: boolean;
  /** The parts of the stack in which exclusions have something, or get it. */
  readonly left: RetiredPart[];
}

/**
 * The writes that turn a Region's state into the desired one, in an order in which the run may stop after any of them
 * and no node is left without its exclusions or without patching: baselines, registrations, tags, then what nobody has
 * needed for long. An unchanged state gives none.
 *
 * A group that is registered is never registered anew while it is in use: its baseline is known by the word in its name
 * and is updated in place. Only where somebody else has put one of our baselines under the wrong group are the two
 * calls made, one right after the other; the nodes of that group were wrongly patched before and are not worse off.
 */
export function plan(
  desired: Desired,
  { state, stale }: Recalled,
  record: DeploymentRecord,
  memory: Memory,
): Plan {
  const fleet = new RegionFleet(state, record);
  const keepers = new Map(desired.baselines.map((wanted) => [wanted.name, keepersOf(wanted, fleet)]));
  const kept = new Set([...keepers.values()].flat().map(({ baseline }) => baseline.id));

  const made = desired.baselines.flatMap((wanted) => baselineSteps(wanted, keepers.get(wanted.name) ?? []));
  const registered = desired.baselines.flatMap((wanted) =>
    registrationSteps(wanted, keepers.get(wanted.name) ?? [], fleet),
  );
  const moves = movesOf(desired, stale, fleet, memory);
  const creations = made.filter(({ kind }) => kind === "createBaseline").length;
  const isTight = state.baselines.length + creations > maxBaselines(record);
  const groups = new Set([...moves.written.values(), ...memory.promised.values()]);
  const { steps: unneeded, unused } = cleanup(desired, fleet, {
    ...{ kept, groups, memory },
    isTight: isTight || fleet.isRetired,
  });
  const body = [...made, ...registered, ...moves.steps];
  // Exclusions come first, lest a failure in tidying up keep them away, unless they need the room.
  const steps = isTight ? [...unneeded, ...body] : [...body, ...unneeded];
  const hasTraces = steps.length > 0 || desired.placements.size > 0 || fleet.derived.length > 0;
  const left = leftParts(fleet, moves.written, memory.written);
  return { steps, moves, unused, hasTraces, left };
}

/** The baselines that serve as a wanted one: one, or several when a crash has left twins with groups of their own. */
function keepersOf(wanted: WantedBaseline, fleet: RegionFleet): DerivedBaseline[] {
  const twins = fleet.derived.filter(
    ({ baseline, word }) => word === wanted.word && baseline.operatingSystem === wanted.operatingSystem,
  );
  const busy = twins.filter(({ baseline }) =>
    wanted.groups.some((group) => fleet.registered(group, wanted.operatingSystem) === baseline.id),
  );
  return busy.length > 0 ? busy : twins.slice(0, 1);
}

function baselineSteps(wanted: WantedBaseline, keepers: readonly DerivedBaseline[]): Step[] {
  const { name, operatingSystem, content } = wanted;
  if (keepers.length === 0) {
    const why = `${wanted.groups.join(", ")} needs a baseline for ${operatingSystem}`;
    return [{ kind: "createBaseline", name, operatingSystem, content, why }];
  }
  return keepers.flatMap(({ baseline }): Step[] => {
    // One of ours that no list shows yet: it says what it was made with, and IAM may not know its mark, which allows its change.
    if (baseline.content === undefined) return [];
    const difference = differenceOf(baseline.name, name, baseline.content, content);
    if (difference === undefined) return [];
    return [
      { kind: "updateBaseline", baselineId: baseline.id, name, operatingSystem, content, why: difference },
    ];
  });
}

function differenceOf(
  name: string,
  wantedName: string,
  content: BaselineContent,
  wanted: BaselineContent,
): string | undefined {
  if (canonicalJson(content.rules) !== canonicalJson(wanted.rules)) {
    return `the rules of ${wantedName} are not those of its base baseline`;
  }
  const rejects = sortedUnion(content.rejectedPatches).join() === sortedUnion(wanted.rejectedPatches).join();
  if (!rejects)
    return `the rejected patches of ${wantedName} are not those of its cohort and its base baseline`;
  if (content.rejectedPatchesAction !== wanted.rejectedPatchesAction) {
    return `the action of ${wantedName} is not ${wanted.rejectedPatchesAction}`;
  }
  return name === wantedName ? undefined : `${name} is to be called ${wantedName}`;
}

function registrationSteps(
  wanted: WantedBaseline,
  keepers: readonly DerivedBaseline[],
  fleet: RegionFleet,
): Step[] {
  const { operatingSystem, name } = wanted;
  const ids = keepers.map(({ baseline }) => baseline.id);
  const [first] = ids;
  const baseline: BaselineReference = first === undefined ? { nameOfNew: name } : { id: first };
  return wanted.groups.flatMap((group): Step[] => {
    const present = fleet.registered(group, operatingSystem);
    if (present !== undefined && ids.includes(present)) return [];
    const why = `nodes of ${group} are patched by ${name}`;
    const register: Step = { kind: "registerGroup", group, operatingSystem, baseline, why };
    if (present === undefined) return [register];
    const wrong = `${group} is registered to ${present}, which is another cohort's`;
    return [{ kind: "deregisterGroup", group, operatingSystem, baselineId: present, why: wrong }, register];
  });
}

/** Where nodes go, and where they are already. */
interface Moves {
  readonly steps: readonly Step[];
  /** Nodes whose tags are written, with the patch group that they get. */
  readonly written: ReadonlyMap<string, string>;
  /** Nodes that entries have moved and that a read shows as they should be, with their patch group. */
  readonly seen: ReadonlyMap<string, string>;
  /** Nodes that stay where they are for now, since something is about to install. */
  readonly waiting: ReadonlySet<string>;
  /** Nodes on which entries stay in force although these cannot have them where they should be, with the patch group that was told. */
  readonly owed: ReadonlyMap<string, string>;
}

function movesOf(desired: Desired, stale: ReadonlySet<string>, fleet: RegionFleet, memory: Memory): Moves {
  const key = fleet.record.patchGroupTagKey;
  const written = new Map<string, string>();
  const seen = new Map<string, string>();
  const waiting = new Set<string>();
  const away = new Map<string, Batch>();
  const back = new Map<string, Batch>();
  const strays: TaggedNode[] = [];
  for (const { node, standing } of fleet.nodes.values()) {
    if (standing.kind === "outside") continue;
    if (standing.kind === "foreign") {
      const from = node.tags[key] ?? "";
      strays.push({ id: node.id, from });
      // Until AWS is sure to know that its mark is gone, a window may find it.
      if (desired.owed.has(node.id)) written.set(node.id, from);
      continue;
    }
    const { base, word, isMarked } = standing;
    const placement = desired.placements.get(node.id) ?? { kind: "base" };
    const present = groupOf(base, word);
    const wanted = wordIn(placement, word);
    // While something is about to install a node stays where entries in force have it, else where it is.
    const next =
      memory.quietUntil === undefined ? wanted : (promisedWord(node.id, base, { memory, fleet }) ?? word);
    if (next !== wanted) waiting.add(node.id);
    const target = groupOf(base, next);
    // As long as nobody knows what was written last, what entries ask for is written whatever a read shows.
    const isStale = stale.has(node.id) || (!memory.isKnown && next !== undefined);
    // Without its mark no window finds it there, and with it one would install by the account's default baseline.
    const isMade = placement.kind === "moved" && next === wanted;
    const isLeft = next === word && !isMade && (!isMarked || isStale);
    if (isLeft && lacksBaselines(fleet, present, word)) continue;
    const isThere = target === present && isMarked && !isStale;
    const isPromised = memory.promised.get(node.id) === target;
    // A node that is on its way is no promise yet, and right before an opening its tags are left alone.
    if (isThere || (memory.quietUntil !== undefined && stale.has(node.id) && !isPromised)) {
      if (isThere && next !== undefined && isSure(standing, next)) seen.set(node.id, target);
      continue;
    }
    const tagged = { id: node.id, from: present };
    if (next === undefined) strays.push(tagged);
    written.set(node.id, target);
    // In its base group it lacks nothing, and only its mark goes.
    if (next === undefined && word === undefined && !isStale) continue;
    collect(next === undefined ? back : away, target, tagged, {
      [key]: target,
      [baseGroupTagKey]: next === undefined ? returnedMark(base) : markOf(base, next),
    });
  }
  const tags = [...inOrder(away), ...inOrder(back)].flatMap(([to, { nodes, values }]) =>
    chunks(nodes, maxTaggedNodes).map((batch): Step => {
      const why = away.has(to)
        ? `exclusions put these nodes into ${to}`
        : `nothing keeps these nodes out of ${to}`;
      return { kind: "tagNodes", nodes: batch, values, to, why };
    }),
  );
  const untags = chunks(strays, maxTaggedNodes).map((batch): Step => {
    const why = "no window is to find these nodes by their marks";
    return { kind: "untagNodes", nodes: batch, key: baseGroupTagKey, why };
  });
  return { steps: [...tags, ...untags], written, seen, waiting, owed: desired.owed };
}

/** Whether AWS knows no baseline of a moved group. Those of held nodes are the deployment's. */
function lacksBaselines(fleet: RegionFleet, group: string, word: Cohort | undefined): boolean {
  return word !== undefined && word !== "hold" && fleet.registeredSystems(group).length === 0;
}

/** Whether it is known what a node gets in its group: windows leave a held one out, whatever baseline AWS chooses. */
function isSure({ doubt }: Patched, word: Cohort): boolean {
  return doubt === undefined || word === "hold";
}

interface Batch {
  readonly nodes: TaggedNode[];
  readonly values: Readonly<Record<string, string>>;
}

function collect(
  into: Map<string, Batch>,
  to: string,
  node: TaggedNode,
  values: Readonly<Record<string, string>>,
): void {
  const batch = into.get(to);
  if (batch === undefined) into.set(to, { nodes: [node], values });
  else batch.nodes.push(node);
}

function inOrder(batches: ReadonlyMap<string, Batch>): [string, Batch][] {
  return [...batches].sort(([a], [b]) => compare(a, b));
}
