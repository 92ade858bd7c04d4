/**
 * The order in which so many children go: one first; when it has ended two, when both have ended four, until there are
 * as many at once as may be, and from then on the next whenever one ends. One error more than the limit stops it; those
 * that run then still end.
 */
export class Ramp {
  private next = 0;
  private running = 0;
  private errors = 0;
  private atOnce = 1;
  private isStopped = false;

  constructor(
    private readonly count: number,
    private readonly concurrency: number,
    private readonly errorLimit: number,
  ) {}

  /** The places of those that may begin now; each counts as running until `ended`. */
  begin(): readonly number[] {
    const isFull = this.atOnce >= this.concurrency;
    // Below its concurrency it goes in waves.
    if (!isFull && this.running > 0) return [];
    const begun: number[] = [];
    while (!this.isStopped && this.running < this.atOnce && this.next < this.count) {
      begun.push(this.next++);
      this.running++;
    }
    return begun;
  }

  ended(isError: boolean): void {
    this.running--;
    if (isError) this.errors++;
    if (this.hasFailed) this.isStopped = true;
    if (this.running === 0) this.atOnce = Math.min(this.concurrency, 2 * this.atOnce);
  }

  /** Lets nothing else begin. */
  stop(): void {
    this.isStopped = true;
  }

  /** Whether there are more errors than are put up with. */
  get hasFailed(): boolean {
    return this.errors > this.errorLimit;
  }

  /** Whether nothing runs and nothing will. */
  get isOver(): boolean {
    return this.running === 0 && (this.isStopped || this.next === this.count);
  }
}
