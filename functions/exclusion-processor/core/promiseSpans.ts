import type { RegionEvidence } from "#shared/contract/evidence.js";
import { compare } from "#shared/text/words.js";
import type { Ending, ToldEntry } from "./promiseEnds.js";

/** What a Region's nodes are, and were, told. */
export interface Told {
  /** The nodes on which entries are in force, and the patch group that keeps the promise. */
  readonly promised: ReadonlyMap<string, string>;
  /** The same as the run has found it, and when that was written. */
  readonly found: ReadonlyMap<string, string>;
  /** Epoch milliseconds; missing where nothing was. */
  readonly foundSince?: number;
  /** When a run has begun to write that could not keep what it has ended, epoch milliseconds; missing where that is not known. */
  readonly wroteFrom?: number;
  /** Ids of the baselines that patch groups are registered with. */
  readonly registered: ReadonlyMap<string, ReadonlySet<string>>;
  /** How a node's promise has ended by itself. */
  readonly ending?: (id: string) => Ending;
  /** Ids of the baselines that keep off whatever some entries ask for. */
  readonly keepingAll?: (entries: readonly ToldEntry[]) => ReadonlySet<string>;
  /** The run's time, epoch milliseconds. */
  readonly now: number;
}

/** That a patch group keeps something off a node. */
export interface PromiseSpan {
  readonly group: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds; missing while it goes on. */
  readonly until?: number;
}

/** Whether a promise stood at a moment. */
export function lived({ since, until }: PromiseSpan, at: number): boolean {
  return since <= at && (until === undefined || at < until);
}

/** The promises of a Region's nodes: those that go on, and those that have ended not long ago. */
export class PromiseSpans {
  private readonly lists = new Map<string, PromiseSpan[]>();
  private readonly kept = new Map<string, PromiseSpan>();
  private readonly found = new Set<string>();
  /** Ids of the baselines that keep what is left of promises of which a part has ended, by patch group. */
  readonly keeping = new Map<string, Set<string>>();

  /** @param before what was kept; undefined when nothing was */
  constructor(
    private readonly before: Pick<RegionEvidence, "promised" | "ended" | "baselines"> | undefined,
    private readonly told: Told,
  ) {
    for (const { ids, group, since, until } of before?.ended ?? [])
      for (const id of ids) this.add(id, { group, since: Date.parse(since), until: Date.parse(until) });
    for (const { ids, group, since } of before?.promised ?? [])
      for (const id of ids) this.go(id, { group, since: Date.parse(since) });
    for (const [id, group] of told.promised) if (!this.kept.has(id)) this.begin(id, group);
  }

  /** All of a node. */
  of(id: string): readonly PromiseSpan[] {
    return this.lists.get(id) ?? [];
  }

  /** Whether a promise of a node goes on that was known before. */
  goesOn(id: string): boolean {
    return this.kept.has(id);
  }

  /** The promise of a node that had been told before and of which nothing was kept. */
  rebuilt(id: string): PromiseSpan | undefined {
    return this.found.has(id) ? this.of(id).find(({ until }) => until === undefined) : undefined;
  }

  live(): RegionEvidence["promised"] {
    return this.listed(({ until }) => until === undefined).map(({ until: _, ...list }) => list);
  }

  /** @param over those that ended at this moment or before are left out, epoch milliseconds; none without it */
  ended(over = Number.NEGATIVE_INFINITY): RegionEvidence["ended"] {
    return this.listed(({ until }) => until !== undefined && until > over).map(({ until = "", ...list }) => ({
      ...list,
      until,
    }));
  }

  private go(id: string, promise: PromiseSpan): void {
    const { promised, found, now, wroteFrom = now, registered, ending, keepingAll } = this.told;
    const { before } = this;
    if (promised.get(id) === promise.group) {
      this.kept.set(id, promise);
      this.add(id, promise);
      return;
    }
    // Nobody knows when a run that was cut off has ended it, but that it was not before it wrote.
    const { until: ended = now, rest } = ending?.(id) ?? {};
    const until = found.get(id) === promise.group ? ended : Math.min(now, wroteFrom);
    const cut = Math.max(promise.since, Math.min(until, rest?.since ?? until));
    this.past(id, { ...promise, until: cut });
    if (rest === undefined || cut >= until) return;
    this.past(id, { group: rest.group, since: cut, until });
    const known = this.keeping.get(rest.group) ?? new Set(keepingAll?.(rest.entries));
    for (const baseline of [
      ...(before?.baselines[promise.group] ?? []),
      ...(registered.get(promise.group) ?? []),
    ])
      known.add(baseline);
    this.keeping.set(rest.group, known);
  }

  private past(id: string, promise: Required<PromiseSpan>): void {
    if (promise.until > promise.since) this.add(id, promise);
  }

  private begin(id: string, group: string): void {
    const { found, foundSince, now } = this.told;
    const isFound = foundSince !== undefined && found.get(id) === group;
    if (isFound) this.found.add(id);
    this.add(id, { group, since: isFound ? foundSince : now });
  }

  private add(id: string, promise: PromiseSpan): void {
    const list = this.lists.get(id);
    if (list === undefined) this.lists.set(id, [promise]);
    else list.push(promise);
  }

  /** By what nodes have in common, in order. */
  private listed(isListed: (promise: PromiseSpan) => boolean) {
    const lists = new Map<string, { group: string; since: string; until?: string; ids: string[] }>();
    for (const [id, promises] of [...this.lists].sort(([a], [b]) => compare(a, b))) {
      for (const { group, since, until } of promises.filter(isListed)) {
        const times = {
          since: new Date(since).toISOString(),
          ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
        };
        const key = JSON.stringify([group, times]);
        const list = lists.get(key);
        if (list === undefined) lists.set(key, { group, ...times, ids: [id] });
        else list.ids.push(id);
      }
    }
    return [...lists].sort(([a], [b]) => compare(a, b)).map(([, list]) => list);
  }
}
