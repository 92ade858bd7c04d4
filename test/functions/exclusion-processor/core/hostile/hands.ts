/** Until everybody has seen a tag. */
export const settleTime = 600_000;

/** Whose hand was in nodes' tags, and when: somebody else's, and the processor's own. */
export class Hands {
  private readonly others = new Map<string, number[]>();
  private readonly own = new Map<string, number[]>();
  private readonly made: Set<string>;

  /** @param patchGroups of the stack */
  constructor(
    private readonly clock: { readonly now: number },
    patchGroups: readonly string[],
  ) {
    this.made = new Set(patchGroups);
  }

  /** Somebody else writes a node's tags, or lets the processor write them again. */
  meddle(id: string): void {
    this.others.set(id, [...(this.others.get(id) ?? []), this.clock.now]);
  }

  /** The processor writes nodes' tags. @param to the group that they get */
  tagged(ids: readonly string[], to?: string): void {
    for (const id of ids) this.own.set(id, [...(this.own.get(id) ?? []), this.clock.now]);
    if (to !== undefined) this.made.add(to);
  }

  /** Whether the processor has written a node's tags after a time, and until another. */
  hasWritten(id: string, after: number, until: number): boolean {
    return (this.own.get(id) ?? []).some((at) => at > after && at <= until);
  }

  /** When somebody else was the last time. */
  last(id: string): number | undefined {
    return this.others.get(id)?.at(-1);
  }

  /** Whether somebody else was there after a time, and until now. */
  isSince(id: string, after: number): boolean {
    return (this.others.get(id) ?? []).some((at) => at > after && at <= this.clock.now);
  }

  /** Whether somebody may see still what somebody else has made of a node's tags. */
  isMeddled(id: string): boolean {
    const last = this.last(id);
    if (last === undefined) return false;
    const healed = this.own.get(id)?.findLast((time) => time > last);
    return healed === undefined || this.clock.now < healed + settleTime;
  }

  /** Whether the processor has put nodes into a group, or the group is the stack's: it has a baseline for a day at least. */
  hasMade(group: string): boolean {
    return this.made.has(group);
  }
}
