import TinyQueue from "tinyqueue";

/** Something that happens at a time; a promise is waited for before time goes on. */
type Happening = () => void | Promise<void>;

interface Entry {
  readonly at: number;
  readonly isLast: boolean;
  readonly order: number;
  readonly run: Happening;
}

/** Simulated time: a clock that jumps from one planned happening to the next. Milliseconds since the epoch. */
export class Clock {
  private readonly queue = new TinyQueue<Entry>(
    [],
    (a, b) => a.at - b.at || Number(a.isLast) - Number(b.isLast) || a.order - b.order,
  );
  private planned = 0;
  private time: number;
  private isDriven = false;
  /** Until whoever lets time pass now has done so. */
  private passing: Promise<void> = Promise.resolve();

  constructor(start: number) {
    this.time = start;
  }

  /** The time it is. */
  get now(): number {
    return this.time;
  }

  /** Whether somebody is letting time pass just now. */
  get isPassing(): boolean {
    return this.isDriven;
  }

  /** Plans a happening. Those of one time happen in the order in which they were planned. */
  at(time: number, run: Happening): void {
    this.plan(time, run, false);
  }

  /** Plans a happening for when all others of its time have happened, whenever those were planned. */
  atEndOf(time: number, run: Happening): void {
    this.plan(time, run, true);
  }

  /**
   * Lets time pass up to and including `time`.
   *
   * @throws Error when somebody else is letting time pass
   */
  async advanceTo(time: number): Promise<void> {
    await this.drive(async () => {
      for (;;) {
        const next = this.queue.peek();
        if (next === undefined || next.at > time) break;
        const running = this.step();
        // Only what is asynchronous is waited for: a microtask for each of millions of happenings would cost seconds.
        if (running !== undefined) await running;
      }
      this.time = Math.max(this.time, time);
    });
  }

  /**
   * What a promise comes to that only the passing of time can fulfil: time passes as far as it needs, unless it passes
   * already.
   *
   * @throws Error when nothing is planned any more and the promise is still open
   */
  async advanceUntil<T>(promise: Promise<T>): Promise<T> {
    let isOpen = true;
    const settled = promise.finally(() => {
      isOpen = false;
    });
    // Whoever waits is told of a failure by the promise that is returned.
    settled.catch(() => undefined);
    // Whoever lets time pass may have enough of it before this promise has.
    while (isOpen && this.isDriven) await Promise.race([settled.catch(() => undefined), this.passing]);
    if (!isOpen) return settled;
    return this.drive(async () => {
      for (;;) {
        // Timers, sockets and child processes get their turn, and with them the promise.
        await new Promise((resolve) => setImmediate(resolve));
        if (!isOpen) return settled;
        if (this.queue.length === 0)
          throw new Error("nothing is planned that could bring what is waited for");
        await this.step();
      }
    });
  }

  private async drive<T>(work: () => Promise<T>): Promise<T> {
    if (this.isDriven) throw new Error("time is passing already");
    this.isDriven = true;
    try {
      const working = work();
      this.passing = working.then(
        () => undefined,
        () => undefined,
      );
      return await working;
    } finally {
      this.isDriven = false;
    }
  }

  private step(): void | Promise<void> {
    const next = this.queue.pop();
    if (next === undefined) return;
    this.time = next.at;
    return next.run();
  }

  private plan(at: number, run: Happening, isLast: boolean): void {
    if (!(at >= this.time)) throw new RangeError(`cannot plan for ${at}, it is ${this.time} already`);
    this.queue.push({ at, isLast, order: this.planned++, run });
  }
}
