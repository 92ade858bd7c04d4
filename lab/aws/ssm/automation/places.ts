import type { Clock } from "#lab/clock.js";

/** A quota: so many run, so many more wait for a place, in the order in which they came. */
export class Places<T> {
  private readonly waiting: T[] = [];
  private readonly running = new Set<T>();

  /** @param enter called for each when it gets its place */
  constructor(
    private readonly clock: Clock,
    private readonly most: number,
    private readonly mostWaiting: number,
    private readonly enter: (item: T) => void,
  ) {}

  get isFull(): boolean {
    return this.running.size + this.waiting.length >= this.most + this.mostWaiting;
  }

  /** Gives an item a place, as soon as there is one. */
  add(item: T): void {
    this.waiting.push(item);
    this.planNext();
  }

  /** Gives up the place of an item, or its wait for one. */
  leave(item: T): void {
    const turn = this.waiting.indexOf(item);
    if (turn >= 0) this.waiting.splice(turn, 1);
    if (this.running.delete(item)) this.planNext();
  }

  private planNext(): void {
    this.clock.at(this.clock.now, () => {
      while (this.running.size < this.most) {
        const item = this.waiting.shift();
        if (item === undefined) return;
        this.running.add(item);
        this.enter(item);
      }
    });
  }
}
