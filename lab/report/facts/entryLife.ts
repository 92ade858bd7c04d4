import { isInForce, type StatusEntry } from "#shared/contract/manifestStatus.js";
import { compareText, iso } from "#shared/text/format.js";
import { dayMs } from "#shared/text/time.js";
import type { ExcludedNodeRun, InstallRun, LeftPatch } from "../../observe/exclusionObservations.js";
import type { EntryRun, ExclusionEntry } from "../summary/exclusionShape.js";
import type { Reading } from "./statusReading.js";

/** What the report says of a node beside its id. */
export interface EntryNode {
  readonly name: string;
  /** Its patch group at the end of the run. */
  readonly patchGroup: string | undefined;
}

/** A time in which an entry was in force. */
interface Span {
  readonly from: number;
  until: number | undefined;
  ended: "expired" | "removed" | "deleted" | undefined;
}

/** A node that an entry had moved, from a time on. */
interface Place {
  readonly node: StatusEntry["nodes"][number];
  readonly spans: { readonly from: number; until: number | undefined }[];
}

/** What became of the entries of a manifest, in the order in which its status named them first. */
export function entryLives(
  readings: readonly Reading[],
  runs: readonly InstallRun[],
  nodes: ReadonlyMap<string, EntryNode>,
): ExclusionEntry[] {
  const ids = new Set(readings.flatMap(({ entries }) => entries.map(({ id }) => id)));
  return [...ids].flatMap((id) => {
    const life = new EntryLife(id, readings);
    return life.last === undefined ? [] : [summarize(life, life.last, runs, nodes)];
  });
}

/** An entry as one status object after the other has told of it. */
class EntryLife {
  /** What was said of it last. */
  readonly last: StatusEntry | undefined;
  readonly spans: Span[] = [];
  /** By the ids of nodes. */
  readonly places = new Map<string, Place>();
  /** All that it has ever rejected. */
  readonly patches = new Set<string>();
  readonly notReached = new Map<string, string>();

  constructor(id: string, readings: readonly Reading[]) {
    for (const reading of readings) {
      const entry = reading.entries.find((one) => one.id === id);
      this.last = entry ?? this.last;
      if (entry !== undefined && isInForce(entry)) this.goOn(entry, reading.at);
      else this.end(reading, entry);
    }
  }

  private goOn(entry: StatusEntry, at: number): void {
    if (this.spans.at(-1)?.until !== undefined || this.spans.length === 0) {
      this.spans.push({ from: at, until: undefined, ended: undefined });
    }
    for (const name of entry.patches ?? []) this.patches.add(name);
    const failed = new Set(entry.failedNodes.map((node) => node.id));
    const moved = entry.nodes.filter((node) => !failed.has(node.id));
    this.leave(at, new Set(moved.map(({ id }) => id)));
    for (const node of moved) {
      const spans = this.places.get(node.id)?.spans ?? [];
      if (spans.at(-1)?.until !== undefined || spans.length === 0) {
        spans.push({ from: at, until: undefined });
      }
      this.places.set(node.id, { node, spans });
      this.notReached.delete(node.id);
    }
    for (const node of entry.leftAlone) this.notReached.set(node.id, node.why);
    for (const node of entry.failedNodes) this.notReached.set(node.id, node.error);
    for (const node of entry.unknownNodes) this.notReached.set(node, "no Region knows it");
  }

  private end({ at, verdict }: Reading, entry: StatusEntry | undefined): void {
    const span = this.spans.at(-1);
    // Somebody has written over the status; what holds is what was said before.
    if (span === undefined || span.until !== undefined || verdict === "unreadable") return;
    span.until = at;
    span.ended = entry?.phase === "expired" ? "expired" : verdict === "ended" ? "deleted" : "removed";
    this.leave(at, new Set());
  }

  /** Ends the times of the nodes that it does not name any more. */
  private leave(at: number, stay: ReadonlySet<string>): void {
    for (const [id, { spans }] of this.places) {
      const span = spans.at(-1);
      if (!stay.has(id) && span !== undefined) span.until ??= at;
    }
  }
}

function summarize(
  life: EntryLife,
  last: StatusEntry,
  runs: readonly InstallRun[],
  nodes: ReadonlyMap<string, EntryNode>,
): ExclusionEntry {
  const nameOf = (id: string) => nodes.get(id)?.name ?? id;
  const own = runs
    .filter((run) => life.spans.some((span) => meets(span, run)) && isNear(life, run))
    .map((run) => ({ run, parts: partsOf(life, last, run) }));
  const left = own.flatMap(({ parts }) => parts.flatMap((part) => part.left.map((one) => ({ part, one }))));
  return {
    id: last.id,
    effect: last.effect,
    patches: [...life.patches],
    reason: last.reason,
    owner: last.owner,
    expires: iso(Date.parse(last.expires)),
    inForce: life.spans.map(({ from, until, ended }) => ({
      from: iso(from),
      until: until === undefined ? null : iso(until),
      ended: ended ?? null,
    })),
    nodes: [...life.places.values()]
      .map(({ node: { id, region, from, group } }) => ({
        name: nameOf(id),
        id,
        region,
        from,
        group,
        atEnd: nodes.get(id)?.patchGroup ?? null,
      }))
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id)),
    notReached: [...life.notReached].map(([id, why]) => ({ id, why })),
    runs: own.map(({ run, parts }): EntryRun => {
      const { window, executionId, startedAt } = run;
      const pairs = parts.flatMap((part) =>
        part.left.map(({ patch }) => [patch.id, nameOf(part.nodeId)] as const),
      );
      return { window, executionId, startedAt: iso(startedAt), reached: parts.length, left: byPatch(pairs) };
    }),
    later: laterOf(left.map(({ part, one }) => ({ node: nameOf(part.nodeId), left: one }))),
  };
}

function meets({ from, until }: Pick<Span, "from" | "until">, run: InstallRun): boolean {
  return from <= run.endedAt && (until === undefined || until >= run.startedAt);
}

/** A run in other Regions than those of the entry's nodes has nothing to do with it. */
function isNear({ places }: EntryLife, { regions }: InstallRun): boolean {
  return places.size === 0 || [...places.values()].some(({ node }) => regions.includes(node.region));
}

/** What a run did on the nodes of an entry, and of what it left that which the entry rejects. */
function partsOf(life: EntryLife, { effect }: StatusEntry, run: InstallRun): ExcludedNodeRun[] {
  const isHold = effect === "hold";
  return run.nodes.flatMap((part) => {
    const spans = life.places.get(part.nodeId)?.spans ?? [];
    if (part.isHeld !== isHold || !spans.some((span) => meets(span, run))) return [];
    const left = part.left.filter(
      ({ rejectedBy }) => isHold || rejectedBy.some((name) => life.patches.has(name)),
    );
    return [{ ...part, left }];
  });
}

function byPatch(pairs: readonly (readonly [string, string])[]): { patch: string; nodes: string[] }[] {
  const found = new Map<string, Set<string>>();
  for (const [patch, node] of pairs) found.set(patch, (found.get(patch) ?? new Set()).add(node));
  return [...found]
    .map(([patch, nodes]) => ({ patch, nodes: [...nodes].sort(compareText) }))
    .sort((a, b) => compareText(a.patch, b.patch));
}

/** What was left, once for each patch, whatever number of runs has left it, and for each way it came in later. */
function laterOf(
  all: readonly { readonly node: string; readonly left: LeftPatch }[],
): ExclusionEntry["later"] {
  const groups = new Map<string, { left: LeftPatch; nodes: Set<string>; at: number }>();
  for (const { node, left } of all) {
    const { patch, installed } = left;
    const day = installed === undefined ? "" : Math.floor(installed.at / dayMs);
    const key = JSON.stringify([patch.id, installed?.patch.id, installed?.window, day]);
    const group = groups.get(key) ?? { left, nodes: new Set(), at: 0 };
    group.nodes.add(node);
    group.at = Math.max(group.at, installed?.at ?? 0);
    groups.set(key, group);
  }
  const later = [...groups.values()].map(({ left: { patch, installed }, nodes, at }) => ({
    patch: patch.id,
    nodes: [...nodes].sort(compareText),
    installed:
      installed === undefined ? null : { at: iso(at), patch: installed.patch.id, window: installed.window },
  }));
  return later.sort(
    (a, b) => compareText(a.patch, b.patch) || compareText(a.nodes[0] ?? "", b.nodes[0] ?? ""),
  );
}
