import TinyQueue from "tinyqueue";

/** Something that happens at a time; a promise is waited for before time goes on. */
export type Happening = () => void | Promise<void>;

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

  constructor(start: number) {
    this.time = start;
  }

  /** The time it is. */
  get now(): number {
    return this.time;
  }

  /** Plans a happening. Those of one time happen in the order in which they were planned. */
  at(time: number, run: Happening): void {
    this.plan(time, run, false);
  }

  /** Plans a happening for when all others of its time have happened, whenever those were planned. */
  atEndOf(time: number, run: Happening): void {
    this.plan(time, run, true);
  }

  /** Lets time pass up to and including `time`. */
  async advanceTo(time: number): Promise<void> {
    for (;;) {
      const next = this.queue.peek();
      if (next === undefined || next.at > time) break;
      this.queue.pop();
      this.time = next.at;
      const running = next.run();
      // Only what is asynchronous is waited for: a microtask for each of millions of happenings would cost seconds.
      if (running !== undefined) await running;
    }
    this.time = Math.max(this.time, time);
  }

  private plan(at: number, run: Happening, isLast: boolean): void {
    if (!(at >= this.time)) throw new RangeError(`cannot plan for ${at}, it is ${this.time} already`);
    this.queue.push({ at, isLast, order: this.planned++, run });
  }
}
