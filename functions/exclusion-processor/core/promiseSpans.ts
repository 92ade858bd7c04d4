import type { RegionEvidence } from "#shared/contract/evidence.js";
import { compare } from "#shared/text/words.js";

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
  /** When a node's entries have ended as they were told to, epoch milliseconds. */
  readonly endedAt?: (id: string) => number | undefined;
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

  /** @param before what was kept; undefined when nothing was */
  constructor(
    before: Pick<RegionEvidence, "promised" | "ended"> | undefined,
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
    const { promised, found, now, wroteFrom = now, endedAt } = this.told;
    if (promised.get(id) === promise.group) {
      this.kept.set(id, promise);
      this.add(id, promise);
      return;
    }
    // Nobody knows when a run that was cut off has ended it, but that it was not before it wrote.
    const until = found.get(id) === promise.group ? (endedAt?.(id) ?? now) : Math.min(now, wroteFrom);
    if (until > promise.since) this.add(id, { ...promise, until });
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
