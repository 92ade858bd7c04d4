import { baseGroupTagKey, markOf, parseGroup, returnedMark } from "#shared/contract/exclusionNames.js";
import {
  groupsOf,
  memoryText,
  quietAfterMs,
  quietBeforeMs,
  type RegionMemory,
  settleMs,
  type Things,
} from "#shared/contract/regionMemory.js";
import { compare } from "#shared/text/words.js";
import type { NodeState, RegionState } from "./model.js";

/** When something opens that installs, epoch milliseconds. */
export type Openings = readonly number[];

/** Patch group of each node on which entries are in force. */
export type Promises = ReadonlyMap<string, string>;

/**
 * What was kept of a Region, as a run at some time finds it. AWS shows tags late: what was written since the last settled
 * read counts before what a read shows.
 */
export class Memory {
  /** False when the object is missing or is none of ours: any node may have been written a moment ago. */
  readonly isKnown: boolean;
  /** Patch group of each node that was written since the last settled read; empty when this one is settled. */
  readonly written: ReadonlyMap<string, string>;
  /** Patch group of each node on which entries are in force. */
  readonly promised: Promises;
  /** Since when nobody uses what exclusions have made, epoch milliseconds. */
  readonly unused: ReadonlyMap<string, number>;
  readonly made: Things;
  readonly gone: Things;
  /** When the last write ended, epoch milliseconds. */
  readonly wroteAt: number | undefined;
  /** Until when changed intents wait; undefined when nothing is about to install. */
  readonly quietUntil: number | undefined;

  /**
   * @param kept undefined when there is no such object, or none that can be understood
   * @param now when the read began, epoch milliseconds
   * @param told what people were told as in force, which counts where nothing was kept
   */
  constructor(
    readonly kept: RegionMemory | undefined,
    readonly now: number,
    readonly openings: Openings = [],
    told: Promises = new Map(),
    /** Whether there is an object all the same. */
    readonly isSpoiled = false,
  ) {
    this.isKnown = kept !== undefined;
    this.wroteAt = kept?.wroteAt === undefined ? undefined : Date.parse(kept.wroteAt);
    this.promised = kept === undefined ? told : groupsOf(kept.promised);
    this.unused = new Map(Object.entries(kept?.unused ?? {}).map(([key, since]) => [key, Date.parse(since)]));
    this.written = this.isSettled ? new Map() : groupsOf(kept?.written);
    this.made = (this.isSettled ? undefined : kept?.made) ?? nothing;
    this.gone = (this.isSettled ? undefined : kept?.gone) ?? nothing;
    const ends = openings
      .filter((at) => at - quietBeforeMs <= now && now < at + quietAfterMs)
      .map((at) => at + quietAfterMs);
    this.quietUntil = ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Whether what a read at this time shows is what there is. */
  get isSettled(): boolean {
    return this.isKnown && (this.wroteAt === undefined || this.now >= this.wroteAt + settleMs);
  }

  /** From when on a read is settled if nothing more is written; undefined when this one is. */
  get settlesAt(): number | undefined {
    return this.isSettled ? undefined : (this.wroteAt ?? this.now) + settleMs;
  }
}

/** Where nothing was ever written. */
export function blankMemory(now: number): Memory {
  return new Memory(
    { version: 1, written: {}, promised: {}, made: nothing, gone: nothing, unused: {}, left: [] },
    now,
  );
}

const nothing: Things = { baselines: [], registrations: [] };

/** What changes of a memory. */
interface Changes {
  readonly wroteAt: number | undefined;
  readonly written: ReadonlyMap<string, string>;
  readonly promised: ReadonlyMap<string, string>;
  readonly made: Things;
  readonly gone: Things;
  readonly unused: ReadonlyMap<string, number>;
  readonly left: RegionMemory["left"];
}

/** The bytes to keep. */
export function keptText({ wroteAt, written, promised, made, gone, unused, left }: Changes): string {
  return memoryText({
    version: 1,
    ...(wroteAt === undefined ? {} : { wroteAt: new Date(wroteAt).toISOString() }),
    written: byGroup(written),
    promised: byGroup(promised),
    made,
    gone,
    unused: Object.fromEntries(
      [...unused]
        .sort(([a], [b]) => compare(a, b))
        .map(([key, since]) => [key, new Date(since).toISOString()]),
    ),
    left,
  });
}

/** A Region as it is by all that is known: what was written counts where a read shows one of our own values, or the base group. */
export interface Recalled {
  readonly state: RegionState;
  /** Nodes of which a read shows something else than was written, or of which nobody knows what was. */
  readonly stale: ReadonlySet<string>;
}

/** Puts what was written a moment ago over what a read shows. Another value is somebody else's word, and stands. */
export function recall(read: RegionState, memory: Memory, patchGroupTagKey: string): Recalled {
  const stale = new Set<string>();
  const nodes = read.nodes.map((node) => {
    const group = memory.written.get(node.id);
    if (group === undefined) return node;
    const tags = writtenOver(node.tags, group, patchGroupTagKey);
    if (tags === node.tags) return node;
    stale.add(node.id);
    return { ...node, tags };
  });
  return { state: { ...read, nodes, ...thingsOf(read, memory) }, stale };
}

function writtenOver(tags: NodeState["tags"], group: string, patchGroupTagKey: string): NodeState["tags"] {
  const { base, word } = parseGroup(group) ?? { base: group, word: undefined };
  const shown = tags[patchGroupTagKey];
  if (shown === undefined || (parseGroup(shown)?.base ?? shown) !== base) return tags;
  // On its way back a node keeps a mark for a while that no target selects.
  const mark = word === undefined ? returnedMark(base) : markOf(base, word);
  const present = tags[baseGroupTagKey];
  if (shown === group && (present === mark || (word === undefined && present === undefined))) return tags;
  return { ...tags, [patchGroupTagKey]: group, [baseGroupTagKey]: mark };
}

function thingsOf({ baselines, groups }: RegionState, { made, gone }: Memory) {
  const goneIds = new Set(gone.baselines.map(({ id }) => id));
  const goneKeys = new Set(gone.registrations.map(keyOf));
  const shownIds = new Set(baselines.map(({ id }) => id));
  const shownKeys = new Set(groups.map(keyOf));
  return {
    baselines: [
      ...baselines.filter(({ id }) => !goneIds.has(id)),
      ...made.baselines.filter(({ id }) => !shownIds.has(id)).map((one) => ({ ...one, isOwned: true })),
    ],
    groups: [
      ...groups.filter((one) => !goneKeys.has(keyOf(one)) && !goneIds.has(one.baselineId)),
      ...made.registrations.filter((one) => !shownKeys.has(keyOf(one))),
    ],
  };
}

function keyOf({ group, operatingSystem, baselineId }: Things["registrations"][number]): string {
  return `${operatingSystem}|${group}|${baselineId}`;
}

function byGroup(nodes: ReadonlyMap<string, string>): RegionMemory["written"] {
  const groups = new Map<string, string[]>();
  for (const [id, group] of [...nodes].sort(([a], [b]) => compare(a, b))) {
    const ids = groups.get(group);
    if (ids === undefined) groups.set(group, [id]);
    else ids.push(id);
  }
  return Object.fromEntries([...groups].sort(([a], [b]) => compare(a, b)));
}
